//! Statements of a resolved program. `on SERVER { … }` is gone: every effect names its server.

use crate::pair::StateSet;
use crate::text::Span;

use super::{Cond, Doubt, DurationTerm, ProcedureId, ServerTerm, StepId, Term, Value, ValueTerm};

/// Statements in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StmtKind {
    Effect(Effect),
    Notify(Template),
    Confirm {
        id: String,
        text: Template,
        within: DurationTerm,
    },
    PointOfNoReturn(Template),
    Assert {
        cond: Cond,
        otherwise: Option<Template>,
    },
    Wait {
        until: Cond,
        fail_if: Option<Cond>,
        within: DurationTerm,
    },
    Ensure {
        cond: Cond,
        from: Option<StateSet>,
        by: Effect,
        fail_if: Option<Cond>,
        within: DurationTerm,
    },
    /// Looked at in order; one that stays unknown for `look_limit` takes `unknown`, or fails the step.
    If {
        arms: Vec<(Cond, Block)>,
        otherwise: Option<Block>,
        unknown: Option<Block>,
    },
    /// One arm for each word of the type.
    Choose {
        on: ValueTerm,
        arms: Vec<(String, Block)>,
    },
    Do {
        procedure: ProcedureId,
        args: Vec<Arg>,
    },
    /// Only in a step's handler. `from` none: this step.
    Retry {
        from: Option<StepId>,
        times: u32,
        after: Option<DurationTerm>,
        body: Option<Block>,
    },
    Stop(Template),
    LeaveWatchdogOff(Template),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    Server(ServerTerm),
    Value(ValueTerm),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub kind: EffectKind,
    /// The server that it goes to; none for the watchdog.
    pub server: Option<ServerTerm>,
    pub within: Option<DurationTerm>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectKind {
    /// The text goes to the server as written; the catalogue knows it by `pair::Command::lookup`.
    Admin {
        text: String,
        doubt: Option<Doubt>,
    },
    Sql {
        text: String,
        values: Vec<ValueTerm>,
        doubt: Option<Doubt>,
    },
    /// The `-x` options.
    Start {
        options: Vec<String>,
    },
    Install {
        previous: bool,
    },
    /// A command that the site file names.
    Run {
        name: String,
        doubt: Option<Doubt>,
    },
    Watchdog {
        on: bool,
    },
}

/// A text for people, with the holes resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    pub pieces: Vec<TemplatePiece>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TemplatePiece {
    Chars(String),
    Server(ServerTerm),
    Value(Term<Value>),
}
