//! `fix-….before.hsbrun` becomes `fix-….after.hsbrun` when every fix is made, and nothing new is said of it. The same
//! holds of the bad fixtures.

use std::collections::BTreeSet;
use std::path::Path;

use hsbrun::diag::{Edit, Finding};
use indexmap::IndexMap;

use super::{check, fixtures, folders, read, stem};
use crate::support::expected::{MAIN, bare};

/// The files with every fix made that does not overlap an earlier one.
fn fixed(files: &IndexMap<String, String>, findings: &[Finding], names: &[String]) -> IndexMap<String, String> {
    let mut files = files.clone();
    let mut edits: Vec<&Edit> = findings.iter().flat_map(|finding| &finding.fix).flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| (edit.span.source, edit.span.start, edit.span.end));
    edits.dedup_by(|later, earlier| {
        later.span.source == earlier.span.source && later.span.start < earlier.span.end || later == earlier
    });
    for edit in edits.into_iter().rev() {
        let text = files.get_mut(&names[edit.span.source.0 as usize]).expect("because a source is one of the files");
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    files
}

fn after(path: &Path) -> (IndexMap<String, String>, IndexMap<String, String>, Vec<Finding>) {
    let before = bare(&read(path));
    let (sources, findings) = check(&before);
    let names: Vec<String> = sources.iter().map(|(_, source)| source.name.clone()).collect();
    let after = fixed(&before, &findings, &names);
    (before, after, findings)
}

fn codes(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn fixes_write_what_the_fixture_says_and_put_the_mistake_right() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for folder in folders() {
        for path in fixtures(&folder, "fix-").iter().filter(|path| stem(path).ends_with(".before.hsbrun")) {
            let wanted = path.with_file_name(stem(path).replace(".before.", ".after."));
            let (_, after, findings) = after(path);
            assert!(findings.iter().any(|finding| finding.rule.name == stem(&folder)), "{}", path.display());
            if update {
                std::fs::write(&wanted, &after[MAIN]).expect("because the corpus can be written");
            }
            assert_eq!(after[MAIN], read(&wanted), "{}", path.display());
            let (_, left) = check(&after);
            assert!(left.iter().all(|finding| finding.rule.name != stem(&folder)), "{}: {left:#?}", path.display());
        }
    }
}

#[test]
fn no_fix_of_the_corpus_brings_a_finding_of_another_kind() {
    for path in folders().iter().flat_map(|folder| fixtures(folder, "")) {
        let (before, after, findings) = after(&path);
        if before == after {
            continue;
        }
        let (_, left) = check(&after);
        let new: Vec<_> = codes(&left).difference(&codes(&findings)).copied().collect();
        assert!(new.is_empty(), "{}: {new:?}\n{}", path.display(), after[MAIN]);
    }
}
