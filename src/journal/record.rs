//! From events to records: the one place where the engine's types become the journal's format.

use serde_json::{Map, Value, json};

use crate::engine::{End, Event, InstrId};
use crate::program::{Program, ServerId, StepId};

use super::words::{self, object};

/// Names for the numbers in events.
pub struct Labels<'a> {
    program: &'a Program,
    place: Box<dyn Fn(InstrId) -> String + 'a>,
}

impl<'a> Labels<'a> {
    /// `place` gives the place of an instruction, for people: `hot.hsbrun:41`.
    #[must_use]
    pub fn new(program: &'a Program, place: impl Fn(InstrId) -> String + 'a) -> Self {
        Self { program, place: Box::new(place) }
    }

    /// The place of an instruction.
    #[must_use]
    pub fn place(&self, at: InstrId) -> String {
        (self.place)(at)
    }

    pub(super) fn server(&self, server: ServerId) -> &str {
        let found = self.program.servers.get_index(usize::from(server.0));
        found.map(|(name, _)| name.as_str()).expect("because events name servers of their program")
    }

    pub(super) fn step(&self, step: StepId) -> &str {
        let found = self.program.steps.get_index(usize::from(step.0));
        found.map(|(id, _)| id.as_str()).expect("because events name steps of their program")
    }

    /// An instruction: its number, for resuming, and its place, for people.
    pub(super) fn at(&self, at: InstrId) -> Map<String, Value> {
        object(json!({"instr": at.0, "place": (self.place)(at)}))
    }
}

/// The kind and body of an event's record.
pub(super) fn record(event: &Event, labels: &Labels<'_>) -> (&'static str, Map<String, Value>) {
    let step = |step: StepId| object(json!({"step": labels.step(step)}));
    let at = |at: InstrId, more: Value| {
        let mut fields = labels.at(at);
        fields.extend(object(more));
        fields
    };
    match event {
        Event::Entered { entry } => {
            let ids = (0u8..).map(ServerId);
            let states: Map<String, Value> = ids
                .zip(&entry.states)
                .map(|(id, state)| (labels.server(id).to_owned(), Value::from(state.word())))
                .collect();
            ("entered", object(json!({"step": labels.step(entry.step), "states": states})))
        }
        Event::Preflight { failures } => {
            let failures: Value = failures.iter().map(|failure| words::preflight(failure, labels)).collect();
            ("preflight", object(json!({"failures": failures})))
        }
        Event::StepBegan { step, attempt } => {
            ("step-began", object(json!({"step": labels.step(*step), "attempt": attempt})))
        }
        Event::StepDone { step: id } => ("step-done", step(*id)),
        Event::Statement { at } => ("statement", labels.at(*at)),
        Event::Seen { server, state } => {
            ("seen", object(json!({"server": labels.server(*server), "state": words::state(*state)})))
        }
        Event::Looked { at: instr, readings } => {
            ("looked", at(*instr, json!({"readings": words::readings(readings, labels)})))
        }
        Event::WaitBegan { at: instr, limit } => {
            ("wait-began", at(*instr, json!({"limit_ms": words::milliseconds(*limit)})))
        }
        Event::WaitDone { at } => ("wait-done", labels.at(*at)),
        Event::Intent { at: instr, command, seen } => {
            let body = json!({"command": words::command(command, labels), "seen": words::seen(seen)});
            ("intent", at(*instr, body))
        }
        Event::Outcome { at: instr, outcome } => ("outcome", at(*instr, Value::Object(words::outcome(outcome)))),
        Event::Settling { at } => ("settling", labels.at(*at)),
        Event::Settled { at: instr, verdict } => ("settled", at(*instr, json!({"verdict": words::verdict(*verdict)}))),
        Event::Stands { server, status } => {
            ("stands", object(json!({"server": labels.server(*server), "status": status.word()})))
        }
        Event::AlreadySo { at } => ("already-so", labels.at(*at)),
        Event::Approved { id, by } => ("approved", object(json!({"id": id, "by": by}))),
        Event::Declined { id, by } => ("declined", object(json!({"id": id, "by": by}))),
        Event::Notified { text } => ("notified", object(json!({"text": text}))),
        Event::PointOfNoReturn { text } => ("point-of-no-return", object(json!({"text": text}))),
        Event::Handler { step: id } => ("handler", step(*id)),
        Event::Retry { step, from, nth, of } => {
            let body = json!({"step": labels.step(*step), "from": labels.step(*from), "nth": nth, "of": of});
            ("retry", object(body))
        }
        Event::Failed { failure } => ("failed", words::failure(failure, labels)),
        Event::Ending { ending } => ("ending", object(json!({"ending": words::ending(*ending)}))),
        Event::BackingOut { step: id } => ("backing-out", step(*id)),
        Event::LeftWatchdogOff { because } => ("left-watchdog-off", object(json!({"because": because}))),
        Event::Interrupted => ("interrupted", Map::new()),
        Event::Ended { end } => ("ended", ended(end)),
    }
}

fn ended(end: &End) -> Map<String, Value> {
    object(json!({
        "result": words::result(end.result),
        "ending_failed": end.ending_failed,
        "watchdog_astray": end.watchdog_astray,
    }))
}
