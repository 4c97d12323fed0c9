//! The journal's words for what events hold: probes, readings, commands, outcomes, failures.

use serde_json::{Map, Value, json};

use crate::engine::{
    Action, Command, EndingKind, Failure, FailureKind, Outcome, PreflightFailure, Probe, Reading, Refuser, RunResult,
    SettledVerdict,
};
use crate::pair::{Seen, Sight, State};
use crate::program;

use super::Labels;

/// The fields of a `json!({…})`.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            unreachable!("because bodies are written as objects")
        }
    }
}

pub(super) fn state(state: Option<State>) -> Value {
    state.map_or(Value::Null, |state| state.word().into())
}

/// What probes gave, each with what was asked.
#[must_use]
pub fn readings(readings: &[(Probe, Reading)], labels: &Labels<'_>) -> Value {
    readings
        .iter()
        .map(|(asked, gave)| {
            let mut fields = probe(asked, labels);
            let (key, value) = reading(gave);
            fields.insert(key.to_owned(), value);
            Value::Object(fields)
        })
        .collect()
}

/// What is asked, and of whom.
#[must_use]
pub fn probe(probe: &Probe, labels: &Labels<'_>) -> Map<String, Value> {
    let of = |server, asks: &str| json!({"server": labels.server(server), "asks": asks});
    object(match probe {
        Probe::State(server) => of(*server, "state"),
        Probe::Status(server, status) => of(*server, status.word()),
        Probe::Measure(server, measure) => of(*server, measure.word()),
        Probe::Answers(server, sql, values) => {
            json!({"server": labels.server(*server), "asks": "answers", "sql": sql, "values": self::values(values)})
        }
        Probe::Watchdog => json!({"asks": "watchdog"}),
        Probe::Installed(server) => of(*server, "installed"),
        Probe::Process(server) => of(*server, "process"),
        Probe::Listens(server) => of(*server, "listens"),
        Probe::HostCommand(server) => of(*server, "host command"),
        Probe::Unanswered(server) => of(*server, "unanswered"),
    })
}

fn reading(reading: &Reading) -> (&'static str, Value) {
    match reading {
        Reading::State(state) => ("state", state.word().into()),
        Reading::Status(word) => ("status", word.word().into()),
        Reading::Version(version) => ("version", version.to_string().into()),
        Reading::Position(position) => ("position", position.as_str().into()),
        Reading::Size(bytes) => ("bytes", (*bytes).into()),
        Reading::Yes => ("yes", true.into()),
        Reading::No => ("yes", false.into()),
        Reading::Unknown(why) => ("unknown", why.as_str().into()),
    }
}

fn values(values: &[program::Value]) -> Value {
    values
        .iter()
        .map(|value| match value {
            program::Value::Duration(duration) => json!({"ms": milliseconds(*duration)}),
            program::Value::Size(bytes) => json!({"bytes": bytes}),
            program::Value::Text(text) => json!({"text": text}),
            program::Value::Version(version) => json!({"version": version.to_string()}),
            program::Value::Word(word) => json!({"word": word}),
            program::Value::Number(number) => json!({"number": number}),
        })
        .collect()
}

pub(super) fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A command as it is sent.
#[must_use]
pub fn command(command: &Command, labels: &Labels<'_>) -> Value {
    let mut fields = Map::new();
    if let Some(server) = command.server {
        fields.insert("server".into(), labels.server(server).into());
    }
    let (key, value): (&str, Value) = match &command.action {
        Action::Admin { text } => ("admin", text.as_str().into()),
        Action::Sql { text, values } => {
            fields.insert("values".into(), self::values(values));
            ("sql", text.as_str().into())
        }
        Action::Start { options } => ("start", options.iter().map(String::as_str).collect()),
        Action::Install { previous } => ("install", if *previous { "previous" } else { "new" }.into()),
        Action::Run { name } => ("run", name.as_str().into()),
        Action::Watchdog { on } => ("watchdog", if *on { "on" } else { "off" }.into()),
    };
    fields.insert(key.into(), value);
    fields.insert("limit_ms".into(), milliseconds(command.limit).into());
    Value::Object(fields)
}

/// What was in sight; nothing is written of what was not.
pub(super) fn seen(seen: &Seen) -> Value {
    json!({"own": sight(&seen.own), "peer": sight(&seen.peer)})
}

fn sight(sight: &Sight) -> Value {
    let Sight { state, link, copy, switch, catchup, version, process, listens, installed, host_command } = sight;
    let word = |word: &Option<crate::pair::StatusWord>| word.map(|word| Value::from(word.word()));
    let version_text = |version: &Option<crate::pair::Version>| version.map(|version| version.to_string().into());
    let fields: [(&str, Option<Value>); 10] = [
        ("state", state.map(|state| state.word().into())),
        ("link", word(link)),
        ("copy", word(copy)),
        ("switch", word(switch)),
        ("catchup", word(catchup)),
        ("version", version_text(version)),
        ("process", process.map(Value::from)),
        ("listens", listens.map(Value::from)),
        ("installed", version_text(installed)),
        ("host_command", host_command.map(Value::from)),
    ];
    fields.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value))).collect()
}

/// What came of it.
#[must_use]
pub fn outcome(outcome: &Outcome) -> Map<String, Value> {
    object(match outcome {
        Outcome::Done { text } => json!({"outcome": "done", "text": text}),
        Outcome::Refused { by, code, text } => {
            with_rule(*by, json!({"outcome": "refused", "by": refuser(*by), "code": code, "text": text}))
        }
        Outcome::Unknown { why } => json!({"outcome": "unknown", "why": why}),
    })
}

/// Which rule of the guard it was.
fn with_rule(by: Refuser, mut fields: Value) -> Value {
    if let Refuser::Guard(Some(rule)) = by {
        fields["rule"] = Value::from(rule.letter().to_string());
    }
    fields
}

fn refuser(by: Refuser) -> &'static str {
    match by {
        Refuser::Server => "server",
        Refuser::Host => "host",
        Refuser::Guard(_) => "guard",
    }
}

pub(super) fn verdict(verdict: SettledVerdict) -> &'static str {
    match verdict {
        SettledVerdict::Done => "done",
        SettledVerdict::NotDone => "not done",
        SettledVerdict::Repeat => "repeat",
        SettledVerdict::InDoubt => "in doubt",
    }
}

pub(super) fn ending(ending: EndingKind) -> &'static str {
    match ending {
        EndingKind::Success => "success",
        EndingKind::Failure => "failure",
        EndingKind::BackOut => "back out",
    }
}

pub(super) fn result(result: RunResult) -> &'static str {
    match result {
        RunResult::Done => "done",
        RunResult::AlreadyDone => "already done",
        RunResult::NotStarted => "not started",
        RunResult::Failed => "failed",
        RunResult::InDoubt => "in doubt",
        RunResult::Parked => "parked",
        RunResult::Stopped => "stopped",
        RunResult::BackedOut => "backed out",
    }
}

pub(super) fn preflight(failure: &PreflightFailure, labels: &Labels<'_>) -> Value {
    match failure {
        PreflightFailure::Require { index, unknown, readings } => {
            json!({"require": index, "unknown": unknown, "readings": self::readings(readings, labels)})
        }
        PreflightFailure::StartState { server, wanted, readings } => json!({
            "start_state": labels.server(*server),
            "wanted": wanted.map(|states| states.iter().map(State::word).collect::<Vec<_>>()),
            "readings": self::readings(readings, labels),
        }),
        PreflightFailure::Busy { server, readings } => {
            json!({"busy": labels.server(*server), "readings": self::readings(readings, labels)})
        }
    }
}

pub(super) fn failure(failure: &Failure, labels: &Labels<'_>) -> Map<String, Value> {
    let mut fields = labels.at(failure.at);
    fields.extend(object(failure_kind(&failure.kind, labels)));
    fields
}

fn failure_kind(kind: &FailureKind, labels: &Labels<'_>) -> Value {
    let with = |name: &str, gave: &[(Probe, Reading)]| json!({"failure": name, "readings": readings(gave, labels)});
    match kind {
        FailureKind::Refused { by, code, text } => {
            with_rule(*by, json!({"failure": "refused", "by": refuser(*by), "code": code, "text": text}))
        }
        FailureKind::Limit { readings } => with("limit", readings),
        FailureKind::FailIf { readings } => with("fail if", readings),
        FailureKind::Down { server } => json!({"failure": "down", "server": labels.server(*server)}),
        FailureKind::AssertFalse { text, readings: gave } => {
            json!({"failure": "assert false", "text": text, "readings": readings(gave, labels)})
        }
        FailureKind::Unknown { readings } => with("unknown", readings),
        FailureKind::NotFrom { state } => json!({"failure": "not from", "state": self::state(*state)}),
        FailureKind::Declined { id } => json!({"failure": "declined", "id": id}),
        FailureKind::ConfirmLate { id } => json!({"failure": "confirm late", "id": id}),
        FailureKind::Stop { text } => json!({"failure": "stop", "text": text}),
        FailureKind::NotDone => json!({"failure": "not done"}),
        FailureKind::InDoubt { why } => json!({"failure": "in doubt", "why": why}),
        FailureKind::EndState { server, readings: gave } => {
            json!({"failure": "end state", "server": labels.server(*server), "readings": readings(gave, labels)})
        }
    }
}
