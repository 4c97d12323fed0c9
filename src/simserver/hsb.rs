//! The HotStandby part of one server: its state, what is going on, and which commands it refuses by itself.
//!
//! Knows no peer and no socket.

use super::config::{Config, Readings};
use super::wording::{self, Code};
use crate::pair::{self, Command, State, Status, StatusWord};

/// What `hsb state` and the status commands show.
#[derive(Debug, Clone)]
pub(super) struct Hsb {
    /// `HSBEnabled`
    pub enabled: bool,
    state: State,
    /// When it became Primary or STANDALONE, or a Secondary; not when it merely lost or found its peer.
    pub role_since: jiff::Timestamp,
    pub link: Link,
    pub switch: Progress,
    pub copy: Progress,
    /// What `status backup` shows.
    pub backup: Progress,
    /// When the last backup was complete.
    pub backed_up: Option<jiff::Timestamp>,
    /// The asynchronous command that was accepted and has not ended.
    pub busy: Option<Busy>,
    /// Tells one operation from the next.
    ticket: u64,
    /// `HotStandby.Connect`, or the value set since.
    pub connect: Option<String>,
    pub readings: Readings,
}

/// What `hsb status connect` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Broken,
    Connecting,
    Catchup,
    Connected,
    Disconnecting,
}

/// What `hsb status switch` and `hsb status copy` show of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Never,
    Active,
    Success,
    Error(i32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Busy {
    Connect,
    Disconnect,
    Switch,
    Copy,
}

impl Hsb {
    /// Just started. Source: 100 "Verifying HotStandby server states" (SECONDARY ALONE whatever the last role).
    pub fn started(config: &Config) -> Hsb {
        Hsb {
            enabled: config.hotstandby,
            state: if config.hotstandby { State::SecondaryAlone } else { State::Standalone },
            role_since: jiff::Timestamp::now(),
            link: Link::Broken,
            switch: Progress::Never,
            copy: Progress::Never,
            backup: Progress::Never,
            backed_up: None,
            busy: None,
            ticket: 0,
            connect: config.connect.clone(),
            readings: config.readings,
        }
    }

    pub fn state(&self) -> State {
        self.state
    }

    pub fn go(&mut self, state: State) {
        let serves = |state: State| state.is_primary() || state == State::Standalone;
        if serves(state) != serves(self.state) {
            self.role_since = jiff::Timestamp::now();
        }
        self.state = state;
    }

    /// What `hsb state` says. Section 11.12 of the facts leaves open what it says on the way.
    pub fn shown_state(&self) -> State {
        let in_transit = self.switch == Progress::Active || self.link == Link::Disconnecting;
        match self.state {
            State::PrimaryActive if in_transit && self.readings.alone_in_transit => State::PrimaryAlone,
            State::SecondaryActive if in_transit && self.readings.alone_in_transit => State::SecondaryAlone,
            state => state,
        }
    }

    /// An operation was accepted; its ticket.
    pub fn begin(&mut self, busy: Busy) -> u64 {
        self.busy = Some(busy);
        self.ticket += 1;
        self.ticket
    }

    /// Changes something for the operation of that ticket, if it still goes on.
    pub fn still(&mut self, ticket: u64, change: impl FnOnce(&mut Hsb)) -> bool {
        let still = self.busy.is_some() && self.ticket == ticket;
        if still {
            change(self);
        }
        still
    }

    /// A switch has ended.
    pub fn end_switch(&mut self, outcome: Result<(), i32>) {
        self.busy = None;
        self.switch = match outcome {
            Ok(()) => Progress::Success,
            Err(code) => Progress::Error(code),
        };
    }

    /// The refusal that this server gives without asking its peer.
    pub fn refusal(&self, command: Command) -> Option<Code> {
        if command.is_hotstandby() && !self.enabled {
            return Some(wording::NOT_HOTSTANDBY);
        }
        match command {
            Command::Connect => self.refuses_connect(),
            Command::Disconnect => self.refuses_disconnect(),
            Command::SwitchPrimary => self.refuses_switch_primary(),
            Command::SwitchSecondary => self.refuses_switch_secondary(),
            Command::SetPrimaryAlone => self.refuses_set(State::PrimaryAlone, wording::ALREADY_PRIMARY_ALONE),
            Command::SetSecondaryAlone => self.refuses_set(State::SecondaryAlone, wording::ALREADY_SECONDARY_ALONE),
            Command::SetStandalone if self.connected() && !self.leaves_for_standalone() => {
                Some(wording::NO_STANDALONE_HERE)
            }
            Command::SetStandalone if self.connected() => self.refuses_while_busy(),
            Command::SetStandalone => self.refuses_set(State::Standalone, wording::ALREADY_STANDALONE),
            Command::Netcopy => {
                self.refuses_copy().or_else(|| self.connect.is_none().then_some(wording::NO_CONNECT_STRING))
            }
            Command::Copy => self.refuses_copy(),
            Command::Makecp => (self.state == State::PrimaryUncertain).then_some(wording::UNCERTAIN),
            Command::Backup => self.refuses_backup(),
            Command::State
            | Command::Role
            | Command::StatusConnect
            | Command::StatusSwitch
            | Command::StatusCatchup
            | Command::StatusCopy
            | Command::Cominfo
            | Command::Logpos
            | Command::HsbParameter
            | Command::Shutdown
            | Command::ShutdownForce
            | Command::Close
            | Command::Open
            | Command::Throwout
            | Command::Userlist
            | Command::Version
            | Command::Pid
            | Command::ServerStatus
            | Command::Info
            | Command::StatusBackup
            | Command::Perfmon
            | Command::Parameter
            | Command::Describe
            | Command::Errorcode
            | Command::Help => None,
        }
    }

    /// PRIMARY ACTIVE or SECONDARY ACTIVE.
    pub fn connected(&self) -> bool {
        matches!(self.state, State::PrimaryActive | State::SecondaryActive)
    }

    /// The reading of 100 and 200. Source: section 11.2 of the facts.
    fn leaves_for_standalone(&self) -> bool {
        self.readings.standalone_when_active && self.state == State::PrimaryActive
    }

    /// Source: SRC 10019, 10089; RCL.
    fn refuses_backup(&self) -> Option<Code> {
        if self.backup == Progress::Active || self.busy == Some(Busy::Copy) {
            return Some(wording::BACKUP_ACTIVE);
        }
        (self.state == State::PrimaryUncertain).then_some(wording::UNCERTAIN)
    }

    fn refuses_connect(&self) -> Option<Code> {
        if self.state == State::Standalone {
            return Some(wording::NOT_IN_STANDALONE);
        }
        match self.busy {
            Some(Busy::Connect) => return Some(wording::CATCHUP_ACTIVE),
            Some(Busy::Disconnect) => return Some(wording::DISCONNECT_ACTIVE),
            // The other server's copy comes to this one.
            Some(Busy::Copy) if self.state.is_secondary() => return Some(wording::CONFLICT),
            Some(Busy::Copy) => return Some(wording::COPY_ACTIVE),
            Some(Busy::Switch) => return Some(wording::SWITCH_ACTIVE),
            None => {}
        }
        if self.connected() {
            return Some(wording::ALREADY_CONNECTED);
        }
        self.connect.is_none().then_some(wording::NO_CONNECT_STRING)
    }

    fn refuses_disconnect(&self) -> Option<Code> {
        match self.busy {
            _ if self.state == State::Standalone => Some(wording::NOT_IN_STANDALONE),
            Some(Busy::Copy) => Some(wording::COPY_ACTIVE),
            Some(Busy::Disconnect) => Some(wording::DISCONNECT_ACTIVE),
            Some(Busy::Switch) => Some(wording::SWITCH_ACTIVE),
            // It ends the connect (INF).
            Some(Busy::Connect) => None,
            None => (!self.connected()).then_some(wording::ALREADY_BROKEN),
        }
    }

    fn refuses_switch_primary(&self) -> Option<Code> {
        if self.state == State::Standalone {
            return Some(wording::NOT_IN_STANDALONE);
        }
        if self.state.is_primary() {
            return Some(wording::ALREADY_PRIMARY);
        }
        match self.busy {
            Some(Busy::Switch) => Some(wording::SWITCH_ACTIVE),
            Some(Busy::Connect) => Some(wording::CATCHUP_ACTIVE),
            Some(Busy::Disconnect) => Some(wording::DISCONNECT_ACTIVE),
            None if self.readings.switch_unconnected_promotes => None,
            Some(Busy::Copy) | None => (!self.connected()).then_some(wording::BROKEN),
        }
    }

    fn refuses_switch_secondary(&self) -> Option<Code> {
        if self.state == State::Standalone {
            return Some(wording::STANDALONE_CANNOT_SWITCH);
        }
        if self.state.is_secondary() {
            return Some(wording::ALREADY_SECONDARY);
        }
        self.refuses_while_busy()
    }

    fn refuses_set(&self, target: State, already: Code) -> Option<Code> {
        if self.connected() {
            return Some(wording::CONNECTION_ACTIVE);
        }
        // Source: RCL, which names this command among those that a catchup refuses on a Secondary, and not on a Primary.
        let catches_up = self.busy == Some(Busy::Connect) && target == State::SecondaryAlone;
        if self.state == target && !catches_up {
            return Some(already);
        }
        self.refuses_while_busy()
    }

    fn refuses_while_busy(&self) -> Option<Code> {
        self.busy.map(|busy| match busy {
            Busy::Connect => wording::CATCHUP_ACTIVE,
            Busy::Disconnect => wording::DISCONNECT_ACTIVE,
            Busy::Switch => wording::SWITCH_ACTIVE,
            Busy::Copy => wording::COPY_ACTIVE,
        })
    }

    fn refuses_copy(&self) -> Option<Code> {
        if self.state.is_secondary() {
            return Some(wording::ONLY_ON_PRIMARY);
        }
        if self.state != State::PrimaryAlone {
            return Some(wording::COPY_ONLY_ALONE);
        }
        if self.backup == Progress::Active {
            return Some(wording::BACKUP_ACTIVE);
        }
        self.refuses_while_busy()
    }

    /// `hsb status connect`
    pub fn link_status(&self) -> (i32, String) {
        let word = match self.link {
            Link::Connected => StatusWord::Connected,
            Link::Connecting => StatusWord::Connecting,
            Link::Catchup if self.readings.catchup_unseen_by_secondary && self.state.is_secondary() => {
                StatusWord::Connecting
            }
            Link::Catchup => StatusWord::Catchup,
            Link::Disconnecting => StatusWord::Disconnecting,
            Link::Broken => StatusWord::Broken,
        };
        reply(Status::Link, word, 0)
    }

    /// `hsb status switch`
    pub fn switch_status(&self) -> (i32, String) {
        match self.switch {
            Progress::Never if self.readings.no_switch_in_engine_words => {
                (wording::NO_SWITCH_YET.0, "No role switches since the server startup".into())
            }
            Progress::Never | Progress::Active | Progress::Success | Progress::Error(_) => {
                self.progress(self.switch, Status::Switch)
            }
        }
    }

    /// `hsb status catchup`
    pub fn catchup_status(&self) -> (i32, String) {
        let active = self.link == Link::Catchup;
        reply(Status::Catchup, if active { StatusWord::Active } else { StatusWord::NotActive }, 0)
    }

    /// `hsb status copy`
    pub fn copy_status(&self) -> (i32, String) {
        match self.copy {
            Progress::Never if self.readings.no_copy_is_success => reply(Status::Copy, StatusWord::Success, 0),
            Progress::Never | Progress::Active | Progress::Success | Progress::Error(_) => {
                self.progress(self.copy, Status::Copy)
            }
        }
    }

    /// `status backup`. Source: RCL; before any backup INF.
    pub fn backup_status(&self) -> (i32, String) {
        match self.backup {
            Progress::Never => (wording::NO_BACKUP.0, wording::NO_BACKUP.text().into()),
            Progress::Error(code) => (code, format!("Last backup failed. ERROR {code}")),
            Progress::Active | Progress::Success => self.progress(self.backup, Status::Copy),
        }
    }

    fn progress(&self, progress: Progress, status: Status) -> (i32, String) {
        let (rc, text) = progress.reply(status);
        match progress {
            Progress::Error(code) if self.readings.errors_have_sentences => {
                (rc, format!("{text} {}", Code(code).text()))
            }
            Progress::Never | Progress::Active | Progress::Success | Progress::Error(_) => (rc, text),
        }
    }

    /// `hsb role`
    pub fn role(&self) -> &'static str {
        match self.state {
            State::PrimaryActive | State::PrimaryAlone | State::PrimaryUncertain => "PRIMARY",
            State::SecondaryActive | State::SecondaryAlone => "SECONDARY",
            State::Standalone => "STANDALONE",
            State::Offline | State::Down => "NONE",
        }
    }
}

impl Progress {
    fn reply(self, status: Status) -> (i32, String) {
        match self {
            Progress::Never => reply(status, StatusWord::None, 0),
            Progress::Active => reply(status, StatusWord::Active, 0),
            Progress::Success => reply(status, StatusWord::Success, 0),
            Progress::Error(code) => reply(status, StatusWord::Error, code),
        }
    }
}

fn reply(status: Status, word: StatusWord, error: i32) -> (i32, String) {
    pair::status_reply(status, word, error).expect("because the catalogue has every word of a status")
}
