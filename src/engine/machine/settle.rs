//! An unknown outcome is settled by asking; never by a guess, and never by sending the command again blindly.

use crate::engine::durable::asked_for_behind;
use crate::engine::instr::{Instr, Sending};
use crate::engine::test::{Test, add};
use crate::engine::truth::Truth;
use crate::engine::view::View;
use crate::engine::{
    Action, Answer, Clock, Clocks, Code, Event, FailureKind, InstrId, Probe, Reading, Request, SettledVerdict,
};
use crate::pair::{self, Act, Seen, Settled, State, Status, StatusWord};
use crate::program::{Doubt, ServerId};

use super::guard::{STATUSES, machine_probes, peer, seen};
use super::task::{Running, Task, presume_complete};
use super::watch::Watch;
use super::{Flow, Turning};

/// The outcome that is being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Settling {
    at: InstrId,
    before: Seen,
    repeated: bool,
    clocks: Running,
    shown: u64,
    /// Its call had not come back when it was looked at last.
    unanswered: bool,
    /// The wait that goes on afterwards: what is asked for is whether a process that was accepted has begun.
    wait: Option<Watch>,
}

impl Settling {
    /// The process of which no news came, where that is what is asked for.
    pub(super) fn process(&self) -> Option<InstrId> {
        self.wait.map(|_| self.at)
    }

    /// Also what is dead of the sight before the command; and of the clocks, behind whose limit nothing is waited for.
    pub(super) fn forget(&mut self, code: &Code) {
        self.shown = self.shown.min(1);
        self.before = asked_for_behind(code, self.at, &self.before);
        self.clocks.over.look |= self.clocks.over.settle && self.clocks.set.look;
        if let Some(wait) = &mut self.wait {
            wait.shown = wait.shown.min(1);
        }
    }
}

/// Who tells whether a command has happened.
enum Witness<'a> {
    Watchdog {
        on: bool,
    },
    Pair(Act, ServerId),
    /// Outside the catalogue: what the `ensure` says.
    Ensured(&'a Test),
    Nobody,
}

const UNSURE: &str = "what the pair shows does not tell whether it has happened";
const NOT_BACK: &str = "its call has not come back, so that it may still be done";
const NO_QUESTION: &str = "nothing can be asked that tells whether it has happened";

impl<'a> Turning<'a> {
    /// The outcome of a command is unknown. Where a back-out follows, nothing is sent again.
    pub(super) fn settle(&mut self, at: InstrId) -> Flow {
        let doubt = self.kept.doubt.expect("because an outcome is unknown only behind an intent");
        self.emit(Event::Settling { at });
        let settling = Settling {
            at,
            before: doubt.before,
            repeated: doubt.repeated,
            clocks: Running { set: Clocks::of(Clock::Settle), over: Clocks::NONE },
            shown: 0,
            unanswered: false,
            wait: None,
        };
        if self.asks(at).is_empty() {
            return self.decide(settling, None);
        }
        let limit = self.sending(at).command.limit;
        self.ask(Task::Settle(settling), Request::Set(Clock::Settle, limit))
    }

    /// A process was accepted, and nothing has been seen of it for `look_limit`.
    pub(super) fn settle_news(&mut self, process: crate::engine::durable::Doubt, watch: Watch) -> Flow {
        let at = process.at;
        self.emit(Event::Settling { at });
        let settling = Settling {
            at,
            before: process.before,
            repeated: process.repeated,
            clocks: Running::default(),
            shown: 0,
            unanswered: false,
            wait: Some(watch),
        };
        self.settle_look(settling)
    }

    pub(super) fn settling(&mut self, mut settling: Settling, answer: &Answer) -> Flow {
        match answer {
            Answer::Set if !settling.clocks.set.look => {
                settling.clocks.set.look = true;
                self.ask(Task::Settle(settling), Request::Set(Clock::Look, self.code.settings.look_limit))
            }
            Answer::Set => self.settle_look(settling),
            Answer::Woke(over) => {
                settling.clocks.woke(*over);
                self.settle_look(settling)
            }
            Answer::Looked(readings) => self.settle_looked(settling, readings),
            Answer::Begin | Answer::Outcome(_) | Answer::Decided(_) => {
                unreachable!("because a world answers what it was asked: {answer:?}")
            }
        }
    }

    fn settle_look(&mut self, settling: Settling) -> Flow {
        let probes = self.asks(settling.at).to_vec();
        let cut = if settling.wait.is_some() { Clocks::NONE } else { Clocks::of(Clock::Settle) };
        self.ask(Task::Settle(settling), Request::Look(probes, cut))
    }

    fn settle_looked(&mut self, mut settling: Settling, readings: &[Reading]) -> Flow {
        let probes = self.asks(settling.at);
        presume_complete(probes.len(), readings);
        let at = settling.at;
        self.note(at, probes, readings, &mut settling.shown);
        let view = self.view(probes, readings);
        let verdict = self.verdict(at, &settling.before, &view);
        let own = self.sending(at).command.server;
        let now = own.map(|own| seen(own, &view)).unwrap_or_default();
        if let Some(watch) = settling.wait {
            return self.news_settled(settling, watch, verdict, &now);
        }
        let time_over = settling.clocks.over.settle;
        let was_unanswered = std::mem::replace(&mut settling.unanswered, is_unanswered(&view, own));
        match verdict {
            Settled::Done => {
                self.emit(Event::Settled { at, verdict: SettledVerdict::Done });
                if self.kept.settles_to_undo { self.undo_last() } else { self.command_over(at) }
            }
            // What may still be done is not said to be undone, and not sent again.
            _ if settling.unanswered && time_over => self.in_doubt(at, NOT_BACK),
            _ if settling.unanswered => self.wait_on(settling),
            // What has come back only now may have been accepted only now.
            _ if was_unanswered && !time_over => {
                settling.clocks.over.look = false;
                self.ask(Task::Settle(settling), Request::Set(Clock::Look, self.code.settings.look_limit))
            }
            Settled::NotDone | Settled::CannotTell if time_over || settling.clocks.over.look => {
                self.decide(settling, Some((verdict, now)))
            }
            Settled::Wait if time_over => self.decide(settling, Some((Settled::CannotTell, now))),
            Settled::NotDone | Settled::CannotTell | Settled::Wait => self.wait_on(settling),
        }
    }

    fn wait_on(&mut self, settling: Settling) -> Flow {
        self.ask(Task::Settle(settling), Request::Pause(settling.clocks.going()))
    }

    /// What asking gave for a process of which no news came.
    fn news_settled(&mut self, settling: Settling, mut watch: Watch, verdict: Settled, now: &Seen) -> Flow {
        let status = match self.sending(settling.at).act {
            Some(Act::Admin(command)) => command.shown_by(),
            Some(Act::Start(_) | Act::Install) | None => None,
        };
        match verdict {
            // The roles have changed, so that the word is the switch's. A copy shows its own word in the end.
            Settled::Done if status == Some(Status::Switch) => {
                for server in self.code.server_ids() {
                    self.emit(Event::Stands { server, status: Status::Switch });
                }
                self.look(watch)
            }
            Settled::Done if status == Some(Status::Copy) && has_come_in(&settling.before, now) => {
                let server = self.sending(settling.at).command.server.expect("because a copy has a source");
                self.emit(Event::Stands { server, status: Status::Copy });
                self.look(watch)
            }
            Settled::Done | Settled::Wait => {
                // A wait has its own limit; where the look limit is all there is, it is over.
                watch.asked = !watch.clocks.set.limit;
                if !watch.asked {
                    watch.clocks.forget_look();
                }
                self.look(watch)
            }
            Settled::NotDone | Settled::CannotTell => self.decide(settling, Some((verdict, *now))),
        }
    }

    /// Asking is over and it is not done: sent again once where that is allowed, else refused or in doubt.
    fn decide(&mut self, settling: Settling, asked: Option<(Settled, Seen)>) -> Flow {
        let Settling { at, before, repeated, .. } = settling;
        if !repeated && !self.kept.settles_to_undo && self.may_repeat(at, &before, asked) {
            self.emit(Event::Settled { at, verdict: SettledVerdict::Repeat });
            return self.guard(at);
        }
        match asked {
            Some((Settled::NotDone, _)) => {
                self.emit(Event::Settled { at, verdict: SettledVerdict::NotDone });
                if self.kept.settles_to_undo {
                    return self.undo_last();
                }
                self.fail(at, FailureKind::NotDone)
            }
            Some((Settled::Done | Settled::Wait | Settled::CannotTell, _)) => self.in_doubt(at, UNSURE),
            None => self.in_doubt(at, NO_QUESTION),
        }
    }

    fn in_doubt(&mut self, at: InstrId, why: &str) -> Flow {
        self.emit(Event::Settled { at, verdict: SettledVerdict::InDoubt });
        self.fail(at, FailureKind::InDoubt { why: why.to_owned() })
    }

    /// By the catalogue, or by the author's word.
    fn may_repeat(&self, at: InstrId, before: &Seen, asked: Option<(Settled, Seen)>) -> bool {
        let sending = self.sending(at);
        let by_catalogue = match (witness(self.code, at), asked) {
            (Witness::Watchdog { .. }, _) => true,
            (Witness::Pair(act, _), Some((_, now))) => pair::repeatable(act, before, &now),
            (Witness::Pair(..), None) | (Witness::Ensured(_) | Witness::Nobody, _) => false,
        };
        let in_its_place = asked.is_none_or(|(_, now)| self.is_from(at, &now));
        in_its_place && (by_catalogue || sending.doubt == Doubt::Repeat)
    }

    fn asks(&self, at: InstrId) -> &'a [Probe] {
        &self.code.asks.at(at).settling
    }

    fn verdict(&self, at: InstrId, before: &Seen, view: &View<'_>) -> Settled {
        match witness(self.code, at) {
            Witness::Watchdog { on } => match view.reading(&Probe::Watchdog).and_then(Reading::yes) {
                Some(is_on) if is_on == on => Settled::Done,
                Some(_) => Settled::NotDone,
                None => Settled::CannotTell,
            },
            Witness::Pair(act, own) => {
                let now = seen(own, view);
                let expected = as_expected(self.sending(at), &now);
                if expected { Settled::Done } else { pair::settled(act, before, &now) }
            }
            Witness::Ensured(test) if test.truth(view) == Truth::True => Settled::Done,
            Witness::Ensured(_) | Witness::Nobody => Settled::CannotTell,
        }
    }
}

fn is_unanswered(view: &View<'_>, own: Option<ServerId>) -> bool {
    own.is_some_and(|own| view.reading(&Probe::Unanswered(own)) == Some(&Reading::Yes))
}

/// What tells whether the command of an instruction has happened.
fn witness(code: &Code, at: InstrId) -> Witness<'_> {
    let sending = code.instr(at).sending().expect("because only a command that was sent is settled");
    if let Action::Watchdog { on } = sending.command.action {
        return Witness::Watchdog { on };
    }
    if let (Some(act), Some(own)) = (sending.act, sending.command.server) {
        return Witness::Pair(act, own);
    }
    if let Instr::Ensure(ensure) = code.instr(at) { Witness::Ensured(&ensure.test) } else { Witness::Nobody }
}

/// What is asked to settle what came of the command of an instruction.
pub(super) fn questions(code: &Code, at: InstrId) -> Vec<Probe> {
    match witness(code, at) {
        Witness::Watchdog { .. } => vec![Probe::Watchdog],
        Witness::Pair(act, own) => is_answered(code, at).into_iter().chain(act_questions(code, act, own)).collect(),
        Witness::Ensured(test) => is_answered(code, at).into_iter().chain(test.probes()).collect(),
        Witness::Nobody => Vec::new(),
    }
}

/// Of whatever goes over the server's own line. Asked first: what has come back by then, the others show.
fn is_answered(code: &Code, at: InstrId) -> Option<Probe> {
    let command = &code.instr(at).sending()?.command;
    let over_the_line = matches!(command.action, Action::Admin { .. } | Action::Sql { .. });
    command.server.filter(|_| over_the_line).map(Probe::Unanswered)
}

fn act_questions(code: &Code, act: Act, own: ServerId) -> Vec<Probe> {
    let looks = pair::looks(act);
    let mut probes = vec![Probe::State(own)];
    probes.extend(peer(code, own).map(Probe::State));
    if looks.own_status {
        STATUSES.into_iter().for_each(|status| add(&mut probes, Probe::Status(own, status)));
    }
    probes.extend(machine_probes(looks, own));
    probes
}

/// What waited for a copy is a Secondary now, and no copy is under way: the word is of the copy that came in, also where it
/// is the one of the copy before.
fn has_come_in(before: &Seen, now: &Seen) -> bool {
    let is_over = now.own.copy.is_some_and(|word| word != StatusWord::Active);
    is_over && before.peer.state == Some(State::Offline) && now.peer.state == Some(State::SecondaryAlone)
}

/// The version that the runbook declares is installed; without one, the pair's word.
fn as_expected(sending: &Sending, now: &Seen) -> bool {
    sending.act == Some(Act::Install)
        && now.own.host_command != Some(true)
        && now.own.installed.is_some_and(|installed| Some(installed) == sending.expects)
}
