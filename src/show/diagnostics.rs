//! Findings about a run that was not started: HSB50xx. Each says what was asked, and what was seen instead.

use crate::diag::{Finding, Rule, Severity};
use crate::engine::{PreflightFailure, Probe, Reading};
use crate::pair::StateSet;
use crate::program::ServerId;

use super::inert::inert;
use super::words::Words;

const REQUIRE_FAILS: Rule = Rule { code: "HSB5001", name: "require-fails", severity: Severity::Error };
const REQUIRE_UNKNOWN: Rule = Rule { code: "HSB5002", name: "require-unknown", severity: Severity::Error };
const NOT_IN_START_STATE: Rule = Rule { code: "HSB5003", name: "not-in-start-state", severity: Severity::Error };
const BUSY: Rule = Rule { code: "HSB5004", name: "operation-in-progress", severity: Severity::Error };

/// What kept a run from starting, as a finding at the line that asks for it.
#[must_use]
pub fn preflight(words: &Words<'_>, failure: &PreflightFailure) -> Finding {
    match failure {
        PreflightFailure::Require { index, unknown, readings } => require(words, *index, *unknown, readings),
        PreflightFailure::StartState { server, wanted, readings } => start_state(words, *server, *wanted, readings),
        PreflightFailure::Busy { server, readings } => busy(words, *server, readings),
    }
}

fn require(words: &Words<'_>, index: usize, unknown: bool, readings: &[(Probe, Reading)]) -> Finding {
    let require = &words.code.requires()[index];
    let seen = words.readings(readings).join(", ");
    let finding = if unknown {
        let what = format!("whether a `require` holds cannot be told: {}", inert(&require.text));
        Finding::at(REQUIRE_UNKNOWN, require.span, what, seen).help("make sure that what it asks can be asked")
    } else {
        let what = format!("a `require` does not hold: {}", inert(&require.text));
        Finding::at(REQUIRE_FAILS, require.span, what, seen).help("bring it about, then start again; nothing was done")
    };
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
    let seen = words.readings(readings).join(", ");
    let span = words.program.servers[usize::from(server.0)].from.span;
    let label = format!("{seen}{wanted}");
    let unknown = readings.iter().any(|(_, reading)| matches!(reading, Reading::Unknown(_)));
    let (what, help) = if unknown {
        let what = format!("whether {name} is in its start state is not known");
        (what, format!("make sure that {name} answers, and that the site file says where it is"))
    } else {
        let what = format!("{name} is not in its start state");
        (what, format!("bring {name} there, or bind the names the other way round with --server"))
    };
    Finding::at(NOT_IN_START_STATE, span, what, label).why("the steps are only known to be safe from there").help(help)
}

fn busy(words: &Words<'_>, server: ServerId, readings: &[(Probe, Reading)]) -> Finding {
    let name = words.server(server);
    let span = words.program.servers[usize::from(server.0)].span;
    let seen = words.readings(readings).join(", ");
    Finding::at(BUSY, span, format!("something is in progress on {name}"), seen)
        .why("a command that meets it would be refused, or undo it")
        .help("wait until it is over, then start again")
}
