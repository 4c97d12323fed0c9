//! Fixtures: `tests/corpus/README.md` has their format. One of several files has a line `#@ NAME` before each file but
//! the first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hsbrun::program::diagnostics;

use super::{MAIN, resolve_files};
use crate::support::expected::{annotated, bare};

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/resolve").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("because the corpus is part of the package")
        .map(|entry| entry.expect("because the folder can be read").path())
        .collect();
    files.sort();
    assert!(files.iter().all(|path| path.extension().is_some_and(|extension| extension == "hsbrun")), "{files:?}");
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("because a fixture is a text")
}

#[test]
fn every_sound_fixture_has_no_finding() {
    for path in corpus("ok") {
        let files = bare(&read(&path));
        let resolved = resolve_files(files.clone());
        assert!(
            resolved.findings.is_empty(),
            "{}:\n{}",
            path.display(),
            annotated(&files, &resolved.sources, &resolved.findings)
        );
        let is_library = files[MAIN].contains("\nlibrary ");
        assert_eq!(resolved.program.is_none(), is_library, "{}", path.display());
    }
}

#[test]
fn every_wrong_fixture_gives_exactly_its_findings_under_the_offending_words() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for path in corpus("bad") {
        let written = read(&path);
        let files = bare(&written);
        let resolved = resolve_files(files.clone());
        let found = annotated(&files, &resolved.sources, &resolved.findings);
        if update {
            std::fs::write(&path, &found).expect("because the corpus can be written");
        } else {
            assert_eq!(written, found, "{}: UPDATE_EXPECT=1 cargo test rewrites it", path.display());
        }
        assert!(!resolved.findings.is_empty(), "{} has no finding: it belongs to ok/", path.display());
        assert!(resolved.program.is_none(), "{}: a program with an error means nothing", path.display());
    }
}

/// Rules about programs too large for a fixture, and about what stands in no file; `limits.rs` and `bindings.rs` have
/// them.
const ELSEWHERE: [&str; 8] = ["HSB2073", "HSB2074", "HSB2076", "HSB2077", "HSB7001", "HSB7002", "HSB7003", "HSB7004"];

#[test]
fn every_code_of_names_and_types_has_a_fixture() {
    let mut produced: BTreeSet<&str> = BTreeSet::new();
    for path in corpus("bad") {
        produced.extend(resolve_files(bare(&read(&path))).findings.iter().map(|finding| finding.rule.code));
    }
    let missing: Vec<&str> = diagnostics::ALL
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !produced.contains(code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(missing.is_empty(), "no fixture in tests/corpus/resolve/bad produces {missing:?}");
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let codes: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.code).collect();
    let names: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (diagnostics::ALL.len(), diagnostics::ALL.len()));
    assert!(codes.iter().all(|code| code.len() == 7 && (code.starts_with("HSB2") || code.starts_with("HSB70"))));
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}
