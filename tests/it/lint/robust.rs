//! Whatever resolves is linted without a panic: every file of the corpus, and the shipped runbook damaged line by line.

use std::collections::BTreeSet;
use std::path::Path;

use hsbrun::diag::Finding;
use indexmap::IndexMap;

use super::{check, read, sorted};
use crate::support::expected::{MAIN, bare};

const RUNBOOK: &str = include_str!("../../../runbooks/hot-migration-netcopy.hsbrun");
const LIBRARY: &str = include_str!("../../../runbooks/pair.hsbrun");

/// Each finding says where, what, why and what to do, and its places are pieces of the texts.
fn assert_whole(files: &IndexMap<String, String>) -> usize {
    let (sources, findings) = check(files);
    let of_lint: Vec<&Finding> = findings.iter().filter(|finding| finding.rule.code.starts_with("HSB3")).collect();
    for finding in &of_lint {
        assert!(!finding.labels.is_empty() && finding.why.is_some() && finding.help.is_some(), "{finding:?}");
        assert!(!finding.what.ends_with('.') && !finding.what.contains('\n'), "{finding:?}");
        let places: Vec<_> = finding.labels.iter().map(|label| label.span).collect();
        let distinct: BTreeSet<_> = places.iter().collect();
        assert_eq!(distinct.len(), places.len(), "one place twice: {finding:?}");
        assert!(places.iter().all(|place| !sources.snippet(*place).is_empty()), "{finding:?}");
    }
    of_lint.len()
}

#[test]
fn every_file_of_the_corpus_is_linted() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut open = vec![corpus];
    let mut found = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(sorted(&path));
        } else if path.extension().is_some_and(|extension| extension == "hsbrun") {
            found += assert_whole(&bare(&read(&path)));
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn a_damaged_runbook_is_linted() {
    let lines: Vec<&str> = RUNBOOK.lines().collect();
    for left_out in (0..lines.len()).step_by(3) {
        let text: String = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| !(left_out..left_out + 2).contains(at))
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        assert_whole(&IndexMap::from([(MAIN.to_owned(), text), ("pair.hsbrun".to_owned(), LIBRARY.to_owned())]));
    }
}

/// A finding that is written in a fixture, or a fixture of which nothing is said.
fn cases(text: &str) -> usize {
    let marks = text.lines().filter(|line| line.starts_with('#') && line[1..].trim_start().starts_with('^')).count();
    marks.max(1)
}

#[test]
fn the_corpus_has_at_least_600_cases() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut open: Vec<_> = ["syntax", "resolve", "lint"].map(|folder| corpus.join(folder)).into();
    let mut all = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(sorted(&path));
        } else {
            all += cases(&read(&path));
        }
    }
    assert!(all >= 600, "{all}");
}
