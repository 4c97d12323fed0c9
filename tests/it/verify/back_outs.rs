//! Back-outs: of runs that were stopped, that failed and that were killed.

use hsbrun::engine::{Event, RunResult};
use hsbrun::verify::{Property, Then, What};

use super::{Runbook, properties, told};

const BREAKS: &str = "tests/corpus/verify/breaks/fails-unprovoked";
const HOLDS: &str = "tests/corpus/verify/holds/fails-unprovoked";

#[test]
fn a_run_that_is_stopped_anywhere_can_be_backed_out_where_each_step_is_undone_from_any_point() {
    let broken = Runbook::file(BREAKS, "a-back-out-that-starts-nothing.hsbrun", &[]);
    let report = broken.explore(&broken.usual(), 0, 0);
    assert_eq!(properties(&report), [Property::FailsUnprovoked], "{:#?}", told(&broken, &report));
    let held = Runbook::file(HOLDS, "a-back-out-that-starts-what-was-stopped.hsbrun", &[]);
    let report = held.explore(&held.usual(), 0, 1);
    assert!(report.broken.is_empty(), "{:#?}", told(&held, &report));
    let undone = held.code.ids().filter(|at| held.code.place(*at).part == hsbrun::engine::Part::BackOut);
    let unreached: Vec<&str> = undone
        .filter(|at| held.code.is_check(*at) && !report.coverage.held(*at))
        .map(|at| held.code.text(at))
        .collect();
    assert!(unreached.is_empty(), "every back-out comes to its end: {unreached:?}");
}

#[test]
fn the_story_tells_that_the_operator_stops_the_run_and_backs_it_out_and_how_that_ends() {
    let runbook = Runbook::file(BREAKS, "a-back-out-that-starts-nothing.hsbrun", &[]);
    let report = runbook.explore(&runbook.usual(), 0, 0);
    let entries = &report.broken.first().expect("because it breaks").story.entries;
    let at = |wanted: fn(&What) -> bool| entries.iter().position(|entry| wanted(&entry.what));
    let stopped = at(|what| matches!(what, What::Stopped { .. })).expect("because it is stopped");
    let backs_out = at(|what| matches!(what, What::BacksOut { .. })).expect("because it is backed out");
    assert!(stopped < backs_out);
    let What::BacksOut { events } = &entries[backs_out].what else { unreachable!("because it was found there") };
    assert!(events.iter().any(|event| matches!(event, Event::BackingOut { .. })), "{events:?}");
    let last = entries.last().expect("because something happened");
    let What::Answered { events, .. } = &last.what else {
        panic!("because the run sees that its time is over: {last:?}")
    };
    let failed = |event: &Event| matches!(event, Event::Ended { end } if end.result == RunResult::Failed);
    assert!(events.iter().any(failed), "{events:?}");
}

#[test]
fn what_only_a_back_out_does_to_the_pair_is_told_as_a_story_of_one() {
    // It would hold if a run that was stopped or killed were only ever resumed.
    let text = "step 0 \"Silence\" {\n    watchdog off\n    back out { }\n}\n\
                step 1 \"Copy\" on S1 {\n    admin 'hsb disconnect'\n    \
                wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 1m\n    point of no return \"a test\"\n    \
                back out {\n        on S2 {\n            admin 'hsb set primary alone'\n        }\n    }\n}\n\
                on success {\n    leave watchdog off because \"a test\"\n}\n\
                on failure {\n    leave watchdog off because \"a test\"\n}\n\
                on back out {\n    leave watchdog off because \"a test\"\n}\n";
    let runbook = Runbook::text(text);
    let report = runbook.explore(&runbook.usual(), 0, 1);
    let by_a_back_out = |what: &What| matches!(what, What::Killed { then: Then::BacksOut, .. } | What::BacksOut { .. });
    let two = report.broken.iter().filter(|one| one.damage.unwrap_or(one.property) == Property::TwoPrimaries);
    let stories: Vec<bool> = two.map(|one| one.story.entries.iter().any(|entry| by_a_back_out(&entry.what))).collect();
    assert!(!stories.is_empty() && stories.iter().all(|it| *it), "{:#?}", told(&runbook, &report));
}
