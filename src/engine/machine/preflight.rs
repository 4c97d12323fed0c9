//! Before anything changes: what is required, the start states, and those again right before the first command.

use crate::engine::code::ExpectedCode;
use crate::engine::test::{activity_probes, add};
use crate::engine::truth::Truth;
use crate::engine::{Clocks, Code, Event, PreflightFailure, Probe, Reading, Request, RunResult};
use crate::pair::StatusWord;
use crate::program::{ServerId, StepId};

use super::expected::{expected_probes, of_server};
use super::task::{Task, presume_complete};
use super::watch::{Verdict, What};
use super::{Flow, Turning};

impl<'a> Turning<'a> {
    pub(super) fn preflight(&mut self) -> Flow {
        let probes = self.first_probes().to_vec();
        self.ask(Task::Preflight, Request::Look(probes, Clocks::NONE))
    }

    fn first_probes(&self) -> &'a [Probe] {
        let asks = &self.code.asks;
        if self.kept.entry.is_some() { &asks.start } else { &asks.preflight }
    }

    pub(super) fn preflight_looked(&mut self, readings: &[Reading]) -> Flow {
        let probes = self.first_probes();
        presume_complete(probes.len(), readings);
        self.say_states(probes, readings);
        if let Some(entry) = self.kept.entry.as_ref().map(|entry| entry.step) {
            return self.entry_looked(entry, probes, readings);
        }
        let wrong_start = self.start_failures(probes, readings);
        if !wrong_start.is_empty() && self.is_at_its_end(probes, readings) {
            // The start states do not hold: nothing is said of a preflight.
            return self.end_as(RunResult::AlreadyDone);
        }
        let mut failures = self.require_failures(probes, readings);
        failures.extend(wrong_start);
        let failed = !failures.is_empty();
        self.emit(Event::Preflight { failures });
        if failed {
            return self.end_as(RunResult::NotStarted);
        }
        if self.code.steps.is_empty() {
            return self.end_as(RunResult::Done);
        }
        self.goto(self.first_of(StepId(0)))
    }

    fn require_failures(&self, probes: &[Probe], readings: &[Reading]) -> Vec<PreflightFailure> {
        let view = self.view(probes, readings);
        let failed = |(index, require): (usize, &crate::engine::RequireCode)| {
            let truth = require.test.truth(&view);
            let asked = require.test.probes();
            let readings = view.pairs().into_iter().filter(|(probe, _)| asked.contains(probe)).collect();
            let failure = PreflightFailure::Require { index, unknown: truth == Truth::Unknown, readings };
            (truth != Truth::True).then_some(failure)
        };
        self.code.requires.iter().enumerate().filter_map(failed).collect()
    }

    fn start_failures(&self, probes: &[Probe], readings: &[Reading]) -> Vec<PreflightFailure> {
        self.code
            .server_ids()
            .filter(|server| self.begins(*server, probes, readings) != Truth::True)
            .map(|server| PreflightFailure::StartState {
                server,
                wanted: self.begins_in(server),
                readings: of_server(server, probes, readings),
            })
            .collect()
    }

    /// Nothing may have changed since the step was chosen, and nothing may be in progress.
    fn entry_looked(&mut self, step: StepId, probes: &[Probe], readings: &[Reading]) -> Flow {
        let mut failures = self.start_failures(probes, readings);
        failures.extend(self.busy_failures(probes, readings));
        let failed = !failures.is_empty();
        self.emit(Event::Preflight { failures });
        if failed { self.end_as(RunResult::NotStarted) } else { self.goto(self.first_of(step)) }
    }

    /// Servers that are where they must be, with something in progress on them.
    fn busy_failures(&self, probes: &[Probe], readings: &[Reading]) -> Vec<PreflightFailure> {
        self.code
            .server_ids()
            .filter(|server| self.begins(*server, probes, readings) == Truth::True)
            .filter(|server| self.idle(*server, probes, readings) != Truth::True)
            .map(|server| PreflightFailure::Busy { server, readings: of_server(server, probes, readings) })
            .collect()
    }

    /// The end states hold; a server that is only looked at is where it must be. Where every end may be any, they always
    /// do, and say nothing.
    fn is_at_its_end(&self, probes: &[Probe], readings: &[Reading]) -> bool {
        let says = |end: &ExpectedCode| end.states.is_some() || end.version.is_some();
        let changes = self.code.servers.iter().any(|server| server.to.as_ref().is_some_and(says));
        let at_end = |server: ServerId| {
            let only_looked_at = self.expected(server, false).is_none();
            self.holds(server, only_looked_at, probes, readings) == Truth::True
        };
        changes && self.code.server_ids().all(at_end)
    }

    pub(super) fn judge_first(&mut self, probes: &[Probe], readings: &[Reading]) -> Verdict {
        let states = self.code.server_ids().map(|server| self.begins(server, probes, readings));
        let idle = self.code.server_ids().map(|server| self.idle(server, probes, readings));
        match crate::engine::truth::all(states.chain(idle)) {
            Truth::True => Verdict::Go(self.guard(self.kept.at)),
            Truth::False => Verdict::Go(self.not_started(probes, readings)),
            Truth::Unknown => Verdict::Pending,
        }
    }

    /// Nothing is in progress on a server. One that does not answer, where that is a start state, has no say.
    fn idle(&self, server: ServerId, probes: &[Probe], readings: &[Reading]) -> Truth {
        let view = self.view(probes, readings);
        match view.state(server) {
            Some(state) if state.answers() => view.activity(server, StatusWord::None),
            Some(_) => Truth::True,
            None if self.code.servers[server.0 as usize].from.states.is_none() => Truth::True,
            None => Truth::Unknown,
        }
    }

    /// Nothing was done: the watchdog is put back as it was found, and no ending runs.
    pub(super) fn not_started(&mut self, probes: &[Probe], readings: &[Reading]) -> Flow {
        let mut failures = self.start_failures(probes, readings);
        failures.extend(self.busy_failures(probes, readings));
        self.emit(Event::Preflight { failures });
        let watchdog = self.kept.watchdog;
        if watchdog.off && watchdog.found != Some(false) {
            return self.goto(self.code.marks.put_back);
        }
        self.end_as(RunResult::NotStarted)
    }

    /// Looks at the start states again, where this is the first command to a server.
    pub(super) fn first_command(&mut self) -> Flow {
        self.watch_for(What::FirstCommand)
    }
}

/// What is looked at before anything is done.
pub(super) fn preflight_probes(code: &Code) -> Vec<Probe> {
    let mut probes = expected_probes(code, true);
    let ends = expected_probes(code, false);
    let required = code.requires.iter().flat_map(|require| require.test.probes());
    ends.into_iter().chain(required).for_each(|probe| add(&mut probes, probe));
    probes
}

/// What is looked at again before the first command: the start states, and what is in progress.
pub(super) fn start_probes(code: &Code) -> Vec<Probe> {
    let mut probes = expected_probes(code, true);
    code.server_ids().flat_map(activity_probes).for_each(|probe| add(&mut probes, probe));
    probes
}
