//! `hsbrun verify` as its users call it.

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
