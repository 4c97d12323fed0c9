//! The manuals' transition table, row by row.

use super::super::{Command, StartOptions, State};
use super::{Case, Event, On, Transition, fail, row};

const PLAIN: StartOptions = StartOptions { autoconvert: false, backupserver: false };
const BACKUPSERVER: StartOptions = StartOptions { autoconvert: false, backupserver: true };
const AUTOCONVERT: StartOptions = StartOptions { autoconvert: true, backupserver: false };

#[rustfmt::skip]
pub(super) const ALL: &[Transition] = &[
    row(State::Down, On::Start(PLAIN), Case::HsbEnabled, State::SecondaryAlone, "100 Verifying HotStandby server states; SRC")
        .note("HSBEnabled=yes; whatever the last role or the peer's state"),
    row(State::Down, On::Start(PLAIN), Case::HsbDisabled, State::Standalone, "SRC"),
    row(State::Down, On::Start(BACKUPSERVER), Case::NothingToOpen, State::Offline, "7,200 diagram note 6; SRC 30585")
        .logs("Database starts to listen for netcopy.")
        .note("no database, or a broken netcopy file"),
    row(State::Down, On::Start(PLAIN), Case::IncompleteFile, State::Down, "SRC 30254")
        .exits(24, "Database is a broken HSB copy or netcopy database.")
        .note("database file is an incomplete netcopy and no -x backupserver"),
    row(State::Down, On::Start(PLAIN), Case::OlderFormat, State::Down, "SRC")
        .exits(15, "msg 30204")
        .note("database format older than the binary and no -x convert/autoconvert"),
    row(State::Down, On::Start(PLAIN), Case::NewerFormat, State::Down, "SRC; 7 one-way conversion; exit code INF")
        .exits(10, "err 10058/10059")
        .note("database format newer than the binary (downgrade)"),
    row(State::Down, On::Start(AUTOCONVERT), Case::OlderFormatNotClean, State::Down, "SRC 10052 (text); applies to every version INF")
        .exits(10, "err 10052")
        .note("older format and last stop was not clean"),
    row(State::Down, On::Start(AUTOCONVERT), Case::OlderFormatClean, State::SecondaryAlone, "SEED; SRC 30201")
        .logs("Database converted successfully.")
        .note("older format, cleanly closed"),
    row(State::SecondaryActive, On::Command(Command::Shutdown), Case::NoOtherUsers, State::Down, "200 Running the new primary server in PRIMARY ALONE; 14512 SRC+INF")
        .peer(State::PrimaryAlone)
        .replies(0, "")
        .fails(&[fail(Case::UsersLoggedIn, 14512, State::SecondaryActive)])
        .note("no other users, clean (implicit disconnect)"),
    row(State::SecondaryActive, On::Command(Command::ShutdownForce), Case::Always, State::Down, "200; SEED; peer state INF")
        .peer(State::PrimaryAlone)
        .replies(0, "")
        .note("as shutdown; sessions thrown out"),
    row(State::SecondaryAlone, On::Command(Command::ShutdownForce), Case::Always, State::Down, "SEED")
        .replies(0, ""),
    row(State::PrimaryAlone, On::Command(Command::ShutdownForce), Case::Always, State::Down, "100,200 shutdown")
        .replies(0, ""),
    row(State::PrimaryActive, On::Command(Command::ShutdownForce), Case::Always, State::Down, "200; peer state INF")
        .peer(State::SecondaryAlone)
        .replies(0, ""),
    row(State::PrimaryUncertain, On::Command(Command::ShutdownForce), Case::Always, State::Down, "SRC")
        .replies(0, "")
        .note("final checkpoint refused 10089, recovery at next start"),
    row(State::Standalone, On::Command(Command::ShutdownForce), Case::Always, State::Down, "100,200")
        .replies(0, ""),
    row(State::PrimaryActive, On::Event(Event::Crash), Case::Always, State::Down, "7 HAC Primary database fails; 200 watchdog")
        .peer(State::SecondaryAlone),
    row(State::SecondaryActive, On::Event(Event::Crash), Case::NoAutoPrimaryAlone, State::Down, "7 HAC Secondary database fails; 100,200 table")
        .peer(State::PrimaryUncertain)
        .note("peer AutoPrimaryAlone=no"),
    row(State::SecondaryActive, On::Event(Event::Crash), Case::AutoPrimaryAlone, State::Down, "7 HAC; 100,200 table")
        .peer(State::PrimaryAlone)
        .note("peer AutoPrimaryAlone=yes"),
    row(State::PrimaryActive, On::Event(Event::LinkBroken), Case::NoAutoPrimaryAlone, State::PrimaryUncertain, "100,200 table")
        .peer(State::SecondaryAlone)
        .logs("HotStandby ping timeout")
        .note("AutoPrimaryAlone=no; after PingTimeout"),
    row(State::PrimaryActive, On::Event(Event::LinkBroken), Case::AutoPrimaryAlone, State::PrimaryAlone, "100,200 table")
        .peer(State::SecondaryAlone)
        .logs("HotStandby ping timeout")
        .note("AutoPrimaryAlone=yes; after PingTimeout"),
    row(State::SecondaryActive, On::Event(Event::LinkBroken), Case::Always, State::SecondaryAlone, "200 watchdog link down"),
    row(State::PrimaryAlone, On::Event(Event::CatchupAborted), Case::Always, State::PrimaryAlone, "SRC; state INF")
        .peer(State::SecondaryAlone)
        .logs("msg 30532-30537")
        .note("link lost during catchup"),
    row(State::PrimaryAlone, On::Event(Event::CatchupCompleted), Case::Connecting, State::PrimaryActive, "200 Bringing the secondary server back online; SRC 30531")
        .peer(State::SecondaryActive)
        .logs("HotStandby catchup completed successfully")
        .note("connect in progress"),
    row(State::PrimaryAlone, On::Event(Event::MaxLogSize), Case::Always, State::Standalone, "7,100,200 Running out of space for transaction logs")
        .logs("msg 30538")
        .note("MaxLogSize reached, at the next checkpoint; not diskless"),
    row(State::PrimaryAlone, On::Event(Event::LogDiskFull), Case::Always, State::PrimaryAlone, "7,100,200 same")
        .note("server becomes read-only (10041)"),
    row(State::PrimaryAlone, On::Command(Command::Connect), Case::CanConnect, State::PrimaryActive, "100,200 table and HOTSTANDBY command; 200 Switching a secondary (14525); others RCL/SRC symbols")
        .peer(State::SecondaryActive)
        .replies(0, "Started the process of connecting the servers.")
        .fails(&[fail(Case::PeerUnreachable, 14503, State::PrimaryAlone), fail(Case::DifferentBase, 14524, State::PrimaryAlone), fail(Case::NotSynchronized, 14525, State::PrimaryAlone), fail(Case::LogGone, 14708, State::PrimaryAlone), fail(Case::PeerPrimary, 14700, State::PrimaryAlone), fail(Case::CatchupActive, 14702, State::PrimaryAlone), fail(Case::CopyActive, 14703, State::PrimaryAlone), fail(Case::NoConnectString, 14709, State::PrimaryAlone)])
        .note("peer SECONDARY ALONE, same base database, needed log present; PRIMARY ALONE until catchup ends; not issued on a newer-version secondary"),
    row(State::PrimaryUncertain, On::Command(Command::Connect), Case::CanConnect, State::PrimaryActive, "200 Connecting HotStandby servers")
        .peer(State::SecondaryActive)
        .replies(0, "Started the process of connecting the servers.")
        .fails(&[fail(Case::PeerUnreachable, 14503, State::PrimaryUncertain), fail(Case::NotSynchronized, 14525, State::PrimaryUncertain)])
        .note("peer SECONDARY ALONE; pending transactions committed"),
    row(State::SecondaryAlone, On::Command(Command::Connect), Case::CanConnect, State::SecondaryActive, "100,200 HOTSTANDBY; SEED note step 8")
        .peer(State::PrimaryActive)
        .replies(0, "Started the process of connecting the servers.")
        .fails(&[fail(Case::PeerSecondary, 14701, State::SecondaryAlone), fail(Case::OwnNewer, 14501, State::SecondaryAlone), fail(Case::PeerUnreachable, 14503, State::SecondaryAlone)])
        .note("peer PRIMARY ALONE/UNCERTAIN; not when this server is newer than the peer"),
    row(State::PrimaryActive, On::Command(Command::Connect), Case::Connected, State::PrimaryActive, "SRC")
        .replies(30750, "HotStandby connection is already active."),
    row(State::SecondaryActive, On::Command(Command::Connect), Case::Connected, State::SecondaryActive, "SRC")
        .replies(30750, "HotStandby connection is already active."),
    row(State::Standalone, On::Command(Command::Connect), Case::Always, State::Standalone, "SRC symbol; RCL text")
        .replies(14707, "Operation not allowed in the STANDALONE state."),
    row(State::PrimaryActive, On::Command(Command::Disconnect), Case::Connected, State::PrimaryAlone, "100,200 table")
        .peer(State::SecondaryAlone)
        .replies(0, "Started the process of disconnecting the servers.")
        .fails(&[fail(Case::LinkLost, 14503, State::PrimaryAlone)])
        .note("always, whatever AutoPrimaryAlone"),
    row(State::SecondaryActive, On::Command(Command::Disconnect), Case::Connected, State::SecondaryAlone, "200 Running the new primary server in PRIMARY ALONE")
        .peer(State::PrimaryAlone)
        .replies(0, "Started the process of disconnecting the servers."),
    row(State::PrimaryAlone, On::Command(Command::Disconnect), Case::NotConnected, State::PrimaryAlone, "SRC")
        .replies(30768, "HotStandby connection is already broken."),
    row(State::SecondaryAlone, On::Command(Command::Disconnect), Case::NotConnected, State::SecondaryAlone, "SRC")
        .replies(30768, "HotStandby connection is already broken."),
    row(State::PrimaryUncertain, On::Command(Command::Disconnect), Case::NotConnected, State::PrimaryUncertain, "SRC literal; row INF")
        .replies(30768, "HotStandby connection is already broken."),
    row(State::SecondaryActive, On::Command(Command::SwitchPrimary), Case::Connected, State::PrimaryActive, "200 Switching a secondary server to a primary server; 100,200 table; failure state of the secondary INF")
        .peer(State::SecondaryActive)
        .replies(0, "Started the process of switching the role to primary.")
        .fails(&[fail(Case::SwitchActive, 14523, State::SecondaryActive), fail(Case::LinkLost, 14537, State::SecondaryAlone)])
        .note("connected, catchup finished; peer's open transactions aborted 10047"),
    row(State::PrimaryActive, On::Command(Command::SwitchSecondary), Case::Connected, State::SecondaryActive, "100,200 table; SRC 30762")
        .peer(State::PrimaryActive)
        .replies(0, "Started the process of switching the role to secondary.")
        .fails(&[fail(Case::SwitchActive, 14523, State::PrimaryActive), fail(Case::LinkLost, 14537, State::SecondaryAlone)]),
    row(State::SecondaryAlone, On::Command(Command::SwitchPrimary), Case::NotConnected, State::SecondaryAlone, "7 Switching server states (error); opposite sentence on the same page")
        .replies(14537, "BROKEN")
        .fails(&[fail(Case::CatchupActive, 14702, State::SecondaryAlone)])
        .note("not connected (CONFLICT: another reading gives PRIMARY ALONE)"),
    row(State::PrimaryAlone, On::Command(Command::SwitchSecondary), Case::NotConnected, State::SecondaryAlone, "7 Watchdog sample 13.14; 200 Switching a secondary")
        .replies(0, "Started the process of switching the role to secondary.")
        .fails(&[fail(Case::CatchupActive, 14702, State::PrimaryAlone), fail(Case::CopyActive, 14703, State::PrimaryAlone)])
        .note("not connected; dual-primary repair (code 14546 suggests a refusal in some cases)"),
    row(State::PrimaryUncertain, On::Command(Command::SwitchSecondary), Case::NotConnected, State::SecondaryAlone, "7 Watchdog sample 13.14")
        .replies(0, "Started the process of switching the role to secondary.")
        .note("pending transactions stay pending"),
    row(State::PrimaryActive, On::Command(Command::SwitchPrimary), Case::WrongRole, State::PrimaryActive, "SRC symbol; RCL text")
        .replies(14535, "Server is already a primary server."),
    row(State::PrimaryAlone, On::Command(Command::SwitchPrimary), Case::WrongRole, State::PrimaryAlone, "SRC symbol; RCL text")
        .replies(14535, "Server is already a primary server."),
    row(State::SecondaryActive, On::Command(Command::SwitchSecondary), Case::WrongRole, State::SecondaryActive, "SRC symbol; RCL text")
        .replies(14536, "Server is already a secondary server."),
    row(State::SecondaryAlone, On::Command(Command::SwitchSecondary), Case::WrongRole, State::SecondaryAlone, "SRC symbol; RCL text")
        .replies(14536, "Server is already a secondary server."),
    row(State::Standalone, On::Command(Command::SwitchSecondary), Case::Always, State::Standalone, "SRC symbol; RCL text")
        .replies(14548, "Switch failed"),
    row(State::SecondaryAlone, On::Command(Command::SetPrimaryAlone), Case::NotConnected, State::PrimaryAlone, "200 watchdog Primary server fails; SRC 30507")
        .replies(0, "HotStandby server set to PRIMARY ALONE.")
        .fails(&[fail(Case::CatchupActive, 14702, State::SecondaryAlone)])
        .note("not connected, no catchup. No check of the peer: can create dual primaries"),
    row(State::PrimaryUncertain, On::Command(Command::SetPrimaryAlone), Case::NotConnected, State::PrimaryAlone, "200 HotStandby server states")
        .replies(0, "HotStandby server set to PRIMARY ALONE.")
        .note("pending transactions committed"),
    row(State::Standalone, On::Command(Command::SetPrimaryAlone), Case::Always, State::PrimaryAlone, "200 HAC actions SET_LOCAL_PRIMARY_ALONE")
        .replies(0, "HotStandby server set to PRIMARY ALONE."),
    row(State::PrimaryAlone, On::Command(Command::SetPrimaryAlone), Case::Already, State::PrimaryAlone, "SRC")
        .replies(30782, "Server is already set to primary alone."),
    row(State::PrimaryActive, On::Command(Command::SetPrimaryAlone), Case::Connected, State::PrimaryActive, "SRC literal; row INF")
        .replies(30769, "Operation failed, because connection between the servers is active."),
    row(State::SecondaryActive, On::Command(Command::SetPrimaryAlone), Case::Connected, State::SecondaryActive, "SRC literal; row INF")
        .replies(30769, "Operation failed, because connection between the servers is active."),
    row(State::PrimaryUncertain, On::Command(Command::SetSecondaryAlone), Case::NotConnected, State::SecondaryAlone, "200 HotStandby server states; SRC 30508")
        .replies(0, "HotStandby server set to SECONDARY ALONE")
        .note("pending transactions stay pending until catchup or alone"),
    row(State::PrimaryAlone, On::Command(Command::SetSecondaryAlone), Case::NotConnected, State::SecondaryAlone, "RCL")
        .replies(0, "HotStandby server set to SECONDARY ALONE")
        .fails(&[fail(Case::CatchupActive, 14702, State::PrimaryAlone), fail(Case::CopyActive, 14703, State::PrimaryAlone)]),
    row(State::Standalone, On::Command(Command::SetSecondaryAlone), Case::Always, State::SecondaryAlone, "RCL")
        .replies(0, "HotStandby server set to SECONDARY ALONE"),
    row(State::SecondaryAlone, On::Command(Command::SetSecondaryAlone), Case::NotConnected, State::SecondaryAlone, "SRC")
        .replies(30783, "Server is already set to secondary alone.")
        .note("already; during a catchup 14702 (RCL)"),
    row(State::PrimaryActive, On::Command(Command::SetSecondaryAlone), Case::Connected, State::PrimaryActive, "SRC literal; row INF")
        .replies(30769, "Operation failed, because connection between the servers is active."),
    row(State::SecondaryActive, On::Command(Command::SetSecondaryAlone), Case::Connected, State::SecondaryActive, "SRC literal; row INF")
        .replies(30769, "Operation failed, because connection between the servers is active."),
    row(State::PrimaryAlone, On::Command(Command::SetStandalone), Case::NotConnected, State::Standalone, "200 Bringing the secondary back online; RCL; SRC 30759")
        .replies(0, "HotStandby server is set to STANDALONE.")
        .fails(&[fail(Case::CatchupActive, 14702, State::PrimaryAlone), fail(Case::CopyActive, 14703, State::PrimaryAlone)])
        .note("logs for the peer no longer kept; full copy needed later"),
    row(State::PrimaryUncertain, On::Command(Command::SetStandalone), Case::NotConnected, State::Standalone, "200 HotStandby server states; RCL")
        .replies(0, "HotStandby server is set to STANDALONE.")
        .note("pending transactions committed"),
    row(State::SecondaryAlone, On::Command(Command::SetStandalone), Case::NotConnected, State::Standalone, "RCL")
        .replies(0, "HotStandby server is set to STANDALONE."),
    row(State::PrimaryActive, On::Command(Command::SetStandalone), Case::Connected, State::PrimaryActive, "SRC symbol; RCL text")
        .replies(14705, "Setting to STANDALONE is not allowed in this state.")
        .note("CONFLICT: the 100/200 table says STANDALONE"),
    row(State::Standalone, On::Command(Command::SetStandalone), Case::Already, State::Standalone, "SRC")
        .replies(30774, "Server is already STANDALONE."),
    row(State::PrimaryAlone, On::Command(Command::Netcopy), Case::PeerListens, State::PrimaryAlone, "100,200 table; 200 Copying a primary database; SEED")
        .peer(State::SecondaryAlone)
        .replies(0, "Copy started.")
        .fails(&[fail(Case::PeerAbsent, 21306, State::PrimaryAlone), fail(Case::CopyActive, 14703, State::PrimaryAlone), fail(Case::CatchupActive, 14702, State::PrimaryAlone), fail(Case::BackupActive, 10019, State::PrimaryAlone), fail(Case::NoConnectString, 14709, State::PrimaryAlone)])
        .note("peer running: OFFLINE (-x backupserver) or SECONDARY ALONE"),
    row(State::Offline, On::Event(Event::NetcopyCompleted), Case::Always, State::SecondaryAlone, "100,200 table; SRC 30570 30572")
        .logs("Network backup completed.")
        .note("file complete; older format needs autoconvert on the receiver (INF)"),
    row(State::SecondaryAlone, On::Event(Event::NetcopyStarted), Case::Always, State::Offline, "SRC 30571; 200 note; state INF")
        .logs("Started to receive network backup.")
        .note("sessions lost, no logins (state name while copying INF)"),
    row(State::Offline, On::Event(Event::NetcopyAborted), Case::Always, State::Offline, "100,200 table (unchanged); SRC 30573")
        .logs("Network backup failed. %s")
        .note("started with -x backupserver, or waiting again; file marked incomplete"),
    row(State::PrimaryAlone, On::Event(Event::NetcopyAborted), Case::Always, State::PrimaryAlone, "100,200 table; SRC 30583")
        .logs("HotStandby copy failed. %s")
        .note("status copy then ERROR n"),
    row(State::PrimaryActive, On::Command(Command::Netcopy), Case::NotAlone, State::PrimaryActive, "SRC")
        .replies(14704, "HotStandby copy or netcopy is only allowed when primary is in alone state"),
    row(State::PrimaryUncertain, On::Command(Command::Netcopy), Case::NotAlone, State::PrimaryUncertain, "SRC; row INF")
        .replies(14704, "HotStandby copy or netcopy is only allowed when primary is in alone state"),
    row(State::Standalone, On::Command(Command::Netcopy), Case::NotAlone, State::Standalone, "SRC; row INF")
        .replies(14704, "HotStandby copy or netcopy is only allowed when primary is in alone state"),
    row(State::SecondaryActive, On::Command(Command::Netcopy), Case::WrongRole, State::SecondaryActive, "SRC")
        .replies(14712, "Server is secondary. Use primary server for this operation"),
    row(State::SecondaryAlone, On::Command(Command::Netcopy), Case::WrongRole, State::SecondaryAlone, "SRC")
        .replies(14712, "Server is secondary. Use primary server for this operation"),
    row(State::PrimaryAlone, On::Command(Command::Copy), Case::PeerDown, State::PrimaryAlone, "200 Copying a database file; SRC 30764")
        .replies(0, "Copy started.")
        .fails(&[fail(Case::NoDirectory, 14522, State::PrimaryAlone), fail(Case::DirectoryMissing, 10030, State::PrimaryAlone)])
        .note("peer DOWN; directory given or CopyDirectory set"),
];
