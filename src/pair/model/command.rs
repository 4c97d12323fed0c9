//! What a command to a server is answered, and what it does at once.

use super::super::transition::{self, Case};
use super::super::{Command, State, Status, code, status_reply};
use super::{Connection, Kind, Model, Operation, Phase, Side, Stage};

/// RC and TEXT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: i32,
    pub text: String,
}

impl Model {
    /// Gives a command to a server. Effects of synchronous commands are there when it returns; asynchronous ones are
    /// accepted and go on with `moves`. None where no session with the server is possible and so nothing is answered.
    ///
    /// Questions other than state, role and status are answered with RC 0 and an empty text: the model has no data.
    pub fn command(&mut self, side: Side, command: Command) -> Option<Reply> {
        let from = self.state(side).filter(|state| state.answers())?;
        if let Some((code, _)) = transition::refused(command, from, |case| Some(self.holds(case, side))) {
            return Some(refusal(code));
        }
        if let Some(reply) = self.question(side, command) {
            return Some(reply);
        }
        self.perform(side, command);
        Some(Reply { code: 0, text: command.success().unwrap_or_default().to_owned() })
    }

    fn question(&self, side: Side, command: Command) -> Option<Reply> {
        let asked = Status::ALL.into_iter().find(|status| status.command() == Some(command));
        if let Some(status) = asked {
            let word = self.status(side, status)?;
            let (code, text) = status_reply(status, word, self.error_of(status))?;
            return Some(Reply { code, text });
        }
        let text = if command == Command::State {
            self.server(side).hsb.word()
        } else if command == Command::Role {
            role(self.server(side).hsb)
        } else {
            ""
        };
        command.is_query().then(|| Reply { code: 0, text: text.to_owned() })
    }

    /// The number that an `ERROR` names: the link broke on the way. Source: INF.
    fn error_of(&self, status: Status) -> i32 {
        if status == Status::Switch { 14537 } else { 14510 }
    }

    fn perform(&mut self, side: Side, command: Command) {
        match command {
            Command::Connect => self.accept(Kind::Connect, side),
            Command::Disconnect => self.disconnect(side),
            Command::SwitchPrimary => self.accept(Kind::Switch, side),
            Command::SwitchSecondary if self.connection == Connection::Connected => self.accept(Kind::Switch, side),
            Command::SwitchSecondary => self.accept(Kind::StepDown, side),
            Command::Netcopy => self.accept(Kind::Netcopy, side),
            Command::Copy => self.accept(Kind::Copy, side),
            Command::SetPrimaryAlone => self.set(side, State::PrimaryAlone),
            Command::SetSecondaryAlone => self.set(side, State::SecondaryAlone),
            Command::SetStandalone => self.set(side, State::Standalone),
            Command::Shutdown | Command::ShutdownForce => self.stop(side),
            Command::Close => self.server_mut(side).closed = true,
            Command::Open => {
                let server = self.server_mut(side);
                (server.closed, server.emptied) = (false, false);
            }
            Command::Throwout => {
                let server = self.server_mut(side);
                server.emptied = server.closed;
            }
            // Nothing that the pair would show.
            Command::HsbParameter | Command::Parameter | Command::Backup | Command::Makecp => {}
            // Only asked.
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

    fn accept(&mut self, kind: Kind, by: Side) {
        self.operation = Some(Operation { kind, by, stage: Stage::Accepted });
    }

    /// Of connected servers it takes its time; a connect that is not through yet, it ends at once (INF).
    fn disconnect(&mut self, side: Side) {
        if self.connection == Connection::Connected {
            self.accept(Kind::Disconnect, side);
        } else {
            self.abandon();
        }
    }

    /// Source: 200 HotStandby server states; SRC 30507, 30508, 30759; STANDALONE drops the log for the other one.
    fn set(&mut self, side: Side, to: State) {
        if to.serves() {
            self.commit_pending(side);
        }
        let server = self.server_mut(side);
        server.hsb = to;
        server.log &= to != State::Standalone;
    }

    /// Connected servers part in good order. Source: 200 "Running the new primary in PRIMARY ALONE"; an UNCERTAIN
    /// Primary leaves its database for recovery (SRC 10089).
    fn stop(&mut self, side: Side) {
        self.abandon_of(side);
        if self.connection == Connection::Connected {
            self.part();
        }
        let server = self.server_mut(side);
        server.clean = server.hsb != State::PrimaryUncertain;
        server.phase = Phase::Stopping;
        server.fresh();
    }

    /// Whether a case of the transition table holds for a command to that server.
    pub(super) fn holds(&self, case: Case, side: Side) -> bool {
        let (own, peer) = (self.server(side), self.server(side.other()));
        let reachable = self.link_up && peer.phase == Phase::Up;
        let by = |kinds: &[Kind], sides: &[Side]| {
            self.operation.is_some_and(|now| kinds.contains(&now.kind) && sides.contains(&now.by))
        };
        match case {
            Case::Always | Case::WrongRole | Case::Already | Case::NotAlone | Case::HsbEnabled => true,
            Case::SwitchActive => by(&[Kind::Switch], &Side::BOTH) || by(&[Kind::StepDown], &[side]),
            Case::CopyActive => by(&[Kind::Netcopy, Kind::Copy], &[side]),
            Case::PeerCommanded => by(&[Kind::Netcopy, Kind::Copy, Kind::StepDown], &[side.other()]),
            Case::CatchupActive | Case::Connecting => by(&[Kind::Connect], &Side::BOTH),
            Case::DisconnectActive => by(&[Kind::Disconnect], &Side::BOTH),
            Case::Connected => self.connection == Connection::Connected,
            Case::NotConnected => self.connection == Connection::Broken && !by(&[Kind::Connect], &Side::BOTH),
            Case::PeerAbsent => !self.link_up || !matches!(peer.phase, Phase::Up | Phase::Listening),
            Case::PeerListens => self.link_up && matches!(peer.phase, Phase::Up | Phase::Listening),
            Case::PeerDown => peer.phase == Phase::Down,
            Case::PeerUnreachable => !reachable,
            Case::PeerPrimary => reachable && peer.hsb.is_primary(),
            Case::PeerSecondary => reachable && peer.hsb.is_secondary(),
            Case::PeerStandalone => reachable && peer.hsb == State::Standalone,
            Case::OwnNewer => own.binary > peer.binary,
            Case::PeerOlderLevel => peer.binary.level() < own.format,
            Case::DifferentBase => !self.same_base,
            Case::NotSynchronized => self.secondary_is_ahead(side),
            Case::LogGone => self.log_is_gone(side),
            Case::CanConnect => {
                reachable && self.same_base && !self.secondary_is_ahead(side) && !self.log_is_gone(side)
            }
            Case::UsersLoggedIn => own.hsb.serves() && !own.emptied,
            Case::NoOtherUsers => !own.hsb.serves() || own.emptied,
            Case::NothingToOpen | Case::IncompleteFile => own.incomplete,
            Case::OlderFormat => own.format < own.binary.level(),
            Case::OlderFormatClean => own.format < own.binary.level() && own.clean,
            Case::OlderFormatNotClean => own.format < own.binary.level() && !own.clean,
            Case::NewerFormat => own.format > own.binary.level(),
            Case::AutoPrimaryAlone => self.settings.auto_primary_alone,
            Case::NoAutoPrimaryAlone => !self.settings.auto_primary_alone,
            // The model has no backups, directories, connect strings or servers without HotStandby; a link that is lost
            // on the way is a fault.
            Case::BackupActive
            | Case::NoConnectString
            | Case::NoDirectory
            | Case::DirectoryMissing
            | Case::HsbDisabled
            | Case::LinkLost => false,
        }
    }

    /// Of the two, the one that would be Secondary after a connect given to `side` holds what the other one lacks.
    pub(super) fn secondary_is_ahead(&self, side: Side) -> bool {
        let secondary = if self.server(side).hsb.is_secondary() { side } else { side.other() };
        self.server(secondary).ahead
    }

    pub(super) fn log_is_gone(&self, side: Side) -> bool {
        let primary = if self.server(side).hsb.is_secondary() { side.other() } else { side };
        self.server(primary).ahead && !self.server(primary).log
    }
}

fn refusal(number: i32) -> Reply {
    Reply { code: number, text: code(number).map_or_else(String::new, |code| code.text.to_owned()) }
}

fn role(state: State) -> &'static str {
    match state {
        State::PrimaryActive | State::PrimaryAlone | State::PrimaryUncertain => "PRIMARY",
        State::SecondaryActive | State::SecondaryAlone => "SECONDARY",
        State::Standalone => "STANDALONE",
        State::Offline | State::Down => "NONE",
    }
}
