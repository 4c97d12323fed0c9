//! Blocks and their statements.

use crate::pair::{Command, StateSet};
use crate::program::flow::Whole;
use crate::program::{Block, Cond, Effect, EffectKind, ParamType, StepId, Stmt, StmtKind, ValueTerm, diagnostics};
use crate::syntax::tree::{self, Name};
use crate::text::Span;

use super::names::Meaning;
use super::{On, Resolver, Within};

/// More tries than this are no retry but an endless loop.
const MAX_RETRIES: u32 = 1000;

impl Resolver<'_> {
    /// A block; statements that have a finding are left out.
    pub fn block(&mut self, block: &tree::Block, on: &On) -> Block {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        self.stmts_into(&mut stmts, block, on);
        Block { stmts, span: block.open.to(block.close) }
    }

    /// `on SERVER { … }` melts into what stands around it.
    fn stmts_into(&mut self, stmts: &mut Vec<Stmt>, block: &tree::Block, on: &On) {
        for stmt in &block.stmts {
            if self.has_enough(stmt.span) {
                return;
            }
            if let tree::StmtKind::On { server, body } = &stmt.kind {
                let inner = self.on(server);
                self.stmts_into(stmts, body, &inner);
            } else if let Some(kind) = self.stmt(stmt, on) {
                stmts.push(Stmt { kind, span: stmt.span });
            } else {
                self.whole = Whole::No;
            }
        }
    }

    fn stmt(&mut self, stmt: &tree::Stmt, on: &On) -> Option<StmtKind> {
        match &stmt.kind {
            tree::StmtKind::Effect(effect) => self.effect(effect, on).map(StmtKind::Effect),
            tree::StmtKind::Notify(text) => Some(StmtKind::Notify(self.template(text))),
            tree::StmtKind::Confirm(confirm) => self.confirm(confirm),
            tree::StmtKind::PointOfNoReturn(text) => Some(StmtKind::PointOfNoReturn(self.template(text))),
            tree::StmtKind::Assert { cond, otherwise } => {
                let otherwise = otherwise.as_ref().map(|text| self.template(text));
                Some(StmtKind::Assert { cond: self.cond(cond)?, otherwise })
            }
            tree::StmtKind::Wait(wait) => self.wait(wait),
            tree::StmtKind::Ensure(ensure) => self.ensure(ensure, on),
            tree::StmtKind::If(branches) => self.if_(branches, on),
            tree::StmtKind::Choose(choose) => self.choose(choose, stmt.span, on),
            tree::StmtKind::Do { procedure, args } => self.call(procedure, args, stmt.span),
            tree::StmtKind::Retry(retry) => self.retry(retry, on),
            tree::StmtKind::Stop(text) => Some(StmtKind::Stop(self.template(text))),
            tree::StmtKind::LeaveWatchdogOff(text) => Some(StmtKind::LeaveWatchdogOff(self.template(text))),
            tree::StmtKind::On { .. } | tree::StmtKind::Broken => None,
        }
    }

    fn confirm(&mut self, confirm: &tree::Confirm) -> Option<StmtKind> {
        let text = self.template(&confirm.text);
        let within = self.required_limit(confirm.within.as_ref())?;
        Some(StmtKind::Confirm { id: confirm.id.value.clone(), text, within })
    }

    fn wait(&mut self, wait: &tree::Wait) -> Option<StmtKind> {
        let until = self.cond(&wait.until);
        let fail_if = self.optional_cond(wait.fail_if.as_ref());
        let within = self.required_limit(wait.within.as_ref());
        Some(StmtKind::Wait { until: until?, fail_if: fail_if.ok()?, within: within? })
    }

    fn ensure(&mut self, ensure: &tree::Ensure, on: &On) -> Option<StmtKind> {
        let cond = self.cond(&ensure.cond);
        let from = self.states_to_send_in(ensure);
        let by = self.effect(&ensure.by, on);
        let fail_if = self.optional_cond(ensure.fail_if.as_ref());
        let within = self.required_limit(ensure.within.as_ref());
        let (cond, by) = (cond?, by?);
        self.check_promotion(ensure, &cond, &by);
        Some(StmtKind::Ensure { cond, from: from?, by, fail_if: fail_if.ok()?, within: within? })
    }

    /// The outer none: a finding says why not.
    fn states_to_send_in(&mut self, ensure: &tree::Ensure) -> Option<Option<StateSet>> {
        let (Some(first), Some(last)) = (ensure.from.first(), ensure.from.last()) else { return Some(None) };
        if let tree::EffectKind::Watchdog { .. } = ensure.by.kind {
            self.report(diagnostics::from_without_server(first.span.to(last.span)));
            return None;
        }
        self.state_set(&ensure.from).map(Some)
    }

    fn check_promotion(&mut self, ensure: &tree::Ensure, cond: &Cond, by: &Effect) {
        let EffectKind::Admin { text, command, .. } = &by.kind else { return };
        let promotes = command.is_some_and(Command::promotes);
        if promotes && ensure.from.is_empty() {
            self.report(diagnostics::missing_from(text, by.span, cond.span));
        }
    }

    fn if_(&mut self, branches: &tree::If, on: &On) -> Option<StmtKind> {
        let arms: Vec<_> = branches.arms.iter().map(|(cond, block)| (self.cond(cond), self.block(block, on))).collect();
        let otherwise = branches.otherwise.as_ref().map(|block| self.block(block, on));
        let unknown = branches.unknown.as_ref().map(|block| self.block(block, on));
        let arms: Option<Vec<_>> = arms.into_iter().map(|(cond, block)| cond.map(|cond| (cond, block))).collect();
        Some(StmtKind::If { arms: arms?, otherwise, unknown })
    }

    fn choose(&mut self, choose: &tree::Choose, span: Span, on: &On) -> Option<StmtKind> {
        let name = &choose.name;
        // An arm that could not be read is not missing.
        let all_read = !self.has_finding_in(Span { start: name.span.end, ..span });
        let arms: Vec<(String, Block)> =
            choose.arms.iter().map(|(word, block)| (word.value.clone(), self.block(block, on))).collect();
        let declared = self.declaration(&name.value).unwrap_or(name.span);
        match self.meaning(&name.value) {
            Meaning::Value(place, ParamType::Words(words)) => {
                self.check_arms(choose, &words, declared, all_read);
                Some(StmtKind::Choose { on: ValueTerm { term: place.term(), span: name.span }, arms })
            }
            Meaning::Value(_, ty) => {
                let ty = diagnostics::described(&ty);
                self.report(diagnostics::not_a_choice(&name.value, name.span, &ty, declared));
                None
            }
            Meaning::Server(_) => {
                self.report(diagnostics::not_a_choice(&name.value, name.span, "a server", declared));
                None
            }
            Meaning::Broken => None,
            Meaning::Unknown => {
                self.unknown(name, false);
                None
            }
        }
    }

    fn check_arms(&mut self, choose: &tree::Choose, words: &[String], declared: Span, all_read: bool) {
        let name = &choose.name;
        for (at, (arm, _)) in choose.arms.iter().enumerate() {
            if !words.contains(&arm.value) {
                let finding = diagnostics::unknown_word(&arm.value, arm.span, &name.value, words, Some(declared));
                self.report(finding);
            } else if let Some((first, _)) = choose.arms[..at].iter().find(|(first, _)| first.value == arm.value) {
                self.report(diagnostics::duplicate_word(&arm.value, arm.span, first.span));
            }
        }
        let has = |word: &String| choose.arms.iter().any(|(arm, _)| arm.value == *word);
        let missing: Vec<&str> = words.iter().filter(|word| !has(word)).map(String::as_str).collect();
        if all_read && !missing.is_empty() {
            self.report(diagnostics::missing_arm(&name.value, name.span, &missing, declared));
        }
    }

    fn retry(&mut self, retry: &tree::Retry, on: &On) -> Option<StmtKind> {
        let from = retry.from.as_ref().map(|from| self.retry_from(from));
        let times = u32::try_from(retry.times.value).ok().filter(|times| (1..=MAX_RETRIES).contains(times));
        if times.is_none() {
            self.report(diagnostics::retry_times(retry.times.span, retry.times.value, MAX_RETRIES));
        }
        let after = self.optional_limit(retry.after.as_ref());
        let body = retry.body.as_ref().map(|body| self.block(body, on));
        let from = from.map_or(Some(None), |from| from.map(Some));
        Some(StmtKind::Retry { from: from?, times: times?, after: after.ok()?, body })
    }

    fn retry_from(&mut self, id: &Name) -> Option<StepId> {
        let from = self.step_id(id, diagnostics::STEP_RETRIED)?;
        if let Within::Step(here) = self.at
            && from > here
        {
            let lines = [from, here].map(|step| self.declared.steps[step.0 as usize]);
            self.report(diagnostics::retry_from_later(&id.value, id.span, lines[0], lines[1]));
            return None;
        }
        Some(from)
    }

    /// The step that is called so; `role` says what it is wanted for.
    pub(super) fn step_id(&mut self, id: &Name, role: &str) -> Option<StepId> {
        if let Some(at) = self.declared.steps.get_index_of(&id.value) {
            return u16::try_from(at).ok().map(StepId);
        }
        if !self.declared.files.main().broken_words.contains(&id.value) {
            let known = self.declared.steps.keys().map(String::as_str);
            let finding = diagnostics::unknown_step(&id.value, id.span, role, known);
            self.report(finding);
        }
        None
    }
}
