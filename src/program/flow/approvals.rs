//! Approvals have names of their own: once given, one holds for the run, and a second question of that name would pass
//! unread. Only branches of which one is taken may ask the same question.

use std::collections::BTreeMap;

use crate::diag::Finding;
use crate::program::{Block, Program, StmtKind, Template, diagnostics};
use crate::text::Span;

use super::runbook_blocks;

/// What was asked on some path to here.
type Asked<'p> = BTreeMap<&'p str, (Span, &'p Template)>;

pub(super) fn check(program: &Program, findings: &mut Vec<Finding>) {
    let mut in_procedures = Asked::new();
    let mut asked = Asked::new();
    for procedure in program.procedures.values() {
        let has_servers = procedure.formals.values().any(Option::is_none);
        walk(&procedure.body, &mut in_procedures, findings);
        if !has_servers {
            walk(&procedure.body, &mut asked, &mut Vec::new());
        }
    }
    for block in runbook_blocks(program) {
        walk(block, &mut asked, findings);
    }
}

fn walk<'p>(block: &'p Block, asked: &mut Asked<'p>, findings: &mut Vec<Finding>) {
    for stmt in &block.stmts {
        if let StmtKind::Confirm { id, text, .. } = &stmt.kind {
            match asked.get(id.as_str()) {
                Some((first, _)) => findings.push(diagnostics::duplicate_approval(id, stmt.span, *first)),
                None => {
                    asked.insert(id, (stmt.span, text));
                }
            }
        }
        let branches = super::inner(stmt).into_iter().map(|block| {
            let mut branch = asked.clone();
            walk(block, &mut branch, findings);
            branch
        });
        let branches: Vec<Asked> = branches.collect();
        join(asked, branches, findings);
    }
}

/// Adds what the branches asked: the same name must be the same question.
fn join<'p>(asked: &mut Asked<'p>, branches: Vec<Asked<'p>>, findings: &mut Vec<Finding>) {
    for (id, (at, text)) in branches.into_iter().flatten() {
        match asked.get(id) {
            Some((first, _)) if *first == at => {}
            Some((first, question)) => {
                if !same(question, text) {
                    findings.push(diagnostics::duplicate_approval(id, at, *first));
                }
            }
            None => {
                asked.insert(id, (at, text));
            }
        }
    }
}

/// The same words, wherever they stand.
fn same(one: &Template, other: &Template) -> bool {
    one.pieces == other.pieces
}
