//! The program lowered to a flat list of instructions: parameters bound, procedure calls inlined, `choose` decided.

use std::time::Duration;

use crate::program::{Bindings, Program, StepId};
use crate::text::Span;

use super::InstrId;

/// What the site and the command line say of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// For `start`, `install`, `run` and `sql` without `within`.
    pub command_limit: Duration,
    /// For `admin`.
    pub call_limit: Duration,
    /// How long `assert` and `if` look on, and old news may stay the same.
    pub look_limit: Duration,
    /// Park at every `confirm`.
    pub park: bool,
    /// The reason given with `--no-guard`.
    pub no_guard: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            command_limit: Duration::from_secs(30 * 60),
            call_limit: Duration::from_secs(30),
            look_limit: Duration::from_secs(10),
            park: false,
            no_guard: None,
        }
    }
}

/// The lowered program. Immutable; machines are small copies of counters beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {}

/// Where an instruction comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Of the statement.
    pub span: Span,
    /// The calls that lead to it, outermost first.
    pub calls: Vec<Span>,
    /// None in preflight and endings.
    pub step: Option<StepId>,
    pub part: Part,
}

/// Which part of the runbook an instruction stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Preflight,
    Body,
    Handler,
    BackOut,
    Ending(super::EndingKind),
    /// The implicit assertion of the end states.
    EndStates,
}

/// A `confirm` of the lowered program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// `users_told`, or `converting(S2)`.
    pub id: String,
    pub text: String,
    /// On the way, in the branches chosen: may be given before the run.
    pub beforehand: bool,
    pub at: InstrId,
}

/// Lowers a program. Total: what could be wrong was found when it was resolved and bound.
#[must_use]
pub fn lower(_program: &Program, _bindings: &Bindings, _settings: &Settings) -> Code {
    Code {}
}

impl Code {
    /// Where an instruction was written.
    #[must_use]
    pub fn place(&self, _at: InstrId) -> &Place {
        unreachable!("because the lowering comes with the machine")
    }

    /// Every `confirm`, in the order of the lowered program, each id once.
    #[must_use]
    pub fn approvals(&self) -> &[Approval] {
        &[]
    }
}
