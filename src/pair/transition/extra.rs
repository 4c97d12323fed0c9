//! Rows that complete the table where the manuals' pages have none.

use super::super::{Command, State};
use super::{Case, On, Transition, fail, row};

const ALREADY_PRIMARY: &str = "Server is already a primary server.";
const IN_STANDALONE: &str = "Operation not allowed in the STANDALONE state.";
const NOT_ALONE: &str = "HotStandby copy or netcopy is only allowed when primary is in alone state";
const IS_SECONDARY: &str = "Server is secondary. Use primary server for this operation";
const DISCONNECTING: &str = "Started the process of disconnecting the servers.";

#[rustfmt::skip]
pub(super) const ALL: &[Transition] = &[
    row(State::Standalone, On::Command(Command::Disconnect), Case::Always, State::Standalone, "SRC symbol; RCL text")
        .replies(14707, IN_STANDALONE),
    row(State::PrimaryAlone, On::Command(Command::Disconnect), Case::Connecting, State::PrimaryAlone, "INF")
        .peer(State::SecondaryAlone).replies(0, DISCONNECTING)
        .note("ends a connect and its catchup"),
    row(State::SecondaryAlone, On::Command(Command::Disconnect), Case::Connecting, State::SecondaryAlone, "INF")
        .peer(State::PrimaryAlone).replies(0, DISCONNECTING)
        .note("ends a connect and its catchup"),
    row(State::PrimaryUncertain, On::Command(Command::Disconnect), Case::Connecting, State::PrimaryUncertain, "INF")
        .peer(State::SecondaryAlone).replies(0, DISCONNECTING)
        .note("ends a connect and its catchup"),
    row(State::PrimaryUncertain, On::Command(Command::Connect), Case::PeerPrimary, State::PrimaryUncertain, "SRC symbol; RCL text; row INF")
        .replies(14700, "Rejected connection, both servers in PRIMARY role."),
    row(State::PrimaryUncertain, On::Command(Command::SwitchPrimary), Case::WrongRole, State::PrimaryUncertain, "SRC symbol; row INF")
        .replies(14535, ALREADY_PRIMARY),
    row(State::Standalone, On::Command(Command::SwitchPrimary), Case::Always, State::Standalone, "SRC symbol; RCL text")
        .replies(14707, IN_STANDALONE),
    row(State::SecondaryActive, On::Command(Command::SetStandalone), Case::Connected, State::SecondaryActive, "SRC symbol; row INF")
        .replies(14705, "Setting to STANDALONE is not allowed in this state."),
    row(State::PrimaryActive, On::Command(Command::Copy), Case::NotAlone, State::PrimaryActive, "SRC")
        .replies(14704, NOT_ALONE),
    row(State::PrimaryUncertain, On::Command(Command::Copy), Case::NotAlone, State::PrimaryUncertain, "SRC; row INF")
        .replies(14704, NOT_ALONE),
    row(State::Standalone, On::Command(Command::Copy), Case::NotAlone, State::Standalone, "SRC; row INF")
        .replies(14704, NOT_ALONE),
    row(State::SecondaryActive, On::Command(Command::Copy), Case::WrongRole, State::SecondaryActive, "SRC")
        .replies(14712, IS_SECONDARY),
    row(State::SecondaryAlone, On::Command(Command::Copy), Case::WrongRole, State::SecondaryAlone, "SRC")
        .replies(14712, IS_SECONDARY),
    row(State::SecondaryAlone, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "100 AG; 14512 SRC+INF")
        .replies(0, "").fails(&[fail(Case::UsersLoggedIn, 14512, State::SecondaryAlone)]),
    row(State::PrimaryAlone, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "100 AG; 14512 SRC+INF")
        .replies(0, "").fails(&[fail(Case::UsersLoggedIn, 14512, State::PrimaryAlone)]),
    row(State::PrimaryActive, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "100 AG; 14512 SRC+INF; peer state INF")
        .peer(State::SecondaryAlone).replies(0, "").fails(&[fail(Case::UsersLoggedIn, 14512, State::PrimaryActive)]),
    row(State::PrimaryUncertain, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "SRC; 14512 INF")
        .replies(0, "").fails(&[fail(Case::UsersLoggedIn, 14512, State::PrimaryUncertain)])
        .note("final checkpoint refused 10089, recovery at the next start"),
    row(State::Standalone, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "100 AG; 14512 SRC+INF")
        .replies(0, "").fails(&[fail(Case::UsersLoggedIn, 14512, State::Standalone)]),
];
