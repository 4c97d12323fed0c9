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

impl Block {
    /// Every statement, also of the blocks in it, in the order of writing.
    pub fn each<'p>(&'p self, f: &mut dyn FnMut(&'p Stmt)) {
        for stmt in &self.stmts {
            f(stmt);
            stmt.blocks().into_iter().for_each(|block| block.each(f));
        }
    }
}

impl Stmt {
    /// The blocks in it.
    #[must_use]
    pub fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            StmtKind::If { arms, otherwise, unknown } => {
                arms.iter().map(|(_, block)| block).chain(otherwise).chain(unknown).collect()
            }
            StmtKind::Choose { arms, .. } => arms.iter().map(|(_, block)| block).collect(),
            StmtKind::Retry { body, .. } => body.iter().collect(),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Assert { .. }
            | StmtKind::Wait { .. }
            | StmtKind::Ensure { .. }
            | StmtKind::Do { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => Vec::new(),
        }
    }

    /// Its effect, that of an `ensure` too.
    #[must_use]
    pub fn effect(&self) -> Option<&Effect> {
        match &self.kind {
            StmtKind::Effect(effect) | StmtKind::Ensure { by: effect, .. } => Some(effect),
            StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Assert { .. }
            | StmtKind::Wait { .. }
            | StmtKind::If { .. }
            | StmtKind::Choose { .. }
            | StmtKind::Do { .. }
            | StmtKind::Retry { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => None,
        }
    }

    /// The conditions that it looks at, in the order of writing; not those in its blocks.
    #[must_use]
    pub fn conds(&self) -> Vec<&Cond> {
        match &self.kind {
            StmtKind::Assert { cond, .. } => vec![cond],
            StmtKind::Wait { until: cond, fail_if, .. } | StmtKind::Ensure { cond, fail_if, .. } => {
                std::iter::once(cond).chain(fail_if).collect()
            }
            StmtKind::If { arms, .. } => arms.iter().map(|(cond, _)| cond).collect(),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Choose { .. }
            | StmtKind::Do { .. }
            | StmtKind::Retry { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => Vec::new(),
        }
    }
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
