//! A server without `->` is only looked at: no effect may go to it, by way of a procedure neither.

use std::collections::BTreeMap;

use crate::diag::Finding;
use crate::program::{Arg, Block, FormalId, Program, ServerTerm, Stmt, StmtKind, Term, diagnostics};
use crate::text::Span;

/// The formals that a procedure sends effects to, with the first effect of each.
type Changed = BTreeMap<FormalId, Span>;

pub(super) fn check(program: &Program, findings: &mut Vec<Finding>) {
    let mut changed: Vec<Changed> = Vec::new();
    for procedure in program.procedures.values() {
        let mut formals = Changed::new();
        procedure.body.each(&mut |stmt| {
            for (server, _, evidence) in changes(stmt, &changed) {
                if let Term::Formal(id) = server {
                    formals.entry(*id).or_insert(evidence);
                }
            }
        });
        changed.push(formals);
    }
    for block in program.runbook_blocks() {
        block_of_runbook(program, block, &changed, findings);
    }
}

fn block_of_runbook(program: &Program, block: &Block, changed: &[Changed], findings: &mut Vec<Finding>) {
    block.each(&mut |stmt| {
        for (server, at, evidence) in changes(stmt, changed) {
            let Term::Known(id) = server else { continue };
            let declared = program.servers.get_index(id.0 as usize).filter(|(_, server)| server.to.is_none());
            if let Some((name, declared)) = declared {
                let effect = Some(evidence).filter(|evidence| *evidence != at);
                findings.push(diagnostics::only_looked_at(name, at, effect, declared.span));
            }
        }
    });
}

/// The servers that a statement itself changes: which, where it says so, and where the effect stands.
fn changes<'p>(stmt: &'p Stmt, changed: &[Changed]) -> Vec<(&'p ServerTerm, Span, Span)> {
    if let StmtKind::Do { procedure, args } = &stmt.kind {
        let Some(formals) = changed.get(procedure.0 as usize) else { return Vec::new() };
        let servers = formals.iter().filter_map(|(formal, evidence)| match args.get(formal.0 as usize) {
            Some(Arg::Server(server)) => Some((server, stmt.span, *evidence)),
            Some(Arg::Value(_)) | None => None,
        });
        return servers.collect();
    }
    let effect = stmt.effect();
    effect.and_then(|effect| Some((effect.server.as_ref()?, effect.span, effect.span))).into_iter().collect()
}
