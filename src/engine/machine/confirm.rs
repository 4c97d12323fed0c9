//! Approvals: asked once, kept for the run.

use crate::engine::instr::{Confirm, Instr};
use crate::engine::{Decision, Event, FailureKind, Request, RunResult};

use super::task::Task;
use super::{Flow, Turning};

impl Turning<'_> {
    pub(super) fn confirm(&mut self, confirm: &Confirm) -> Flow {
        if self.kept.approved[confirm.approval] {
            self.emit(Event::Approved { id: confirm.question.id.clone(), by: "earlier in this run".to_owned() });
            return Flow::On;
        }
        self.ask(Task::Ask, Request::Ask(confirm.question.clone()))
    }

    pub(super) fn decided(&mut self, decision: &Decision) -> Flow {
        let at = self.kept.at;
        let Instr::Confirm(confirm) = self.code.instr(at) else { unreachable!("because only `confirm` asks a person") };
        let id = confirm.question.id.clone();
        match decision {
            Decision::Approved { by } => {
                self.emit(Event::Approved { id, by: by.clone() });
                Flow::On
            }
            Decision::Declined { by } => {
                self.emit(Event::Declined { id: id.clone(), by: by.clone() });
                self.park_or(FailureKind::Declined { id })
            }
            Decision::Late => self.park_or(FailureKind::ConfirmLate { id }),
            Decision::Park => self.end_as(RunResult::Parked),
        }
    }

    fn park_or(&mut self, kind: FailureKind) -> Flow {
        if self.code.settings.park {
            return self.end_as(RunResult::Parked);
        }
        self.fail(self.kept.at, kind)
    }
}
