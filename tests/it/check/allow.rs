//! `# hsbrun: allow(…) because …`: what it reaches, what it cannot silence, and what is said of one that is wrong.

use hsbrun::check::{self, Beside, Checked};
use hsbrun::lint::allow::{Allow, of_runbook, of_site, silence};
use hsbrun::syntax::parse;
use hsbrun::text::{Source, SourceId, Span};
use indexmap::IndexMap;

use super::{Files, MAIN};

const FORM: &str = "# hsbrun: allow(installed-not-known) because it is a test";

/// The words that a comment covers, where `@` stands for one on its line, or `@@` for one on a line of its own.
fn covered(text: &str) -> Option<String> {
    let text = text.replace("@@", FORM).replace('@', FORM);
    let allows = of_runbook(&text, &parse(SourceId(0), &text).tree).allows;
    assert_eq!(allows.len(), 1, "{text}");
    let span = allows[0].covers?;
    let covered = text[span.start as usize..span.end as usize].replace(FORM, "@");
    Some(covered.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_comment_on_a_line_of_its_own_covers_what_follows_it() {
    let step = "step 1 \"x\" on S1 {\n @@\n admin 'hsb connect'\n admin 'hsb disconnect'\n}\n";
    assert_eq!(covered(step).as_deref(), Some("admin 'hsb connect'"));
    let whole = "@@\n\n# another\nstep 1 \"x\" on S1 {\n admin 'hsb connect'\n}\nstep 2 \"y\" { }\n";
    assert_eq!(covered(whole).as_deref(), Some("step 1 \"x\" on S1 { admin 'hsb connect' }"));
    let branch = "step 1 \"x\" {\n @@\n if S1 is DOWN {\n  install\n } unknown { }\n install\n}\n";
    assert_eq!(covered(branch).as_deref(), Some("if S1 is DOWN { install } unknown { }"));
    let handler = "step 1 \"x\" {\n install\n @@\n if this step fails {\n  stop \"x\"\n }\n}\n";
    assert_eq!(covered(handler).as_deref(), Some("if this step fails { stop \"x\" }"));
}

#[test]
fn a_comment_on_a_line_covers_the_statement_of_that_line() {
    assert_eq!(covered("step 1 \"x\" {\n install @\n install\n}\n").as_deref(), Some("install"));
    let head = "step 1 \"x\" { @\n install\n}\nparam a: text\n";
    assert_eq!(covered(head).as_deref(), Some("step 1 \"x\" { @ install }"));
    let clause = "step 1 \"x\" {\n wait until S1 is DOWN\n  within 5m @\n install\n}\n";
    assert_eq!(covered(clause).as_deref(), Some("wait until S1 is DOWN within 5m"));
    assert_eq!(covered("param a: text @\nparam b: text\n").as_deref(), Some("param a: text"));
}

#[test]
fn a_comment_between_the_clauses_of_a_statement_covers_the_statement() {
    let text = "step 1 \"x\" {\n wait until S1 is DOWN\n  @@\n  within 5m\n install\n}\n";
    assert_eq!(covered(text).as_deref(), Some("wait until S1 is DOWN @ within 5m"));
}

#[test]
fn a_comment_that_nothing_follows_covers_nothing() {
    assert_eq!(covered("step 1 \"x\" {\n install\n @@\n}\nstep 2 \"y\" { }\n"), None);
    assert_eq!(covered("step 1 \"x\" { }\n@@\n"), None);
}

#[test]
fn in_a_site_file_a_comment_covers_a_key_and_what_is_below_it() {
    let covered = |text: &str| {
        let text = text.replace('@', "# hsbrun: allow(written-password) because it is a test");
        let allows = of_site(SourceId(0), &text).allows;
        assert_eq!(allows.len(), 1, "{text}");
        allows[0].covers.map(|span| text[span.start as usize..span.end as usize].trim_end().to_owned())
    };
    assert_eq!(covered("a:\n  @\n  b: 1\n  c: 2\n").as_deref(), Some("  b: 1"));
    assert_eq!(covered("@\na:\n  b: 1\n\n  c: 2\nd: 3\n").as_deref(), Some("a:\n  b: 1\n\n  c: 2"));
    assert_eq!(covered("d: 1 @\n").map(|text| text.starts_with("d: 1")), Some(true));
    assert_eq!(covered("a: 1\n@\n"), None);
    let quoted = "a: \" # hsbrun: allow(written-password) because it is a test\"\n";
    assert!(of_site(SourceId(0), quoted).allows.is_empty(), "a text is no comment");
}

const SITE: &str = "pair: p
servers:
  S1:
    odbc: \"Driver=d;SERVER=db1;PORT=1964\"
    install: [/opt/install]
    running: [/opt/running]
  S2:
    odbc: \"Driver=d;SERVER=db2;PORT=1964\"
";

/// A runbook that installs, with a comment before and a comment behind the statement; beside a site that cannot tell what
/// is installed.
fn installing(before: &str, behind: &str) -> Checked {
    let text = format!(
        "language 1\nrunbook \"x\"\nserver S1: DOWN -> any\nserver S2: any\n\
         step 1 \"x\" on S1 {{\n    {before}\n    install {behind}\n}}\non failure {{ }}\n"
    );
    let beside = Beside { name: "site.yaml", text: SITE, servers: &[] };
    check::runbook(Source::new(MAIN, text), &mut Files(IndexMap::new()), Some(&beside))
}

/// The codes of the comments and of the site; what else could hurt the pair has tests of its own.
fn codes(checked: &Checked) -> Vec<&'static str> {
    let codes = checked.findings.iter().map(|finding| finding.rule.code);
    codes.filter(|code| code.starts_with("HSB39") || code.starts_with("HSB7")).collect()
}

#[test]
fn a_warning_of_the_site_is_silenced_where_it_stands_in_the_runbook() {
    assert_eq!(codes(&installing("", "")), ["HSB7129"]);
    for (before, behind) in [(FORM, ""), ("", FORM), ("# hsbrun: allow(HSB7129) because the code will do", "")] {
        let checked = installing(before, behind);
        assert_eq!((codes(&checked).len(), checked.silenced.len()), (0, 1), "{before}{behind}");
    }
    assert_eq!(installing(FORM, "").silenced[0].reason, "it is a test");
}

#[test]
fn a_comment_silences_its_rule_only_and_at_its_place_only() {
    let at = |start: usize, end: usize| Span::new(SourceId(0), start, end);
    let checked = installing("", "");
    let finding = checked.findings.iter().find(|finding| finding.rule.code == "HSB7129");
    let finding = finding.expect("because the site cannot tell what is installed").clone();
    let place = finding.labels[0].span;
    let rule = hsbrun::explain::page("installed-not-known").expect("because it has a page");
    let allow = |rule, covers| Allow {
        rule,
        reason: "x".into(),
        named: at(0, 0),
        comment: at(0, 0),
        only: true,
        covers: Some(covers),
    };
    let silences = |allow: Allow| silence(vec![finding.clone()], &[allow]).silenced.len() == 1;
    assert!(silences(allow(rule, place)));
    assert!(!silences(allow(rule, at(0, place.start as usize))));
    assert!(!silences(allow(rule, at(place.start as usize + 1, place.end as usize + 9))));
    assert!(!silences(allow(rule, Span { source: SourceId(1), ..place })));
    assert!(!silences(allow(hsbrun::explain::page("HSB7112").expect("because it has a page"), place)));
}

#[test]
fn what_is_wrong_with_a_comment_is_said_and_silences_nothing() {
    for (comment, code) in [
        ("# hsbrun: allow(installed-not-known)", "HSB3902"),
        ("# hsbrun: allow(installed-not-known) because   ", "HSB3902"),
        ("# hsbrun: allow(installed-not-know) because x", "HSB3903"),
        ("# hsbrun: allow(missing-within) because x", "HSB3904"),
        ("# hsbrun: allow(unused-allow) because x", "HSB3904"),
        ("# hsbrun: allow() because x", "HSB3901"),
        ("# hsbrun: allow(installed-not-known because x", "HSB3901"),
        ("# hsbrun: allow(installed-not-known) for x", "HSB3901"),
        ("# hsbrun: ignore", "HSB3901"),
    ] {
        let checked = installing(comment, "");
        assert_eq!((codes(&checked), checked.silenced.len()), (vec![code, "HSB7129"], 0), "{comment}");
    }
    assert_eq!(codes(&installing("# hsbrun may allow this", "")), ["HSB7129"], "a sentence is no comment for hsbrun");
}

#[test]
fn a_misspelt_rule_can_be_put_right() {
    let checked = installing("# hsbrun: allow(x-rule, instaled-not-known) because x", "");
    let near =
        checked.findings.iter().find(|finding| finding.help.as_deref() == Some("did you mean `installed-not-known`?"));
    let near = near.expect("because it is told");
    let place = near.labels[0].span;
    assert_eq!(checked.sources.snippet(place), "instaled-not-known");
    assert_eq!(near.fix.as_ref().map(|fix| fix.edits[0].span), Some(place));
}

#[test]
fn an_unused_comment_is_a_finding_and_its_fix_removes_it() {
    let text = format!(
        "language 1\nrunbook \"x\"\nserver S1: any # hsbrun: allow(written-password) because x\n{FORM}\n\
         require S1 is SERVING\n"
    );
    let beside = Beside { name: "site.yaml", text: SITE, servers: &[] };
    let check = |text: &str| check::runbook(Source::new(MAIN, text), &mut Files(IndexMap::new()), Some(&beside));
    assert_eq!(codes(&check(&text)), ["HSB3905", "HSB3905"]);
    let fixed = check::fixed(&text, hsbrun::diag::Safety::Safe, check);
    assert_eq!(fixed.text, "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\n");
    // Without a site nobody looks for what only a site can lack.
    let alone = check::runbook(Source::new(MAIN, text.as_str()), &mut Files(IndexMap::new()), None);
    assert_eq!(codes(&alone), [""; 0]);
}
