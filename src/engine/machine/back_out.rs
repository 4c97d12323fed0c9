//! Backs out: the steps that ever began, last first.

use std::fmt;

use crate::engine::{Code, Durable, EndingKind, Event};
use crate::program::StepId;

use super::task::Task;
use super::{Flow, Machine, Turning};

/// Why a run cannot be backed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackOutRefused {
    PastThePointOfNoReturn,
    /// That step began and has no back-out.
    NoBackOut(StepId),
    NothingBegan,
}

impl fmt::Display for BackOutRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BackOutRefused::PastThePointOfNoReturn => "the run has passed its point of no return",
            BackOutRefused::NoBackOut(_) => "a step that began has no back-out",
            BackOutRefused::NothingBegan => "no step has begun",
        })
    }
}

impl Machine {
    /// A machine that undoes a run: settles what is in doubt, then performs the back-outs of all steps that ever began,
    /// last first; where one failed before, from that one on. Its first answer is `Answer::Begin`.
    ///
    /// # Errors
    /// Past a point of no return, and where a step that began has no back-out.
    pub fn back_out(code: &Code, durable: Durable) -> Result<Machine, BackOutRefused> {
        if let Some(refused) = durable.back_out_refused(code) {
            return Err(refused);
        }
        Ok(Machine { kept: durable.undoing(code), task: Task::BackOut, interrupted: false })
    }
}

impl Durable {
    /// Why the run cannot be backed out, if it cannot. Once a step has begun that does not change any more.
    #[must_use]
    pub fn back_out_refused(&self, code: &Code) -> Option<BackOutRefused> {
        if self.no_return {
            return Some(BackOutRefused::PastThePointOfNoReturn);
        }
        if self.step.is_none() {
            return Some(BackOutRefused::NothingBegan);
        }
        let without = self.begun().rev().find(|step| code.step(*step).back_out.is_none());
        without.map(BackOutRefused::NoBackOut)
    }
}

impl Turning<'_> {
    pub(super) fn start_back_out(&mut self) -> Flow {
        match self.kept.doubt {
            Some(doubt) => self.settle(doubt.at),
            None => self.undo_last(),
        }
    }

    /// The step that began last, or whose back-out failed before.
    pub(super) fn undo_last(&mut self) -> Flow {
        let last = self.kept.backing_out.or_else(|| self.kept.begun().next_back());
        match last {
            Some(step) => self.back_out_of(step),
            None => self.end(),
        }
    }

    /// A step is undone: the one before it is next.
    pub(super) fn backed_out(&mut self, step: StepId) -> Flow {
        let before = self.kept.begun().rev().find(|begun| *begun < step);
        match before {
            Some(step) => self.back_out_of(step),
            None => self.goto(self.code.marks.start_states),
        }
    }

    /// The servers are in their start states again.
    pub(super) fn backed_out_completely(&mut self) -> Flow {
        self.enter_ending(EndingKind::BackOut)
    }

    fn back_out_of(&mut self, step: StepId) -> Flow {
        self.emit(Event::BackingOut { step });
        Flow::On
    }
}
