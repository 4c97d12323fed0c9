//! What would have prevented a story is said where the story shows it, and nowhere else.

use hsbrun::verify::Property;

use super::Runbook;

/// What is said of a property that a runbook of the corpus breaks, each wording once.
fn helps(folder: &'static str, name: &str, faults: u8, property: Property) -> Vec<Option<String>> {
    let runbook = Runbook::file(folder, name, &[]);
    let report = runbook.explore(&runbook.usual(), faults, 0);
    let of_it = report.broken.iter().filter(|it| it.property == property);
    let mut helps: Vec<Option<String>> = of_it.map(|it| it.finding(&runbook.code).help).collect();
    assert!(!helps.is_empty(), "{name} does not break {}", property.word());
    helps.dedup();
    helps
}

fn says(folder: &'static str, name: &str, faults: u8, property: Property, help: &str) {
    assert_eq!(helps(folder, name, faults, property), [Some(help.to_owned())], "{name}");
}

#[test]
fn what_was_still_in_progress_is_to_be_waited_for() {
    says(
        "tests/corpus/verify/breaks/fails-unprovoked",
        "asserted-and-not-waited-for.hsbrun",
        0,
        Property::FailsUnprovoked,
        "wait before it until the disconnect is over",
    );
    says(
        "tests/corpus/verify/breaks/fails-unprovoked",
        "the-copy-has-begun-only.hsbrun",
        0,
        Property::FailsUnprovoked,
        "wait before it until the netcopy is over",
    );
}

#[test]
fn a_promotion_is_to_look_at_the_other_server_as_far_as_it_can_be_asked() {
    says(
        "tests/corpus/verify/breaks/lost-commits",
        "roles-exchanged-by-hand.hsbrun",
        0,
        Property::StalePromotion,
        "put `assert S2.position >= S1.position` before it",
    );
    says(
        "tests/corpus/verify/breaks/lost-commits",
        "promoted-and-written-to.hsbrun",
        0,
        Property::StalePromotion,
        "start S1 and let it serve: it holds every commit; where it cannot be started, let a person decide",
    );
}

#[test]
fn a_watchdog_that_was_turned_on_too_early_is_to_be_left_off() {
    says(
        "tests/corpus/verify/breaks/stale-promotion",
        "failure-turns-the-watchdog-on.hsbrun",
        1,
        Property::StalePromotion,
        "turn the watchdog on only where both servers are seen connected, else `leave watchdog off because \"…\"`",
    );
}

#[test]
fn a_server_that_could_serve_is_named_and_whether_it_has_to_be_started() {
    says(
        "tests/corpus/verify/breaks/dead-wait",
        "a-listener-that-was-started-plainly.hsbrun",
        1,
        Property::NobodyServes,
        "let this way end with S1 started and serving: it holds every commit",
    );
    says(
        "tests/corpus/verify/breaks/never-succeeds",
        "the-wrong-server-is-stopped.hsbrun",
        0,
        Property::OutageWait,
        "add `fail if S1 is DOWN` to the wait",
    );
}

#[test]
fn nothing_is_said_where_it_could_be_one_thing_or_another() {
    let helps =
        helps("tests/corpus/verify/breaks/never-succeeds", "nobody-switches.hsbrun", 0, Property::NeverSucceeds);
    assert_eq!(helps, [None]);
}
