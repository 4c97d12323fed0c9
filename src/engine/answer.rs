//! What a world answers.

use std::cmp::Ordering;

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
    /// `answers`, `watchdog is ON`, a process exists, somebody listens, a host command runs.
    Yes,
    No,
    /// Not known, and why, for people.
    Unknown(String),
}

impl From<bool> for Reading {
    fn from(yes: bool) -> Reading {
        if yes { Reading::Yes } else { Reading::No }
    }
}

impl Reading {
    #[must_use]
    pub fn state(&self) -> Option<State> {
        if let Reading::State(state) = self { Some(*state) } else { None }
    }

    #[must_use]
    pub fn status(&self) -> Option<StatusWord> {
        if let Reading::Status(word) = self { Some(*word) } else { None }
    }

    #[must_use]
    pub fn version(&self) -> Option<Version> {
        if let Reading::Version(version) = self { Some(*version) } else { None }
    }

    /// Whether it is so, where it was answered.
    #[must_use]
    pub fn yes(&self) -> Option<bool> {
        match self {
            Reading::Yes => Some(true),
            Reading::No => Some(false),
            Reading::State(_)
            | Reading::Status(_)
            | Reading::Version(_)
            | Reading::Position(_)
            | Reading::Size(_)
            | Reading::Unknown(_) => None,
        }
    }

    /// How two answers that can be compared stand to each other.
    #[must_use]
    pub fn compare(&self, other: &Reading) -> Option<Ordering> {
        if let (Reading::Size(left), Reading::Size(right)) = (self, other) {
            return Some(left.cmp(right));
        }
        if let (Reading::Position(left), Reading::Position(right)) = (self, other) {
            return Some(left.cmp(right));
        }
        Some(self.version()?.cmp(&other.version()?))
    }
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
    /// hsbrun itself, before anything was sent; none: no connection came about, or there is nothing to send.
    Guard(Option<GuardRule>),
}

/// Why the guard does not let a command through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuardRule {
    /// (a) The pair refuses it as it stands.
    Refused,
    /// (b) Two servers would accept writes. Nothing lifts it.
    TwoPrimaries,
    /// (c) Its own server is not in sight, or takes no command.
    OwnOutOfSight,
    /// (d) It makes its server accept writes, and the other one, which may be accepting them, is not in sight.
    PeerOutOfSight,
}

impl GuardRule {
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            GuardRule::Refused => 'a',
            GuardRule::TwoPrimaries => 'b',
            GuardRule::OwnOutOfSight => 'c',
            GuardRule::PeerOutOfSight => 'd',
        }
    }

    /// The property of a runbook that sending it would break, as `verify` calls it; none: what would come of it cannot be known.
    #[must_use]
    pub fn keeps(self) -> Option<&'static str> {
        match self {
            GuardRule::Refused => Some("refused-command"),
            GuardRule::TwoPrimaries | GuardRule::PeerOutOfSight => Some("two-primaries"),
            GuardRule::OwnOutOfSight => None,
        }
    }

    /// `--no-guard` lets such a command through.
    #[must_use]
    pub fn can_be_lifted(self) -> bool {
        match self {
            GuardRule::Refused | GuardRule::OwnOutOfSight => true,
            GuardRule::TwoPrimaries | GuardRule::PeerOutOfSight => false,
        }
    }
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
