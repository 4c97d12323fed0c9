//! Fixes: what they make of a text is checked again, and nothing is worse.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use hsbrun::check::{Checked, fixed};
use hsbrun::diag::{Finding, Safety};
use hsbrun::syntax::parse;
use hsbrun::syntax::tree::ItemKind;
use hsbrun::text::SourceId;
use indexmap::IndexMap;
use tempfile::TempDir;

use super::{MAIN, OF_PATHS, bare, check, check_text, corpus};

/// Every fixture that may have findings, its files apart.
fn wrong() -> Vec<(String, IndexMap<String, String>)> {
    let fixtures = corpus("syntax/bad").into_iter().chain(corpus("resolve/bad"));
    fixtures.map(|(path, text)| (path.display().to_string(), bare(&text))).collect()
}

/// The same files with another text in the first.
fn with(files: &IndexMap<String, String>, text: &str) -> IndexMap<String, String> {
    let mut files = files.clone();
    files[MAIN] = text.to_owned();
    files
}

/// How often each code was found.
fn codes(checked: &Checked) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in &checked.findings {
        *codes.entry(finding.rule.code).or_default() += 1;
    }
    codes
}

/// The words of the statement of a step that a finding is in; outside of steps, of the item.
fn statement<'t>(text: &'t str, finding: &Finding) -> &'t str {
    let at = finding.labels[0].span.start;
    let tree = parse(SourceId(0), text).tree;
    let item = tree.items.iter().find(|item| (item.span.start..=item.span.end).contains(&at));
    let item = item.expect("because every finding here is in an item");
    let span = match &item.kind {
        ItemKind::Step(step) => {
            let within =
                step.body.stmts.iter().map(|stmt| stmt.span).find(|span| (span.start..=span.end).contains(&at));
            within.unwrap_or(item.span)
        }
        _ => item.span,
    };
    &text[span.start as usize..span.end as usize]
}

#[test]
fn all_fixes_of_the_corpus_applied_and_checked_again_leave_no_new_finding() {
    let mut made = 0;
    for (name, files) in wrong() {
        for most in [Safety::Safe, Safety::Unsafe] {
            let before = check(&files);
            let applied = fixed(&files[MAIN], most, |text| check(&with(&files, text)));
            made += applied.made;
            let after = check(&with(&files, &applied.text));
            // What is left wrong in a statement that was put right may only now be seen.
            let touched = |finding: &Finding| !files[MAIN].contains(statement(&applied.text, finding));
            let (codes_before, codes_after) = (codes(&before), codes(&after));
            let more = |code| codes_after[code] > codes_before.get(code).copied().unwrap_or(0);
            let new: Vec<_> = after
                .findings
                .iter()
                .filter(|finding| more(finding.rule.code) && !OF_PATHS.contains(&finding.rule.code))
                .filter(|finding| !touched(finding))
                .map(|finding| (finding.rule.code, finding.what.as_str()))
                .collect();
            assert!(new.is_empty(), "{name}, {most:?}: {new:?}\n{}", applied.text);
            let again = fixed(&applied.text, most, |text| check(&with(&files, text)));
            assert_eq!(again.made, 0, "{name}, {most:?}: fixes are left");
        }
    }
    assert!(made > 100, "only {made} fixes");
}

#[test]
fn every_fix_alone_takes_its_finding_away() {
    let mut tried = 0;
    for (name, files) in wrong() {
        let before = check(&files);
        for finding in &before.findings {
            let Some(fix) = &finding.fix else { continue };
            if fix.edits.iter().any(|edit| edit.span.source.0 != 0) {
                continue;
            }
            tried += 1;
            let text = hsbrun::diag::apply(&files[MAIN], fix.edits[0].span.source, Safety::Unsafe, [fix]).text;
            let after = check(&with(&files, &text));
            let same = |checked: &Checked| {
                checked
                    .findings
                    .iter()
                    .filter(|other| (other.rule, &other.what) == (finding.rule, &finding.what))
                    .count()
            };
            assert!(same(&after) < same(&before), "{name}: {:?} stays after {fix:?}\n{text}", finding.what);
        }
    }
    assert!(tried > 60, "only {tried} fixes");
}

#[test]
fn a_fix_that_would_do_harm_is_left_and_the_others_are_made() {
    // The `{` that seems to be forgotten has no `}` either.
    let text = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is serving\nstep 1 \"x\" on S1\non failure { }\n";
    let applied = fixed(text, Safety::Unsafe, check_text);
    assert!(applied.text.contains("SERVING") && applied.text.contains("step 1 \"x\" on S1\n"), "{}", applied.text);
}

#[test]
fn each_kind_of_fix_writes_what_its_help_says() {
    let frame = |line: &str| {
        format!(
            "language 1\nrunbook \"x\"\nserver S1: PRIMARY ACTIVE -> any\nserver S2: any\nstep 1 \"x\" on S1 {{\n{line}\n}}\non failure {{ }}\n"
        )
    };
    for (wrong, right, most) in [
        ("    wiat until S1 is DOWN within 5m", "    wait until S1 is DOWN within 5m", Safety::Safe),
        ("    wait until S1 is down within 5 min", "    wait until S1 is DOWN within 5m", Safety::Safe),
        ("    wait until S1 is DOWN withn 5m", "    wait until S1 is DOWN within 5m", Safety::Safe),
        (
            "    wait until S1 is DOWN && S2 is DOWN within 5m",
            "    wait until S1 is DOWN and S2 is DOWN within 5m",
            Safety::Safe,
        ),
        ("    admin \"hsb connect\"", "    admin 'hsb connect'", Safety::Safe),
        ("    notify 'It is done.'", "    notify \"It is done.\"", Safety::Safe),
        ("    start install", "    start\n    install", Safety::Safe),
        (
            "    if S1 is DOWN # why\n    {\n        start\n    }",
            "    if S1 is DOWN { # why\n    \n        start\n    }",
            Safety::Safe,
        ),
        ("    if S1 is DOWN\n        start\n    }", "    if S1 is DOWN {\n        start\n    }", Safety::Unsafe),
        ("    admin 'hsb conect'", "    admin 'hsb connect'", Safety::Unsafe),
        ("    wait until S3 is DOWN within 5m", "    wait until S1 is DOWN within 5m", Safety::Unsafe),
        ("    wait until S1.copi is ACTIVE within 5m", "    wait until S1.copy is ACTIVE within 5m", Safety::Unsafe),
        ("    start with autoconver", "    start with autoconvert", Safety::Unsafe),
        ("    admin 'hsb connect' in doubt ask", "    admin 'hsb connect' ", Safety::Unsafe),
        ("    assert S1.log_space > 10GB", "    assert S1.log_space > 10 GiB", Safety::Unsafe),
        ("    admin 'hsb connect' within 5m", "    admin 'hsb connect' ", Safety::Unsafe),
    ] {
        let applied = fixed(&frame(wrong), most, check_text);
        assert_eq!(applied.text, frame(right), "{wrong}");
        if most == Safety::Unsafe {
            assert_eq!(fixed(&frame(wrong), Safety::Safe, check_text).made, 0, "{wrong} is not to be changed unread");
        }
    }
    let headless =
        fixed("# what it is\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\n", Safety::Safe, check_text);
    assert_eq!(headless.text, "# what it is\nlanguage 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\n");
}

const WRONG: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is serving\nrequire S2 is SERVING\n";
const SAFE: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\nrequire S2 is SERVING\n";
const ALL: &str = "language 1\nrunbook \"x\"\nserver S1: any\nrequire S1 is SERVING\nrequire S1 is SERVING\n";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("because the system has room for a scratch folder");
    fs::write(folder.path().join("a.hsbrun"), WRONG).expect("because it is ours");
    folder
}

fn hsbrun(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let input = fs::File::open(folder.join("a.hsbrun")).expect("because it is there");
    let out = Command::new(env!("CARGO_BIN_EXE_hsbrun"))
        .arg("check")
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::from(input))
        .output()
        .expect("because cargo has built the binary");
    let text = |bytes| String::from_utf8(bytes).expect("because hsbrun writes UTF-8");
    (out.status.code().expect("because no signal was sent"), text(out.stdout), text(out.stderr))
}

fn read(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("a.hsbrun")).expect("because it is there")
}

#[test]
fn a_file_is_fixed_as_far_as_is_asked_for_and_keeps_its_permissions() {
    let folder = folder();
    let path = folder.path().join("a.hsbrun");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("because it is ours");
    let (code, out, told) = hsbrun(folder.path(), &["--fix", "a.hsbrun"]);
    assert_eq!((code, told.as_str()), (1, "a.hsbrun: 1 fix made\n"));
    assert!(out.contains("no server is called `S2`") && out.contains("--unsafe-fixes puts 1 right"), "{out}");
    assert_eq!(read(&folder), SAFE);
    let (code, out, _) = hsbrun(folder.path(), &["--unsafe-fixes", "a.hsbrun"]);
    assert_eq!((code, out.as_str()), (0, "no findings\n"));
    assert_eq!(read(&folder), ALL);
    assert_eq!(fs::metadata(&path).expect("because it is there").permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).expect("because it is ours").count(), 1, "something was left behind");
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let folder = folder();
    let (code, out, told) = hsbrun(folder.path(), &["--diff", "a.hsbrun"]);
    assert_eq!((code, told.as_str()), (1, "1 fix would be made\n"));
    assert!(out.contains("-require S1 is serving\n+require S1 is SERVING\n"), "{out}");
    assert_eq!(read(&folder), WRONG);
}

#[test]
fn what_comes_from_standard_input_goes_to_standard_output_fixed() {
    let folder = folder();
    let (code, out, told) = hsbrun(folder.path(), &["--fix", "-"]);
    assert_eq!((code, out.as_str()), (1, SAFE));
    assert!(told.contains("<standard input>: 1 fix made") && told.contains("no server is called `S2`"), "{told}");
}

#[test]
fn a_file_that_cannot_be_replaced_is_as_it_was_and_said() {
    let folder = folder();
    // Its name has no room for that of the file which would take its place; not even root has more.
    let name = format!("{}.hsbrun", "a".repeat(248));
    fs::write(folder.path().join(&name), WRONG).expect("because it is ours");
    let (code, _, told) = hsbrun(folder.path(), &["--fix", &name]);
    assert!(code == 2 && told.contains("HSB7910 unwritable-file"), "{code}: {told}");
    assert_eq!(fs::read_to_string(folder.path().join(&name)).expect("because it is there"), WRONG);
}

#[test]
fn a_site_file_is_fixed_too_and_a_file_that_is_only_used_is_not() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("because it is ours");
    write(
        "a.hsbrun",
        "language 1\nrunbook \"x\"\nuse \"lib.hsbrun\"\nserver S1: any\nserver S2: any\nrequire S1 is SERVING\n",
    );
    let library = "language 1\nlibrary \"l\"\nprocedure p(S: server) {\n    wait until S is serving within 5m\n}\n";
    write("lib.hsbrun", library);
    write(
        "site.yaml",
        "pair: p\nservers:\n  S1:\n    odbc: \"Driver=d;SERVER=a;PORT=1\"\n    runing: [/x]\n  S2:\n    odbc: \"Driver=d;SERVER=b;PORT=1\"\n",
    );
    let (code, _, told) = hsbrun(folder.path(), &["--unsafe-fixes", "a.hsbrun", "--site", "site.yaml"]);
    assert_eq!((code, told.as_str()), (1, "site.yaml: 1 fix made\n"));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).expect("because it is there");
    assert!(text("site.yaml").contains("    running: [/x]\n"), "{}", text("site.yaml"));
    assert_eq!(text("lib.hsbrun"), library);
    assert_eq!(hsbrun(folder.path(), &["--fix", "a.hsbrun", "lib.hsbrun"]).0, 0);
    assert!(text("lib.hsbrun").contains("is SERVING"));
}
