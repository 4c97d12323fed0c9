//! What of a run's past cannot matter any more.

use crate::engine::code::Part;
use crate::engine::news::AllNews;
use crate::engine::{Code, InstrId, Live, RunResult};
use crate::pair::{self, Seen, Status};

use super::{Doubt, Durable, Refused, Started};

impl Durable {
    /// See `Machine::forget`. `asked_for`: the command that started the process which is being asked for.
    pub(in crate::engine) fn forget(&mut self, code: &Code, live: &Live, asked_for: Option<InstrId>) {
        let over = self.ended.as_ref().is_some_and(|end| end.result != RunResult::Parked);
        let undoable = self.back_out_refused(code).is_none();
        if over && !undoable {
            self.forget_the_way();
        }
        let at = match (over, undoable) {
            _ if self.settles_to_undo => live.settling(),
            (true, true) => live.over(),
            (false, true) => live.undoable_at(self.at),
            (true | false, false) => live.at(self.at),
        };
        let part = code.part(self.at);
        self.attempts.iter_mut().for_each(|attempts| *attempts = (*attempts).min(1));
        self.forget_what_was_undone(&at.begun);
        if self.settles_to_undo {
            self.used.fill(0);
        } else {
            live.retries.forget(self.at, &mut self.used);
        }
        self.approved.iter_mut().zip(&at.approvals).for_each(|(approved, live)| *approved &= *live);
        self.fenced = if at.fences { self.fenced } else { [false; 2] };
        self.news.forget(&at.statuses, at.activity);
        self.forget_processes(asked_for);
        // What failed decides where the run goes on, and one that is over goes nowhere.
        let refusal_is_known = (self.failing && !over) || at.refusal;
        self.refused = if refusal_is_known { self.refused } else { Refused::No };
        for (said, live) in self.said.iter_mut().zip(at.said) {
            *said = said.filter(|_| live);
        }
        if self.decides_its_result_yet(part) {
            self.result = RunResult::Done;
        }
        self.left_at = None;
        self.watchdog.off_on_the_way = false;
        self.unsettled = self.unsettled.filter(|_| undoable);
        let Started { copy, switch } = &mut self.started;
        for doubt in [&mut self.doubt, &mut self.unsettled, copy, switch].into_iter().flatten() {
            doubt.before = asked_for_behind(code, doubt.at, &doubt.before);
        }
    }

    /// On the way, and in a back-out, whatever a run comes to is said anew where it comes to it. A failure that nothing has
    /// answered yet is in doubt or not.
    fn decides_its_result_yet(&self, part: Part) -> bool {
        let goes_on = self.settles_to_undo || matches!(part, Part::Body | Part::EndStates | Part::BackOut);
        let is_said_anew = self.ended.is_none() && !self.failing;
        goes_on && (is_said_anew || self.result == RunResult::Failed)
    }

    /// A step whose back-out was begun: those behind it were undone, and are not come back to. That they had begun may be
    /// asked still.
    fn forget_what_was_undone(&mut self, asked: &[bool]) {
        let Some(step) = self.backing_out else { return };
        self.step = Some(step);
        let undone = self.attempts.iter_mut().zip(asked).skip(usize::from(step.0) + 1);
        undone.filter(|(_, asked)| !**asked).for_each(|(attempts, _)| *attempts = 0);
    }

    /// The run is over, and nothing of how it came there is asked for any more.
    fn forget_the_way(&mut self) {
        self.used.fill(0);
        self.approved.fill(false);
        self.fenced = [false; 2];
        self.news = AllNews::default();
        self.said = [None; 2];
        self.refused = Refused::No;
    }

    /// A copy or a switch counts until what it shows is known.
    fn forget_processes(&mut self, asked_for: Option<InstrId>) {
        let Started { copy, switch } = self.started;
        let counts = |doubt: &Doubt, status| self.news.any_old(status) || asked_for == Some(doubt.at);
        self.started = Started {
            copy: copy.filter(|doubt| counts(doubt, Status::Copy)),
            switch: switch.filter(|doubt| counts(doubt, Status::Switch)),
        };
    }
}

/// Of what was seen right before the command at that place: what settling it asks for, and what makes the news of what it
/// starts.
pub(in crate::engine) fn asked_for_behind(code: &Code, at: InstrId, before: &Seen) -> Seen {
    let act = code.instr(at).sending().and_then(|sending| sending.act);
    act.map_or_else(Seen::default, |act| pair::asked_afterwards(act, before))
}
