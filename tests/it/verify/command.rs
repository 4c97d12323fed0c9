//! `hsbrun verify` as its users call it.

use std::fs;
use std::process::{Command, Output};

fn verify(args: &[&str]) -> Output {
    let folder = env!("CARGO_MANIFEST_DIR");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hsbrun"));
    command.current_dir(folder).arg("verify").args(args).output().expect("because the binary was built")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("because it writes UTF-8")
}

const GUIDE: &str = "tests/corpus/verify/guide.hsbrun";
const SHIPPED: &str = "runbooks/hot-migration-netcopy.hsbrun";

#[test]
fn a_runbook_that_holds_ends_with_0_and_one_that_breaks_with_1_and_a_story() {
    let holds = verify(&[SHIPPED, "--faults", "0", "--kills", "0"]);
    assert_eq!(holds.status.code(), Some(0), "{}", text(&holds));
    assert!(text(&holds).contains("It holds"), "{}", text(&holds));
    let breaks = verify(&[GUIDE, "--faults", "0", "--kills", "0", "--plain"]);
    assert_eq!(breaks.status.code(), Some(1));
    let told = text(&breaks);
    assert!(told.contains("error HSB4013 wrong-version") && told.contains("install on S2"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 100 && line.is_ascii()), "{told}");
}

#[test]
fn a_search_that_is_cut_short_says_so_and_ends_with_3() {
    let output = verify(&[SHIPPED, "--states", "50"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output).contains("the bound of 50 states was reached"), "{}", text(&output));
}

#[test]
fn one_property_can_be_asked_for_and_a_mistyped_one_is_set_right() {
    let asked = verify(&[GUIDE, "--faults", "0", "--kills", "0", "--property", "two-primaries"]);
    assert_eq!(asked.status.code(), Some(0), "{}", text(&asked));
    let mistyped = verify(&[GUIDE, "--property", "two-primary"]);
    assert_eq!(mistyped.status.code(), Some(2));
    let said = String::from_utf8_lossy(&mistyped.stderr).into_owned();
    assert!(said.contains("did you mean two-primaries?"), "{said}");
}

#[test]
fn programs_get_the_same_as_json() {
    let output = verify(&[GUIDE, "--faults", "0", "--kills", "0", "--set", "upgrade=fix_pack", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&text(&output)).expect("because it is JSON");
    assert_eq!(value["holds"], false);
    let broken = &value["runs"][0]["broken"][0];
    assert_eq!(broken["code"], "HSB4013");
    assert_eq!(broken["file"], GUIDE);
    let story = broken["story"].as_array().expect("because a story is a list");
    assert!(story.len() > 3 && story.iter().all(|row| row["servers"].as_array().is_some_and(|all| all.len() == 2)));
}

const GIVE_UP: &str = "tests/corpus/verify/give-up.hsbrun";
const NO_MISHAP: [&str; 4] = ["--faults", "0", "--kills", "0"];

/// A corpus file, written anew with something else in it.
fn rewritten(name: &str, from: &str, to: &str) -> String {
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let text = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(GIVE_UP));
    let text = text.expect("because the corpus has it");
    assert!(text.contains(from), "{from}");
    fs::write(&place, text.replace(from, to)).expect("because the folder is ours");
    place.to_string_lossy().into_owned()
}

#[test]
fn damage_that_is_allowed_where_it_happens_is_no_story_and_is_repeated_with_its_reason() {
    let output = verify(&[&[GIVE_UP, "--plain"], NO_MISHAP.as_slice()].concat());
    let told = text(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("It holds, but for what the runbook allows, where nothing goes wrong by itself."), "{told}");
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = format!("lost-commits by {GIVE_UP}:32: the approval `discard` gives up what S1 has");
    assert!(flat.contains(&said) && flat.contains("(it happens at line 11, line 13)"), "{told}");

    let output = verify(&[&[GIVE_UP, "--format", "json"], NO_MISHAP.as_slice()].concat());
    let value: serde_json::Value = serde_json::from_str(&text(&output)).expect("because it is JSON");
    assert_eq!(value["holds"], true);
    let verdict = |name: &str| {
        let all = value["properties"].as_array().expect("because it is a list");
        all.iter().find(|one| one["name"] == name).map(|one| one["verdict"].clone())
    };
    assert_eq!(verdict("stale-promotion"), Some("allowed".into()));
    assert_eq!(verdict("two-primaries"), Some("holds".into()));
    let first = &value["runs"][0]["allowed"][0];
    assert_eq!((&first["code"], &first["line"]), (&"HSB4003".into(), &30.into()));
    assert_eq!(first["reason"], "the approval `discard` gives up what S1 has");
}

#[test]
fn damage_is_allowed_only_where_the_comment_reaches_and_only_of_the_kind_that_it_names() {
    let only_the_copy = rewritten("only-the-copy.hsbrun", "(stale-promotion, lost-commits)", "(stale-promotion)");
    let elsewhere = verify(&[&[only_the_copy.as_str(), "--plain"], NO_MISHAP.as_slice()].concat());
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(text(&elsewhere).contains("error HSB4002 lost-commits"), "{}", text(&elsewhere));
    let other = rewritten("other-kind.hsbrun", "(stale-promotion, lost-commits)", "(nobody-serves, lost-commits)");
    let other = verify(&[&[other.as_str(), "--plain"], NO_MISHAP.as_slice()].concat());
    assert!(text(&other).contains("error HSB4003 stale-promotion"), "{}", text(&other));
}

#[test]
fn a_comment_that_allows_what_nothing_breaks_is_said_once_everything_was_explored() {
    let idle =
        rewritten("idle.hsbrun", "(stale-promotion, lost-commits)", "(wrong-version, stale-promotion, lost-commits)");
    let whole = text(&verify(&[&idle, "--plain"]));
    assert!(
        whole.contains("warning HSB3905 unused-allow: nothing that was explored breaks `wrong-version` here"),
        "{whole}"
    );
    assert_eq!(whole.matches("HSB3905 unused-allow").count(), 1, "{whole}");
    let less = text(&verify(&[&[idle.as_str(), "--plain"], NO_MISHAP.as_slice()].concat()));
    assert!(!less.contains("HSB3905"), "{less}");
    let json = text(&verify(&[&idle, "--format", "json"]));
    let value: serde_json::Value = serde_json::from_str(&json).expect("because it is JSON");
    let unused = value["unused_allows"].as_array().expect("because it is a list");
    assert_eq!((unused.len(), &unused[0]["line"]), (1, &29.into()));
}

#[test]
fn two_primaries_cannot_be_allowed_and_whoever_tries_is_told() {
    let never = rewritten("never.hsbrun", "(stale-promotion, lost-commits)", "(two-primaries)");
    let output = verify(&[&[never.as_str(), "--plain"], NO_MISHAP.as_slice()].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("`two-primaries` cannot be allowed") && said.contains("no reason makes this right"),
        "{said}"
    );
}
