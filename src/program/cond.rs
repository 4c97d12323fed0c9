//! Conditions of a resolved program.

use crate::pair::{Measure, StateSet, Status, StatusWord};
use crate::text::Span;

use super::{Comparison, ServerTerm, StepId, ValueTerm};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cond {
    pub kind: CondKind,
    pub span: Span,
}

impl Cond {
    /// It and every condition in it.
    pub fn each<'p>(&'p self, f: &mut dyn FnMut(&'p Cond)) {
        f(self);
        if let CondKind::And(parts) | CondKind::Or(parts) = &self.kind {
            parts.iter().for_each(|part| part.each(f));
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CondKind {
    And(Vec<Cond>),
    Or(Vec<Cond>),
    /// `S is STATE or …`, `SERVING` written out.
    Is {
        server: ServerTerm,
        states: StateSet,
    },
    /// `S.link is CONNECTED`, …
    Status {
        server: ServerTerm,
        words: StatusWords,
    },
    /// `S.answers('sql', VALUE, …)`
    Answers {
        server: ServerTerm,
        sql: String,
        values: Vec<ValueTerm>,
    },
    /// `watchdog is ON`
    Watchdog {
        on: bool,
    },
    /// `step ID is BEGUN`, `… is NOT BEGUN`
    Begun {
        step: StepId,
        begun: bool,
    },
    /// `refused [with CODE or …]`; empty: with any.
    Refused {
        codes: Vec<u32>,
    },
    Compare {
        left: Operand,
        op: Comparison,
        right: Operand,
    },
}

/// Which status is asked, and the words that satisfy; the words are among those of the status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusWords {
    pub status: Status,
    pub words: Vec<StatusWord>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    pub kind: OperandKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperandKind {
    Measure { server: ServerTerm, measure: Measure },
    Value(ValueTerm),
}
