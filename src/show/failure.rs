//! Why something failed, in words: what happened, what the server's code means, what was last read.

use crate::engine::{FailureKind, Probe, Reading, Refuser};

use super::inert::inert;
use super::words::Words;

/// A failure told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What happened, in one line, for who reads nothing else.
    pub what: String,
    /// The same right below the answer that says the rest.
    pub short: String,
    /// The same at the source line, in a few words.
    pub label: String,
    /// What was last read, one each.
    pub read: Vec<String>,
}

/// Tells a failure of a statement, whose text is `statement`.
#[must_use]
pub fn tell(words: &Words<'_>, kind: &FailureKind, statement: &str) -> Told {
    let read = |readings: &[(Probe, Reading)]| words.readings(readings);
    let told = |what: String, label: &str, read: Vec<String>| Told {
        short: what.clone(),
        what,
        label: label.to_owned(),
        read,
    };
    match kind {
        FailureKind::Refused { by, code, text } => refused(*by, *code, text, statement),
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

fn refused(by: Refuser, code: Option<i32>, text: &str, statement: &str) -> Told {
    let number = code.map(|code| code.to_string()).unwrap_or_default();
    let (short, label) = match (by, code) {
        (Refuser::Server, Some(_)) => (format!("{statement}: refused with {number}"), format!("refused with {number}")),
        (Refuser::Server, None) => (format!("{statement}: refused"), "refused".to_owned()),
        (Refuser::Host, Some(_)) => {
            (format!("{statement}: ended with exit status {number}"), format!("exit status {number}"))
        }
        (Refuser::Host, None) => (format!("{statement}: did not succeed"), "did not succeed".to_owned()),
        (Refuser::Guard, Some(_)) => (
            format!("{statement}: not sent, for the server would refuse it as the pair stands, with {number}"),
            format!("not sent: {number}"),
        ),
        (Refuser::Guard, None) => (format!("{statement}: not sent"), "not sent".to_owned()),
    };
    let text = inert(text);
    let what = if text.is_empty() { short.clone() } else { format!("{short} ({text})") };
    // The guard's words have not been shown before.
    let short = if by == Refuser::Guard { what.clone() } else { short };
    Told { what, short, label, read: Vec::new() }
}
