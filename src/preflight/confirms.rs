//! Every approval that a runbook may ask for, in whatever branch.

use std::collections::BTreeSet;

use crate::program::{Block, Program, Stmt, StmtKind};

/// The ids of every `confirm` of a program, procedures and branches that are not chosen included, without the servers
/// of a call.
#[must_use]
pub fn confirms(program: &Program) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for step in program.steps.values() {
        [Some(&step.body), step.handler.as_ref(), step.back_out.as_ref()]
            .into_iter()
            .flatten()
            .for_each(|part| block(part, &mut found));
    }
    program.procedures.values().for_each(|procedure| block(&procedure.body, &mut found));
    [&program.on_success, &program.on_failure, &program.on_back_out]
        .into_iter()
        .flatten()
        .for_each(|ending| block(ending, &mut found));
    found
}

fn block<'p>(part: &'p Block, found: &mut BTreeSet<&'p str>) {
    part.stmts.iter().for_each(|stmt| self::stmt(stmt, found));
}

fn stmt<'p>(stmt: &'p Stmt, found: &mut BTreeSet<&'p str>) {
    match &stmt.kind {
        StmtKind::Confirm { id, .. } => {
            found.insert(id);
        }
        StmtKind::If { arms, otherwise, unknown } => {
            let arms = arms.iter().map(|(_, arm)| arm);
            arms.chain(otherwise).chain(unknown).for_each(|arm| block(arm, found));
        }
        StmtKind::Choose { arms, .. } => arms.iter().for_each(|(_, arm)| block(arm, found)),
        StmtKind::Retry { body, .. } => body.iter().for_each(|body| block(body, found)),
        StmtKind::Effect(_)
        | StmtKind::Notify(_)
        | StmtKind::PointOfNoReturn(_)
        | StmtKind::Assert { .. }
        | StmtKind::Wait { .. }
        | StmtKind::Ensure { .. }
        | StmtKind::Do { .. }
        | StmtKind::Stop(_)
        | StmtKind::LeaveWatchdogOff(_) => {}
    }
}
