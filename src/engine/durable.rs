//! What survives a kill. Only events change it, so that folding the recorded events gives the same value at every
//! record; the journal stores the events and folds them when a run is resumed.

use crate::pair::{Act, Command as PairCommand, Seen, State, Status};
use crate::program::{ServerId, StepId};

use super::code::Part;
use super::instr::Instr;
use super::news::AllNews;
use super::{
    Action, Code, End, EndingKind, Event, Failure, FailureKind, InstrId, Outcome, Probe, Reading, Resume, RunResult,
    SettledVerdict,
};

/// A run, as far as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Durable {
    /// Where it stands: the statement under way, or about to be.
    pub(super) at: InstrId,
    /// A command whose intent is known and whose outcome is not.
    pub(super) doubt: Option<Doubt>,
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
            at: code.marks.preflight,
            doubt: None,
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
            backing_out: None,
            left_at: None,
            ended: None,
        }
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
        self.doubt.map(|doubt| doubt.at)
    }

    /// How the run ended, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<&End> {
        self.ended.as_ref()
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

    /// What a back-out begins with; a journal folds it in where one was begun. Approvals are asked where they stand in a
    /// `back out`, whatever was approved on the way.
    #[must_use]
    pub fn undoing(self, code: &Code) -> Durable {
        let mut durable = self.resumed(code, Resume::Killed);
        durable.approved.fill(false);
        durable
    }

    /// Takes in what happened.
    pub fn apply(&mut self, code: &Code, event: &Event) {
        match event {
            Event::Preflight { failures } => {
                if !failures.is_empty() {
                    self.result = RunResult::NotStarted;
                }
            }
            Event::WaitBegan { .. } | Event::Settling { .. } | Event::Declined { .. } => {}
            Event::StepBegan { step, .. } => self.step_began(code, *step),
            Event::StepDone { step } => self.at = code.step(*step).done.following(),
            Event::Statement { at } => self.at = *at,
            Event::Seen { server, state } => self.said(*server, *state),
            Event::Looked { readings, .. } => readings.iter().for_each(|(probe, reading)| self.looked(probe, reading)),
            Event::Intent { at, command, seen } => {
                self.touched |= command.server.is_some();
                self.see(code, *at, seen);
                let repeated = std::mem::take(&mut self.repeating);
                self.doubt = Some(Doubt { at: *at, before: *seen, repeated });
            }
            Event::Outcome { at, outcome } => self.outcome(code, *at, outcome),
            Event::Settled { at, verdict } => self.settled(code, *at, *verdict),
            Event::Stands { server, status } => self.news.stands(*server, *status),
            Event::WaitDone { at } | Event::AlreadySo { at } => {
                self.sent = None;
                self.at = at.following();
            }
            Event::Approved { id, .. } => self.approved(code, id),
            Event::Notified { .. } => self.at = self.at.following(),
            Event::PointOfNoReturn { .. } => {
                self.no_return = true;
                self.at = self.at.following();
            }
            Event::LeftWatchdogOff { .. } => {
                self.watchdog.left_off = true;
                self.at = self.at.following();
            }
            Event::Handler { step } => {
                self.failing = false;
                self.at = code.step(*step).handler.expect("because only a handler that exists is entered");
            }
            Event::Retry { nth, .. } => self.retry(code, *nth),
            Event::Failed { failure } => self.failed(code, failure),
            Event::Ending { ending } => self.ending(code, *ending),
            Event::BackingOut { step } => {
                self.backing_out = Some(*step);
                self.sent = None;
                self.at = code.step(*step).back_out.expect("because a back-out is refused where a step has none");
            }
            Event::Interrupted => self.result = RunResult::Stopped,
            Event::Ended { end } => {
                self.result = end.result;
                self.ended = Some(end.clone());
                self.at = code.end_of_ending(self.at);
            }
        }
    }

    fn step_began(&mut self, code: &Code, step: StepId) {
        let attempts = &mut self.attempts[step.0 as usize];
        *attempts = attempts.saturating_add(1);
        self.step = Some(step);
        self.at = code.step(step).begin.following();
        self.sent = None;
        self.failing = false;
    }

    fn said(&mut self, server: ServerId, state: Option<State>) {
        if let Some(said) = self.said.get_mut(server.0 as usize) {
            *said = Some(state);
        }
        if let Some(state) = state {
            self.news.saw_state(server, state);
        }
        // A server that answers is not fenced any more: what it says counts.
        if state.is_some_and(|state| state != State::Down)
            && let Some(fenced) = self.fenced.get_mut(server.0 as usize)
        {
            *fenced = false;
        }
    }

    fn looked(&mut self, probe: &Probe, reading: &Reading) {
        if let (Probe::Status(server, status), Reading::Status(word)) = (probe, reading) {
            self.news.saw(*server, *status, *word);
        }
        if *probe == Probe::Watchdog && !self.watchdog.off && self.watchdog.found.is_none() {
            self.watchdog.found = reading.yes();
        }
    }

    fn see(&mut self, code: &Code, at: InstrId, seen: &Seen) {
        let Some(own) = code.instr(at).sending().and_then(|sending| sending.command.server) else { return };
        for (server, sight) in [(own, &seen.own), (ServerId(1 - own.0), &seen.peer)] {
            let words = [
                (Status::Link, sight.link),
                (Status::Copy, sight.copy),
                (Status::Switch, sight.switch),
                (Status::Catchup, sight.catchup),
            ];
            for (status, word) in words {
                if let Some(word) = word {
                    self.news.saw(server, status, word);
                }
            }
        }
    }

    fn outcome(&mut self, code: &Code, at: InstrId, outcome: &Outcome) {
        match outcome {
            Outcome::Done { .. } => self.command_done(code, at),
            Outcome::Refused { code: answered, .. } => {
                self.doubt = None;
                self.failing = true;
                if code.part(self.at) == Part::Body {
                    self.refused = answered.map_or(Refused::WithoutCode, Refused::With);
                }
            }
            Outcome::Unknown { .. } => {}
        }
    }

    fn settled(&mut self, code: &Code, at: InstrId, verdict: SettledVerdict) {
        self.failing = false;
        match verdict {
            SettledVerdict::Done => self.command_done(code, at),
            SettledVerdict::NotDone => self.doubt = None,
            SettledVerdict::Repeat => self.repeating = true,
            SettledVerdict::InDoubt => {
                // What may be off is taken to be off.
                let sending = code.instr(at).sending();
                let off = sending.is_some_and(|it| it.command.action == Action::Watchdog { on: false });
                self.watchdog.off |= off;
                self.doubt = self.doubt.or_else(|| self.started.at(at));
            }
        }
    }

    fn command_done(&mut self, code: &Code, at: InstrId) {
        let doubt = self.doubt.take();
        let instr = code.instr(at);
        let Some(sending) = instr.sending() else { return };
        if let Action::Watchdog { on } = sending.command.action {
            self.watchdog.off = !on;
            self.watchdog.left_off = false;
        }
        if let (Some(doubt), Some(Act::Admin(command)), Some(own)) = (doubt, sending.act, sending.command.server) {
            self.news.started(command, own, &doubt.before);
            self.remember(command, doubt);
        }
        if let Instr::Ensure(_) = instr {
            self.sent = Some(at);
        } else if self.at == at {
            self.at = at.following();
        }
    }

    fn remember(&mut self, command: PairCommand, doubt: Doubt) {
        match command.shown_by() {
            Some(Status::Copy) => self.started.copy = Some(doubt),
            Some(Status::Switch) => self.started.switch = Some(doubt),
            Some(Status::Link | Status::Catchup | Status::Activity) | None => {}
        }
    }

    fn approved(&mut self, code: &Code, id: &str) {
        let Some(index) = code.approvals.iter().position(|approval| approval.id == id) else { return };
        self.approved[index] = true;
        if let Instr::Confirm(confirm) = code.instr(self.at) {
            for server in &confirm.fences {
                let answers = self.said[server.0 as usize].flatten().is_some_and(|state| state != State::Down);
                self.fenced[server.0 as usize] = !answers;
            }
            self.at = self.at.following();
        }
    }

    fn retry(&mut self, code: &Code, nth: u32) {
        self.failing = false;
        if let Instr::Retry(retry) = code.instr(self.at) {
            self.used[retry.counter] = nth;
            self.at = self.at.following();
        }
    }

    fn failed(&mut self, code: &Code, failure: &Failure) {
        let in_doubt = matches!(failure.kind, FailureKind::InDoubt { .. });
        if !in_doubt {
            self.doubt = None;
        }
        self.sent = None;
        self.failing = true;
        match code.part(self.at) {
            Part::Ending(_) => self.ending_failed = true,
            Part::Preflight | Part::Body | Part::Handler | Part::BackOut | Part::EndStates => {
                self.result = if in_doubt { RunResult::InDoubt } else { RunResult::Failed };
            }
        }
        if code.part(self.at) == Part::Body && !matches!(failure.kind, FailureKind::Refused { .. }) {
            self.refused = Refused::No;
        }
    }

    fn ending(&mut self, code: &Code, ending: EndingKind) {
        self.failing = false;
        match ending {
            EndingKind::Success => self.result = RunResult::Done,
            EndingKind::BackOut => self.result = RunResult::BackedOut,
            EndingKind::Failure => self.left_at = Some(self.at),
        }
        self.watchdog.off_on_the_way = self.watchdog.off;
        if let Some(begin) = code.ending(ending) {
            self.at = begin;
        }
    }
}
