//! The declared states and versions of the servers, at the start and at the end.

use crate::engine::code::ExpectedCode;
use crate::engine::test::add;
use crate::engine::truth::{Truth, all};
use crate::engine::view::View;
use crate::engine::{Code, Event, Failure, FailureKind, Probe, Reading};
use crate::pair::Measure;
use crate::program::ServerId;

use super::watch::Verdict;
use super::{Flow, Turning};

impl Turning<'_> {
    pub(super) fn expected(&self, server: ServerId, start: bool) -> Option<&ExpectedCode> {
        expected(self.code, server, start)
    }

    pub(super) fn holds(&self, server: ServerId, start: bool, probes: &[Probe], readings: &[Reading]) -> Truth {
        let view = self.view(probes, readings);
        self.expected(server, start).map_or(Truth::True, |expected| holds(expected, server, &view))
    }

    /// The same of a run that may have begun at a later step: its start is what it was begun in.
    fn stands(&self, server: ServerId, start: bool, probes: &[Probe], readings: &[Reading]) -> Truth {
        if start { self.begins(server, probes, readings) } else { self.holds(server, false, probes, readings) }
    }

    pub(super) fn judge_expected(&mut self, start: bool, probes: &[Probe], readings: &[Reading]) -> Verdict {
        match all(self.code.server_ids().map(|server| self.stands(server, start, probes, readings))) {
            Truth::True if start => Verdict::Go(self.backed_out_completely()),
            Truth::True => Verdict::Go(self.succeeded()),
            Truth::False => Verdict::Go(self.outside(start, probes, readings)),
            Truth::Unknown => Verdict::Pending,
        }
    }

    /// A server is not where it must be; the last one of several leads on.
    pub(super) fn outside(&mut self, start: bool, probes: &[Probe], readings: &[Reading]) -> Flow {
        let at = self.kept.at;
        for server in self.code.server_ids() {
            if self.stands(server, start, probes, readings) != Truth::True {
                let readings = of_server(server, probes, readings);
                let kind = FailureKind::EndState { server, readings };
                self.emit(Event::Failed { failure: Failure { at, kind } });
            }
        }
        self.route()
    }
}

fn holds(expected: &ExpectedCode, server: ServerId, view: &View<'_>) -> Truth {
    let state =
        expected.states.map_or(Truth::True, |states| view.state(server).map(|state| states.contains(state)).into());
    let version = expected.version.map_or(Truth::True, |wanted| {
        let version = view.reading(&Probe::Measure(server, Measure::Version)).and_then(Reading::version);
        version.map(|version| version == wanted).into()
    });
    all([state, version].into_iter())
}

/// What a server must be in at the start or, where it is more than looked at, at the end.
fn expected(code: &Code, server: ServerId, start: bool) -> Option<&ExpectedCode> {
    let declared = &code.servers[server.0 as usize];
    if start { Some(&declared.from) } else { declared.to.as_ref() }
}

pub(super) fn expected_probes(code: &Code, start: bool) -> Vec<Probe> {
    let mut probes = Vec::new();
    for server in code.server_ids() {
        let Some(expected) = expected(code, server, start) else { continue };
        add(&mut probes, Probe::State(server));
        if expected.version.is_some() {
            add(&mut probes, Probe::Measure(server, Measure::Version));
        }
    }
    probes
}

/// What was read of one server.
pub(super) fn of_server(server: ServerId, probes: &[Probe], readings: &[Reading]) -> Vec<(Probe, Reading)> {
    let pairs = probes.iter().cloned().zip(readings.iter().cloned());
    pairs.filter(|(probe, _)| probe.server() == Some(server)).collect()
}
