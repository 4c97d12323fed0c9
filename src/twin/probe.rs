//! What the twin answers to probes. What a real pair would not tell, it does not tell either.

use std::time::Duration;

use crate::engine::model::{self, line_of, side_of};
use crate::engine::{Clocks, Probe, Reading};
use crate::pair::model::Side;

use super::{LAST_MOMENT, Twin, pace};

impl Twin {
    pub(super) fn look(&mut self, probe: &Probe, clocks: Clocks) -> Reading {
        // hsbrun's own doing: no time passes.
        if let Probe::Unanswered(_) = probe {
            return self.reading(probe);
        }
        let lasts = pace::probe(&mut self.dice);
        match line_of(probe) {
            Some(server) if !self.line_up[side_of(server) as usize] => self.no_answer(clocks),
            Some(_) | None => {
                self.advance(lasts);
                self.reading(probe)
            }
        }
    }

    /// A server that does not answer costs the whole limit of a call, or what is left of the clocks.
    fn no_answer(&mut self, clocks: Clocks) -> Reading {
        let call = self.now + self.settings.call_limit;
        let clock = self.first_deadline(clocks).map(|end| end.max(self.now) + LAST_MOMENT);
        self.advance_to(clock.map_or(call, |clock| clock.min(call)));
        Reading::Unknown("the line is cut: no answer".to_owned())
    }

    fn reading(&self, probe: &Probe) -> Reading {
        let busy = |side: Side| self.host_busy_until[side as usize] > self.now;
        model::reading(&self.model, probe, |side| self.position(side), busy)
    }

    /// As `hsb logpos` writes it: greater as text means more transactions.
    pub(super) fn position(&self, side: Side) -> String {
        format!("{:021}", self.data.held(side).len())
    }

    /// How long it would take to notice that a server does not answer.
    pub(super) fn call_limit(&self) -> Duration {
        self.settings.call_limit
    }
}
