//! How large a program is once every procedure is written out where it is called.

use crate::diag::Finding;
use crate::program::{Block, Program, StmtKind, diagnostics};

/// Statements, procedures written out: far above any runbook that a person could review.
const MAX_STATEMENTS: usize = 500_000;

/// Says whether the program is small enough to be gone through call by call.
pub(super) fn check(program: &Program, findings: &mut Vec<Finding>) -> bool {
    let mut procedures = Vec::new();
    for procedure in program.procedures.values() {
        let size = size(&procedure.body, &procedures);
        if size > MAX_STATEMENTS {
            findings.push(diagnostics::program_too_large(procedure.span, MAX_STATEMENTS));
            return false;
        }
        procedures.push(size);
    }
    let mut total = 0usize;
    for block in program.runbook_blocks() {
        total = total.saturating_add(size(block, &procedures));
        if total > MAX_STATEMENTS {
            findings.push(diagnostics::program_too_large(block.span, MAX_STATEMENTS));
            return false;
        }
    }
    true
}

fn size(block: &Block, procedures: &[usize]) -> usize {
    let mut size = 0usize;
    block.each(&mut |stmt| {
        size = size.saturating_add(1);
        if let StmtKind::Do { procedure, .. } = &stmt.kind {
            size = size.saturating_add(procedures.get(procedure.0 as usize).copied().unwrap_or(0));
        }
    });
    size
}
