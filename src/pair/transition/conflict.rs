//! Refusals that do not depend on the state of the server: what is in progress, and what the other server is.

use super::super::{Command, Source};
use super::Case;

/// A command is refused with this code where the case holds, whatever the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    pub command: Command,
    pub case: Case,
    pub code: i32,
    pub source: Source,
}

/// Every such refusal.
#[must_use]
pub fn conflicts() -> &'static [Conflict] {
    ALL
}

pub(super) fn of(command: Command) -> impl Iterator<Item = &'static Conflict> {
    ALL.iter().filter(move |conflict| conflict.command == command)
}

const fn row(command: Command, case: Case, code: i32, source: &'static str) -> Conflict {
    Conflict { command, case, code, source: Source(source) }
}

#[rustfmt::skip]
const ALL: &[Conflict] = &[
    row(Command::Connect, Case::SwitchActive, 14523, "SRC symbol; for this command INF"),
    row(Command::Connect, Case::CopyActive, 14703, "RCL"),
    row(Command::Connect, Case::CatchupActive, 14702, "100,200"),
    row(Command::Connect, Case::DisconnectActive, 30752, "SRC; for this command INF"),
    row(Command::Connect, Case::PeerUnreachable, 14503, "SRC symbol; RCL text"),
    row(Command::Connect, Case::PeerStandalone, 14707, "SRC symbol; for this side INF"),
    row(Command::Connect, Case::DifferentBase, 14524, "SRC symbol; RCL text"),
    row(Command::Connect, Case::NotSynchronized, 14525, "200"),
    row(Command::Connect, Case::LogGone, 14708, "SRC symbol; RCL text"),
    row(Command::Disconnect, Case::SwitchActive, 14523, "SRC symbol; for this command INF"),
    row(Command::Disconnect, Case::CopyActive, 14703, "RCL"),
    row(Command::Disconnect, Case::DisconnectActive, 30752, "SRC"),
    row(Command::SwitchPrimary, Case::SwitchActive, 14523, "SRC symbol; RCL text"),
    row(Command::SwitchPrimary, Case::CopyActive, 14703, "RCL"),
    row(Command::SwitchPrimary, Case::CatchupActive, 14702, "RCL"),
    row(Command::SwitchPrimary, Case::DisconnectActive, 30752, "SRC; for this command INF"),
    row(Command::SwitchSecondary, Case::SwitchActive, 14523, "SRC symbol; RCL text"),
    row(Command::SwitchSecondary, Case::CopyActive, 14703, "RCL"),
    row(Command::SwitchSecondary, Case::CatchupActive, 14702, "RCL"),
    row(Command::SwitchSecondary, Case::DisconnectActive, 30752, "SRC; for this command INF"),
    row(Command::SetPrimaryAlone, Case::CatchupActive, 14702, "RCL"),
    row(Command::SetPrimaryAlone, Case::CopyActive, 14703, "RCL"),
    row(Command::SetSecondaryAlone, Case::CatchupActive, 14702, "RCL"),
    row(Command::SetSecondaryAlone, Case::CopyActive, 14703, "RCL"),
    row(Command::SetStandalone, Case::CatchupActive, 14702, "RCL"),
    row(Command::SetStandalone, Case::CopyActive, 14703, "RCL"),
    row(Command::Netcopy, Case::PeerPrimary, 14700, "SRC symbol; for this command INF"),
    row(Command::Netcopy, Case::PeerStandalone, 14707, "SRC symbol; for this command INF"),
    row(Command::Netcopy, Case::PeerOlderLevel, 10058, "SRC; for this command INF"),
    row(Command::Copy, Case::CopyActive, 14703, "RCL"),
    row(Command::Copy, Case::CatchupActive, 14702, "RCL"),
    row(Command::Copy, Case::BackupActive, 10019, "SRC; RCL"),
    row(Command::Backup, Case::BackupActive, 10019, "SRC; 100 AG"),
    row(Command::Backup, Case::CopyActive, 10019, "SRC; RCL"),
    row(Command::HsbParameter, Case::Connected, 14550, "RCL"),
    row(Command::Connect, Case::PeerCommanded, 14710, "SRC symbol RESET; RCL"),
    row(Command::SwitchPrimary, Case::PeerCommanded, 14710, "SRC symbol RESET; RCL"),
    row(Command::SwitchSecondary, Case::PeerCommanded, 14710, "SRC symbol RESET; RCL"),
    row(Command::Netcopy, Case::PeerCommanded, 14710, "SRC symbol RESET; RCL"),
    row(Command::Copy, Case::PeerCommanded, 14710, "SRC symbol RESET; RCL"),
];
