//! `ensure`: holds already, and nothing is sent; does not hold, and the effect is sent; unknown, and it looks again.

use crate::engine::instr::Ensure;
use crate::engine::test::add;
use crate::engine::truth::Truth;
use crate::engine::{Event, FailureKind, Probe, Reading};

use super::Turning;
use super::watch::{Verdict, wait_probes};

impl Turning<'_> {
    pub(super) fn judge_ensure(&mut self, ensure: &Ensure, probes: &[Probe], readings: &[Reading]) -> Verdict {
        let at = self.kept.at;
        if self.kept.sent == Some(at) {
            return self.judge_waiting(&ensure.test, ensure.fail_if.as_ref(), probes, readings);
        }
        let view = self.view(probes, readings);
        if ensure.fail_if.as_ref().is_some_and(|test| test.truth(&view) == Truth::True) {
            let readings = view.pairs();
            return Verdict::Go(self.fail(at, FailureKind::FailIf { readings }));
        }
        match ensure.test.truth(&view) {
            Truth::True => {
                self.emit(Event::AlreadySo { at });
                Verdict::Go(super::Flow::On)
            }
            Truth::False => self.judge_from(ensure, probes, readings),
            Truth::Unknown => Verdict::Pending,
        }
    }

    /// The states in which the effect may be sent.
    fn judge_from(&mut self, ensure: &Ensure, probes: &[Probe], readings: &[Reading]) -> Verdict {
        let at = self.kept.at;
        let (Some(from), Some(server)) = (ensure.from, ensure.by.command.server) else {
            return Verdict::Go(self.command(at));
        };
        match self.view(probes, readings).state(server) {
            Some(state) if from.contains(state) => Verdict::Go(self.command(at)),
            Some(state) => Verdict::Go(self.fail(at, FailureKind::NotFrom { state: Some(state) })),
            None => Verdict::Pending,
        }
    }
}

pub(super) fn ensure_probes(ensure: &Ensure) -> Vec<Probe> {
    let mut probes = wait_probes(&ensure.test, ensure.fail_if.as_ref());
    if ensure.from.is_some()
        && let Some(server) = ensure.by.command.server
    {
        add(&mut probes, Probe::State(server));
    }
    probes
}
