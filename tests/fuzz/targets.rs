//! What must hold for every text, one function for each reader. They panic where it does not.

use hsbrun::check::{self, Beside, Checked, fixed};
use hsbrun::diag::{Finding, Safety};
use hsbrun::program::Loader;
use hsbrun::syntax::{decode, parse};
use hsbrun::text::{Source, SourceId, SourceMap};

use super::law;

/// A target: its name, whether it reads site files, and what it does with a text.
pub struct Target {
    pub name: &'static str,
    pub reads: Reads,
    pub run: fn(&str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    Runbooks,
    Sites,
}

pub const TARGETS: [Target; 4] = [
    Target { name: "parser", reads: Reads::Runbooks, run: parser },
    Target { name: "formatter", reads: Reads::Runbooks, run: formatter },
    Target { name: "fixes", reads: Reads::Runbooks, run: fixes },
    Target { name: "site", reads: Reads::Sites, run: site },
];

/// There is a tree, every finding stands in the text, nothing is broken in silence; also where the end is cut off within a
/// character.
fn parser(text: &str) {
    let parsed = parse(SourceId(0), text);
    let mut sources = SourceMap::default();
    sources.add(Source::new("a.hsbrun", text));
    stand(&parsed.findings, &sources);
    assert!(parsed.findings.is_sorted_by_key(start), "out of order");
    let broken = format!("{:?}", parsed.tree.items).contains("Broken");
    assert!(!broken || !parsed.findings.is_empty(), "broken in silence");
    let bytes = text.as_bytes();
    let _ = decode(&bytes[..bytes.len() - bytes.len().min(1)]);
}

fn formatter(text: &str) {
    law::hold("a text that was made", text);
}

/// What fixes leave can be read as well as before, and no fix is left.
fn fixes(text: &str) {
    let check = |text: &str| check::runbook(Source::new("a.hsbrun", text), &mut Nothing, None);
    let before = check(text);
    stand(&before.findings, &before.sources);
    let mut twice = before.findings.clone();
    twice.dedup();
    assert_eq!(before.findings.len(), twice.len(), "a finding is told twice");
    for most in [Safety::Safe, Safety::Unsafe] {
        let applied = fixed(text, most, check);
        assert!(misread(&check(&applied.text)) <= misread(&before), "{most:?} fixes have done harm: {}", applied.text);
        let again = fixed(&applied.text, most, check);
        assert_eq!(again.made, 0, "{most:?} fixes are left in {}", applied.text);
    }
}

fn site(text: &str) {
    let checked = check::site_alone(&Beside { name: "site.yaml", text, servers: &[] });
    stand(&checked.findings, &checked.sources);
}

/// There is nothing to use.
struct Nothing;

impl Loader for Nothing {
    fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
        Err("there is no such file".into())
    }
}

fn misread(checked: &Checked) -> usize {
    checked.findings.iter().filter(|finding| finding.rule.code.starts_with("HSB1")).count()
}

fn start(finding: &Finding) -> Option<u32> {
    finding.labels.first().map(|label| label.span.start)
}

/// Every place and every edit is a piece of its text.
fn stand(findings: &[Finding], sources: &SourceMap) {
    for finding in findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in finding.labels.iter().map(|label| label.span).chain(edits) {
            let text = &sources.get(span.source).text;
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{finding:?} is not in the text");
        }
    }
}
