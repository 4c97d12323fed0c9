//! Why something failed, in words: what happened, what the server's code means, what was last read.

use crate::engine::{Command, FailureKind, Probe, Reading, Refuser};

use super::inert::inert;
use super::words::Words;

/// A failure told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What happened, in one line.
    pub what: String,
    /// The same at the source line, in a few words.
    pub label: String,
    /// What was last read, one each.
    pub read: Vec<String>,
}

/// Tells a failure; `command` is the last one sent before it.
#[must_use]
pub fn tell(words: &Words<'_>, kind: &FailureKind, command: Option<&Command>) -> Told {
    let read = |readings: &[(Probe, Reading)]| words.readings(readings);
    let told = |what: String, label: &str, read: Vec<String>| Told { what, label: label.to_owned(), read };
    match kind {
        FailureKind::Refused { by, code, text } => refused(words, *by, *code, text, command),
        FailureKind::Limit { readings } => {
            told("the time is over, and it does not hold".into(), "did not come to hold in time", read(readings))
        }
        FailureKind::FailIf { readings } => {
            told("what the wait takes for its failure has come".into(), "this holds", read(readings))
        }
        FailureKind::Down { server } => {
            let name = words.server(*server);
            told(format!("{name} is DOWN: no process, and its port refuses"), &format!("{name} is DOWN"), Vec::new())
        }
        FailureKind::AssertFalse { text, readings } => {
            let what = text.as_deref().map_or("it does not hold".into(), inert);
            told(what, "does not hold", read(readings))
        }
        FailureKind::Unknown { readings } => {
            told("whether it holds cannot be told".into(), "not known", read(readings))
        }
        FailureKind::NotFrom { state } => {
            let state = state.map_or("a state that is not in sight".to_owned(), |state| state.to_string());
            told(format!("not sent: the server is in {state}, which `from` does not name"), "not sent", Vec::new())
        }
        FailureKind::Declined { id } => told(format!("`{id}` was declined"), "declined", Vec::new()),
        FailureKind::ConfirmLate { id } => {
            told(format!("`{id}` was not answered in time"), "no answer in time", Vec::new())
        }
        FailureKind::Stop { text } => told(inert(text), "stops here", Vec::new()),
        FailureKind::NotDone => told(
            "its answer was lost; the pair shows that it has not happened, and it may not be sent again".into(),
            "has not happened",
            Vec::new(),
        ),
        FailureKind::InDoubt { why } => told(
            format!("whether it has happened is not known ({}), and asking the pair cannot tell", inert(why)),
            "in doubt",
            Vec::new(),
        ),
        FailureKind::EndState { server, readings } => {
            told(format!("{} is not in its end state", words.server(*server)), "not so at the end", read(readings))
        }
    }
}

fn refused(words: &Words<'_>, by: Refuser, code: Option<i32>, text: &str, command: Option<&Command>) -> Told {
    let server = command.and_then(|command| command.server).map(|id| words.server(id));
    let text = inert(text);
    let (what, label) = match (by, code) {
        (Refuser::Server, Some(code)) => {
            (format!("{} refused it: {code} {text}", server.unwrap_or("the server")), format!("refused with {code}"))
        }
        (Refuser::Server, None) => {
            (format!("{} refused it: {text}", server.unwrap_or("the server")), "refused".to_owned())
        }
        (Refuser::Host, Some(code)) => {
            let place = server.map_or("the machine".to_owned(), |server| format!("{server}'s machine"));
            (format!("the command on {place} ended with exit status {code}: {text}"), format!("exit status {code}"))
        }
        (Refuser::Host, None) => (format!("the command could not be run: {text}"), "could not be run".to_owned()),
        (Refuser::Guard, Some(code)) => (
            format!(
                "not sent: as the pair stands, {} would refuse it with {code} {text}",
                server.unwrap_or("the server")
            ),
            format!("not sent: {code}"),
        ),
        (Refuser::Guard, None) => (format!("not sent: {text}"), "not sent".to_owned()),
    };
    Told { what: what.trim_end_matches([' ', ':']).to_owned(), label, read: Vec::new() }
}
