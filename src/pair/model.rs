//! The pair as a transition system: what two servers are in, what is in progress between them, and what commands, time
//! and faults make of it. A small plain value; whoever drives it decides what happens next and how long it takes.
//!
//! Knows which commits a server holds only as far as the other one lacks some (`ahead`); no data, no clock.

mod command;
mod data;
mod fault;
mod machine;
mod moves;
mod observe;
mod operation;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod walk;

use super::{State, Version};

pub use command::Reply;
pub use fault::Fault;
pub use machine::{Exit, Installed};
pub use moves::Move;

/// One of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    First,
    Second,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::First, Side::Second];

    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::First => Side::Second,
            Side::Second => Side::First,
        }
    }
}

/// What differs between sites, and which reading of the manuals is taken where they are silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Settings {
    /// `HotStandby.AutoPrimaryAlone`, on both servers.
    pub auto_primary_alone: bool,
    pub safeness: Safeness,
    /// Converting one's own database leaves it able to catch up. Not settled; the netcopy procedure says no (SEED), the
    /// one without netcopy yes (100, 200).
    pub conversion_keeps_base: bool,
    /// A server started with backupserver alone converts an older copy that it receives. Not settled (INF: no).
    pub listener_converts: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_primary_alone: false,
            safeness: Safeness::TwoSafe,
            conversion_keeps_base: false,
            listener_converts: false,
        }
    }
}

/// When a commit is acknowledged. Source: 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safeness {
    /// Before the Secondary has it.
    OneSafe,
    /// Once the Secondary has it.
    TwoSafe,
}

/// What a server's process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// There is no process.
    Down,
    /// It opens its database; its port is closed.
    Starting,
    /// It is about to wait for a netcopy; its port is closed.
    StartingToListen,
    Up,
    /// It waits for a netcopy and takes no connections.
    Listening,
    /// It receives one.
    Receiving,
    /// Its port is closed and it still holds its files.
    Stopping,
}

/// How the last copy or switch went; what is in progress now stands in the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Last {
    Never,
    Success,
    Error,
}

/// One server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Server {
    pub(super) phase: Phase,
    /// One of the six; means nothing while the process does not serve.
    pub(super) hsb: State,
    /// The software on the machine; nothing replaces it under a running process.
    pub(super) binary: Version,
    /// The version level of its database.
    pub(super) format: (u16, u16),
    /// Its database is a netcopy that has not arrived in full, or there is none.
    pub(super) incomplete: bool,
    /// Its database was closed cleanly.
    pub(super) clean: bool,
    /// Started with autoconvert.
    pub(super) autoconvert: bool,
    /// Holds transactions of which it does not know whether the other one has them.
    pub(super) pending: bool,
    /// Holds an acknowledged commit that the other one's database lacks.
    pub(super) ahead: bool,
    /// The log for the other one is complete.
    pub(super) log: bool,
    /// Takes no writes, for its log disk is full.
    pub(super) full: bool,
    /// Takes no new connections.
    pub(super) closed: bool,
    /// No users are left: thrown out while it was closed.
    pub(super) emptied: bool,
    pub(super) copy: Last,
    pub(super) switch: Last,
}

/// How the two servers are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connection {
    Broken,
    Catchup,
    Connected,
}

/// What an asynchronous command has set going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    pub kind: Kind,
    /// The server that was commanded.
    pub by: Side,
    pub stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Connect,
    Disconnect,
    /// Both servers change roles.
    Switch,
    /// A Primary that is not connected becomes Secondary.
    StepDown,
    Netcopy,
    /// `hsb copy`, to a directory.
    Copy,
}

impl Operation {
    /// The other server has a part in it.
    fn is_joint(self) -> bool {
        !matches!(self.kind, Kind::StepDown | Kind::Copy)
    }
}

/// While it is only accepted, the status commands show the operation before it. Source: not settled (INF).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Accepted,
    Running,
}

/// A pair. Equal models behave equally: what means nothing in a phase has a fixed value there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Model {
    servers: [Server; 2],
    settings: Settings,
    link_up: bool,
    connection: Connection,
    operation: Option<Operation>,
    /// The databases come from one another.
    same_base: bool,
    watchdog: bool,
}

impl Model {
    /// A pair in those states, nothing in progress, the data of both equal. None where the states cannot stand beside
    /// each other: PRIMARY ACTIVE and SECONDARY ACTIVE need each other.
    #[must_use]
    pub fn new(settings: Settings, states: [State; 2], binaries: [Version; 2]) -> Option<Model> {
        let connected = match states {
            [State::PrimaryActive, State::SecondaryActive] | [State::SecondaryActive, State::PrimaryActive] => true,
            _ if states.iter().any(|state| matches!(state, State::PrimaryActive | State::SecondaryActive)) => {
                return None;
            }
            _ => false,
        };
        Some(Model {
            servers: [Server::new(states[0], binaries[0]), Server::new(states[1], binaries[1])],
            settings,
            link_up: true,
            connection: if connected { Connection::Connected } else { Connection::Broken },
            operation: None,
            same_base: true,
            watchdog: true,
        })
    }

    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.operation
    }

    #[must_use]
    pub fn connection(&self) -> Connection {
        self.connection
    }

    #[must_use]
    pub fn link_is_up(&self) -> bool {
        self.link_up
    }

    #[must_use]
    pub fn watchdog_is_on(&self) -> bool {
        self.watchdog
    }

    /// The watchdog is silenced, or acts again.
    pub fn set_watchdog(&mut self, on: bool) {
        self.watchdog = on;
    }

    pub(super) fn server(&self, side: Side) -> &Server {
        &self.servers[side as usize]
    }

    fn server_mut(&mut self, side: Side) -> &mut Server {
        &mut self.servers[side as usize]
    }

    /// The Primary of the two, by its state; none where there is none, the first where there are two.
    fn primary(&self) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.is_up(*side) && self.server(*side).hsb.is_primary())
    }

    fn is_up(&self, side: Side) -> bool {
        self.server(side).phase == Phase::Up
    }
}

impl Server {
    fn new(state: State, binary: Version) -> Server {
        let phase = match state {
            State::Down => Phase::Down,
            State::Offline => Phase::Listening,
            State::PrimaryActive
            | State::PrimaryAlone
            | State::PrimaryUncertain
            | State::SecondaryActive
            | State::SecondaryAlone
            | State::Standalone => Phase::Up,
        };
        Server {
            phase,
            hsb: if phase == Phase::Up { state } else { State::SecondaryAlone },
            binary,
            format: binary.level(),
            incomplete: state == State::Offline,
            clean: state == State::Down,
            autoconvert: false,
            pending: state == State::PrimaryUncertain,
            ahead: false,
            log: state != State::Standalone,
            full: false,
            closed: false,
            emptied: false,
            copy: Last::Never,
            switch: Last::Never,
        }
    }

    /// The process is gone, whatever became of its database.
    fn gone(&mut self) {
        self.phase = Phase::Down;
        self.fresh();
    }

    /// What a process knows only while it lives is forgotten.
    fn fresh(&mut self) {
        self.hsb = State::SecondaryAlone;
        self.autoconvert = false;
        self.full = false;
        self.closed = false;
        self.emptied = false;
        self.copy = Last::Never;
        self.switch = Last::Never;
    }
}
