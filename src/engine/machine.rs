//! The transition function.

use super::{Answer, Code, Event, Request};

/// A run in progress: indices, counters and bits beside its `Code`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Machine {}

/// What one answer led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What happened, to be recorded before the request is performed.
    pub events: Vec<Event>,
    pub request: Request,
}

impl Machine {
    /// A run that has not begun; its first answer is `Answer::Begin`.
    #[must_use]
    pub fn new(_code: &Code) -> Machine {
        Machine {}
    }

    /// Takes the answer to the last request.
    pub fn next(&mut self, _code: &Code, _answer: Answer) -> Turn {
        unreachable!("because the machine is not built yet")
    }

    /// The operator wants it to stop: the command under way is finished, then `on failure`.
    pub fn interrupt(&mut self) {}
}
