//! Something that no way leads to: what stands before it always ends the run, or it handles what cannot fail.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{Block, Failing, Program, Stmt, StmtKind};
use crate::text::Span;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let program = scene.program;
    let mut ends = Vec::new();
    for procedure in program.procedures.values() {
        ends.push(ending(&procedure.body, &ends).is_some());
    }
    let procedures = program.procedures.values().map(|procedure| &procedure.body);
    for block in program.runbook_blocks().chain(procedures) {
        each_block(block, &mut |block| in_block(block, &ends, found));
    }
    steps(program, &ends, found);
    handlers(program, found);
}

/// Handlers of steps in which nothing can fail.
fn handlers(program: &Program, found: &mut Found) {
    let failing = Failing::of(program);
    for step in program.steps.values() {
        if let Some(handler) = step.handler.as_ref().filter(|_| !failing.enters_handler(&step.body)) {
            found.report(diagnostics::unreachable_handler(handler.span, step.span));
        }
    }
}

/// The first statement behind one that always ends the run.
fn in_block(block: &Block, ends: &[bool], found: &mut Found) {
    let Some((at, end)) = ending(block, ends) else { return };
    // A handler ends with `stop`, be it reached or not.
    if let Some(stmt) = block.stmts.get(at + 1).filter(|stmt| !matches!(stmt.kind, StmtKind::Stop(_))) {
        found.report(diagnostics::unreachable_statement(stmt.span, end));
    }
}

fn steps(program: &Program, ends: &[bool], found: &mut Found) {
    let all: Vec<_> = program.steps.values().collect();
    for pair in all.windows(2) {
        if let Some((_, end)) = ending(&pair[0].body, ends) {
            found.report(diagnostics::unreachable_step(pair[1].span, end));
            return;
        }
    }
}

/// The statement that always ends the run, and its place in the block.
fn ending(block: &Block, ends: &[bool]) -> Option<(usize, Span)> {
    block.stmts.iter().enumerate().find(|(_, stmt)| always_ends(stmt, ends)).map(|(at, stmt)| (at, stmt.span))
}

fn always_ends(stmt: &Stmt, ends: &[bool]) -> bool {
    let ended = |block: &Block| ending(block, ends).is_some();
    match &stmt.kind {
        StmtKind::Stop(_) => true,
        // Without an `unknown` branch, not to know ends the step, too.
        StmtKind::If { arms, otherwise, unknown } => {
            otherwise.as_ref().is_some_and(ended)
                && arms.iter().all(|(_, block)| ended(block))
                && unknown.as_ref().is_none_or(ended)
        }
        StmtKind::Choose { arms, .. } => arms.iter().all(|(_, block)| ended(block)),
        StmtKind::Do { procedure, .. } => ends.get(procedure.0 as usize).copied().unwrap_or(false),
        StmtKind::Effect(_)
        | StmtKind::Notify(_)
        | StmtKind::Confirm { .. }
        | StmtKind::PointOfNoReturn(_)
        | StmtKind::Assert { .. }
        | StmtKind::Wait { .. }
        | StmtKind::Ensure { .. }
        | StmtKind::Retry { .. }
        | StmtKind::LeaveWatchdogOff(_) => false,
    }
}

fn each_block<'p>(block: &'p Block, f: &mut dyn FnMut(&'p Block)) {
    f(block);
    block.stmts.iter().flat_map(Stmt::blocks).for_each(|inner| each_block(inner, f));
}
