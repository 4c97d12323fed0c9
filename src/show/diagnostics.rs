//! Findings about a run that was not started: HSB50xx. Each says what was asked, and what was seen instead.

use crate::diag::{Finding, Rule, Severity};
use crate::engine::{PreflightFailure, Probe, Reading};
use crate::pair::{Measure, StateSet};
use crate::program::{ServerId, StepId};

use super::words::Words;
use crate::text::inert;

const REQUIRE_FAILS: Rule = Rule { code: "HSB5001", name: "require-fails", severity: Severity::Error };
const REQUIRE_UNKNOWN: Rule = Rule { code: "HSB5002", name: "require-unknown", severity: Severity::Error };
const NOT_IN_START_STATE: Rule = Rule { code: "HSB5003", name: "not-in-start-state", severity: Severity::Error };
const PAIR_HAS_MOVED: Rule = Rule { code: "HSB5005", name: "pair-has-moved", severity: Severity::Error };
const BUSY: Rule = Rule { code: "HSB5004", name: "operation-in-progress", severity: Severity::Error };

/// What kept a run from starting, as a finding at the line that asks for it; `entered`: at which later step it was to begin.
#[must_use]
pub fn preflight(words: &Words<'_>, failure: &PreflightFailure, entered: Option<StepId>) -> Finding {
    match failure {
        PreflightFailure::Require { index, unknown, readings } => require(words, *index, *unknown, readings),
        PreflightFailure::StartState { server, wanted, readings } => match entered {
            Some(step) => moved(words, (*server, step), *wanted, readings),
            None => start_state(words, *server, *wanted, readings),
        },
        PreflightFailure::Busy { server, readings } => busy(words, *server, readings),
    }
}

fn require(words: &Words<'_>, index: usize, unknown: bool, readings: &[(Probe, Reading)]) -> Finding {
    let require = &words.code.requires()[index];
    let text = inert(&require.text);
    if unknown {
        let what = format!("whether a `require` holds cannot be told: {text}");
        let finding = Finding::at(REQUIRE_UNKNOWN, require.span, what, words.readings_in_short(readings).join(", "));
        return finding.why(words.reasons(readings)).help("make sure that what it asks can be asked");
    }
    let what = format!("a `require` does not hold: {text}");
    let finding = Finding::at(REQUIRE_FAILS, require.span, what, words.readings(readings).join(", "))
        .help("bring it about, then start again; nothing was done");
    match &require.otherwise {
        Some(text) => finding.why(inert(text)),
        None => finding,
    }
}

fn start_state(
    words: &Words<'_>,
    server: ServerId,
    wanted: Option<StateSet>,
    readings: &[(Probe, Reading)],
) -> Finding {
    let name = words.server(server);
    let wanted = wanted.map(|states| format!("; it must be {states}")).unwrap_or_default();
    let span = words.program.servers[usize::from(server.0)].from.span;
    let readings = of_start_state(readings);
    let label = format!("{}{wanted}", words.readings_in_short(&readings).join(", "));
    if readings.iter().any(|(_, reading)| matches!(reading, Reading::Unknown(_))) {
        let what = format!("whether {name} is in its start state is not known");
        return Finding::at(NOT_IN_START_STATE, span, what, label)
            .why(words.reasons(&readings))
            .help(format!("make sure that {name} answers, and that the site file says where it is"));
    }
    Finding::at(NOT_IN_START_STATE, span, format!("{name} is not in its start state"), label)
        .why("the steps are only known to be safe from there")
        .help(format!("bring {name} there, or bind the names the other way round with --server"))
}

fn moved(
    words: &Words<'_>,
    (server, step): (ServerId, StepId),
    wanted: Option<StateSet>,
    readings: &[(Probe, Reading)],
) -> Finding {
    let (name, id) = (words.server(server), words.step(step));
    let readings = of_start_state(readings);
    let was = wanted.map(|states| format!("; it was {states}")).unwrap_or_default();
    let label = format!("{name}: {}{was}", words.readings_in_short(&readings).join(", "));
    Finding::at(PAIR_HAS_MOVED, words.code.step(step).span, format!("{name} is not what it was located in"), label)
        .why(format!("that a run may begin with step {id} was only found of the pair as it was then"))
        .help("look again with `hsbrun locate`; nothing was done")
}

/// What speaks of a start state: the state, and where that is known the version.
fn of_start_state(readings: &[(Probe, Reading)]) -> Vec<(Probe, Reading)> {
    let of = |wanted: fn(&Probe) -> bool| readings.iter().filter(move |(probe, _)| wanted(probe)).cloned();
    let states: Vec<(Probe, Reading)> = of(|probe| matches!(probe, Probe::State(_))).collect();
    if states.iter().any(|(_, reading)| matches!(reading, Reading::Unknown(_))) {
        return states;
    }
    let versions = of(|probe| matches!(probe, Probe::Measure(_, Measure::Version)));
    states.into_iter().chain(versions).collect()
}

fn busy(words: &Words<'_>, server: ServerId, readings: &[(Probe, Reading)]) -> Finding {
    let name = words.server(server);
    let span = words.program.servers[usize::from(server.0)].span;
    let seen = words.readings(readings).join(", ");
    Finding::at(BUSY, span, format!("something is in progress on {name}"), seen)
        .why("a command that meets it would be refused, or undo it")
        .help("wait until it is over, then start again")
}
