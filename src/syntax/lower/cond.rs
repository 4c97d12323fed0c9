//! Conditions.

use crate::syntax::diagnostics;
use crate::syntax::grammar::{Node, Rule, children};
use crate::syntax::tree::{Comparison, Cond, CondKind, Operand, OperandKind, StateWords};
use crate::text::{Span, Spanned};

use super::parts::parts;
use super::{Lower, only};

impl<'t> Lower<'t> {
    pub(super) fn cond(&mut self, node: Node<'t>) -> Cond {
        let span = self.span(&node);
        let mut terms = Vec::new();
        let mut joiners: Vec<(Rule, Span)> = Vec::new();
        for part in children(node) {
            match part.as_rule() {
                joiner @ (Rule::w_and | Rule::w_or) => joiners.push((joiner, self.span(&part))),
                _ => terms.push(self.term(part)),
            }
        }
        let Some((first, first_span)) = joiners.first().copied() else {
            return terms.pop().expect("because a condition has a term");
        };
        if let Some((_, other)) = joiners.iter().find(|(joiner, _)| *joiner != first) {
            let finding = diagnostics::mixed_and_or(*other, self.snippet(*other), first_span, self.snippet(first_span));
            self.report(finding);
        }
        let kind = if first == Rule::w_and { CondKind::And(terms) } else { CondKind::Or(terms) };
        Cond { kind, span }
    }

    fn term(&mut self, node: Node<'t>) -> Cond {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::group => self.cond(only(node)),
            Rule::refused => {
                let codes = parts(node).many(Rule::number).iter().map(|code| self.number(code)).collect();
                Cond { kind: CondKind::Refused { codes }, span }
            }
            Rule::test => self.test(node, span),
            other => panic!("because the grammar has no {other:?} in a condition"),
        }
    }

    fn test(&mut self, node: Node<'t>, span: Span) -> Cond {
        let mut inner = node.into_inner();
        let operand = self.operand(inner.next().expect("because a test begins with an operand"));
        let kind = match inner.next() {
            None => CondKind::Bare(operand),
            Some(node) if node.as_rule() == Rule::is_test => {
                let mut states = self.states(&parts(node).many(Rule::state));
                states.iter_mut().for_each(|state| self.without_not(state));
                CondKind::Is { operand, states }
            }
            Some(cmp) => {
                let op = Spanned::new(comparison(cmp.as_str()), self.span(&cmp));
                let right = self.operand(inner.next().expect("because a comparison has a right side"));
                CondKind::Compare { left: Box::new(operand), op, right: Box::new(right) }
            }
        };
        Cond { kind, span }
    }

    /// `is not DOWN`: `not` is taken out, so that nobody looks for a state of that name.
    fn without_not(&mut self, state: &mut StateWords) {
        if let Some(rest) = state.value.strip_prefix("not ") {
            let word = Span { end: state.span.start + 3, ..state.span };
            self.report(diagnostics::no_such_word(word, "not"));
            state.value = rest.to_owned();
        }
    }

    fn operand(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(&node);
        let inner = node.into_inner().next().expect("because an operand is something");
        let kind = match inner.as_rule() {
            Rule::w_watchdog => OperandKind::Watchdog,
            Rule::asked_step => OperandKind::Step(self.name(&parts(inner).presume(Rule::id))),
            Rule::probe => {
                let mut probe = parts(inner);
                let server = self.name(&probe.presume(Rule::name));
                let word = self.name(&probe.presume(Rule::name));
                let args = probe.optional(Rule::args).map(|args| Box::new(self.args(args)));
                OperandKind::Probe { server, word, args }
            }
            _ => OperandKind::Value(self.value(inner)),
        };
        Operand { kind, span }
    }
}

fn comparison(symbol: &str) -> Comparison {
    match symbol {
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        "=" => Comparison::Equal,
        ">=" => Comparison::GreaterOrEqual,
        ">" => Comparison::Greater,
        other => panic!("because the grammar has no comparison {other}"),
    }
}
