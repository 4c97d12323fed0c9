//! Approvals have names of their own: once given, one holds for the run, and a second question of that name would pass
//! unread. Only branches of which one is taken may ask the same question.

use std::collections::BTreeMap;

use crate::diag::Finding;
use crate::program::{Block, Program, StmtKind, Template, diagnostics};
use crate::text::Span;

/// Where an approval was asked for, and with which question, by its name.
type Scope<'p> = BTreeMap<&'p str, (Span, &'p Template)>;

pub(super) fn check(program: &Program, findings: &mut Vec<Finding>) {
    let mut in_procedures = Asked { scopes: vec![Scope::new()] };
    let mut in_runbook = Asked { scopes: vec![Scope::new()] };
    for procedure in program.procedures.values() {
        in_procedures.walk(&procedure.body, findings);
        // With servers the approval is named after them too, and is another one for each call's servers.
        let has_servers = procedure.formals.values().any(Option::is_none);
        if !has_servers {
            in_runbook.walk(&procedure.body, &mut Vec::new());
        }
    }
    for block in program.runbook_blocks() {
        in_runbook.walk(block, findings);
    }
}

/// What was asked on some path to here: a scope for the whole, and one for each branch that is being walked.
struct Asked<'p> {
    scopes: Vec<Scope<'p>>,
}

impl<'p> Asked<'p> {
    fn get(&self, id: &str) -> Option<(Span, &'p Template)> {
        self.scopes.iter().rev().find_map(|scope| scope.get(id).copied())
    }

    fn add(&mut self, id: &'p str, at: Span, question: &'p Template) {
        let scope = self.scopes.last_mut().expect("because the outermost scope stays");
        scope.insert(id, (at, question));
    }

    fn walk(&mut self, block: &'p Block, findings: &mut Vec<Finding>) {
        for stmt in &block.stmts {
            if let StmtKind::Confirm { id, text, .. } = &stmt.kind {
                match self.get(id) {
                    Some((first, _)) => findings.push(diagnostics::duplicate_approval(id, stmt.span, first)),
                    None => self.add(id, stmt.span, text),
                }
            }
            let branches: Vec<Scope> = stmt.blocks().map(|block| self.branch(block, findings)).collect();
            branches.into_iter().for_each(|branch| self.join(branch, findings));
        }
    }

    /// What a branch asks that was not asked before.
    fn branch(&mut self, block: &'p Block, findings: &mut Vec<Finding>) -> Scope<'p> {
        self.scopes.push(Scope::new());
        self.walk(block, findings);
        self.scopes.pop().expect("because it was pushed")
    }

    /// Adds what a branch asked: another branch may have asked the same, but in the same words.
    fn join(&mut self, branch: Scope<'p>, findings: &mut Vec<Finding>) {
        for (id, (at, question)) in branch {
            match self.get(id) {
                None => self.add(id, at, question),
                Some((first, other)) if other.pieces != question.pieces => {
                    findings.push(diagnostics::duplicate_approval(id, at, first));
                }
                Some(_) => {}
            }
        }
    }
}
