//! What could hurt a pair: fixtures with their findings under the offending words, in a folder for each rule, and the
//! shipped runbooks, of which nothing is said.

mod fixes;
mod fixtures;
mod mutants;
mod robust;
mod shipped;

use std::path::{Path, PathBuf};

use hsbrun::diag::Finding;
use hsbrun::lint::lint;
use hsbrun::program::{Loader, resolve};
use hsbrun::text::{Source, SourceMap};
use indexmap::IndexMap;

use crate::support::expected::MAIN;

/// Files in memory, by name.
struct Files(IndexMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Source::new(path, text.as_str()))
    }
}

/// All that is said of the first of these files, which may use the others: what the resolver says of it, too.
fn check(files: &IndexMap<String, String>) -> (SourceMap, Vec<Finding>) {
    let resolved = resolve(Source::new(MAIN, files[MAIN].as_str()), &mut Files(files.clone()));
    let linted = resolved.program.as_ref().map(|program| lint(program, &resolved.sources));
    let mut findings = resolved.findings;
    findings.extend(linted.into_iter().flatten());
    (resolved.sources, findings)
}

/// The folders of the rules, by name.
fn folders() -> Vec<PathBuf> {
    sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/lint"))
}

/// The fixtures of a folder whose names begin so.
fn fixtures(folder: &Path, kind: &str) -> Vec<PathBuf> {
    sorted(folder).into_iter().filter(|path| stem(path).starts_with(kind)).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("because the corpus is part of the package")
        .map(|entry| entry.expect("because the folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("because the fixtures have plain names")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("because a fixture is a text")
}
