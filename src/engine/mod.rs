//! The machine: last answer in, next request out. A plain value (Clone, Eq, Hash); no IO, no clock, no threads.
//!
//! Running, rehearsing, verifying, planning and resuming are this one transition function fed by different worlds.

mod answer;
mod code;
mod durable;
mod entry;
mod event;
mod hash;
mod instr;
mod live;
mod lower;
mod machine;
pub mod model;
mod news;
mod poll;
mod releases;
mod request;
mod retries;
mod test;
mod truth;
mod view;

pub use answer::{Answer, Decision, GuardRule, Outcome, Reading, Refuser};
pub use code::{Approval, Code, ExpectedCode, Part, Place, RequireCode, ServerCode, Settings, StepCode};
pub use durable::Durable;
pub use entry::{Entry, Unstarted};
pub use event::{EndingKind, Event, Failure, FailureKind, PreflightFailure, SettledVerdict};
pub(crate) use hash::Quick;
pub use live::Live;
pub use lower::lower;
pub use machine::{BackOutRefused, Machine, Resume, Store, Stored, StoredDurable, Turn};
pub use poll::next_interval;
pub use releases::Releases;
pub use request::{Action, Clock, Clocks, Command, Probe, Question, Request};
pub use view::in_progress;

use std::time::Duration;

/// Where answers come from: a real pair, the twin, or every answer that the model allows.
pub trait World {
    /// Performs a request and says what came of it. Never called with `Request::End`.
    fn answer(&mut self, request: &Request) -> Answer;

    /// How long it has run, by its own clock: the real one or a virtual one.
    fn elapsed(&self) -> Duration;
}

/// An instruction of the lowered program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstrId(pub u32);

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct End {
    pub result: RunResult,
    /// The ending failed, stopped or was cut short; what it says is in the events.
    pub ending_failed: bool,
    /// The watchdog is not as the runbook declares (or could not be put back).
    pub watchdog_astray: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunResult {
    Done,
    /// The end states held before anything was done.
    AlreadyDone,
    /// Preflight or start states: nothing was done.
    NotStarted,
    Failed,
    InDoubt,
    Parked,
    /// By the operator.
    Stopped,
    BackedOut,
}
