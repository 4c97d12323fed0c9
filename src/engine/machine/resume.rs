//! Goes on with a run that was killed, parked or stopped.

use crate::engine::code::Part;
use crate::engine::durable::Doubt;
use crate::engine::news::News;
use crate::engine::test::Test;
use crate::engine::truth::Truth;
use crate::engine::{Code, Durable, Event, FailureKind, InstrId, Probe, Reading, RunResult, SettledVerdict};

use super::guard::STATUSES;
use super::task::Task;
use super::watch::{Verdict, What};
use super::{Flow, Machine, Turning};

/// How a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resume {
    /// At its statement, after settling what is in doubt: a run that was killed or parked.
    Killed,
    /// With the first statement of the failed step, and the watchdog as it was in that step.
    Stopped,
    /// `--done`: behind the command in doubt, or behind the failed step if its last check holds now.
    Done,
    /// `--repeat`: the command in doubt is sent again.
    Repeat,
}

impl Machine {
    /// A machine that goes on; its first answer is `Answer::Begin`.
    #[must_use]
    pub fn from(code: &Code, durable: Durable, how: Resume) -> Machine {
        Machine { kept: durable.resumed(code, how), task: Task::Resume(how), interrupted: false }
    }
}

impl Durable {
    /// What a resumed run begins with; a journal folds it in where the run was resumed.
    #[must_use]
    pub fn resumed(mut self, code: &Code, how: Resume) -> Durable {
        // A run that goes on may send again what was lost before: it asks first, as ever.
        if let Some(doubt) = &mut self.doubt {
            doubt.repeated = false;
        }
        self.repeating = false;
        let Some(end) = self.ended.take() else { return self };
        let in_an_ending = |at: InstrId| matches!(code.part(at), Part::Ending(_));
        if end.result == RunResult::Parked && how == Resume::Killed && in_an_ending(self.at) {
            return self;
        }
        // An ending is not gone on with: what it left in doubt is in the record, and the guard looks before every command.
        let on_the_way = self.doubt.filter(|doubt| !in_an_ending(doubt.at));
        self.doubt = self.unsettled.take().or(on_the_way);
        let left = self.left_at.filter(|_| how != Resume::Killed);
        if let Some(at) = self.doubt.map(|doubt| doubt.at).or(left) {
            self.at = at;
        }
        self.result = RunResult::Done;
        self.failing = false;
        self.ending_failed = false;
        self.watchdog.left_off = false;
        self
    }
}

impl Turning<'_> {
    pub(super) fn resume(&mut self, how: Resume) -> Flow {
        if self.kept.settles_to_undo {
            return self.start_back_out();
        }
        match (how, self.kept.doubt) {
            (Resume::Killed | Resume::Stopped, Some(doubt)) => self.settle(doubt.at),
            (Resume::Killed, None) if self.kept.failing => self.route(),
            (Resume::Killed, None) => self.behind_the_watchdog(),
            (Resume::Stopped | Resume::Repeat, None) => self.begin_step_again(),
            (Resume::Done, Some(doubt)) => self.said_done(doubt),
            (Resume::Repeat, Some(doubt)) => {
                self.emit(Event::Settled { at: doubt.at, verdict: SettledVerdict::Repeat });
                self.guard(doubt.at)
            }
            (Resume::Done, None) => self.behind_the_step(),
        }
    }

    /// The machine's own commands to the watchdog stand apart from the way: killed behind one, the run goes on as behind its
    /// answer.
    fn behind_the_watchdog(&mut self) -> Flow {
        let (at, off, marks) = (self.kept.at, self.kept.watchdog.off, &self.code.marks);
        let over = (at == marks.put_back && !off) || (at == marks.silence && off);
        if over { self.command_over(at) } else { Flow::On }
    }

    fn said_done(&mut self, doubt: Doubt) -> Flow {
        self.emit(Event::Settled { at: doubt.at, verdict: SettledVerdict::Done });
        // What the statuses show now is of it, by the operator's word.
        for server in self.code.server_ids() {
            for status in STATUSES {
                if self.kept.news.of(server, status) != News::Current {
                    self.emit(Event::Stands { server, status });
                }
            }
        }
        self.command_over(doubt.at)
    }

    fn begin_step_again(&mut self) -> Flow {
        let Some(step) = self.kept.step else { return Flow::On };
        let watchdog = self.kept.watchdog;
        if watchdog.off_on_the_way && !watchdog.off {
            return self.goto(self.code.marks.silence);
        }
        self.goto(self.first_of(step))
    }

    /// A step that the operator calls done: where its last check holds now, the run goes on behind it.
    fn behind_the_step(&mut self) -> Flow {
        let Some(step) = self.kept.step else { return Flow::On };
        match self.code.step(step).last_check {
            Some(check) => self.watch_for(What::Check(check)),
            None => self.goto(self.code.step(step).done),
        }
    }

    pub(super) fn check_test(&self, at: InstrId) -> &Test {
        self.code.instr(at).check().expect("because only a check is a step's last one")
    }

    pub(super) fn judge_check(&mut self, at: InstrId, probes: &[Probe], readings: &[Reading]) -> Verdict {
        let view = self.view(probes, readings);
        match self.check_test(at).truth(&view) {
            Truth::True => {
                let step = self.kept.step.expect("because only a step that began can be called done");
                Verdict::Go(self.goto(self.code.step(step).done))
            }
            Truth::False => {
                let pairs = view.pairs();
                Verdict::Go(self.check_failed(at, pairs))
            }
            Truth::Unknown => Verdict::Pending,
        }
    }

    /// Nothing was done; the run can be resumed again.
    pub(super) fn check_failed(&mut self, at: InstrId, readings: Vec<(Probe, Reading)>) -> Flow {
        let kind = FailureKind::AssertFalse { text: None, readings };
        self.emit(Event::Failed { failure: crate::engine::Failure { at, kind } });
        self.end_as(RunResult::NotStarted)
    }
}
