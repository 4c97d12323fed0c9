//! Statements of a resolved program. `on SERVER { … }` is gone: every effect names its server.

use crate::pair::{Command, StateSet};
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
            stmt.blocks().for_each(|block| block.each(f));
        }
    }
}

impl Stmt {
    /// The blocks in it.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        // Of an `if`, of a `choose`, and beside these.
        type Parts<'s> = (&'s [(Cond, Block)], &'s [(String, Block)], [Option<&'s Block>; 2]);
        let (of_if, of_choose, others): Parts<'_> = match &self.kind {
            StmtKind::If { arms, otherwise, unknown } => (arms, &[], [otherwise.as_ref(), unknown.as_ref()]),
            StmtKind::Choose { arms, .. } => (&[], arms, [None; 2]),
            StmtKind::Retry { body, .. } => (&[], &[], [body.as_ref(), None]),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Assert { .. }
            | StmtKind::Wait { .. }
            | StmtKind::Ensure { .. }
            | StmtKind::Do { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => (&[], &[], [None; 2]),
        };
        let arms = of_if.iter().map(|(_, block)| block).chain(of_choose.iter().map(|(_, block)| block));
        arms.chain(others.into_iter().flatten())
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
    pub fn conds(&self) -> impl Iterator<Item = &Cond> {
        let (own, arms): ([Option<&Cond>; 2], &[(Cond, Block)]) = match &self.kind {
            StmtKind::Assert { cond, .. } => ([Some(cond), None], &[]),
            StmtKind::Wait { until: cond, fail_if, .. } | StmtKind::Ensure { cond, fail_if, .. } => {
                ([Some(cond), fail_if.as_ref()], &[])
            }
            StmtKind::If { arms, .. } => ([None; 2], arms),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Choose { .. }
            | StmtKind::Do { .. }
            | StmtKind::Retry { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => ([None; 2], &[]),
        };
        own.into_iter().flatten().chain(arms.iter().map(|(cond, _)| cond))
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
    /// The text goes to the server as written.
    Admin {
        text: String,
        /// What the catalogue knows by that text.
        command: Option<Command>,
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
