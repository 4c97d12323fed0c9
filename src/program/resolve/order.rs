//! Who calls whom: a callee is put before its callers, and a circle is a finding.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use crate::diag::Finding;
use crate::program::diagnostics;
use crate::syntax::tree::{Block, Name, StmtKind};
use crate::text::Span;

use super::declare::Declared;

/// Deeper calls are not followed: nobody reads so deep, and the resolver must not either.
const MAX_DEPTH: usize = 64;

/// Puts the procedures into an order in which a callee stands before its callers.
pub(super) fn order(declared: &mut Declared, findings: &mut Vec<Finding>) {
    let mut visit = Visit {
        declared,
        findings,
        done: IndexSet::new(),
        path: Vec::new(),
        in_circle: BTreeSet::new(),
        too_deep: false,
    };
    for name in declared.procedures.keys() {
        visit.procedure(name);
    }
    let order = visit.done;
    declared.procedures.sort_by_cached_key(|name, _| order.get_index_of(name));
}

struct Visit<'a, 'f> {
    declared: &'a Declared<'a>,
    findings: &'f mut Vec<Finding>,
    /// Callees first.
    done: IndexSet<String>,
    /// The procedures that are being visited, each with the `do` that leads on.
    path: Vec<(String, Span)>,
    /// Those that a finding has named already.
    in_circle: BTreeSet<String>,
    /// A finding says so already.
    too_deep: bool,
}

impl Visit<'_, '_> {
    fn procedure(&mut self, name: &str) {
        if self.done.contains(name) {
            return;
        }
        let Some(signature) = self.declared.procedures.get(name) else { return };
        let mut callees = Vec::new();
        collect(&signature.tree.body, &mut callees);
        for callee in callees {
            self.path.push((name.to_owned(), callee.span));
            match self.path.iter().position(|(open, _)| *open == callee.value) {
                Some(begin) => self.circle(begin),
                None if self.path.len() > MAX_DEPTH => self.too_deep(callee.span),
                None => self.procedure(&callee.value),
            }
            self.path.pop();
        }
        self.done.insert(name.to_owned());
    }

    fn too_deep(&mut self, at: Span) {
        if !std::mem::replace(&mut self.too_deep, true) {
            self.findings.push(diagnostics::calls_too_deep(at, MAX_DEPTH));
        }
    }

    fn circle(&mut self, begin: usize) {
        let circle = &self.path[begin..];
        if circle.iter().all(|(name, _)| self.in_circle.contains(name)) {
            return;
        }
        self.in_circle.extend(circle.iter().map(|(name, _)| name.clone()));
        self.findings.push(diagnostics::recursion(circle));
    }
}

/// The procedures that a block names, in its order.
fn collect<'t>(block: &'t Block, callees: &mut Vec<&'t Name>) {
    for stmt in &block.stmts {
        match &stmt.kind {
            StmtKind::Do { procedure, .. } => callees.push(procedure),
            StmtKind::On { body, .. } => collect(body, callees),
            StmtKind::If(branches) => {
                let arms = branches.arms.iter().map(|(_, block)| block);
                arms.chain(&branches.otherwise).chain(&branches.unknown).for_each(|block| collect(block, callees));
            }
            StmtKind::Choose(choose) => choose.arms.iter().for_each(|(_, block)| collect(block, callees)),
            StmtKind::Retry(retry) => retry.body.iter().for_each(|block| collect(block, callees)),
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm(_)
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Assert { .. }
            | StmtKind::Wait(_)
            | StmtKind::Ensure(_)
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_)
            | StmtKind::Broken => {}
        }
    }
}
