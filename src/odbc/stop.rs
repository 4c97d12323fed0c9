//! Why a call to a server gave no answer, or a refusal.

use std::time::Duration;

/// The four ways in which a statement ends without its result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// There was no connection, and none could be made: the statement was **not sent**.
    #[error("no connection: {why}")]
    NotConnected {
        why: String,
        /// solidDB's code in the message, where there is one: 14506, 21306, …
        code: Option<i32>,
    },
    /// The statement was sent, and the line broke before its answer, or the answer says neither yes nor no: whether it
    /// happened is **unknown**.
    #[error("the answer was lost: {why}")]
    Broken { why: String },
    /// Sent, and not answered within the limit: whether it happened, or will, is **unknown**.
    #[error("no answer within {}", seconds(*limit))]
    TimedOut { limit: Duration },
    /// The server answered that it does not take the statement.
    #[error("refused: {text}")]
    Refused {
        /// solidDB's code: of the diagnostic record, or found in the message.
        code: Option<i32>,
        text: String,
    },
}

impl Stop {
    /// Nothing happened for sure: the statement was not sent, or the server refused it.
    #[must_use]
    pub fn surely_not_done(&self) -> bool {
        match self {
            Stop::NotConnected { .. } | Stop::Refused { .. } => true,
            Stop::Broken { .. } | Stop::TimedOut { .. } => false,
        }
    }
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}
