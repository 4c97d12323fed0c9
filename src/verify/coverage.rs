//! Which statements a search reached, and which waits and assertions were met.

use crate::engine::{Code, Event, InstrId, Part};

/// By instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    reached: Vec<bool>,
    held: Vec<bool>,
}

impl Coverage {
    pub(super) fn new(code: &Code) -> Coverage {
        let count = code.ids().count();
        Coverage { reached: vec![false; count], held: vec![false; count] }
    }

    /// A run began that statement on some path.
    #[must_use]
    pub fn reached(&self, at: InstrId) -> bool {
        self.reached[at.0 as usize]
    }

    /// What that wait, `ensure` or assertion says was so on some path.
    #[must_use]
    pub fn held(&self, at: InstrId) -> bool {
        self.held[at.0 as usize]
    }

    /// Joins what another search reached.
    pub fn join(&mut self, other: &Coverage) {
        let both = |own: &mut Vec<bool>, other: &[bool]| own.iter_mut().zip(other).for_each(|(own, it)| *own |= *it);
        both(&mut self.reached, &other.reached);
        both(&mut self.held, &other.held);
    }

    pub(super) fn saw(&mut self, code: &Code, from: InstrId, to: InstrId, events: &[Event]) {
        for event in events {
            if let Event::Statement { at } = event {
                self.reached[at.0 as usize] = true;
            }
            if let Event::WaitDone { at } | Event::AlreadySo { at } = event {
                self.held[at.0 as usize] = true;
            }
        }
        let failed = events.iter().any(|event| matches!(event, Event::Failed { .. }));
        let went_on = to != from && code.place(to).part != Part::Preflight;
        self.held[from.0 as usize] |= went_on && !failed;
    }
}
