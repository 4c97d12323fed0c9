//! What a look showed, taken in and told.

use std::hash::{Hash, Hasher};

use crate::engine::view::View;
use crate::engine::{Event, InstrId, Probe, Reading};

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
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    for reading in readings {
        std::mem::discriminant(reading).hash(&mut hasher);
        if !matches!(reading, Reading::Unknown(_)) {
            reading.hash(&mut hasher);
        }
    }
    hasher.finish() | 1
}

/// In the manner of FNV, by bytes of what is long and by words of what is short. What it tells apart comes from a server, and not
/// from somebody who looks for two readings of one digest.
struct Fnv(u64);

impl Fnv {
    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // The product carries upwards only.
        self.0 ^= self.0 >> 32;
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.add(u64::from(*byte)));
    }

    fn write_u8(&mut self, word: u8) {
        self.add(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.add(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }

    fn write_isize(&mut self, word: isize) {
        self.add(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
