//! Commands: looked at by the guard, sent once, and answered in one of three ways.

use crate::engine::code::Part;
use crate::engine::instr::Sending;
use crate::engine::{Action, EndingKind, Event, FailureKind, InstrId, Refuser, Request, RunResult, SettledVerdict};
use crate::pair::Seen;

use super::task::Task;
use super::{Flow, Turning};

impl Turning<'_> {
    /// The command of an instruction is next.
    pub(super) fn command(&mut self, at: InstrId) -> Flow {
        let sending = self.sending(at);
        if sending.command.action == (Action::Watchdog { on: true }) && !self.may_turn_it_on() {
            self.emit(Event::AlreadySo { at });
            return Flow::On;
        }
        let on_the_way = matches!(self.code.part(self.kept.at), Part::Body | Part::Handler);
        if !self.kept.touched && sending.command.server.is_some() && on_the_way {
            return self.first_command();
        }
        self.guard(at)
    }

    /// This run turned the watchdog off, or that counts as its doing; but a back-out leaves a pair as half done as others had
    /// left it, for which they had turned it off.
    fn may_turn_it_on(&self) -> bool {
        let backed_out = self.code.part(self.kept.at) == Part::Ending(EndingKind::BackOut);
        self.kept.watchdog.off && !(backed_out && self.kept.watchdog.taken_over)
    }

    pub(super) fn sending(&self, at: InstrId) -> &Sending {
        self.code.instr(at).sending().expect("because only an instruction with a command is sent")
    }

    pub(super) fn send(&mut self, at: InstrId, seen: Seen) -> Flow {
        let command = self.sending(at).command.clone();
        self.emit(Event::Intent { at, command: command.clone(), seen });
        self.ask(Task::Send(at), Request::Send(command))
    }

    /// It is done: the run goes on behind it, or waits for what an `ensure` says.
    pub(super) fn command_over(&mut self, at: InstrId) -> Flow {
        let marks = &self.code.marks;
        if at == marks.put_back {
            return self.end_as(RunResult::NotStarted);
        }
        if at == marks.silence {
            let step = self.kept.step.expect("because only a step that began is begun again");
            return self.goto(self.first_of(step));
        }
        Flow::On
    }

    /// It failed, unless the code says that it need not be done.
    pub(super) fn refused(
        &mut self,
        at: InstrId,
        by: Refuser,
        code: Option<i32>,
        text: String,
        repeated: bool,
    ) -> Flow {
        if self.code.instr(at).forgives(code, repeated) {
            self.emit(Event::Settled { at, verdict: SettledVerdict::Done });
            return self.command_over(at);
        }
        self.fail(at, FailureKind::Refused { by, code, text })
    }
}
