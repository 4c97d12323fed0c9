//! What a world answers.

use crate::pair::{State, StatusWord, Version};

use super::Clocks;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The first answer of all, before anything was asked.
    Begin,
    /// A clock runs; people were told.
    Set,
    Looked(Vec<Reading>),
    Outcome(Outcome),
    /// Which of the clocks paused for are over.
    Woke(Clocks),
    Decided(Decision),
}

/// What a probe gave.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reading {
    State(State),
    Status(StatusWord),
    Version(Version),
    /// Opaque; compared as text. Source: 200 "Choosing which server to make primary".
    Position(String),
    /// Bytes.
    Size(u64),
    /// `answers`, `watchdog is ON`, a process exists, a host command runs.
    Yes,
    No,
    /// Not known, and why, for people.
    Unknown(String),
}

/// Every command has three outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done {
        /// What was answered, for people and the journal.
        text: String,
    },
    Refused {
        by: Refuser,
        /// The server's return code, or the exit status of a host command.
        code: Option<i32>,
        text: String,
    },
    /// The line broke or the time was over before the answer.
    Unknown { why: String },
}

/// Who refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refuser {
    Server,
    /// The machine that it runs on: an exit status.
    Host,
    /// hsbrun itself, before anything was sent.
    Guard,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Decision {
    /// By whom and how, for the journal.
    Approved {
        by: String,
    },
    Declined {
        by: String,
    },
    /// Its limit is over.
    Late,
    /// Nobody can be asked here: the run parks.
    Park,
}
