//! What the blocks of the pages give.

use std::collections::BTreeSet;

use hsbrun::check::{self, Beside};
use hsbrun::diag::Finding;
use hsbrun::explain::{Page, pages};
use hsbrun::lint;
use hsbrun::program::Loader;
use hsbrun::text::Source;
use indexmap::IndexMap;

use super::{NOT_TEXTS, blocks, section};

/// Around `hsbrun step` and `hsbrun items`.
const HEAD: &str = "language 1
runbook \"An example\"
server S1: PRIMARY ACTIVE -> SECONDARY ACTIVE
server S2: SECONDARY ACTIVE -> PRIMARY ACTIVE
";
const PARAMS: &str = "param upgrade: version_level | fix_pack = version_level
param target: version = 7.0
param limit: duration = 5m
";
const FAILURE: &str = "on failure {\n    notify \"It failed.\"\n}\n";
/// Around `yaml S1`.
const SITE: &str = "pair: p\nservers:\n  S2:\n    odbc: \"Driver=d;SERVER=db2;PORT=1964\"\n  S1:\n    \
                    odbc: \"Driver=d;SERVER=db1;PORT=1964\"\n";
const MAIN: &str = "main.hsbrun";

struct Files(IndexMap<String, String>);

impl Loader for Files {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        Ok(Source::new(path, text.as_str()))
    }
}

fn indented(body: &str) -> String {
    body.split_inclusive('\n').map(|line| format!("    {line}")).collect()
}

/// The whole text that a block stands for; `None` where the block is no text of hsbrun.
fn whole(kind: &str, body: &str, linted: Linted) -> Option<String> {
    let body = format!("{}\n", body.trim_end_matches('\n'));
    match kind {
        "hsbrun" | "yaml" => Some(body),
        "hsbrun step" => {
            // One that nothing uses is a finding of its own.
            let named = |param: &&str| {
                linted == Linted::No || body.contains(param.split([' ', ':']).nth(1).unwrap_or_default())
            };
            let params: String = PARAMS.split_inclusive('\n').filter(named).collect();
            Some(format!("{HEAD}{params}step 1 \"An example\" on S1 {{\n{}}}\n{FAILURE}", indented(&body)))
        }
        "hsbrun items" => Some(format!("{HEAD}require S1 is PRIMARY ACTIVE\n{body}{FAILURE}")),
        "yaml S1" => Some(format!("{SITE}{}", indented(&body))),
        _ => None,
    }
}

/// The text of the first block whose kind begins so.
fn text_of(section: &str, language: &str, linted: Linted) -> Option<String> {
    blocks(section)
        .iter()
        .find(|(kind, _)| kind.split(' ').next() == Some(language))
        .and_then(|(kind, body)| whole(kind, body, linted))
}

fn files(text: &str) -> IndexMap<String, String> {
    let mut files = IndexMap::from([(MAIN.to_owned(), String::new())]);
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("#@ ") {
            Some(name) => {
                files.insert(name.trim().to_owned(), String::new());
            }
            None => files.last_mut().expect("because there is a main file").1.push_str(line),
        }
    }
    files
}

/// Whether what could hurt a pair is looked for, too: examples of how something is written are not whole procedures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Linted {
    Yes,
    No,
}

impl Linted {
    fn of(page: Page) -> Linted {
        if page.code.starts_with("HSB3") { Linted::Yes } else { Linted::No }
    }
}

/// All findings of a runbook, and of a site file beside it.
fn check(runbook: Option<&str>, site_text: Option<&str>, linted: Linted) -> Vec<Finding> {
    let beside = site_text.map(|text| Beside { name: "site.yaml", text, servers: &[] });
    let mut findings = match (runbook, beside) {
        (Some(text), beside) => {
            let files = files(text);
            let main = Source::new(MAIN, files[MAIN].as_str());
            check::runbook(main, &mut Files(files), beside.as_ref()).findings
        }
        (None, Some(beside)) => check::site_alone(&beside).findings,
        (None, None) => Vec::new(),
    };
    let of_lint = |finding: &Finding| lint::diagnostics::ALL.contains(&finding.rule);
    findings.retain(|finding| linted == Linted::Yes || !of_lint(finding));
    findings
}

fn codes(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule.code).collect()
}

/// The pages whose blocks are texts.
fn texts() -> impl Iterator<Item = Page> {
    // What `verify` finds is tried in its own tests.
    pages().filter(|page| !NOT_TEXTS.contains(&page.code) && !page.code.starts_with("HSB4"))
}

#[test]
fn every_example_gives_exactly_its_code() {
    let mut wrong = Vec::new();
    for page in texts() {
        let (example, linted) = (section(page, "Example"), Linted::of(page));
        let (runbook, site) = (text_of(example, "hsbrun", linted), text_of(example, "yaml", linted));
        let findings = check(runbook.as_deref(), site.as_deref(), linted);
        if codes(&findings) != BTreeSet::from([page.code]) {
            let said: Vec<_> = findings.iter().map(|finding| (finding.rule.code, &finding.what)).collect();
            wrong.push(format!("{}: {said:?}", page.code));
        }
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_instead_gives_no_finding() {
    let mut wrong = Vec::new();
    for page in texts() {
        let (example, instead) = (section(page, "Example"), section(page, "Instead"));
        let linted = Linted::of(page);
        // Where only one of runbook and site is changed, the other is the example's.
        let part = |language| text_of(instead, language, linted).or_else(|| text_of(example, language, linted));
        assert!(
            blocks(instead).iter().any(|(kind, body)| whole(kind, body, linted).is_some()),
            "{}: nothing to try",
            page.code
        );
        let findings = check(part("hsbrun").as_deref(), part("yaml").as_deref(), linted);
        if !findings.is_empty() {
            let said: Vec<_> = findings.iter().map(|finding| (finding.rule.code, &finding.what)).collect();
            wrong.push(format!("{}: {said:?}", page.code));
        }
    }
    assert!(wrong.is_empty(), "{} pages:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_block_of_a_page_says_what_it_is() {
    for page in pages() {
        let kinds: Vec<&str> = blocks(page.text).iter().map(|(kind, _)| *kind).collect();
        let known = ["hsbrun", "hsbrun verify", "hsbrun step", "hsbrun items", "yaml", "yaml S1", "console", "text"];
        assert!(kinds.iter().all(|kind| known.contains(kind)), "{}: {kinds:?}", page.code);
    }
}
