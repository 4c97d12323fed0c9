//! Begins a run at a later step.

use crate::engine::truth::Truth;
use crate::engine::view::View;
use crate::engine::{Code, Durable, Entry, Event, Probe, Reading};
use crate::pair::StateSet;
use crate::program::ServerId;

use super::task::Task;
use super::{Flow, Machine, Turning};

impl Machine {
    /// A run that begins at a later step; its first answer is `Answer::Begin`. The skipped steps count as done by others:
    /// their `require`s are not asked, a watchdog that they silence counts as silenced by this run, and a point of no return
    /// in them as passed.
    #[must_use]
    pub fn entering(code: &Code, entry: Entry) -> Machine {
        Machine { kept: Durable::new(code), task: Task::Enter(entry), interrupted: false }
    }
}

impl Turning<'_> {
    pub(super) fn enter(&mut self, entry: Entry) -> Flow {
        self.emit(Event::Entered { entry });
        Flow::On
    }

    /// Whether a server is in what the run begins in: its declared start state, or what it was in when the step was chosen.
    pub(super) fn begins(&self, server: ServerId, probes: &[Probe], readings: &[Reading]) -> Truth {
        let Some(entry) = &self.kept.entry else { return self.holds(server, true, probes, readings) };
        let view: View<'_> = self.view(probes, readings);
        view.state(server).map(|state| entry.states.get(server.0 as usize) == Some(&state)).into()
    }

    /// The states that this may be.
    pub(super) fn begins_in(&self, server: ServerId) -> Option<StateSet> {
        match &self.kept.entry {
            Some(entry) => entry.states.get(server.0 as usize).map(|state| StateSet::of(*state)),
            None => self.code.servers[server.0 as usize].from.states,
        }
    }
}
