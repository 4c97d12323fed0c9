//! The items of a file.

use crate::syntax::diagnostics;
use crate::syntax::grammar::{Node, Rule, children};
use crate::syntax::scan::indent;
use crate::syntax::tree::{
    Block, Ending, EndingKind, Formal, Item, ItemKind, Param, Procedure, Require, Server, States, Step, Type,
};
use crate::text::Span;

use super::block::Previous;
use super::parts::parts;
use super::{Lower, only};

impl<'t> Lower<'t> {
    pub(in crate::syntax) fn file(&mut self, node: Node<'t>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut previous = Previous::Sound;
        // Statements outside a step come in runs: an early `}` sets free all that follow it.
        let mut run_astray = false;
        let mut children = children(node).peekable();
        while let Some(child) = children.next() {
            let span = self.span(&child);
            match child.as_rule() {
                Rule::EOI => {}
                Rule::junk => {
                    if previous == Previous::Sound {
                        let start = items.last().map_or(0, |item| item.span.start as usize);
                        if let (true, Some(last)) =
                            (self.explain_junk(start, &child, Rule::only_item), items.last_mut())
                        {
                            forget(last);
                        }
                    }
                    self.astray_block(child);
                    previous = self.after_broken(span);
                }
                Rule::stray => {
                    if !std::mem::replace(&mut run_astray, true) {
                        self.explain_stray(&child, items.last().and_then(closer_of));
                    }
                    self.stray(child);
                    items.push(Item { kind: ItemKind::Broken, span });
                    previous = Previous::Broken;
                }
                Rule::broken_item => {
                    run_astray &= !self.broken_item(child, items.last(), previous, run_astray);
                    items.push(Item { kind: ItemKind::Broken, span });
                    previous = self.after_broken(span);
                }
                _ => {
                    if let Some(before) = items.last().filter(|before| !self.breaks_between(before.span, span))
                        && previous == Previous::Sound
                        && !is_unclosed(before)
                    {
                        let first = self.tail(before.span);
                        let indent = indent(self.text, first.start as usize);
                        self.report(diagnostics::two_on_a_line(self.head(span), first, indent));
                    }
                    self.torn = children.peek().is_some_and(|next| next.as_rule() == Rule::junk);
                    let kind = self.item(child);
                    self.torn = false;
                    items.push(Item { kind, span });
                    previous = Previous::Sound;
                    run_astray = false;
                }
            }
        }
        items
    }

    fn item(&mut self, node: Node<'t>) -> ItemKind {
        match node.as_rule() {
            Rule::language => ItemKind::Language(self.number(&only(node))),
            Rule::runbook => ItemKind::Runbook(self.text(only(node))),
            Rule::library => ItemKind::Library(self.text(only(node))),
            Rule::source => ItemKind::Source(self.text(only(node))),
            Rule::use_file => ItemKind::Use(self.text(only(node))),
            Rule::server => ItemKind::Server(self.server(node)),
            Rule::param => ItemKind::Param(self.param(node)),
            Rule::require => ItemKind::Require(self.require(node)),
            Rule::step => ItemKind::Step(self.step(node)),
            Rule::procedure => ItemKind::Procedure(self.procedure(node)),
            Rule::ending => ItemKind::Ending(self.ending(node)),
            other => panic!("because the grammar has no item {other:?}"),
        }
    }

    /// A statement where only items stand: read for its own mistakes.
    fn stray(&mut self, node: Node<'t>) {
        self.astray += 1;
        let stmt = only(node);
        match stmt.as_rule() {
            Rule::handler | Rule::back_out => {
                self.block(only(stmt));
            }
            _ => {
                self.stmt(stmt);
            }
        }
        self.astray -= 1;
    }

    /// Whether it was a `}`, which ends a run of stray statements.
    fn broken_item(&mut self, node: Node<'t>, before: Option<&Item>, previous: Previous, run_astray: bool) -> bool {
        let is_close = node.clone().into_inner().next().is_some_and(|child| child.as_rule() == Rule::lone_close);
        if is_close {
            // Behind a run of stray statements it is the rest of the same mistake.
            if !run_astray && previous == Previous::Sound {
                let span = self.span(&node);
                let finding = diagnostics::stray_close(span, before.and_then(closer_of));
                self.report(finding);
            }
            return true;
        }
        self.explain_broken(&node, Rule::only_item, if run_astray { Previous::Open } else { previous });
        self.astray_block(node);
        false
    }

    fn server(&mut self, node: Node<'t>) -> Server {
        let mut inner = parts(node);
        let name = self.name(&inner.presume(Rule::name));
        let from = self.expected_states(inner.presume(Rule::states));
        Server { name, from, to: inner.optional(Rule::states).map(|node| self.expected_states(node)) }
    }

    fn expected_states(&mut self, node: Node<'t>) -> States {
        let span = self.span(&node);
        let mut inner = parts(node);
        let states = self.states(&inner.many(Rule::state));
        States { states, at: inner.next().map(|node| self.value(node)), span }
    }

    fn param(&mut self, node: Node<'t>) -> Param {
        let mut inner = parts(node);
        let name = self.name(&inner.presume(Rule::name));
        let ty = self.type_words(inner.presume(Rule::type_words));
        Param { name, ty, default: inner.next().map(|node| self.value(node)) }
    }

    fn type_words(&mut self, node: Node<'t>) -> Type {
        let span = self.span(&node);
        Type { words: self.names(&parts(node).many(Rule::choice)), span }
    }

    fn require(&mut self, node: Node<'t>) -> Require {
        let mut inner = parts(node);
        let cond = self.cond(inner.presume(Rule::cond));
        let otherwise = self.clauses(&mut inner, "require", &[diagnostics::Clause::Else]).otherwise;
        Require { cond, otherwise }
    }

    fn step(&mut self, node: Node<'t>) -> Step {
        let mut inner = parts(node);
        let id = self.name(&inner.presume(Rule::id));
        let title = self.text(inner.presume(Rule::text));
        let on = inner.optional(Rule::name).map(|name| self.name(&name));
        let (body, ends) = self.step_block(inner.presume(Rule::block));
        Step { id, title, on, body, handler: ends.handler, back_out: ends.back_out }
    }

    fn procedure(&mut self, node: Node<'t>) -> Procedure {
        let mut inner = parts(node);
        let name = self.name(&inner.presume(Rule::name));
        let formals = inner.many(Rule::formal).into_iter().map(|formal| self.formal(formal)).collect();
        Procedure { name, formals, body: self.block(inner.presume(Rule::block)) }
    }

    fn formal(&mut self, node: Node<'t>) -> Formal {
        let span = self.span(&node);
        let mut inner = parts(node);
        let name = self.name(&inner.presume(Rule::name));
        Formal { name, ty: inner.optional(Rule::type_words).map(|node| self.type_words(node)), span }
    }

    fn ending(&mut self, node: Node<'t>) -> Ending {
        let mut inner = parts(node);
        let kind = match inner.next().expect("because an ending says which").as_rule() {
            Rule::on_success => EndingKind::Success,
            Rule::on_failure => EndingKind::Failure,
            Rule::on_back_out => EndingKind::BackOut,
            other => panic!("because the grammar has no ending {other:?}"),
        };
        Ending { kind, body: self.block(inner.presume(Rule::block)) }
    }
}

/// What was read wrongly of an item is taken out, so that nobody reports the same mistake in his words; names stay.
fn forget(item: &mut Item) {
    match &mut item.kind {
        ItemKind::Param(param) => param.default = None,
        ItemKind::Require(_) => item.kind = ItemKind::Broken,
        ItemKind::Language(_)
        | ItemKind::Runbook(_)
        | ItemKind::Library(_)
        | ItemKind::Source(_)
        | ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Step(_)
        | ItemKind::Procedure(_)
        | ItemKind::Ending(_)
        | ItemKind::Broken => {}
    }
}

/// The `}` that closed an item.
fn closer_of(item: &Item) -> Option<Span> {
    body_of(item).map(|body| body.close).filter(|close| !close.is_empty())
}

/// Whether an item has a block that was not closed: what follows on its line is reported with that.
fn is_unclosed(item: &Item) -> bool {
    body_of(item).is_some_and(|body| body.close.is_empty())
}

fn body_of(item: &Item) -> Option<&Block> {
    match &item.kind {
        ItemKind::Step(Step { body, .. })
        | ItemKind::Procedure(Procedure { body, .. })
        | ItemKind::Ending(Ending { body, .. }) => Some(body),
        ItemKind::Language(_)
        | ItemKind::Runbook(_)
        | ItemKind::Library(_)
        | ItemKind::Source(_)
        | ItemKind::Use(_)
        | ItemKind::Server(_)
        | ItemKind::Param(_)
        | ItemKind::Require(_)
        | ItemKind::Broken => None,
    }
}
