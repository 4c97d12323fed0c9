//! `hsbrun check`: formats, fixes, comments that allow, baselines, and how one mistake is kept from spoiling others.

mod allow;
mod baseline;
mod command;
mod fixes;
mod formats;
mod messages;
mod recovery;

use std::path::{Path, PathBuf};

use hsbrun::check::{self, Checked};
use hsbrun::program::Loader;
use hsbrun::text::Source;
use indexmap::IndexMap;

/// The name of a fixture's own text, as reports tell it.
const MAIN: &str = "main.hsbrun";

/// Rules about every path through the runbook: nothing is said of the paths while a statement on them cannot be read.
const OF_PATHS: [&str; 5] = ["HSB2023", "HSB2051", "HSB2054", "HSB2061", "HSB2062"];

/// Files that are at hand, for `use`.
struct Files(IndexMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Source::new(path, text.as_str()))
    }
}

/// A fixture of the corpus without its expectations, its files apart; the first is the one that is checked.
fn bare(fixture: &str) -> IndexMap<String, String> {
    let mut files = IndexMap::from([(MAIN.to_owned(), String::new())]);
    for line in fixture.split_inclusive('\n') {
        let mark = line.strip_prefix('#').map(str::trim_start);
        match line.strip_prefix("#@ ") {
            Some(name) => {
                files.insert(name.trim().to_owned(), String::new());
            }
            None if mark.is_some_and(|rest| rest.starts_with(['^', '~']) || rest.starts_with("= ")) => {}
            None => files.last_mut().expect("because there is a main file").1.push_str(line),
        }
    }
    files
}

/// Checks the first of some files; the others are there for `use`.
fn check(files: &IndexMap<String, String>) -> Checked {
    check::runbook(Source::new(MAIN, files[MAIN].as_str()), &mut Files(files.clone()), None)
}

fn check_text(text: &str) -> Checked {
    check(&IndexMap::from([(MAIN.to_owned(), text.to_owned())]))
}

/// Every `.hsbrun` file below a folder of the corpus, with its text.
fn corpus(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("because the corpus is part of the package") {
            let path = entry.expect("because the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hsbrun") {
                let text = std::fs::read_to_string(&path).expect("because a fixture is a text");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}
