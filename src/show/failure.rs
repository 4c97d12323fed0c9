//! Why something failed, in words: what happened, what the server's code means, what was last read.

use crate::engine::{FailureKind, GuardRule, Probe, Reading, Refuser};

use super::words::Words;
use crate::text::inert;

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
            told(format!("{statement}: did not come true in time"), "did not come true in time", read(readings))
        }
        FailureKind::FailIf { readings } => told(
            format!("{statement}: what stands after `fail if` has come true"),
            "`fail if` came true",
            read(readings),
        ),
        FailureKind::Down { server } => {
            let name = words.server(*server);
            told(format!("{statement}: {name} is DOWN"), &format!("{name} is DOWN"), Vec::new())
        }
        FailureKind::AssertFalse { text, readings } => {
            let why = text.as_deref().map(|text| format!(" ({})", inert(text))).unwrap_or_default();
            let what = format!("{statement}: does not hold{why}");
            told(what, "does not hold", read(readings))
        }
        FailureKind::Unknown { readings } => told(format!("{statement}: cannot be told"), "not known", read(readings)),
        FailureKind::NotFrom { state } => {
            let state = state.map_or("a state that is not in sight".to_owned(), |state| state.to_string());
            told(
                format!("{statement}: not sent in {state}, which `from` does not name"),
                "not sent in this state",
                Vec::new(),
            )
        }
        FailureKind::Declined { id } => told(format!("`{id}` was declined"), "declined", Vec::new()),
        FailureKind::ConfirmLate { id } => {
            told(format!("`{id}` was not answered in time"), "no answer in time", Vec::new())
        }
        FailureKind::Stop { text } => told(inert(text), "stops here", Vec::new()),
        FailureKind::NotDone => told(
            format!("{statement}: its answer was lost, and the pair shows that it has not happened"),
            "has not happened",
            Vec::new(),
        ),
        FailureKind::InDoubt { why } => {
            told(format!("{statement}: whether it has happened is not known ({})", inert(why)), "in doubt", Vec::new())
        }
        FailureKind::EndState { server, readings } => {
            told(format!("{} is not in its end state", words.server(*server)), "not so at the end", read(readings))
        }
    }
}

/// What the guard kept from happening, by which of its rules, and where more is said.
#[must_use]
pub fn guard(rule: GuardRule) -> Vec<(&'static str, String)> {
    let letter = rule.letter();
    let why = match rule {
        GuardRule::Refused => "the pair refuses it as it stands: `refused-command`, as verify calls it",
        GuardRule::TwoPrimaries => "both servers would have accepted writes: `two-primaries`, as verify calls it",
        GuardRule::OwnOutOfSight => {
            "nobody could have told what it does to a server that cannot be seen or takes no command"
        }
        GuardRule::PeerOutOfSight => {
            "the other server may be accepting writes, and both would have: `two-primaries`, as verify calls it"
        }
    };
    let lifted = if rule.can_be_lifted() { "--no-guard REASON lifts this rule" } else { "nothing lifts this rule" };
    let explain = rule.keeps().map(|property| format!("hsbrun explain {property}; ")).unwrap_or_default();
    vec![
        ("the guard", format!("rule ({letter}): {why}; {lifted}")),
        ("more", format!("{explain}`hsbrun locate` says where the procedure stands on this pair")),
    ]
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
        (Refuser::Guard(_), Some(_)) => (
            format!("{statement}: not sent, for the server would refuse it as the pair stands, with {number}"),
            format!("not sent: {number}"),
        ),
        (Refuser::Guard(_), None) => (format!("{statement}: not sent"), "not sent".to_owned()),
    };
    let text = inert(text);
    let what = if text.is_empty() { short.clone() } else { format!("{short} ({text})") };
    // The guard's words have not been shown before.
    let short = if matches!(by, Refuser::Guard(_)) { what.clone() } else { short };
    Told { what, short, label, read: Vec::new() }
}
