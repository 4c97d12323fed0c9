//! What a look decides of a wait, an assertion, an `if`.

use crate::engine::instr::{Choice, Wait};
use crate::engine::test::Test;
use crate::engine::truth::Truth;
use crate::engine::view::View;
use crate::engine::{Event, FailureKind, Probe, Reading};
use crate::pair::State;
use crate::program::ServerId;

use super::watch::Verdict;
use super::{Flow, Turning};

impl Turning<'_> {
    pub(super) fn judge_wait(&mut self, wait: &Wait, probes: &[Probe], readings: &[Reading]) -> Verdict {
        self.judge_waiting(&wait.until, wait.fail_if.as_ref(), probes, readings)
    }

    /// The failing condition first; then what is waited for; then the servers that it asks.
    pub(super) fn judge_waiting(
        &mut self,
        until: &Test,
        fail_if: Option<&Test>,
        probes: &[Probe],
        readings: &[Reading],
    ) -> Verdict {
        let at = self.kept.at;
        let view = self.view(probes, readings);
        if fail_if.is_some_and(|test| test.truth(&view) == Truth::True) {
            let readings = view.pairs();
            return Verdict::Go(self.fail(at, FailureKind::FailIf { readings }));
        }
        if until.truth(&view) == Truth::True {
            self.emit(Event::WaitDone { at });
            return Verdict::Go(Flow::On);
        }
        match gone(until, &view) {
            Some(server) => Verdict::Go(self.fail(at, FailureKind::Down { server })),
            None => Verdict::Pending,
        }
    }

    pub(super) fn judge_assert(
        &mut self,
        test: &Test,
        otherwise: Option<&String>,
        probes: &[Probe],
        readings: &[Reading],
    ) -> Verdict {
        let at = self.kept.at;
        let view = self.view(probes, readings);
        match test.truth(&view) {
            Truth::True => Verdict::Go(self.goto(at.following())),
            Truth::False => {
                let kind = FailureKind::AssertFalse { text: otherwise.cloned(), readings: view.pairs() };
                Verdict::Go(self.fail(at, kind))
            }
            Truth::Unknown => Verdict::Pending,
        }
    }

    pub(super) fn judge_if(&mut self, choice: &Choice, probes: &[Probe], readings: &[Reading]) -> Verdict {
        for (test, arm) in &choice.arms {
            match test.truth(&self.view(probes, readings)) {
                Truth::True => return Verdict::Go(self.goto(*arm)),
                Truth::False => {}
                Truth::Unknown => return Verdict::Pending,
            }
        }
        Verdict::Go(self.goto(choice.otherwise))
    }
}

/// A server that is asked and proven DOWN, of whose DOWN the condition does not speak.
fn gone(until: &Test, view: &View<'_>) -> Option<ServerId> {
    if !view.sees_down() {
        return None;
    }
    until
        .servers()
        .into_iter()
        .find(|server| view.state(*server) == Some(State::Down) && !until.speaks_of_down(*server))
}
