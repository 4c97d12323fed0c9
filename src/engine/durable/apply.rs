//! What each event changes of what is kept. The only way in which it changes, so that a machine and a journal that folds
//! the same events agree.

use crate::engine::code::Part;
use crate::engine::instr::Instr;
use crate::engine::{
    Action, Code, End, EndingKind, Entry, Event, Failure, FailureKind, InstrId, Outcome, Probe, Reading, Refuser,
    RunResult, SettledVerdict,
};
use crate::pair::{Act, Command, Seen, State, Status};
use crate::program::{ServerId, StepId};

use super::{Doubt, Durable, Refused};

impl Durable {
    /// Takes in what happened.
    pub fn apply(&mut self, code: &Code, event: &Event) {
        match event {
            Event::Entered { entry } => self.entered(code, entry),
            Event::Preflight { failures } => {
                if !failures.is_empty() {
                    self.result = RunResult::NotStarted;
                }
            }
            Event::WaitBegan { .. } | Event::Settling { .. } | Event::Declined { .. } => {}
            Event::StepBegan { step, .. } => self.step_began(code, *step),
            Event::StepDone { step } => self.at = code.step(*step).done.following(),
            Event::Statement { at } => self.at = *at,
            Event::Seen { server, state } => self.said(code, *server, *state),
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
                self.has_failed();
                self.news_ages();
                self.at = code.step(*step).handler.expect("because only a handler that exists is entered");
            }
            Event::Retry { nth, .. } => self.retry(code, *nth),
            Event::Failed { failure } => self.failed(code, failure),
            Event::Ending { ending } => self.ending(code, *ending),
            Event::BackingOut { step } => {
                if self.settles_to_undo {
                    self.news_ages();
                }
                self.backing_out = Some(*step);
                self.settles_to_undo = false;
                self.doubt = None;
                self.sent = None;
                self.at = code.step(*step).back_out.expect("because a back-out is refused where a step has none");
            }
            Event::Interrupted => self.result = RunResult::Stopped,
            Event::Ended { end } => self.has_ended(code, end),
        }
    }

    /// What the skipped steps would have left behind them: a silenced watchdog, and a point of no return that is passed.
    fn entered(&mut self, code: &Code, entry: &Entry) {
        self.no_return = entry.passes_a_point_of_no_return(code);
        self.watchdog.taken_over = entry.silences_watchdog(code);
        if self.watchdog.taken_over {
            (self.watchdog.found, self.watchdog.off) = (Some(false), true);
        }
        self.entry = Some(entry.clone());
    }

    fn step_began(&mut self, code: &Code, step: StepId) {
        let attempts = &mut self.attempts[step.0 as usize];
        *attempts = attempts.saturating_add(1);
        self.step = Some(step);
        self.at = code.step(step).begin.following();
        self.sent = None;
        self.failing = false;
    }

    /// An ending that is parked goes on where it stands, and the run keeps the result with which it came there.
    fn has_ended(&mut self, code: &Code, end: &End) {
        let in_an_ending = matches!(code.part(self.at), Part::Ending(_));
        if !(in_an_ending && end.result == RunResult::Parked) {
            self.result = end.result;
            self.at = code.end_of_ending(self.at);
        }
        self.ended = Some(end.clone());
    }

    fn said(&mut self, code: &Code, server: ServerId, state: Option<State>) {
        if let Some(said) = self.said.get_mut(server.0 as usize) {
            *said = Some(state);
        }
        if let Some(state) = state {
            self.news.saw_state(server, state);
        }
        if state.is_some_and(|state| state != State::Down) && self.fenced[server.0 as usize] {
            self.is_fenced_no_more(code, server);
        }
    }

    /// A server that answers is not fenced any more: what it says counts, and where it vanishes again a person is asked
    /// again.
    fn is_fenced_no_more(&mut self, code: &Code, server: ServerId) {
        self.fenced[server.0 as usize] = false;
        for at in code.ids() {
            if let Instr::Confirm(confirm) = code.instr(at)
                && confirm.fences.contains(&server)
            {
                self.approved[confirm.approval] = false;
            }
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
            // It has not failed. Where things are so already it has started nothing; what is under way was started by the
            // first one, whose answer was lost.
            Outcome::Refused { code: answered, .. } if code.instr(at).forgives(*answered, self.has_repeated()) => {
                self.doubt = self.doubt.filter(|_| code.instr(at).is_under_way(*answered));
                self.command_done(code, at);
            }
            Outcome::Refused { code: answered, by, .. } => {
                self.doubt = None;
                // Of several machines some may have taken it: what may be off is taken to be off.
                self.watchdog.off |= *by == Refuser::Host && silences(code, at);
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
        self.repeating = verdict == SettledVerdict::Repeat;
        // A run that was killed behind a failure in doubt, and asked again, is not in doubt any more.
        if code.part(self.at) == Part::Body && self.result == RunResult::InDoubt {
            self.result = RunResult::Done;
        }
        match verdict {
            SettledVerdict::Done => self.command_done(code, at),
            // It stays in doubt until what follows is recorded too: killed in between, a run asks again, and does not send it.
            SettledVerdict::NotDone | SettledVerdict::Repeat => {}
            SettledVerdict::InDoubt => {
                self.watchdog.off |= silences(code, at);
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
            self.watchdog.taken_over &= !on;
        }
        if let (Some(doubt), Some(Act::Admin(command)), Some(own)) = (doubt, sending.act, sending.command.server) {
            self.news.started(command, own, &doubt.before);
            self.remember(command, doubt);
        }
        if let Instr::Ensure(_) = instr {
            self.sent = Some(at);
        } else if self.at == at && at != code.marks.put_back && at != code.marks.silence {
            self.at = at.following();
        }
    }

    fn remember(&mut self, command: Command, doubt: Doubt) {
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
            Part::Ending(_) if !self.settles_to_undo => self.ending_failed = true,
            Part::Preflight | Part::Body | Part::Handler | Part::BackOut | Part::EndStates | Part::Ending(_) => {
                self.result = if in_doubt { RunResult::InDoubt } else { RunResult::Failed };
            }
        }
        if code.part(self.at) == Part::Body && !matches!(failure.kind, FailureKind::Refused { .. }) {
            self.refused = Refused::No;
        }
    }

    /// The way was left, and what this run has set going may go on.
    fn news_ages(&mut self) {
        if self.touched {
            self.news.age();
        }
    }

    /// A run that was killed behind a refusal, and before the failure was recorded, has failed all the same.
    fn has_failed(&mut self) {
        if self.result == RunResult::Done {
            self.result = RunResult::Failed;
        }
    }

    fn ending(&mut self, code: &Code, ending: EndingKind) {
        self.failing = false;
        self.settles_to_undo = false;
        self.unsettled = self.doubt.take().or(self.unsettled);
        match ending {
            EndingKind::Success => self.result = RunResult::Done,
            EndingKind::BackOut => self.result = RunResult::BackedOut,
            EndingKind::Failure => {
                self.left_at = Some(self.at);
                self.has_failed();
                self.news_ages();
            }
        }
        self.watchdog.off_on_the_way = self.watchdog.off;
        if let Some(begin) = code.ending(ending) {
            self.at = begin;
        }
    }
}

/// Whether that instruction turns the watchdog off.
fn silences(code: &Code, at: InstrId) -> bool {
    code.instr(at).sending().is_some_and(|it| it.command.action == Action::Watchdog { on: false })
}
