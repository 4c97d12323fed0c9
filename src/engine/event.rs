//! Things that happened, in the order in which they did. The journal stores them in a form of its own; consoles and
//! reports read them and cannot influence the run.

use std::time::Duration;

use crate::pair::{Seen, StateSet};
use crate::program::{ServerId, StepId};

use super::{Command, InstrId, Outcome, Probe, Reading, Refuser};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run begins at a later step than the first: what stands before it was done by others.
    Entered {
        entry: super::Entry,
    },
    /// What every `require` and start state gave; the failures together.
    Preflight {
        failures: Vec<PreflightFailure>,
    },
    StepBegan {
        step: StepId,
        attempt: u32,
    },
    /// Every statement done; not said of a step that failed.
    StepDone {
        step: StepId,
    },
    /// A statement began; `at` gives its place.
    Statement {
        at: InstrId,
    },
    /// Both servers as last seen; said when a state differs from the last one said.
    Seen {
        server: ServerId,
        state: Option<crate::pair::State>,
    },
    Looked {
        at: InstrId,
        readings: Vec<(Probe, Reading)>,
    },
    WaitBegan {
        at: InstrId,
        limit: Duration,
    },
    WaitDone {
        at: InstrId,
    },
    /// About to be sent; `seen` is what the guard saw right before.
    Intent {
        at: InstrId,
        command: Command,
        seen: Seen,
    },
    Outcome {
        at: InstrId,
        outcome: Outcome,
    },
    /// The outcome is being asked for.
    Settling {
        at: InstrId,
    },
    Settled {
        at: InstrId,
        verdict: SettledVerdict,
    },
    /// What a process that this run started shows has stayed as it was before for `look_limit`: it counts as it stands
    /// (`link`, `catchup`), or was settled like an unknown outcome (`copy`, `switch`).
    Stands {
        server: ServerId,
        status: crate::pair::Status,
    },
    /// `ensure`: it holds already, nothing is sent; `watchdog on`: this run did not turn it off.
    AlreadySo {
        at: InstrId,
    },
    Approved {
        id: String,
        by: String,
    },
    Declined {
        id: String,
        by: String,
    },
    Notified {
        text: String,
    },
    PointOfNoReturn {
        text: String,
    },
    /// The step's handler was entered.
    Handler {
        step: StepId,
    },
    Retry {
        step: StepId,
        from: StepId,
        nth: u32,
        of: u32,
    },
    Failed {
        failure: Failure,
    },
    Ending {
        ending: EndingKind,
    },
    BackingOut {
        step: StepId,
    },
    LeftWatchdogOff {
        because: String,
    },
    Interrupted,
    Ended {
        end: super::End,
    },
}

pub use crate::syntax::tree::EndingKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SettledVerdict {
    Done,
    NotDone,
    /// Sent again, once.
    Repeat,
    /// Stays unknown: the run ends in doubt.
    InDoubt,
}

impl Event {
    /// It only says what is seen: a run that goes on looks again.
    #[must_use]
    pub fn only_shows(&self) -> bool {
        matches!(self, Event::Seen { .. } | Event::Looked { .. })
    }

    /// The first events of a turn, up to and with so many that say more than what is seen: what a kill within the turn leaves
    /// in the record.
    #[must_use]
    pub fn first(events: &[Event], count: usize) -> &[Event] {
        let mut telling = events.iter().enumerate().filter(|(_, event)| !event.only_shows());
        let end = count.checked_sub(1).map_or(0, |at| telling.nth(at).map_or(events.len(), |(at, _)| at + 1));
        &events[..end]
    }
}

/// One thing that keeps a run from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreflightFailure {
    Require { index: usize, unknown: bool, readings: Vec<(Probe, Reading)> },
    StartState { server: ServerId, wanted: Option<StateSet>, readings: Vec<(Probe, Reading)> },
    Busy { server: ServerId, readings: Vec<(Probe, Reading)> },
}

/// Why a step, handler, ending or back-out failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Failure {
    pub at: InstrId,
    pub kind: FailureKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FailureKind {
    Refused {
        by: Refuser,
        code: Option<i32>,
        text: String,
    },
    /// What was last read is in `readings`.
    Limit {
        readings: Vec<(Probe, Reading)>,
    },
    FailIf {
        readings: Vec<(Probe, Reading)>,
    },
    /// A server that a wait asks was proven DOWN.
    Down {
        server: ServerId,
    },
    AssertFalse {
        text: Option<String>,
        readings: Vec<(Probe, Reading)>,
    },
    /// An assert or if that stayed unknown.
    Unknown {
        readings: Vec<(Probe, Reading)>,
    },
    /// An `ensure … from` in another state.
    NotFrom {
        state: Option<crate::pair::State>,
    },
    Declined {
        id: String,
    },
    ConfirmLate {
        id: String,
    },
    Stop {
        text: String,
    },
    /// Settled by asking: the command has not happened, and may not be sent again.
    NotDone,
    /// A command whose outcome could not be settled.
    InDoubt {
        why: String,
    },
    /// The declared end states after the last step.
    EndState {
        server: ServerId,
        readings: Vec<(Probe, Reading)>,
    },
}
