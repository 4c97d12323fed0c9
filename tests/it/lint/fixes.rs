//! `fix-….before.hsbrun` becomes `fix-….after.hsbrun` when every fix is made, and nothing new is said of it. The same
//! holds of the other fixtures.

use std::collections::BTreeSet;
use std::path::Path;

use hsbrun::diag::{Finding, Safety, apply};
use hsbrun::text::SourceId;
use indexmap::IndexMap;

use super::{check, fixtures, folders, read, stem};
use crate::support::expected::{MAIN, bare};

/// A fixture before and after every fix, and what was said of it.
fn after(path: &Path) -> (IndexMap<String, String>, IndexMap<String, String>, Vec<Finding>) {
    let before = bare(&read(path));
    let (_, findings) = check(&before);
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
    let mut after = before.clone();
    after[MAIN] = apply(&before[MAIN], SourceId(0), Safety::Unsafe, fixes).text;
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
