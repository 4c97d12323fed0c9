//! Trees to programs: fixtures with their findings under the offending words, and what a sound program holds.

use std::collections::HashMap;
use std::path::PathBuf;

use hsbrun::program::{Loader, Resolved, resolve};
use hsbrun::text::Source;

/// Files in memory, by name.
#[derive(Default)]
struct Files(HashMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        self.0.get(path).map(|text| Source::new(path, text.as_str())).ok_or_else(|| "no such file".to_owned())
    }
}

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("because the corpus is part of the package")
        .map(|entry| entry.expect("because the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hsbrun"))
        .collect();
    files.sort();
    files
}

fn found(resolved: &Resolved) -> Vec<String> {
    let place = |finding: &hsbrun::diag::Finding| {
        finding.labels.first().map_or_else(String::new, |label| {
            let source = resolved.sources.get(label.span.source);
            let at = source.line_column(label.span.start);
            format!("{}:{}:{}", source.name, at.line, at.column)
        })
    };
    resolved
        .findings
        .iter()
        .map(|finding| format!("{} {} {} ({:?})", place(finding), finding.rule.code, finding.what, finding.help))
        .collect()
}

#[test]
fn trial() {
    for path in corpus("syntax/ok") {
        let mut files = Files::default();
        files.0.insert(
            "pair.hsbrun".into(),
            std::fs::read_to_string(path.with_file_name("pair.hsbrun")).expect("because it is there"),
        );
        let text = std::fs::read_to_string(&path).expect("because a fixture is a text");
        let resolved = resolve(Source::new(path.file_name().expect("because").to_string_lossy(), text), &mut files);
        println!("{} {:?} {:#?}", path.display(), resolved.program.as_ref().map(|p| &p.fingerprint), found(&resolved));
    }
}
