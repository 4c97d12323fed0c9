//! Looks until something holds, or until it is too late.

use crate::engine::instr::{Choice, Instr};
use crate::engine::test::{Test, add};
use crate::engine::view::View;
use crate::engine::{Answer, Clock, Clocks, Event, FailureKind, InstrId, Probe, Reading, Request};
use crate::pair::Status;
use crate::program::ServerId;

use super::task::{Running, Task};
use super::{Flow, Turning};

/// A look that may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Watch {
    pub(super) what: What,
    pub(super) clocks: Running,
    /// The digest of what was shown last; 0: nothing.
    pub(super) shown: u64,
    /// A copy or switch of which no news came was asked for, and there is no more time.
    pub(super) asked: bool,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// What the statement at hand says.
    Statement,
    /// The start states, right before the first command to a server.
    FirstCommand,
    /// The last check of a step that the operator calls done.
    Check(InstrId),
}

/// What a look decides.
pub(super) enum Verdict {
    /// It is decided.
    Go(Flow),
    /// Not yet.
    Pending,
}

impl<'a> Turning<'a> {
    /// Looks for what the statement at hand says.
    pub(super) fn watch(&mut self) -> Flow {
        if let Instr::If(_) = self.code.instr(self.kept.at)
            && self.probes(What::Statement).is_empty()
            && let Verdict::Go(flow) = self.judge(What::Statement, &[], &[])
        {
            return flow;
        }
        self.watch_for(What::Statement)
    }

    pub(super) fn watch_for(&mut self, what: What) -> Flow {
        let (clock, limit) = self.clock_of(what);
        let clocks = Running { set: Clocks::of(clock), over: Clocks::NONE };
        if clock == Clock::Limit && !self.asks_first() {
            self.emit(Event::WaitBegan { at: self.kept.at, limit });
        }
        self.ask(Task::Watch(Watch { what, clocks, shown: 0, asked: false }), Request::Set(clock, limit))
    }

    /// An `ensure` whose effect has not been sent.
    fn asks_first(&self) -> bool {
        matches!(self.code.instr(self.kept.at), Instr::Ensure(_)) && self.kept.sent != Some(self.kept.at)
    }

    fn clock_of(&self, what: What) -> (Clock, std::time::Duration) {
        let look = (Clock::Look, self.code.settings.look_limit);
        match (what, self.code.instr(self.kept.at)) {
            (What::Statement, Instr::Wait(wait)) => (Clock::Limit, wait.within),
            (What::Statement, Instr::Ensure(ensure)) => (Clock::Limit, ensure.within),
            (What::Statement | What::FirstCommand | What::Check(_), _) => look,
        }
    }

    pub(super) fn watching(&mut self, mut watch: Watch, answer: &Answer) -> Flow {
        match answer {
            Answer::Set if watch.shown == 0 => self.look(watch),
            Answer::Set => self.pause(watch),
            Answer::Woke(over) => {
                watch.clocks.woke(*over);
                self.look(watch)
            }
            Answer::Looked(readings) => self.watch_looked(watch, readings),
            Answer::Begin | Answer::Outcome(_) | Answer::Decided(_) => {
                unreachable!("because a world answers what it was asked: {answer:?}")
            }
        }
    }

    /// Goes on looking, as after a pause.
    pub(super) fn look(&mut self, watch: Watch) -> Flow {
        let probes = self.probes(watch.what).to_vec();
        let (clock, _) = self.clock_of(watch.what);
        self.ask(Task::Watch(watch), Request::Look(probes, Clocks::of(clock)))
    }

    fn pause(&mut self, watch: Watch) -> Flow {
        self.ask(Task::Watch(watch), Request::Pause(watch.clocks.going()))
    }

    fn watch_looked(&mut self, mut watch: Watch, readings: &[Reading]) -> Flow {
        let probes = self.probes(watch.what);
        let at = self.kept.at;
        self.note(at, probes, readings, &mut watch.shown);
        if let Verdict::Go(flow) = self.judge(watch.what, probes, readings) {
            return flow;
        }
        let (clock, _) = self.clock_of(watch.what);
        let old = self.old(watch.what, &self.view(probes, readings));
        if watch.clocks.over.look && !old.is_empty() && !watch.asked {
            return self.old_news_stayed(watch, &old, probes, readings);
        }
        if watch.clocks.over.contains(clock) {
            return self.too_late(watch.what, probes, readings);
        }
        if !old.is_empty() && !watch.clocks.set.look {
            watch.clocks.set.look = true;
            return self.ask(Task::Watch(watch), Request::Set(Clock::Look, self.code.settings.look_limit));
        }
        self.pause(watch)
    }

    /// It has stayed the same for `look_limit`: `link`, `catchup` and `activity` count as they stand; a copy or a switch
    /// is settled like an unknown outcome.
    fn old_news_stayed(
        &mut self,
        mut watch: Watch,
        old: &[(ServerId, Status)],
        probes: &[Probe],
        readings: &[Reading],
    ) -> Flow {
        for (server, status) in old {
            if self.kept.started.shown_by(*status).is_none() {
                self.emit(Event::Stands { server: *server, status: *status });
            }
        }
        if let Verdict::Go(flow) = self.judge(watch.what, probes, readings) {
            return flow;
        }
        let process = old.iter().find_map(|(_, status)| self.kept.started.shown_by(*status));
        let (clock, _) = self.clock_of(watch.what);
        if watch.clocks.over.contains(clock) && process.is_none() {
            return self.too_late(watch.what, probes, readings);
        }
        match process {
            Some(process) => self.settle_news(process, watch),
            None => {
                watch.clocks.forget_look();
                self.pause(watch)
            }
        }
    }

    fn probes(&self, what: What) -> &'a [Probe] {
        let asks = &self.code.asks;
        match what {
            What::FirstCommand => &asks.start,
            What::Check(at) => &asks.at(at).check,
            What::Statement => &asks.at(self.kept.at).statement,
        }
    }

    fn old(&self, what: What, view: &View<'_>) -> Vec<(ServerId, Status)> {
        self.tests(what).into_iter().flat_map(|test| view.old(test)).collect()
    }

    /// The conditions that are looked at.
    fn tests(&self, what: What) -> Vec<&Test> {
        match (what, self.code.instr(self.kept.at)) {
            (What::FirstCommand, _) => Vec::new(),
            (What::Check(at), _) => vec![self.check_test(at)],
            (What::Statement, Instr::Wait(wait)) => std::iter::once(&wait.until).chain(&wait.fail_if).collect(),
            (What::Statement, Instr::Ensure(ensure)) => std::iter::once(&ensure.test).chain(&ensure.fail_if).collect(),
            (What::Statement, Instr::Assert { test, .. }) => vec![test],
            (What::Statement, Instr::If(choice)) => choice.arms.iter().map(|(test, _)| test).collect(),
            (What::Statement, Instr::EndStates | Instr::StartStates) => Vec::new(),
            (What::Statement, other) => unreachable!("because this looks for nothing: {other:?}"),
        }
    }

    fn judge(&mut self, what: What, probes: &[Probe], readings: &[Reading]) -> Verdict {
        match (what, self.code.instr(self.kept.at)) {
            (What::FirstCommand, _) => self.judge_first(probes, readings),
            (What::Check(at), _) => self.judge_check(at, probes, readings),
            (What::Statement, Instr::Wait(wait)) => self.judge_wait(wait, probes, readings),
            (What::Statement, Instr::Ensure(ensure)) => self.judge_ensure(ensure, probes, readings),
            (What::Statement, Instr::Assert { test, otherwise }) => {
                self.judge_assert(test, otherwise.as_ref(), probes, readings)
            }
            (What::Statement, Instr::If(choice)) => self.judge_if(choice, probes, readings),
            (What::Statement, Instr::EndStates) => self.judge_expected(false, probes, readings),
            (What::Statement, Instr::StartStates) => self.judge_expected(true, probes, readings),
            (What::Statement, other) => unreachable!("because this looks for nothing: {other:?}"),
        }
    }

    /// The time is over.
    fn too_late(&mut self, what: What, probes: &[Probe], readings: &[Reading]) -> Flow {
        let at = self.kept.at;
        let pairs = self.view(probes, readings).pairs();
        match (what, self.code.instr(at)) {
            (What::FirstCommand, _) => self.not_started(probes, readings),
            (What::Check(at), _) => self.check_failed(at, pairs),
            (What::Statement, Instr::EndStates) => self.outside(false, probes, readings),
            (What::Statement, Instr::StartStates) => self.outside(true, probes, readings),
            (What::Statement, Instr::If(Choice { unknown: Some(unknown), .. })) => self.goto(*unknown),
            (What::Statement, Instr::If(_) | Instr::Assert { .. }) => {
                self.fail(at, FailureKind::Unknown { readings: pairs })
            }
            (What::Statement, _) => self.fail(at, FailureKind::Limit { readings: pairs }),
        }
    }
}

/// What a wait asks: also the states of the servers that it asks otherwise.
pub(super) fn wait_probes(until: &Test, fail_if: Option<&Test>) -> Vec<Probe> {
    let mut probes = Vec::new();
    let states = until.servers().into_iter().map(Probe::State);
    let failing = fail_if.into_iter().flat_map(Test::probes);
    states.chain(until.probes()).chain(failing).for_each(|probe| add(&mut probes, probe));
    probes
}

pub(super) fn choice_probes(choice: &Choice) -> Vec<Probe> {
    let mut probes = Vec::new();
    choice.arms.iter().flat_map(|(test, _)| test.probes()).for_each(|probe| add(&mut probes, probe));
    probes
}
