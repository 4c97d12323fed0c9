//! Every story goes the same way in the twin: in a world with data of its own, in which nothing of the explorer is used.

use hsbrun::engine::{Event, InstrId};
use hsbrun::journal::Labels;
use hsbrun::pair::model::Side;
use hsbrun::replay::{Replayed, Trace, replay};
use hsbrun::verify::{Entry, Property, Violation, What};

use super::{Runbook, told};

fn labels(runbook: &Runbook) -> Labels<'_> {
    Labels::new(&runbook.program, |at: InstrId| format!("instruction {}", at.0))
}

fn trace(runbook: &Runbook, violation: &Violation) -> Trace {
    Trace::of(violation, &runbook.code, &labels(runbook), indexmap::IndexMap::new())
}

/// Through the file's text and back, and then along it.
fn again(runbook: &Runbook, violation: &Violation) -> Replayed {
    let written = trace(runbook, violation).written();
    let read = Trace::read(&written).expect("because it was written so");
    replay(&runbook.code, &labels(runbook), &read)
        .unwrap_or_else(|why| panic!("{} at {}: {why}", violation.property.word(), runbook.code.text(violation.at)))
}

/// What happened, without texts that differ between two worlds.
fn way(entries: &[Entry]) -> Vec<String> {
    let step = |entry: &Entry| {
        let what = match &entry.what {
            What::Answered { request, during, events, .. } => format!("{request:?} {during:?} {}", count(events)),
            What::Begun { request } => format!("begun {request:?}"),
            What::Happens(happening) => format!("{happening:?}"),
            What::ComesLate { request } => format!("comes late {request:?}"),
            What::Killed { performed, recorded, then, .. } => format!("killed {performed:?} {recorded:?} {then:?}"),
            What::Stopped { .. } => "stopped".to_owned(),
            What::BacksOut { .. } => "backed out".to_owned(),
        };
        format!("{what} {:?} {:?}", entry.pair, entry.lines_cut)
    };
    entries.iter().map(step).collect()
}

/// The explorer forgets what a run has said already of states and readings, for it decides nothing.
fn count(events: &[Event]) -> usize {
    events.iter().filter(|event| !matches!(event, Event::Seen { .. } | Event::Looked { .. })).count()
}

/// The twin goes the same way to the same damage.
pub fn replayed(runbook: &Runbook, violation: &Violation) {
    let replayed = again(runbook, violation);
    let (here, there) = (way(&replayed.story.entries), way(&violation.story.entries));
    let parted = here.iter().zip(&there).position(|(here, there)| here != there);
    assert_eq!(
        (parted, here.len()),
        (None, there.len()),
        "{}: {:#?}",
        violation.property.word(),
        parted.map(|at| [&here[at], &there[at]])
    );
    damage_is_the_same(runbook, violation, &replayed);
}

fn replays(runbook: &Runbook, faults: u8, kills: u8) -> usize {
    let report = runbook.explore(&runbook.usual(), faults, kills);
    let mut gone = 0;
    for violation in report.broken.iter().filter(|violation| !violation.story.entries.is_empty()) {
        replayed(runbook, violation);
        gone += 1;
    }
    assert!(gone > 0, "nothing is broken: {:#?}", told(runbook, &report));
    gone
}

/// By the data and the twin's own pair, not by the explorer's word.
fn damage_is_the_same(runbook: &Runbook, violation: &Violation, replayed: &Replayed) {
    let end = replayed.story.entries.last().map_or(replayed.story.start, |entry| entry.pair);
    let lacks = |side: Side| replayed.ledger.found[side as usize] < replayed.ledger.acknowledged;
    let damage = violation.damage.unwrap_or(violation.property);
    let is_done = match damage {
        Property::TwoPrimaries => Side::BOTH.into_iter().all(|side| end.serves(side)),
        // Overwritten, or each lacks what the other one has.
        Property::LostCommits => replayed.ledger.lost > 0 || Side::BOTH.into_iter().all(lacks),
        Property::StalePromotion => Side::BOTH.into_iter().any(|side| end.serves(side) && lacks(side)),
        Property::NobodyServes | Property::OutageWait => !Side::BOTH.into_iter().any(|side| end.serves(side)),
        Property::UnsafeResume
        | Property::FailsUnprovoked
        | Property::NeverSucceeds
        | Property::WrongVersion
        | Property::RefusedCommand
        | Property::DeadWait
        | Property::EndState
        | Property::WatchdogLeft
        | Property::ConversionUnguarded
        | Property::LogOverflow => true,
    };
    assert!(is_done, "{} at {}: {:?}", damage.word(), runbook.code.text(violation.at), replayed.ledger);
}

#[test]
fn every_story_of_the_guides_procedure_replays_to_the_same_damage() {
    for file in ["guide.hsbrun", "guide-processes.hsbrun"] {
        let runbook = Runbook::file("tests/corpus/verify", file, &[("upgrade", "version_level")]);
        replays(&runbook, 1, 1);
    }
}

#[test]
fn every_story_of_a_back_out_replays_to_the_same_damage() {
    for (folder, file) in [
        ("tests/corpus/verify/breaks/lost-commits", "a-back-out-that-copies-back.hsbrun"),
        ("tests/corpus/verify/breaks/refused-command", "a-back-out-beside-a-disconnect.hsbrun"),
    ] {
        replays(&Runbook::file(folder, file, &[]), 1, 1);
    }
}

#[test]
fn a_story_of_a_kill_within_a_turn_replays_to_the_same_damage() {
    let runbook = Runbook::file("tests/corpus/verify/breaks/unsafe-resume", "behind-the-watchdog.hsbrun", &[]);
    let report = runbook.explore(&runbook.usual(), 0, 1);
    let is_within = |entry: &Entry| matches!(entry.what, What::Killed { recorded: Some(_), .. });
    let within: Vec<&Violation> = report.broken.iter().filter(|it| it.story.entries.iter().any(is_within)).collect();
    assert!(!within.is_empty(), "no story tells of one: {:#?}", told(&runbook, &report));
    within.iter().for_each(|violation| replayed(&runbook, violation));
}

#[test]
fn a_trace_that_was_changed_departs_where_it_was_changed() {
    let runbook = Runbook::file("tests/corpus/verify", "guide.hsbrun", &[("upgrade", "fix_pack")]);
    let report = runbook.explore(&runbook.usual(), 0, 0);
    let violation = report.broken.first().expect("because the guide's procedure breaks");
    let written = trace(&runbook, violation).written();
    let disconnect = "\"admin\": \"hsb disconnect\"";
    assert!(written.contains(disconnect), "{written}");
    let changed =
        Trace::read(&written.replacen(disconnect, "\"admin\": \"hsb connect\"", 1)).expect("it is a trace still");
    let why = replay(&runbook.code, &labels(&runbook), &changed).expect_err("because hsbrun disconnects").to_string();
    assert!(why.starts_with("step ") && why.contains("hsb disconnect") && why.contains("hsb connect"), "{why}");
}

#[test]
fn what_is_no_trace_says_why() {
    let why = |text: &str| Trace::read(text).expect_err("because it is none").to_string();
    assert!(why("{").contains("not JSON of a trace"));
    assert!(why(r#"{"format": "hsbrun-trace", "version": 9}"#).contains("version 9"));
    assert!(why(r#"{"format": "hsbrun-verify", "version": 1}"#).contains("hsbrun-verify"));
}
