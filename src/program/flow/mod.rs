//! Checks that need the whole program: what a path may have done before, what a procedure does to the servers that it
//! is given. Knows resolved programs only, no tree.

mod approvals;
mod fate;
mod looked_at;
mod size;
mod started;

use crate::diag::Finding;
use crate::syntax::tree::EndingKind;
use crate::text::Span;

use super::{Block, Effect, Program, Stmt, StmtKind};

/// Whether the program says all that was written. Where a part with an error was left out, only what cannot be a
/// consequence of the gap is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Yes,
    No,
}

/// The lines that the endings begin with.
#[derive(Default)]
pub(super) struct Heads {
    success: Option<Span>,
    failure: Option<Span>,
    back_out: Option<Span>,
}

impl Heads {
    pub fn of(&mut self, ending: EndingKind) -> &mut Option<Span> {
        match ending {
            EndingKind::Success => &mut self.success,
            EndingKind::Failure => &mut self.failure,
            EndingKind::BackOut => &mut self.back_out,
        }
    }
}

/// Adds the findings about the program as a whole.
pub(super) fn check(program: &Program, whole: Whole, heads: &Heads, findings: &mut Vec<Finding>) {
    looked_at::check(program, findings);
    approvals::check(program, findings);
    fate::check_places(program, heads, findings);
    let small = size::check(program, findings);
    if whole == Whole::Yes && small {
        started::check(program, findings);
        fate::check_endings(program, heads, findings);
    }
}

/// The blocks of the steps: body, handler and back-out of each, in their order.
fn step_blocks(program: &Program) -> impl Iterator<Item = &Block> {
    program.steps.values().flat_map(|step| [Some(&step.body), step.handler.as_ref(), step.back_out.as_ref()]).flatten()
}

/// The blocks of the steps and of the endings.
fn runbook_blocks(program: &Program) -> impl Iterator<Item = &Block> {
    let endings = [&program.on_success, &program.on_failure, &program.on_back_out];
    step_blocks(program).chain(endings.into_iter().flatten())
}

/// The endings that are there, with the lines that they begin with.
fn endings<'p>(program: &'p Program, heads: &Heads) -> impl Iterator<Item = (&'static str, Span, &'p Block)> {
    [
        ("on success", heads.success, &program.on_success),
        ("on failure", heads.failure, &program.on_failure),
        ("on back out", heads.back_out, &program.on_back_out),
    ]
    .into_iter()
    .filter_map(|(name, head, block)| block.as_ref().map(|block| (name, head.unwrap_or(block.span), block)))
}

/// Every statement of a block, also of the blocks in it, in the order of writing.
fn each<'p>(block: &'p Block, f: &mut dyn FnMut(&'p Stmt)) {
    for stmt in &block.stmts {
        f(stmt);
        inner(stmt).into_iter().for_each(|block| each(block, f));
    }
}

/// The blocks in a statement.
fn inner(stmt: &Stmt) -> Vec<&Block> {
    match &stmt.kind {
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

/// The effect of a statement, that of an `ensure` too.
fn effect(stmt: &Stmt) -> Option<&Effect> {
    match &stmt.kind {
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
