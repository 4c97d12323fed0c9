//! What a look showed, taken in and told.

use std::hash::{BuildHasher, Hash, Hasher};

use crate::engine::view::View;
use crate::engine::{Event, InstrId, Probe, Quick, Reading};

use super::Turning;
use super::task::presume_complete;

impl Turning<'_> {
    /// Tells what a look showed where it differs from what it showed before (`shown`), and takes it in.
    pub(super) fn note(&mut self, at: InstrId, probes: &[Probe], readings: &[Reading], shown: &mut u64) {
        presume_complete(probes.len(), readings);
        self.say_states(probes, readings);
        let now = digest(readings);
        if *shown != now {
            *shown = now;
            self.emit(Event::Looked { at, readings: probes.iter().cloned().zip(readings.iter().cloned()).collect() });
        }
    }

    /// Says the states that differ from those said last; and those that were said before a connect or disconnect was known to
    /// be done, whose end they are.
    pub(super) fn say_states(&mut self, probes: &[Probe], readings: &[Reading]) {
        for (probe, reading) in probes.iter().zip(readings) {
            let Probe::State(server) = probe else { continue };
            let state = reading.state();
            let ends = state.is_some_and(|state| self.kept.news.ends_with(*server, state));
            if ends || self.kept.said[server.0 as usize] != Some(state) {
                self.emit(Event::Seen { server: *server, state });
            }
        }
    }

    pub(super) fn view<'b>(&'b self, probes: &'b [Probe], readings: &'b [Reading]) -> View<'b> {
        View { probes, readings, kept: self.kept }
    }
}

/// Tells readings apart, but not by the words in which an unknown one is explained. Never 0.
fn digest(readings: &[Reading]) -> u64 {
    let mut hasher = Quick::default().build_hasher();
    for reading in readings {
        std::mem::discriminant(reading).hash(&mut hasher);
        if !matches!(reading, Reading::Unknown(_)) {
            reading.hash(&mut hasher);
        }
    }
    hasher.finish() | 1
}
