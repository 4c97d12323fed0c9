//! Stories brought about on server processes: what the explorer says can happen there, happens.

use std::fs;

use hsbrun::verify::{Property, Violation, What};
use serde_json::Value;

use super::{Runbook, told};
use crate::support::pair::Pair;

/// The instruction that is refused, and the code: what a story and a journal have in common.
type Refusal = (u64, i64);

/// How the stories of a property end that need nothing to go wrong.
fn told_refusals(runbook: &Runbook, property: Property) -> Vec<Refusal> {
    let report = runbook.explore(&runbook.usual(), 0, 0);
    let of = report.broken.iter().filter(|violation| violation.property == property);
    let refusals: Vec<Refusal> = of.filter_map(last_refusal).collect();
    assert!(!refusals.is_empty(), "{:#?}", told(runbook, &report));
    refusals
}

fn last_refusal(violation: &Violation) -> Option<Refusal> {
    use hsbrun::engine::{Event, Outcome};
    let events = violation.story.entries.iter().rev().flat_map(|entry| match &entry.what {
        What::Answered { events, .. } => events.as_slice(),
        What::Begun { .. }
        | What::Happens(_)
        | What::ComesLate { .. }
        | What::Killed { .. }
        | What::Stopped { .. }
        | What::BacksOut { .. } => &[],
    });
    events.into_iter().find_map(|event| match event {
        Event::Outcome { at, outcome: Outcome::Refused { code, .. } } => Some((u64::from(at.0), i64::from((*code)?))),
        _ => None,
    })
}

/// What was refused in the only run of a pair, by its journal.
fn journalled_refusals(pair: &Pair) -> Vec<Refusal> {
    let files = fs::read_dir(&pair.journals).expect("because there was a run");
    let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    let lines: Vec<Value> = texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect();
    lines
        .iter()
        .map(|line| &line["body"])
        .filter(|body| body["outcome"] == "refused")
        .filter_map(|body| Some((body["instr"].as_u64()?, body["code"].as_i64()?)))
        .collect()
}

fn comes_about(text: &str, settings: &[&str], property: Property) {
    let runbook = Runbook::of(hsbrun::text::Source::new("test.hsbrun", text), "runbooks", &[("upgrade", "fix_pack")]);
    let told = told_refusals(&runbook, property);
    let pair = Pair::up("fix_pack", settings);
    pair.edit_site(|site| site.replace("look_limit: 10s", "look_limit: 500ms"));
    let ended = pair.run(&pair.runbook(text), &["--set", "upgrade=fix_pack", "--set", "target=7.0.3"]);
    assert!(ended.code.is_some_and(|code| code >= 20), "{}", ended.output());
    let happened = journalled_refusals(&pair);
    assert_eq!(happened.len(), 1, "{happened:?}\n{}", ended.output());
    assert!(told.contains(&happened[0]), "told {told:?}, happened {happened:?}\n{}", ended.output());
}

fn corpus(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/verify").join(name);
    fs::read_to_string(path).expect("because the file is there")
}

#[test]
fn the_guides_installation_over_a_server_that_still_stops() {
    // To the letter step 3 may also meet a server that is not parted yet: a story of its own, and a race here.
    let disconnect = "    admin 'hsb disconnect'\n";
    let wait = "    wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n";
    let text = corpus("guide.hsbrun").replacen(disconnect, &format!("{disconnect}{wait}"), 1);
    comes_about(&text, &["StopDelay=20000"], Property::WrongVersion);
}

#[test]
fn the_guides_switch_before_the_catchup_has_begun() {
    comes_about(&corpus("guide-processes.hsbrun"), &["ConnectDelay=20000"], Property::RefusedCommand);
}

#[test]
fn a_netcopy_between_servers_that_are_connected() {
    let text = "language 1\nrunbook \"A copy too early\"\nparam upgrade: version_level | fix_pack\nparam target: version\n\
                server S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\
                step 1 \"Copy\" on S1 {\n    watchdog off\n    admin 'hsb netcopy'\n}\n\
                on success {\n    watchdog on\n}\non failure {\n    watchdog on\n}\n";
    comes_about(text, &[], Property::RefusedCommand);
}
