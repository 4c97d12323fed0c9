//! Text to tree: fixtures with their findings under the offending words, and what no text may do.

use std::path::PathBuf;

use hsbrun::syntax::parse;
use hsbrun::text::{Source, SourceId};

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/syntax").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("because the corpus is part of the package")
        .map(|entry| entry.expect("because the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hsbrun"))
        .collect();
    files.sort();
    files
}

fn read(path: &PathBuf) -> String {
    std::fs::read_to_string(path).expect("because a fixture is a text")
}

#[test]
fn every_sound_file_has_no_finding() {
    for path in corpus("ok") {
        let text = read(&path);
        let source = Source::new(path.display().to_string(), text.as_str());
        let found: Vec<String> = parse(SourceId(0), &text)
            .findings
            .iter()
            .map(|finding| {
                format!("{:?} {} {}", source.line_column(finding.labels[0].span.start), finding.rule.code, finding.what)
            })
            .collect();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}
