//! What is known at a place of a runbook on its way without mishaps: what the two servers can be in, what was begun and
//! is not over, what was done before.

use crate::pair::{Act, Command, State, StateSet, Status, StatusWord};
use crate::program::{Cond, CondKind, Program, ServerId, ServerTerm};
use crate::text::Span;

use super::assume::{Servers, any_part, if_true};
use super::pairs::{Connecting, Pairs};

/// Something that a runbook sent, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub act: Act,
    pub server: ServerId,
    pub span: Span,
    /// The outermost call that led there.
    pub call: Option<Span>,
}

/// How a condition is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Until it holds.
    Wait,
    /// The same, with an effect that may be sent.
    Ensure,
    /// Now; where it is false the step fails.
    Assert,
    /// Now.
    If,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub pairs: Pairs,
    /// What last changed what each server can be in.
    pub since: [Option<Span>; 2],
    /// Sent, answered, and perhaps not over: nothing has looked yet.
    pub pending: Vec<Begun>,
    /// Copies of which nothing has shown that they succeeded.
    pub copies: Vec<Begun>,
    /// A connect whose catchup may still be going on.
    pub catching_up: Option<Begun>,
    pub connecting: Connecting,
    /// Where the software of each server was replaced, on every way to here.
    pub upgraded: [Option<Span>; 2],
    /// `hsb set standalone` without a full copy since.
    pub unlogged: Vec<Begun>,
    /// Sent in this step, and nothing has looked since.
    pub unchecked: Vec<Begun>,
    /// The same of earlier steps.
    pub unchecked_before: Vec<Begun>,
    /// Some way to here has begun a copy from that server.
    pub copied: [bool; 2],
    /// Some way to here has replaced the software.
    pub perhaps_upgraded: [bool; 2],
    /// On every way to here a person was asked, or what was done cannot be backed out.
    pub approved: bool,
    pub approved_in_step: bool,
    pub backed_up: bool,
    /// Takes no new connections, on every way to here.
    pub closed: [bool; 2],
    /// The watchdog is off, on every way to here.
    pub watchdog_off: bool,
    /// The first thing that changed the pair, on some way to here.
    pub changed: Option<Span>,
}

impl Known {
    /// What the declarations say.
    pub fn at_start(program: &Program) -> Known {
        let mut known = Known::nothing();
        for (at, server) in program.servers.values().enumerate() {
            let id = ServerId(u8::try_from(at).expect("because a runbook has at most two servers"));
            if let Some(states) = server.from.states {
                known.pairs = known.pairs.with(id, states);
                known.since[at] = Some(server.span);
            }
        }
        if known.pairs.is_empty() {
            known.pairs = Pairs::all();
        }
        // Apart, they may be about to come together: both show ALONE until a catchup is over.
        let connected = StateSet::of(State::PrimaryActive).with(State::SecondaryActive);
        if known.pairs.without(ServerId(0), connected).is_empty() {
            known.connecting = Connecting::No;
        }
        known
    }

    /// Where anything may have happened before.
    pub fn nothing() -> Known {
        Known {
            pairs: Pairs::all(),
            since: [None; 2],
            pending: Vec::new(),
            copies: Vec::new(),
            catching_up: None,
            connecting: Connecting::Perhaps,
            upgraded: [None; 2],
            unlogged: Vec::new(),
            unchecked: Vec::new(),
            unchecked_before: Vec::new(),
            copied: [false; 2],
            perhaps_upgraded: [false; 2],
            approved: false,
            approved_in_step: false,
            backed_up: false,
            closed: [false; 2],
            watchdog_off: false,
            changed: None,
        }
    }

    /// At the beginning of another step.
    pub fn at_step(mut self) -> Known {
        self.approved_in_step = false;
        self.unchecked_before.append(&mut self.unchecked);
        self
    }

    /// After a step that began here has failed somewhere.
    pub fn after_failure(&self) -> Known {
        Known {
            upgraded: self.upgraded,
            approved: self.approved,
            approved_in_step: self.approved_in_step,
            backed_up: self.backed_up,
            closed: self.closed,
            watchdog_off: self.watchdog_off,
            ..Known::nothing()
        }
    }

    /// On the one way or on the other.
    pub fn or(self, other: Known) -> Known {
        let both = |at: usize| self.upgraded[at].and(other.upgraded[at]);
        Known {
            pairs: self.pairs.or(other.pairs),
            since: [self.since[0].or(other.since[0]), self.since[1].or(other.since[1])],
            upgraded: [both(0), both(1)],
            catching_up: self.catching_up.or(other.catching_up),
            connecting: if self.connecting == other.connecting { self.connecting } else { Connecting::Perhaps },
            approved: self.approved && other.approved,
            approved_in_step: self.approved_in_step && other.approved_in_step,
            backed_up: self.backed_up && other.backed_up,
            closed: [self.closed[0] && other.closed[0], self.closed[1] && other.closed[1]],
            watchdog_off: self.watchdog_off && other.watchdog_off,
            changed: self.changed.or(other.changed),
            pending: united(self.pending, other.pending),
            copies: united(self.copies, other.copies),
            unlogged: united(self.unlogged, other.unlogged),
            unchecked: united(self.unchecked, other.unchecked),
            unchecked_before: united(self.unchecked_before, other.unchecked_before),
            copied: [0, 1].map(|at| self.copied[at] || other.copied[at]),
            perhaps_upgraded: [0, 1].map(|at| self.perhaps_upgraded[at] || other.perhaps_upgraded[at]),
        }
    }

    /// The states that a server can be in.
    pub fn of(&self, server: ServerId) -> StateSet {
        self.pairs.of(server)
    }

    /// What was begun and would be met half-way by an act to a server.
    pub fn overtaken_by(&self, act: Act, server: ServerId) -> Vec<Begun> {
        self.pending.iter().copied().filter(|begun| overtakes(begun, act, server)).collect()
    }

    /// Takes in what is seen of the pair where the condition is true; says whether it can be.
    pub fn assume(&mut self, cond: &Cond, how: How, servers: Servers) -> Possible {
        let narrowed = if_true(cond, self.pairs, servers);
        let possible = if narrowed.is_empty() { Possible::No } else { Possible::Yes };
        let narrowed = match (possible, how) {
            (Possible::Yes, _) => narrowed,
            // What only a fault leads into.
            (Possible::No, How::If) => if_true(cond, Pairs::all(), servers),
            // Said once; what comes behind it is not known.
            (Possible::No, How::Wait | How::Ensure | How::Assert) => Pairs::all(),
        };
        self.turn_into(if narrowed.is_empty() { Pairs::all() } else { narrowed }, cond.span);
        self.observe(cond, how, servers);
        possible
    }

    /// The servers' states are those from here on.
    pub fn turn_into(&mut self, pairs: Pairs, by: Span) {
        for (at, since) in self.since.iter_mut().enumerate() {
            let server = ServerId(u8::from(at == 1));
            if self.pairs.of(server) != pairs.of(server) {
                *since = Some(by);
            }
        }
        self.pairs = pairs;
    }

    /// Forgets what the condition looks at.
    pub fn observe(&mut self, cond: &Cond, how: How, servers: Servers) {
        self.pending.retain(|begun| how == How::Assert || !observes(cond, begun, servers));
        self.copies.retain(|begun| !any_part(cond, |part| is_copy_of(part, begun.server, servers)));
        if shows_end_of_catchup(cond) {
            self.catching_up = None;
            self.connecting = Connecting::No;
        }
        if any_part(cond, asks_a_server) {
            self.unchecked.clear();
            self.unchecked_before.clear();
        }
    }

    /// Takes in that something was sent.
    pub fn send(&mut self, begun: Begun) {
        if concerns_the_pair(begun.act) {
            self.unchecked_before.clear();
        }
        let overtaken = self.overtaken_by(begun.act, begun.server);
        self.pending.retain(|pending| !overtaken.contains(pending));
        let at = begun.server.0 as usize;
        match begun.act {
            Act::Admin(command) if command.is_query() => return,
            Act::Admin(command) => self.command(command, begun),
            Act::Start(_) => self.pending.push(begun),
            Act::Install => {
                self.upgraded[at] = Some(begun.span);
                self.perhaps_upgraded[at] = true;
            }
        }
        self.changed.get_or_insert(begun.span);
    }

    fn command(&mut self, command: Command, begun: Begun) {
        match command {
            Command::Connect => {
                self.pending.push(begun);
                self.catching_up = Some(begun);
                self.connecting = Connecting::Perhaps;
                self.copies.clear();
                self.unlogged.clear();
            }
            Command::Disconnect => {
                self.pending.push(begun);
                self.catching_up = None;
                self.connecting = Connecting::No;
            }
            Command::SwitchPrimary | Command::SwitchSecondary | Command::Shutdown | Command::ShutdownForce => {
                self.pending.push(begun);
                self.catching_up = None;
            }
            Command::Netcopy | Command::Copy => {
                self.copied[begun.server.0 as usize] = true;
                self.copies.push(begun);
                self.unlogged.clear();
            }
            Command::SetStandalone => self.unlogged.push(begun),
            Command::SetPrimaryAlone | Command::SetSecondaryAlone => self.unchecked.push(begun),
            Command::Backup => self.backed_up = true,
            Command::Close => self.closed[begun.server.0 as usize] = true,
            Command::Open => self.closed[begun.server.0 as usize] = false,
            Command::HsbParameter | Command::Throwout | Command::Makecp | Command::Parameter => {}
            Command::State
            | Command::Role
            | Command::StatusConnect
            | Command::StatusSwitch
            | Command::StatusCatchup
            | Command::StatusCopy
            | Command::Cominfo
            | Command::Logpos
            | Command::Userlist
            | Command::Version
            | Command::Pid
            | Command::ServerStatus
            | Command::Info
            | Command::StatusBackup
            | Command::Perfmon
            | Command::Describe
            | Command::Errorcode
            | Command::Help => {}
        }
    }
}

fn united(mut one: Vec<Begun>, other: Vec<Begun>) -> Vec<Begun> {
    for begun in other {
        if !one.contains(&begun) {
            one.push(begun);
        }
    }
    one
}

pub fn stops(act: Act) -> bool {
    matches!(act, Act::Admin(Command::Shutdown | Command::ShutdownForce))
}

/// Whether an act changes what the pair is in, or needs to know it.
pub fn concerns_the_pair(act: Act) -> bool {
    match act {
        Act::Admin(command) => (command.is_hotstandby() && !command.is_query()) || stops(act),
        Act::Start(_) | Act::Install => true,
    }
}

/// Whether an act meets half-way what was begun: a connect, disconnect or switch concerns both servers, a start the
/// server that commands need, a shutdown the machine that is worked on.
fn overtakes(begun: &Begun, act: Act, server: ServerId) -> bool {
    match begun.act {
        Act::Start(_) => match act {
            Act::Admin(command) if server == begun.server => !command.is_query(),
            Act::Admin(command) => matches!(command, Command::Connect | Command::Netcopy),
            Act::Start(_) | Act::Install => false,
        },
        begun_act if stops(begun_act) => server == begun.server && matches!(act, Act::Start(_) | Act::Install),
        Act::Admin(_) | Act::Install => concerns_the_pair(act),
    }
}

/// Whether a condition shows how something that was begun has ended.
pub fn observes(cond: &Cond, begun: &Begun, servers: Servers) -> bool {
    let own = |server: &ServerTerm| servers(server) == Some(begun.server);
    let starts = matches!(begun.act, Act::Start(_));
    any_part(cond, |part| match &part.kind {
        CondKind::Is { server, states } if stops(begun.act) => own(server) && states.contains(State::Down),
        CondKind::Is { server, .. } => !starts || own(server),
        CondKind::Status { .. } if stops(begun.act) => false,
        CondKind::Status { server, .. } if starts => own(server),
        CondKind::Status { words, .. } => words.status != Status::Copy,
        CondKind::Answers { server, .. } => starts && own(server),
        CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => false,
    })
}

fn is_copy_of(part: &Cond, copier: ServerId, servers: Servers) -> bool {
    match &part.kind {
        CondKind::Status { server, words } => words.status == Status::Copy && servers(server) == Some(copier),
        CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Is { .. }
        | CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => false,
    }
}

/// Both servers show ALONE until the catchup is over. Source: `pair`, code 14008.
fn shows_end_of_catchup(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::And(parts) => parts.iter().any(shows_end_of_catchup),
        CondKind::Or(parts) => parts.iter().all(shows_end_of_catchup),
        CondKind::Is { states, .. } => {
            let alone = [State::PrimaryAlone, State::PrimaryUncertain, State::SecondaryAlone];
            let active = [State::PrimaryActive, State::SecondaryActive];
            let has = |any: &[State]| any.iter().any(|state| states.contains(*state));
            has(&active) && !has(&alone)
        }
        CondKind::Status { words, .. } => match words.status {
            Status::Catchup => words.words == [StatusWord::NotActive],
            Status::Link => words.words == [StatusWord::Connected],
            Status::Activity => words.words == [StatusWord::None],
            Status::Copy | Status::Switch => false,
        },
        CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => false,
    }
}

fn asks_a_server(part: &Cond) -> bool {
    match &part.kind {
        CondKind::Is { .. } | CondKind::Status { .. } | CondKind::Answers { .. } | CondKind::Compare { .. } => true,
        CondKind::And(_)
        | CondKind::Or(_)
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. } => false,
    }
}

/// Whether a condition can be true in what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Possible {
    Yes,
    No,
}
