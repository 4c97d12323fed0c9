//! The guard: the pair's states are read again right before each command, which is not sent where it must not be.

use crate::engine::instr::{Instr, Sending};
use crate::engine::test::add;
use crate::engine::view::View;
use crate::engine::{
    Action, Clocks, Code, Event, FailureKind, GuardRule, InstrId, Outcome, Probe, Reading, Refuser, Request,
    SettledVerdict,
};
use crate::pair::{self, Act, Command, Looks, Measure, Seen, Settled, Sight, State, Status};
use crate::program::ServerId;

use super::task::{Task, presume_complete};
use super::{Flow, Turning};

/// Why a command is not sent.
struct No {
    code: Option<i32>,
    text: String,
    rule: GuardRule,
}

pub(super) const STATUSES: [Status; 4] = [Status::Link, Status::Copy, Status::Switch, Status::Catchup];

impl<'a> Turning<'a> {
    pub(super) fn guard(&mut self, at: InstrId) -> Flow {
        let probes = self.guard_asks(at);
        if probes.is_empty() {
            return self.send(at, Seen::default());
        }
        self.ask(Task::Guard(at), Request::Look(probes.to_vec(), Clocks::NONE))
    }

    pub(super) fn guard_looked(&mut self, at: InstrId, readings: &[Reading]) -> Flow {
        let probes = self.guard_asks(at);
        presume_complete(probes.len(), readings);
        self.say_states(probes, readings);
        let Some(own) = self.sending(at).command.server else {
            self.note(at, probes, readings, &mut 0);
            return self.send(at, Seen::default());
        };
        let seen = seen(own, &self.view(probes, readings));
        match self.refusal(at, own, &seen) {
            None if !self.is_from(at, &seen) => self.left_its_from(at, &seen),
            None => self.send(at, seen),
            Some(no) => {
                self.note(at, probes, readings, &mut 0);
                self.guard_refused(at, no, &seen)
            }
        }
    }

    /// Of a command to no server: the watchdog, where nobody knows yet how it was found.
    fn guard_asks(&self, at: InstrId) -> &'a [Probe] {
        let watchdog_is_known = self.kept.watchdog.found.is_some() || self.kept.watchdog.off;
        match self.sending(at).command.server {
            None if watchdog_is_known => &[],
            None => &[Probe::Watchdog],
            Some(_) => &self.code.asks.at(at).guard,
        }
    }

    fn refusal(&self, at: InstrId, own: ServerId, seen: &Seen) -> Option<No> {
        let sending = self.sending(at);
        let lifted = self.code.settings.no_guard.is_some();
        if let Some(no) = sending.act.and_then(|act| pair::refusal(act, seen))
            && (no.two_primaries || !lifted)
        {
            let rule = if no.two_primaries { GuardRule::TwoPrimaries } else { GuardRule::Refused };
            return Some(No { code: Some(no.code), text: no.text.to_owned(), rule });
        }
        if !lifted && let Some(text) = self.out_of_sight(&sending.command.action, own, seen) {
            return Some(No { code: None, text, rule: GuardRule::OwnOutOfSight });
        }
        let promotes = matches!(sending.act, Some(Act::Admin(command)) if command.promotes());
        match peer(self.code, own) {
            Some(peer) if promotes && seen.peer.state.is_none() && !self.kept.fenced[peer.0 as usize] => {
                let name = self.code.server_name(peer);
                let text = format!("{name} is not in sight, and may be accepting writes");
                Some(No { code: None, text, rule: GuardRule::PeerOutOfSight })
            }
            Some(_) | None => None,
        }
    }

    /// Whether it is in a state in which an `ensure` says that its effect may be sent.
    pub(super) fn is_from(&self, at: InstrId, seen: &Seen) -> bool {
        let Instr::Ensure(ensure) = self.code.instr(at) else { return true };
        ensure.from.is_none_or(|from| seen.own.state.is_none_or(|state| from.contains(state)))
    }

    /// The state has changed since the `ensure` looked.
    fn left_its_from(&mut self, at: InstrId, seen: &Seen) -> Flow {
        if self.kept.repeating {
            let text = "its server is in a state in which the runbook does not allow it".to_owned();
            return self.not_repeated(at, None, text, seen);
        }
        self.fail(at, FailureKind::NotFrom { state: seen.own.state })
    }

    /// Its own server cannot be seen, or takes no command.
    fn out_of_sight(&self, action: &Action, own: ServerId, seen: &Seen) -> Option<String> {
        let name = self.code.server_name(own);
        let answers = match action {
            Action::Admin { .. } | Action::Sql { .. } => true,
            Action::Start { .. } | Action::Install { .. } => false,
            // A command of the site, such as one that fences a machine, is for a server that does not answer, too.
            Action::Run { .. } | Action::Watchdog { .. } => return None,
        };
        match seen.own.state {
            None => Some(format!("the state of {name} is not in sight")),
            Some(state) if answers && !state.answers() => Some(format!("{name} is {state} and takes no command")),
            Some(_) => None,
        }
    }

    fn guard_refused(&mut self, at: InstrId, no: No, seen: &Seen) -> Flow {
        let No { code, text, rule } = no;
        let by = Refuser::Guard(Some(rule));
        let text = format!("{}; seen: {}", text.trim_end_matches('.'), self.sights(at, seen));
        if self.kept.repeating {
            return self.not_repeated(at, code, text, seen);
        }
        self.emit(Event::Outcome { at, outcome: Outcome::Refused { by, code, text: text.clone() } });
        self.refused(at, by, code, text, false)
    }

    /// Both servers as the guard saw them.
    fn sights(&self, at: InstrId, seen: &Seen) -> String {
        let own = self.sending(at).command.server;
        let sight = |server: ServerId| {
            let state = if Some(server) == own { seen.own.state } else { seen.peer.state };
            format!("{} {}", self.code.server_name(server), state.map_or("not in sight", State::word))
        };
        self.code.server_ids().map(sight).collect::<Vec<_>>().join(", ")
    }

    /// A command whose outcome is unknown may not be sent again now. Where the pair shows that it had no effect, it counts as
    /// refused; else it stays in doubt.
    fn not_repeated(&mut self, at: InstrId, code: Option<i32>, text: String, seen: &Seen) -> Flow {
        if self.sending(at).is_already_so(code, true) {
            self.emit(Event::Settled { at, verdict: SettledVerdict::Done });
            return self.command_over(at);
        }
        let not_done = self
            .sending(at)
            .act
            .zip(self.kept.doubt)
            .is_some_and(|(act, doubt)| pair::settled(act, &doubt.before, seen) == Settled::NotDone);
        if not_done {
            self.emit(Event::Settled { at, verdict: SettledVerdict::NotDone });
            return self.fail(at, FailureKind::NotDone);
        }
        self.emit(Event::Settled { at, verdict: SettledVerdict::InDoubt });
        self.fail(at, FailureKind::InDoubt { why: format!("it could not be sent again: {text}") })
    }
}

/// The other server of the runbook.
pub(super) fn peer(code: &Code, own: ServerId) -> Option<ServerId> {
    code.server_ids().find(|server| *server != own)
}

/// What the guard of a command to a server asks.
pub(super) fn guard_probes(code: &Code, sending: &Sending) -> Vec<Probe> {
    let Some(own) = sending.command.server else { return Vec::new() };
    let mut probes = vec![Probe::State(own)];
    probes.extend(peer(code, own).map(Probe::State));
    if let Some(act) = sending.act {
        act_probes(code, act, own, &mut probes);
    }
    probes
}

fn act_probes(code: &Code, act: Act, own: ServerId, probes: &mut Vec<Probe>) {
    let looks = pair::looks(act);
    let peer = peer(code, own);
    if looks.own_status || matches!(act, Act::Admin(_)) {
        STATUSES.into_iter().for_each(|status| add(probes, Probe::Status(own, status)));
    }
    if let (Act::Admin(command), Some(peer)) = (act, peer) {
        shown_by_peer(command).iter().for_each(|status| add(probes, Probe::Status(peer, *status)));
    }
    probes.extend(machine_probes(looks, own));
    if looks.versions {
        [Some(own), peer].into_iter().flatten().for_each(|it| add(probes, Probe::Measure(it, Measure::Version)));
    }
}

/// What is in sight of the pair; old news too, since only a comparison is made with it.
pub(super) fn seen(own: ServerId, view: &View<'_>) -> Seen {
    Seen { own: sight(own, view), peer: sight(ServerId(1 - own.0), view) }
}

fn sight(server: ServerId, view: &View<'_>) -> Sight {
    let mut sight = Sight::default();
    // In one go, as every command is guarded; each probe is asked once.
    for (probe, reading) in view.probes.iter().zip(view.readings) {
        if probe.server() != Some(server) {
            continue;
        }
        match probe {
            Probe::State(_) => sight.state = reading.state(),
            Probe::Status(_, Status::Link) => sight.link = reading.status(),
            Probe::Status(_, Status::Copy) => sight.copy = reading.status(),
            Probe::Status(_, Status::Switch) => sight.switch = reading.status(),
            Probe::Status(_, Status::Catchup) => sight.catchup = reading.status(),
            Probe::Measure(_, Measure::Version) => sight.version = reading.version(),
            Probe::Process(_) => sight.process = reading.yes(),
            Probe::Listens(_) => sight.listens = reading.yes(),
            Probe::Installed(_) => sight.installed = reading.version(),
            Probe::HostCommand(_) => sight.host_command = reading.yes(),
            Probe::Status(_, Status::Activity)
            | Probe::Measure(..)
            | Probe::Answers(..)
            | Probe::Unanswered(_)
            | Probe::Watchdog => {}
        }
    }
    if sight.state.is_some_and(|state| !state.answers()) {
        // Nothing else is known of it, whatever it said.
        let Sight { state, process, listens, installed, host_command, .. } = sight;
        return Sight { state, process, listens, installed, host_command, ..Sight::default() };
    }
    sight
}

/// What is asked of the machine that a server runs on.
pub(super) fn machine_probes(looks: Looks, own: ServerId) -> Vec<Probe> {
    let process = looks.own_process.then_some([Probe::Process(own), Probe::HostCommand(own)]);
    let port = looks.own_port.then_some(Probe::Listens(own));
    process.into_iter().flatten().chain(port).chain(looks.own_installed.then_some(Probe::Installed(own))).collect()
}

/// The statuses of the other server that answer for the process, too.
fn shown_by_peer(command: Command) -> &'static [Status] {
    match command.shown_by() {
        Some(Status::Link | Status::Catchup) => &[Status::Link, Status::Catchup],
        Some(Status::Switch) => &[Status::Switch],
        Some(Status::Copy | Status::Activity) | None => &[],
    }
}
