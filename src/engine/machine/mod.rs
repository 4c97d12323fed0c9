//! The transition function: last answer in, events and the next request out.

mod asks;
mod back_out;
mod begin;
mod command;
mod confirm;
mod ensure;
mod entry;
mod expected;
mod fail;
mod guard;
mod judge;
mod look;
mod preflight;
mod resume;
mod settle;
mod store;
mod task;
mod watch;

use super::{Answer, Code, Durable, Event, InstrId, Live, Request};
use task::Task;

pub(super) use asks::Asks;

pub use back_out::BackOutRefused;
pub use resume::Resume;
pub use store::{Store, Stored, StoredDurable};

/// A run in progress: indices, counters and bits beside its `Code`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Machine {
    kept: Durable,
    task: Task,
    interrupted: bool,
}

/// What one answer led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What happened, to be recorded before the request is performed.
    pub events: Vec<Event>,
    pub request: Request,
}

/// A turn under way.
struct Turning<'a> {
    code: &'a Code,
    kept: &'a mut Durable,
    task: &'a mut Task,
    interrupted: bool,
    events: Vec<Event>,
}

/// How a turn goes on.
enum Flow {
    /// It ends with this request.
    Ask(Request),
    /// With the instruction that is next now.
    On,
}

impl Machine {
    /// A run that has not begun; its first answer is `Answer::Begin`.
    #[must_use]
    pub fn new(code: &Code) -> Machine {
        Machine { kept: Durable::new(code), task: Task::Begin, interrupted: false }
    }

    /// Takes the answer to the last request.
    pub fn next(&mut self, code: &Code, answer: Answer) -> Turn {
        self.answered(code, &answer)
    }

    /// The same for an answer that is given to many machines.
    pub fn answered(&mut self, code: &Code, answer: &Answer) -> Turn {
        let Machine { kept, task, interrupted } = self;
        let mut turning = Turning { code, kept, task, interrupted: *interrupted, events: Vec::new() };
        let mut flow = turning.take(answer);
        loop {
            match flow {
                Flow::Ask(request) => return Turn { events: turning.events, request },
                Flow::On => flow = turning.begin(),
            }
        }
    }

    /// The operator wants it to stop: the command under way is finished, then `on failure`. Takes effect with the next
    /// answer; a world that pauses or asks a person answers at once (`Woke` of no clock).
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// An interrupt would take effect here and now: no command is under way.
    #[must_use]
    pub fn can_stop(&self, code: &Code) -> bool {
        task::may_be_left(&self.task) && !self.kept.repeating && fail::may_stop(code, self.kept.at)
    }

    /// Forgets what cannot matter any more and what only serves to tell people what is new to them. Machines that are equal
    /// then go on alike, but for what an operator may do with a run that is over: which of its statements failed, and what
    /// it left in doubt, is forgotten.
    pub fn forget(&mut self, code: &Code, live: &Live) {
        self.task.forget(code);
        // What is asked for is sent again, or is not, by what asking gives.
        self.kept.repeating &= !matches!(self.task, Task::Settle(_));
        let asked_for = match &self.task {
            Task::Settle(settling) => settling.process(),
            Task::Begin
            | Task::Enter(_)
            | Task::Resume(_)
            | Task::BackOut
            | Task::Preflight
            | Task::Watch(_)
            | Task::Guard(_)
            | Task::Send(_)
            | Task::Ask
            | Task::Notify
            | Task::Delay
            | Task::Ended => None,
        };
        self.kept.forget(code, live, asked_for);
    }

    /// What survives a kill now.
    #[must_use]
    pub fn durable(&self) -> &Durable {
        &self.kept
    }

    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> InstrId {
        self.kept.at
    }
}

impl Turning<'_> {
    /// Something happened. What is kept changes through events only.
    fn emit(&mut self, event: Event) {
        self.kept.apply(self.code, &event);
        self.events.push(event);
    }

    /// Goes to an instruction; the event that tells so follows in the same turn.
    fn goto(&mut self, at: InstrId) -> Flow {
        self.kept.at = at;
        Flow::On
    }

    fn ask(&mut self, task: Task, request: Request) -> Flow {
        *self.task = task;
        Flow::Ask(request)
    }
}
