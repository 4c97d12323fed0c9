//! Requests and answers in the journal's words, without what differs between two worlds that go the same way: texts for
//! people, limits of time, and positions other than which is greater.

use serde_json::{Value, json};

use crate::engine::{Answer, Clock, Clocks, Decision, Probe, Reading, Request};
use crate::journal::{Labels, words};
use crate::pair::State;
use crate::pair::model::{Connection, Model, Side};

/// What hsbrun asks.
pub(super) fn asked(request: &Request, labels: &Labels<'_>) -> Value {
    match request {
        Request::Look(probes, _) => {
            json!({"look": probes.iter().map(|probe| Value::Object(words::probe(probe, labels))).collect::<Vec<_>>()})
        }
        Request::Send(command) => {
            let mut command = words::command(command, labels);
            if let Value::Object(fields) = &mut command {
                fields.remove("limit_ms");
            }
            json!({"send": command})
        }
        Request::Pause(clocks) => json!({"wait": self::clocks(*clocks)}),
        Request::Ask(question) => json!({"ask": question.id}),
        Request::Set(..) | Request::Notify(_) => Value::Null,
        Request::End(_) => json!("nothing: the run is over"),
    }
}

/// What it gets.
pub(super) fn got(request: &Request, answer: &Answer, labels: &Labels<'_>) -> Value {
    match (request, answer) {
        (Request::Look(probes, _), Answer::Looked(readings)) => {
            let pairs: Vec<(Probe, Reading)> = probes.iter().cloned().zip(ranked(readings)).collect();
            words::readings(&pairs, labels)
        }
        (_, Answer::Outcome(outcome)) => {
            let mut fields = words::outcome(outcome);
            fields.remove("text");
            fields.remove("why");
            Value::Object(fields)
        }
        (_, Answer::Woke(over)) => json!({"over": clocks(*over)}),
        (_, Answer::Decided(decision)) => decided(decision).into(),
        (_, Answer::Begin | Answer::Set | Answer::Looked(_)) => Value::Null,
    }
}

/// Positions are opaque; only which of two is greater counts.
fn ranked(readings: &[Reading]) -> Vec<Reading> {
    let positions: Vec<&String> =
        readings.iter().filter_map(|it| if let Reading::Position(text) = it { Some(text) } else { None }).collect();
    let least = positions.iter().min().copied();
    readings
        .iter()
        .map(|reading| match reading {
            Reading::Position(text) if Some(text) == least => Reading::Position("not further".to_owned()),
            Reading::Position(_) => Reading::Position("further".to_owned()),
            Reading::State(_)
            | Reading::Status(_)
            | Reading::Version(_)
            | Reading::Size(_)
            | Reading::Yes
            | Reading::No
            | Reading::Unknown(_) => reading.clone(),
        })
        .collect()
}

const CLOCKS: [(Clock, &str); 4] =
    [(Clock::Limit, "limit"), (Clock::Settle, "settle"), (Clock::Look, "look"), (Clock::Delay, "delay")];

/// The words of a set of clocks.
pub(super) fn clocks(clocks: Clocks) -> Vec<&'static str> {
    CLOCKS.into_iter().filter(|(clock, _)| clocks.contains(*clock)).map(|(_, word)| word).collect()
}

/// The set of clocks of which these are the words; none where one is unknown.
pub(super) fn clocks_of(words: &[String]) -> Option<Clocks> {
    words.iter().try_fold(Clocks::NONE, |set, word| {
        CLOCKS.into_iter().find(|(_, known)| known == word).map(|(clock, _)| set.with(clock))
    })
}

/// What a person said.
pub(super) fn decided(decision: &Decision) -> &'static str {
    match decision {
        Decision::Approved { .. } => "approved",
        Decision::Declined { .. } => "declined",
        Decision::Late => "late",
        Decision::Park => "parked",
    }
}

pub(super) fn decision(word: &str) -> Option<Decision> {
    let by = || "replay".to_owned();
    let all = [Decision::Approved { by: by() }, Decision::Declined { by: by() }, Decision::Late, Decision::Park];
    all.into_iter().find(|decision| decided(decision) == word)
}

/// What the pair is in.
pub(super) fn pair(model: &Model, lines_cut: [bool; 2]) -> Value {
    let server = |side: Side| {
        json!({
            "state": model.state(side).map(State::word),
            "ahead": model.is_ahead(side),
            "complete": model.is_complete(side),
            "version": model.software(side).to_string(),
            "line": if lines_cut[side as usize] { "cut" } else { "up" },
        })
    };
    let connection = match model.connection() {
        Connection::Broken => "broken",
        Connection::Catchup => "catchup",
        Connection::Connected => "connected",
    };
    json!({
        "servers": Side::BOTH.map(server),
        "connection": connection,
        "link": if model.link_is_up() { "up" } else { "down" },
        "watchdog": if model.watchdog_is_on() { "on" } else { "off" },
    })
}
