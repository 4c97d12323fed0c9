//! What of a run's past cannot matter any more.

use crate::engine::code::Part;
use crate::engine::{Code, Live, RunResult};
use crate::pair::Status;

use super::{Durable, Refused, Started};

impl Durable {
    /// See `Machine::forget`. `settling`: a command is being asked for, and what is known of it is needed.
    pub(in crate::engine) fn forget(&mut self, code: &Code, live: &Live, settling: bool) {
        let at = live.at(self.at);
        let part = code.part(self.at);
        self.attempts.iter_mut().for_each(|attempts| *attempts = (*attempts).min(1));
        self.used.iter_mut().zip(&at.counters).for_each(|(used, live)| *used = if *live { *used } else { 0 });
        self.approved.iter_mut().zip(&at.approvals).for_each(|(approved, live)| *approved &= *live);
        self.fenced = if at.fences { self.fenced } else { [false; 2] };
        self.news.forget(&at.statuses);
        if !settling {
            self.forget_old_processes();
        }
        let refusal_is_known = self.failing || at.refusal;
        self.refused = if refusal_is_known { self.refused } else { Refused::No };
        if !at.said {
            self.said = [None; 2];
        }
        if matches!(part, Part::Body | Part::EndStates) && self.result == RunResult::Failed {
            self.result = RunResult::Done;
        }
        (self.left_at, self.unsettled) = (None, None);
    }

    /// A copy or a switch counts until what it shows is known.
    fn forget_old_processes(&mut self) {
        let Started { copy, switch } = self.started;
        self.started = Started {
            copy: copy.filter(|_| self.news.any_old(Status::Copy)),
            switch: switch.filter(|_| self.news.any_old(Status::Switch)),
        };
    }
}
