//! What the machine has asked for, and takes the answer of.

use crate::engine::{Answer, Clock, Clocks, Code, Entry, InstrId, Outcome, Reading, Request};

use super::resume::Resume;
use super::settle::Settling;
use super::watch::Watch;
use super::{Flow, Turning};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Task {
    /// Nothing: a run that has not begun.
    Begin,
    /// Nothing: a run that begins at a later step.
    Enter(Entry),
    /// Nothing: a run that goes on.
    Resume(Resume),
    /// Nothing: a run that is undone.
    BackOut,
    Preflight,
    /// To look until something holds.
    Watch(Watch),
    /// What the guard of that command wants to see.
    Guard(InstrId),
    /// To send that command.
    Send(InstrId),
    Settle(Settling),
    /// To ask a person.
    Ask,
    /// To tell people.
    Notify,
    /// To start the clock of a retry, or to let it run out.
    Delay,
    Ended,
}

/// The clocks of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Running {
    pub(super) set: Clocks,
    pub(super) over: Clocks,
}

impl Running {
    pub(super) fn woke(&mut self, over: Clocks) {
        for clock in [Clock::Limit, Clock::Settle, Clock::Look, Clock::Delay] {
            if over.contains(clock) && self.set.contains(clock) {
                self.over = self.over.with(clock);
            }
        }
    }

    /// Those that still run.
    pub(super) fn going(&self) -> Clocks {
        [Clock::Limit, Clock::Settle, Clock::Look, Clock::Delay]
            .into_iter()
            .filter(|clock| self.set.contains(*clock) && !self.over.contains(*clock))
            .fold(Clocks::NONE, Clocks::with)
    }

    /// Forgets the look clock, so that it can be set anew.
    pub(super) fn forget_look(&mut self) {
        self.set.look = false;
        self.over.look = false;
    }
}

impl Task {
    /// Keeps of what a look showed last only whether there was one.
    pub(super) fn forget(&mut self, code: &Code) {
        match self {
            Task::Watch(watch) => watch.shown = watch.shown.min(1),
            Task::Settle(settling) => settling.forget(code),
            Task::Begin
            | Task::Enter(_)
            | Task::Resume(_)
            | Task::BackOut
            | Task::Preflight
            | Task::Guard(_)
            | Task::Send(_)
            | Task::Ask
            | Task::Notify
            | Task::Delay
            | Task::Ended => {}
        }
    }
}

impl Turning<'_> {
    /// Takes the answer to what was asked.
    pub(super) fn take(&mut self, answer: &Answer) -> Flow {
        let task = std::mem::replace(self.task, Task::Ended);
        // A command that is to be sent again is one under way.
        if self.interrupted && may_be_left(&task) && !self.kept.repeating && self.may_stop() {
            return self.stopped();
        }
        match (task, answer) {
            (Task::Begin, Answer::Begin) => Flow::On,
            (Task::Enter(entry), Answer::Begin) => self.enter(entry),
            (Task::Resume(how), Answer::Begin) => self.resume(how),
            (Task::BackOut, Answer::Begin) => self.start_back_out(),
            (Task::Preflight, Answer::Looked(readings)) => self.preflight_looked(readings),
            (Task::Watch(watch), answer) => self.watching(watch, answer),
            (Task::Guard(at), Answer::Looked(readings)) => self.guard_looked(at, readings),
            (Task::Send(at), Answer::Outcome(outcome)) => self.outcome(at, outcome),
            (Task::Settle(settling), answer) => self.settling(settling, answer),
            (Task::Ask, Answer::Decided(decision)) => self.decided(decision),
            // The operator's interrupt cut the question short.
            (Task::Ask, Answer::Woke(_)) => Flow::On,
            (Task::Notify, Answer::Set) => self.told(),
            (Task::Delay, Answer::Set) => self.ask(Task::Delay, Request::Pause(Clocks::of(Clock::Delay))),
            (Task::Delay, Answer::Woke(over)) if over.delay => Flow::On,
            (Task::Delay, Answer::Woke(_)) => self.ask(Task::Delay, Request::Pause(Clocks::of(Clock::Delay))),
            (task, answer) => unreachable!("because a world answers what it was asked: {task:?} got {answer:?}"),
        }
    }

    fn outcome(&mut self, at: InstrId, outcome: &Outcome) -> Flow {
        let repeated = self.kept.doubt.is_some_and(|doubt| doubt.repeated);
        self.emit(crate::engine::Event::Outcome { at, outcome: outcome.clone() });
        match outcome {
            Outcome::Done { .. } => self.command_over(at),
            Outcome::Refused { by, code, text } => self.refused(at, *by, *code, text.clone(), repeated),
            Outcome::Unknown { .. } => self.settle(at),
        }
    }
}

/// Nothing is lost when it is left now: no command is under way.
pub(super) fn may_be_left(task: &Task) -> bool {
    match task {
        Task::Preflight | Task::Watch(_) | Task::Guard(_) | Task::Delay => true,
        Task::Begin
        | Task::Enter(_)
        | Task::Resume(_)
        | Task::BackOut
        | Task::Send(_)
        | Task::Settle(_)
        | Task::Ask
        | Task::Notify
        | Task::Ended => false,
    }
}

/// As many readings as were asked for.
pub(super) fn presume_complete(asked: usize, readings: &[Reading]) {
    assert!(asked == readings.len(), "because a world answers every probe of a look, in its order");
}
