//! `tests/corpus/lint/RULE/`: `bad-…` gives exactly the findings that are written in it, one of them the folder's rule;
//! `ok-…` gives none.

use std::collections::BTreeSet;

use hsbrun::lint::diagnostics;

use super::{check, fixtures, folders, read, stem};
use crate::support::expected::{annotated, bare};

#[test]
fn every_rule_has_a_folder_with_its_name_and_every_folder_a_rule() {
    let names: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.name).collect();
    let folders = folders();
    let found: BTreeSet<&str> = folders.iter().map(|folder| stem(folder)).collect();
    assert_eq!(found, names);
}

#[test]
fn every_fixture_says_in_its_name_what_it_is() {
    for folder in folders() {
        let kinds = ["bad-", "ok-", "fix-"];
        let all = fixtures(&folder, "");
        let strange: Vec<_> =
            all.iter().filter(|path| !kinds.iter().any(|kind| stem(path).starts_with(kind))).collect();
        assert!(strange.is_empty(), "{strange:?}");
        for kind in ["bad-", "ok-"] {
            assert!(!fixtures(&folder, kind).is_empty(), "{} has no {kind}… fixture", folder.display());
        }
    }
}

#[test]
fn a_bad_fixture_gives_exactly_its_findings_under_the_offending_words() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for folder in folders() {
        for path in fixtures(&folder, "bad-") {
            let written = read(&path);
            let files = bare(&written);
            let (sources, findings) = check(&files);
            let found = annotated(&files, &sources, &findings);
            if update {
                std::fs::write(&path, &found).expect("because the corpus can be written");
            } else if written != found {
                wrong.push(format!("{}: UPDATE_EXPECT=1 cargo test rewrites it to\n{found}", path.display()));
            }
            let names: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.name).collect();
            if !names.contains(stem(&folder)) {
                wrong.push(format!("{}: only {names:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_ok_fixture_gives_no_finding() {
    let mut wrong = Vec::new();
    for path in folders().iter().flat_map(|folder| fixtures(folder, "ok-")) {
        let files = bare(&read(&path));
        let (sources, findings) = check(&files);
        if !findings.is_empty() {
            wrong.push(format!("{}:\n{}", path.display(), annotated(&files, &sources, &findings)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let codes: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.code).collect();
    let names: BTreeSet<&str> = diagnostics::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (diagnostics::ALL.len(), diagnostics::ALL.len()));
    assert!(codes.iter().all(|code| code.len() == 7 && code.starts_with("HSB3")));
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}
