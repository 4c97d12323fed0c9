//! Which statements a search reached, and which waits and assertions were met.

use std::collections::BTreeSet;

use crate::engine::{Code, Event, InstrId, Outcome, Part};

/// By instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    reached: Vec<bool>,
    held: Vec<bool>,
    /// With which codes; none: without one.
    refused: Vec<BTreeSet<Option<i32>>>,
}

impl Coverage {
    pub(super) fn new(code: &Code) -> Coverage {
        let count = code.ids().count();
        Coverage { reached: vec![false; count], held: vec![false; count], refused: vec![BTreeSet::new(); count] }
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

    /// The codes with which that command was refused on some path; none: without a code.
    #[must_use]
    pub fn refused(&self, at: InstrId) -> &BTreeSet<Option<i32>> {
        &self.refused[at.0 as usize]
    }

    /// Joins what another search reached.
    pub fn join(&mut self, other: &Coverage) {
        let both = |own: &mut Vec<bool>, other: &[bool]| own.iter_mut().zip(other).for_each(|(own, it)| *own |= *it);
        both(&mut self.reached, &other.reached);
        both(&mut self.held, &other.held);
        self.refused.iter_mut().zip(&other.refused).for_each(|(own, other)| own.extend(other));
    }

    pub(super) fn saw(&mut self, code: &Code, from: InstrId, to: InstrId, events: &[Event]) {
        for event in events {
            if let Event::Statement { at } = event {
                self.reached[at.0 as usize] = true;
            }
            if let Event::WaitDone { at } | Event::AlreadySo { at } = event {
                self.held[at.0 as usize] = true;
            }
            if let Event::Outcome { at, outcome: Outcome::Refused { code, .. } } = event {
                self.refused[at.0 as usize].insert(*code);
            }
        }
        let failed = events.iter().any(|event| matches!(event, Event::Failed { .. }));
        let went_on = to != from && code.place(to).part != Part::Preflight;
        self.held[from.0 as usize] |= went_on && !failed;
    }
}
