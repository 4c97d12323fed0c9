//! Back-outs of runs that were stopped or killed.

use hsbrun::engine::{Event, RunResult};
use hsbrun::verify::{Property, What};

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
