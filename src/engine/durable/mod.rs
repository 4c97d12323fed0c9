//! What survives a kill. Only events change it, so that folding the recorded events gives the same value at every
//! record; the journal stores the events and folds them when a run is resumed.

mod apply;
mod forget;

use crate::pair::{Seen, State, Status};
use crate::program::StepId;

use super::news::AllNews;
use super::{Code, End, Entry, InstrId, Resume, RunResult};

pub(super) use forget::asked_for_behind;

/// A run, as far as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Durable {
    /// Where it began, if not at its first step.
    pub(super) entry: Option<Entry>,
    /// Where it stands: the statement under way, or about to be.
    pub(super) at: InstrId,
    /// A command whose intent is known and whose outcome is not.
    pub(super) doubt: Option<Doubt>,
    /// The one with which the way was left for an ending, which sends commands of its own.
    pub(super) unsettled: Option<Doubt>,
    /// The next intent repeats a command whose outcome stayed unknown.
    pub(super) repeating: bool,
    /// The `ensure` whose effect was done, and which waits.
    pub(super) sent: Option<InstrId>,
    /// A failure that nothing has answered yet.
    pub(super) failing: bool,
    pub(super) refused: Refused,
    /// The step under way, or begun last.
    pub(super) step: Option<StepId>,
    /// How often each step began.
    pub(super) attempts: Vec<u16>,
    /// How often each retry was used.
    pub(super) used: Vec<u32>,
    pub(super) approved: Vec<bool>,
    /// Servers that a person has said are down, by `ServerId`.
    pub(super) fenced: [bool; 2],
    /// A command has been sent to a server.
    pub(super) touched: bool,
    pub(super) no_return: bool,
    pub(super) watchdog: Watchdog,
    pub(super) news: AllNews,
    /// The last copy and the last switch that this run started.
    pub(super) started: Started,
    /// The states said last, by `ServerId`; none: not said.
    pub(super) said: [Option<Option<State>>; 2],
    pub(super) result: RunResult,
    pub(super) ending_failed: bool,
    /// A back-out asks what came of a command, and has undone nothing yet.
    pub(super) settles_to_undo: bool,
    /// The step whose back-out is under way, or failed.
    pub(super) backing_out: Option<StepId>,
    /// The statement at which the way was left for `on failure`.
    pub(super) left_at: Option<InstrId>,
    pub(super) ended: Option<End>,
}

/// A command with what was seen right before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Doubt {
    pub(super) at: InstrId,
    pub(super) before: Seen,
    /// It has been sent again already.
    pub(super) repeated: bool,
}

/// What this run did to the watchdog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Watchdog {
    /// As it was before the first `watchdog off`.
    pub(super) found: Option<bool>,
    /// This run turned it off.
    pub(super) off: bool,
    /// It was off when the way was left for an ending.
    pub(super) off_on_the_way: bool,
    /// An ending declares that it stays off.
    pub(super) left_off: bool,
    /// Others turned it off in a step that this run skips; it counts as this run's.
    pub(super) taken_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Started {
    pub(super) copy: Option<Doubt>,
    pub(super) switch: Option<Doubt>,
}

/// What the failed command answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Refused {
    No,
    WithoutCode,
    With(i32),
}

impl Started {
    /// The process that the command of that instruction started.
    pub(super) fn at(&self, at: InstrId) -> Option<Doubt> {
        [self.copy, self.switch].into_iter().flatten().find(|doubt| doubt.at == at)
    }

    /// The process for which a status answers.
    pub(super) fn shown_by(&self, status: Status) -> Option<Doubt> {
        match status {
            Status::Copy => self.copy,
            Status::Switch => self.switch,
            Status::Link | Status::Catchup | Status::Activity => None,
        }
    }
}

impl Durable {
    /// Before anything has happened.
    #[must_use]
    pub fn new(code: &Code) -> Durable {
        Durable {
            entry: None,
            at: code.marks.preflight,
            doubt: None,
            unsettled: None,
            repeating: false,
            sent: None,
            failing: false,
            refused: Refused::No,
            step: None,
            attempts: vec![0; code.steps.len()],
            used: vec![0; code.counters],
            approved: vec![false; code.approvals.len()],
            fenced: [false; 2],
            touched: false,
            no_return: false,
            watchdog: Watchdog::default(),
            news: AllNews::default(),
            started: Started::default(),
            said: [None; 2],
            result: RunResult::Done,
            ending_failed: false,
            settles_to_undo: false,
            backing_out: None,
            left_at: None,
            ended: None,
        }
    }

    /// Where it began, if not at its first step.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// An `ensure` whose effect was sent waits for what it says.
    #[must_use]
    pub fn waits_for_its_effect(&self) -> bool {
        self.sent == Some(self.at)
    }

    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> InstrId {
        self.at
    }

    /// The step under way, or begun last.
    #[must_use]
    pub fn step(&self) -> Option<StepId> {
        self.step
    }

    /// The command whose intent is recorded and whose outcome is not known.
    #[must_use]
    pub fn in_doubt(&self) -> Option<InstrId> {
        self.unsettled.or(self.doubt).map(|doubt| doubt.at)
    }

    /// How the run ended, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<&End> {
        self.ended.as_ref()
    }

    /// The command in doubt has been sent again already.
    #[must_use]
    pub fn has_repeated(&self) -> bool {
        self.doubt.is_some_and(|doubt| doubt.repeated)
    }

    /// A command has been sent to a server.
    #[must_use]
    pub fn has_acted(&self) -> bool {
        self.touched
    }

    /// The point of no return is passed: no back-out.
    #[must_use]
    pub fn past_the_point_of_no_return(&self) -> bool {
        self.no_return
    }

    /// The steps that ever began, in their order.
    pub fn begun(&self) -> impl DoubleEndedIterator<Item = StepId> + '_ {
        self.attempts
            .iter()
            .enumerate()
            .filter(|(_, attempts)| **attempts > 0)
            .map(|(at, _)| StepId(u16::try_from(at).expect("because the number of steps is bounded")))
    }

    /// Whether the run has ever begun that step, or was told that others had done it.
    #[must_use]
    pub(in crate::engine) fn has_begun(&self, step: StepId) -> bool {
        let skipped = self.entry.as_ref().is_some_and(|entry| step < entry.step);
        skipped || self.attempts[step.0 as usize] > 0
    }

    /// A back-out asks what came of a command, and begins behind that: it stands at the command, which the run sent.
    #[must_use]
    pub fn settles_to_undo(&self) -> bool {
        self.settles_to_undo
    }

    /// What a back-out begins with; a journal folds it in where one was begun. Approvals are asked where they stand in a
    /// `back out`, whatever was approved on the way.
    #[must_use]
    pub fn undoing(self, code: &Code) -> Durable {
        let mut durable = self.resumed(code, Resume::Killed);
        durable.doubt = durable.doubt.or(durable.unsettled.take());
        durable.approved.fill(false);
        // However it came to be backed out, the back-out's own ending decides.
        durable.watchdog.left_off = false;
        durable.result = RunResult::Done;
        durable.settles_to_undo = true;
        durable
    }
}
