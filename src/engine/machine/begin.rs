//! Begins the instruction that is next.

use crate::engine::instr::{Instr, Retry};
use crate::engine::{Clock, EndingKind, Event, FailureKind, InstrId, Request};
use crate::program::StepId;

use super::task::Task;
use super::{Flow, Turning};

impl Turning<'_> {
    pub(super) fn begin(&mut self) -> Flow {
        if self.interrupted && self.may_stop() {
            return self.stopped();
        }
        let at = self.kept.at;
        let code = self.code;
        let instr = code.instr(at);
        // An `ensure` whose effect was sent goes on; it does not begin again.
        if instr.is_statement() && self.kept.sent != Some(at) {
            self.emit(Event::Statement { at });
        }
        match instr {
            Instr::Preflight => self.preflight(),
            Instr::Begin(step) => self.step_begins(*step),
            Instr::StepDone(step) => self.step_is_done(*step),
            Instr::Command(_) => self.command(at),
            Instr::Wait(_) | Instr::Ensure(_) | Instr::Assert { .. } | Instr::If(_) => self.watch(),
            Instr::EndStates | Instr::StartStates => self.watch(),
            Instr::Jump(to) => self.goto(*to),
            Instr::Confirm(confirm) => self.confirm(confirm),
            Instr::Notify(text) => self.ask(Task::Notify, Request::Notify(text.clone())),
            Instr::Point(text) => self.happened(Event::PointOfNoReturn { text: text.clone() }),
            Instr::Stop(text) => self.fail(at, FailureKind::Stop { text: text.clone() }),
            Instr::Retry(retry) => self.retry(retry),
            Instr::Again(from) => self.goto(code.step(*from).begin),
            Instr::LeaveWatchdogOff(because) => self.happened(Event::LeftWatchdogOff { because: because.clone() }),
            Instr::BackedOut(step) => self.backed_out(*step),
            Instr::EndingDone => self.end(),
        }
    }

    /// People were told.
    pub(super) fn told(&mut self) -> Flow {
        match self.code.instr(self.kept.at) {
            Instr::Notify(text) => self.happened(Event::Notified { text: text.clone() }),
            other => unreachable!("because only `notify` tells people: {other:?}"),
        }
    }

    fn happened(&mut self, event: Event) -> Flow {
        self.emit(event);
        Flow::On
    }

    fn step_begins(&mut self, step: StepId) -> Flow {
        let attempt = u32::from(self.kept.attempts[step.0 as usize]) + 1;
        self.happened(Event::StepBegan { step, attempt })
    }

    fn step_is_done(&mut self, step: StepId) -> Flow {
        self.happened(Event::StepDone { step })
    }

    /// Its count is taken down before anything else is done, so that a kill does not give it back.
    fn retry(&mut self, retry: &Retry) -> Flow {
        let used = self.kept.used[retry.counter];
        if used >= retry.times {
            return self.goto(retry.used_up);
        }
        self.emit(Event::Retry { step: retry.step, from: retry.from, nth: used + 1, of: retry.times });
        match retry.after {
            Some(delay) => self.ask(Task::Delay, Request::Set(Clock::Delay, delay)),
            None => Flow::On,
        }
    }

    /// The end states hold.
    pub(super) fn succeeded(&mut self) -> Flow {
        self.enter_ending(EndingKind::Success)
    }

    pub(super) fn first_of(&self, step: StepId) -> InstrId {
        self.code.step(step).begin
    }
}
