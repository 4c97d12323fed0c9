//! What happens when something fails: handlers, endings, the end.

use crate::engine::code::Part;
use crate::engine::instr::Instr;
use crate::engine::{Code, End, EndingKind, Event, Failure, FailureKind, InstrId, Request, RunResult};

use super::task::Task;
use super::{Flow, Turning};

impl Turning<'_> {
    pub(super) fn fail(&mut self, at: InstrId, kind: FailureKind) -> Flow {
        self.emit(Event::Failed { failure: Failure { at, kind } });
        self.route()
    }

    /// Where a failure leads from here. A step's handler is for its body; in a handler, a failure means `stop`.
    pub(super) fn route(&mut self) -> Flow {
        let at = self.kept.at;
        if self.kept.settles_to_undo {
            return self.enter_ending(EndingKind::Failure);
        }
        match self.code.part(at) {
            Part::Body => match self.handler() {
                Some(step) => {
                    self.emit(Event::Handler { step });
                    Flow::On
                }
                None => self.enter_ending(EndingKind::Failure),
            },
            Part::Preflight if at == self.code.marks.put_back => self.end_as(RunResult::NotStarted),
            Part::Preflight | Part::Handler | Part::BackOut | Part::EndStates => self.enter_ending(EndingKind::Failure),
            Part::Ending(_) => self.end(),
        }
    }

    /// The step whose handler is entered: not after a `stop`, nor while an outcome is unknown.
    fn handler(&self) -> Option<crate::program::StepId> {
        let stopped = matches!(self.code.instr(self.kept.at), Instr::Stop(_));
        let step = self.kept.step.filter(|_| !stopped && self.kept.result != RunResult::InDoubt)?;
        self.code.step(step).handler.map(|_| step)
    }

    /// Endings run once a step has begun.
    pub(super) fn enter_ending(&mut self, ending: EndingKind) -> Flow {
        if self.kept.step.is_none() {
            return self.end();
        }
        self.emit(Event::Ending { ending });
        match self.code.ending(ending) {
            Some(_) => Flow::On,
            None => self.end(),
        }
    }

    pub(super) fn may_stop(&self) -> bool {
        may_stop(self.code, self.kept.at)
    }

    /// The operator wanted it to stop, and here is a safe point.
    pub(super) fn stopped(&mut self) -> Flow {
        self.emit(Event::Interrupted);
        if self.kept.step.is_none() {
            return self.end_as(RunResult::NotStarted);
        }
        self.enter_ending(EndingKind::Failure)
    }

    pub(super) fn end(&mut self) -> Flow {
        self.end_as(self.kept.result)
    }

    pub(super) fn end_as(&mut self, result: RunResult) -> Flow {
        let end = End { result, ending_failed: self.kept.ending_failed, watchdog_astray: self.watchdog_astray(result) };
        self.emit(Event::Ended { end: end.clone() });
        self.ask(Task::Ended, Request::End(end))
    }

    /// The watchdog is off, and nobody has declared that it stays so.
    fn watchdog_astray(&self, result: RunResult) -> bool {
        let watchdog = self.kept.watchdog;
        match result {
            RunResult::Parked => false,
            RunResult::NotStarted | RunResult::AlreadyDone => watchdog.off && watchdog.found != Some(false),
            // As others had left it.
            RunResult::BackedOut if watchdog.taken_over => false,
            RunResult::Done | RunResult::Failed | RunResult::InDoubt | RunResult::Stopped | RunResult::BackedOut => {
                watchdog.off && !watchdog.left_off
            }
        }
    }
}

/// Whether the operator's interrupt takes effect there: a second one, and one in an ending, is a kill.
pub(super) fn may_stop(code: &Code, at: InstrId) -> bool {
    match code.part(at) {
        Part::Preflight => at == code.marks.preflight,
        Part::Body | Part::Handler | Part::BackOut | Part::EndStates => true,
        Part::Ending(_) => false,
    }
}
