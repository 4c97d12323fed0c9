//! Statements.

use crate::syntax::diagnostics::{self, Clause};
use crate::syntax::grammar::{Node, Rule, children};
use crate::syntax::tree::{Choose, Confirm, Doubt, Effect, EffectKind, Ensure, If, Name, Retry, Stmt, StmtKind, Wait};
use crate::text::{Span, Spanned};

use super::clause::Clauses;
use super::parts::parts;
use super::{Lower, only};

impl<'t> Lower<'t> {
    /// Any statement but the two that end a step.
    pub(super) fn stmt(&mut self, node: Node<'t>) -> Stmt {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::effect_stmt => self.effect_stmt(node),
            Rule::notify => StmtKind::Notify(self.text_stmt(node, "notify")),
            Rule::point => StmtKind::PointOfNoReturn(self.text_stmt(node, "point of no return")),
            Rule::stop => StmtKind::Stop(self.text_stmt(node, "stop")),
            Rule::leave => StmtKind::LeaveWatchdogOff(self.text_stmt(node, "leave watchdog off")),
            Rule::confirm => self.confirm(node),
            Rule::assert => self.assert(node),
            Rule::wait => self.wait(node, span),
            Rule::ensure => self.ensure(node, span),
            Rule::on_server => self.on_server(node),
            Rule::if_else => self.if_else(node),
            Rule::choose => self.choose(node),
            Rule::call => self.call(node),
            Rule::retry => self.retry(node, span),
            other => panic!("because the grammar has no statement {other:?}"),
        };
        Stmt { kind, span }
    }

    fn effect_stmt(&mut self, node: Node<'t>) -> StmtKind {
        let span = self.span(&node);
        let mut inner = parts(node);
        let mut effect = self.effect(inner.presume(Rule::effect));
        let (name, fitting) = traits_of(&effect.kind);
        let clauses = self.clauses(&mut inner, name, fitting);
        effect.span = span;
        effect.within = clauses.within;
        set_doubt(&mut effect.kind, clauses.doubt);
        StmtKind::Effect(effect)
    }

    pub(super) fn effect(&mut self, node: Node<'t>) -> Effect {
        let span = self.span(&node);
        let node = only(node);
        let rule = node.as_rule();
        let mut inner = parts(node);
        let kind = match rule {
            Rule::admin => EffectKind::Admin { text: self.literal(&inner.presume(Rule::literal)), doubt: None },
            Rule::sql => EffectKind::Sql {
                text: self.literal(&inner.presume(Rule::literal)),
                values: self.values(inner.many(Rule::value)),
                doubt: None,
            },
            Rule::start => EffectKind::Start { options: self.names(&inner.many(Rule::choice)) },
            Rule::install => EffectKind::Install { previous: inner.optional(Rule::w_previous).is_some() },
            Rule::run => EffectKind::Run { name: self.name(&inner.presume(Rule::name)), doubt: None },
            Rule::watchdog => EffectKind::Watchdog { on: inner.optional(Rule::w_on).is_some() },
            other => panic!("because the grammar has no effect {other:?}"),
        };
        Effect { kind, within: None, span }
    }

    fn text_stmt(&mut self, node: Node<'t>, name: &'static str) -> super::super::tree::Text {
        let mut inner = parts(node);
        let text = self.text(inner.presume(Rule::text));
        self.clauses(&mut inner, name, &[]);
        text
    }

    fn confirm(&mut self, node: Node<'t>) -> StmtKind {
        let mut inner = parts(node);
        let id = self.name(&inner.presume(Rule::name));
        let text = self.text(inner.presume(Rule::text));
        let within = self.clauses(&mut inner, "confirm", &[Clause::Within]).within;
        if within.is_none() && !self.torn {
            self.report(diagnostics::missing_within(text.span, "confirm"));
        }
        StmtKind::Confirm(Confirm { id, text, within })
    }

    fn assert(&mut self, node: Node<'t>) -> StmtKind {
        let mut inner = parts(node);
        let cond = self.cond(inner.presume(Rule::cond));
        let otherwise = self.clauses(&mut inner, "assert", &[Clause::Else]).otherwise;
        StmtKind::Assert { cond, otherwise }
    }

    fn wait(&mut self, node: Node<'t>, span: Span) -> StmtKind {
        let mut inner = parts(node);
        let until = self.cond(inner.presume(Rule::cond));
        let clauses = self.clauses(&mut inner, "wait", &[Clause::FailIf, Clause::Within]);
        self.demand_within(clauses.within.is_none(), span, "wait");
        StmtKind::Wait(Box::new(Wait { until, fail_if: clauses.fail_if, within: clauses.within }))
    }

    fn ensure(&mut self, node: Node<'t>, span: Span) -> StmtKind {
        let mut inner = parts(node);
        let cond = self.cond(inner.presume(Rule::cond));
        let fitting = [Clause::From, Clause::By, Clause::FailIf, Clause::Within, Clause::InDoubt];
        let clauses = self.clauses(&mut inner, "ensure", &fitting);
        let Some(mut by) = clauses.by else {
            if !self.torn {
                self.report(diagnostics::missing_by(self.last_word(cond.span)));
            }
            return StmtKind::Broken;
        };
        self.demand_within(clauses.within.is_none(), span, "ensure");
        if let Some(doubt) = clauses.doubt {
            let (name, fitting) = traits_of(&by.kind);
            if !fitting.contains(&Clause::InDoubt) {
                self.report(diagnostics::misplaced_clause(doubt.span, Clause::InDoubt, name));
            }
            set_doubt(&mut by.kind, Some(doubt));
        }
        let Clauses { from, fail_if, within, .. } = clauses;
        StmtKind::Ensure(Box::new(Ensure { cond, from, by, fail_if, within }))
    }

    fn demand_within(&mut self, missing: bool, span: Span, statement: &'static str) {
        if missing && !self.torn {
            self.report(diagnostics::missing_within(self.last_word(span), statement));
        }
    }

    fn on_server(&mut self, node: Node<'t>) -> StmtKind {
        let mut inner = parts(node);
        let server = self.name(&inner.presume(Rule::name));
        StmtKind::On { server, body: self.block(inner.presume(Rule::block)) }
    }

    fn if_else(&mut self, node: Node<'t>) -> StmtKind {
        let mut inner = parts(node);
        let mut arms = vec![(self.cond(inner.presume(Rule::cond)), self.block(inner.presume(Rule::block)))];
        for arm in inner.many(Rule::else_if) {
            let mut arm = parts(arm);
            arms.push((self.cond(arm.presume(Rule::cond)), self.block(arm.presume(Rule::block))));
        }
        let otherwise = inner.optional(Rule::else_do).map(|node| self.block(only(node)));
        let unknown = inner.optional(Rule::unknown).map(|node| self.block(only(node)));
        StmtKind::If(If { arms, otherwise, unknown })
    }

    fn choose(&mut self, node: Node<'t>) -> StmtKind {
        let mut name: Option<Name> = None;
        let mut arms = Vec::new();
        let mut frame = self.frame(&node);
        for part in children(node) {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::arm => {
                    frame.sound(self.span(&part));
                    let mut arm = parts(part);
                    arms.push((self.name(&arm.presume(Rule::choice)), self.block(arm.presume(Rule::block))));
                }
                _ => self.framing(part, &mut frame, Rule::only_arm),
            }
        }
        StmtKind::Choose(Choose { name: name.expect("because `choose` names a parameter"), arms })
    }

    fn call(&mut self, node: Node<'t>) -> StmtKind {
        let mut inner = parts(node);
        let procedure = self.name(&inner.presume(Rule::name));
        let args = self.values(inner.many(Rule::value));
        self.clauses(&mut inner, "do", &[]);
        StmtKind::Do { procedure, args }
    }

    fn retry(&mut self, node: Node<'t>, span: Span) -> StmtKind {
        let (mut from, mut times, mut after, mut body) = (None, None, None, None);
        let mut seen: Vec<(Clause, Span)> = Vec::new();
        for part in parts(node) {
            let at = self.span(&part);
            let clause = match part.as_rule() {
                Rule::retry_from => Clause::From,
                Rule::at_most => Clause::AtMost,
                Rule::after => Clause::After,
                _ => {
                    body = Some(self.block(part));
                    continue;
                }
            };
            if let Some((_, earlier)) = seen.iter().find(|(other, _)| *other == clause) {
                self.report(diagnostics::duplicate_clause(at, *earlier, clause));
                continue;
            }
            seen.push((clause, at));
            let inner = only(part);
            match clause {
                Clause::From => from = Some(self.name(&inner)),
                Clause::AtMost => times = Some(self.number(&inner)),
                _ => after = Some(self.value(inner)),
            }
        }
        let Some(times) = times else {
            if !self.torn {
                let head = seen.last().map_or(Span { end: span.start + 5, ..span }, |(_, clause)| *clause);
                self.report(diagnostics::retry_without_limit(self.last_word(head)));
            }
            return StmtKind::Broken;
        };
        StmtKind::Retry(Retry { from, times, after, body })
    }
}

/// How a command is called, and the clauses that mean something on it.
fn traits_of(kind: &EffectKind) -> (&'static str, &'static [Clause]) {
    match kind {
        EffectKind::Admin { .. } => ("admin", &[Clause::InDoubt]),
        EffectKind::Sql { .. } => ("sql", &[Clause::Within, Clause::InDoubt]),
        EffectKind::Start { .. } => ("start", &[Clause::Within]),
        EffectKind::Install { .. } => ("install", &[Clause::Within]),
        EffectKind::Run { .. } => ("run", &[Clause::Within, Clause::InDoubt]),
        EffectKind::Watchdog { .. } => ("watchdog", &[]),
    }
}

fn set_doubt(kind: &mut EffectKind, said: Option<Spanned<Doubt>>) {
    match kind {
        EffectKind::Admin { doubt, .. } | EffectKind::Sql { doubt, .. } | EffectKind::Run { doubt, .. } => {
            *doubt = said
        }
        EffectKind::Start { .. } | EffectKind::Install { .. } | EffectKind::Watchdog { .. } => {}
    }
}
