//! Clauses: read in any order and on any statement; each may stand once, and only where it means something.

use crate::syntax::diagnostics::{self, Clause};
use crate::syntax::grammar::{Node, Rule};
use crate::syntax::tree::{Cond, Doubt, Effect, StateWords, Text, Value};
use crate::text::{Span, Spanned};

use super::parts::{Parts, parts};
use super::{Lower, only};

/// What the clauses of one statement say.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) within: Option<Value>,
    pub(super) fail_if: Option<Cond>,
    pub(super) otherwise: Option<Text>,
    pub(super) doubt: Option<Spanned<Doubt>>,
    pub(super) from: Vec<StateWords>,
    pub(super) by: Option<Effect>,
}

impl<'t> Lower<'t> {
    /// All clauses that follow in a statement called `statement`, which takes those of `fitting`.
    pub(super) fn clauses(&mut self, rest: &mut Parts<'t>, statement: &'static str, fitting: &[Clause]) -> Clauses {
        let mut clauses = Clauses::default();
        let mut seen: Vec<(Clause, Span)> = Vec::new();
        for node in rest {
            let span = self.span(&node);
            let kind = kind_of(node.as_rule());
            let earlier = seen.iter().find(|(clause, _)| *clause == kind).map(|(_, span)| *span);
            if let Some(earlier) = earlier {
                self.report(diagnostics::duplicate_clause(span, earlier, kind));
                continue;
            }
            seen.push((kind, span));
            if fitting.contains(&kind) {
                self.clause(node, kind, &mut clauses);
            } else {
                self.report(diagnostics::misplaced_clause(span, kind, statement));
            }
        }
        clauses
    }

    fn clause(&mut self, node: Node<'t>, kind: Clause, clauses: &mut Clauses) {
        match kind {
            Clause::Within => clauses.within = Some(self.value(only(node))),
            Clause::FailIf => clauses.fail_if = Some(self.cond(only(node))),
            Clause::Else => clauses.otherwise = Some(self.text(only(node))),
            Clause::InDoubt => clauses.doubt = Some(self.doubt(node)),
            Clause::From => clauses.from = self.states(&parts(node).many(Rule::state)),
            Clause::By => clauses.by = Some(self.effect(only(node))),
            Clause::AtMost | Clause::After => panic!("because only `retry` reads these, and by itself"),
        }
    }

    pub(super) fn doubt(&mut self, node: Node<'t>) -> Spanned<Doubt> {
        let span = self.span(&node);
        let repeat = parts(node).optional(Rule::w_repeat).is_some();
        Spanned::new(if repeat { Doubt::Repeat } else { Doubt::Ask }, span)
    }
}

fn kind_of(rule: Rule) -> Clause {
    match rule {
        Rule::within => Clause::Within,
        Rule::fail_if => Clause::FailIf,
        Rule::else_text => Clause::Else,
        Rule::doubt => Clause::InDoubt,
        Rule::from => Clause::From,
        Rule::by => Clause::By,
        other => panic!("because the grammar has no clause {other:?}"),
    }
}
