//! The cases that rows of the transition table and refusals speak of.

/// Something that holds of a server, its peer or what is in progress. Where several would refuse a command, the first
/// in this order names the code: what is in progress before what the other server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Case {
    Always,
    /// The server has the wrong role for the command.
    WrongRole,
    /// Things are as the command would make them.
    Already,
    /// A copy goes only from PRIMARY ALONE.
    NotAlone,
    SwitchActive,
    CopyActive,
    CatchupActive,
    DisconnectActive,
    BackupActive,
    /// The servers are connected.
    Connected,
    /// The servers are not connected, nor about to be.
    NotConnected,
    /// A connect or its catchup goes on.
    Connecting,
    /// The other server was commanded at the same time, and this one has a part in it.
    PeerCommanded,
    /// HotStandby.Connect is not set.
    NoConnectString,
    /// No process of the other server can be reached.
    PeerAbsent,
    /// The other server takes no connection: not there, cut off, or waiting for a netcopy.
    PeerUnreachable,
    PeerPrimary,
    PeerSecondary,
    PeerStandalone,
    /// This server's software is newer than the other one's.
    OwnNewer,
    /// The other server's software is of an older version level than this one's.
    PeerOlderLevel,
    DifferentBase,
    NotSynchronized,
    /// The log that the other server needs is gone.
    LogGone,
    /// The other server is a Secondary of the same base, and the log that it needs is there.
    CanConnect,
    /// The other server's process is there to receive.
    PeerListens,
    /// The other server's process is not there.
    PeerDown,
    /// The link breaks on the way.
    LinkLost,
    UsersLoggedIn,
    NoOtherUsers,
    NoDirectory,
    DirectoryMissing,
    HsbEnabled,
    HsbDisabled,
    NothingToOpen,
    IncompleteFile,
    OlderFormat,
    OlderFormatNotClean,
    OlderFormatClean,
    NewerFormat,
    /// HotStandby.AutoPrimaryAlone of the Primary.
    AutoPrimaryAlone,
    NoAutoPrimaryAlone,
}

impl Case {
    /// For people: "when …".
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Case::Always => "always",
            Case::WrongRole => "it has the wrong role",
            Case::Already => "it is so already",
            Case::NotAlone => "it is not PRIMARY ALONE",
            Case::SwitchActive => "a switch is active",
            Case::CopyActive => "a copy or netcopy is active",
            Case::CatchupActive => "a catchup is active",
            Case::DisconnectActive => "a disconnect is active",
            Case::BackupActive => "a backup is active",
            Case::PeerCommanded => "the other server was commanded at the same time",
            Case::Connected => "the servers are connected",
            Case::NotConnected => "the servers are not connected",
            Case::Connecting => "a connect is in progress",
            Case::NoConnectString => "no connect string is set",
            Case::PeerAbsent => "the other server cannot be reached",
            Case::PeerUnreachable => "the other server takes no connection",
            Case::PeerPrimary => "the other server is primary too",
            Case::PeerSecondary => "the other server is secondary too",
            Case::PeerStandalone => "the other server is STANDALONE",
            Case::OwnNewer => "this server is the newer version",
            Case::PeerOlderLevel => "the other server is of an older version level",
            Case::DifferentBase => "the databases have a different base",
            Case::NotSynchronized => "the databases are not synchronized",
            Case::LogGone => "the catchup position is not in the logs",
            Case::CanConnect => "the other server is a secondary of the same base, and the log is there",
            Case::PeerListens => "the other server runs: OFFLINE or SECONDARY ALONE",
            Case::PeerDown => "the other server is DOWN",
            Case::LinkLost => "the link is lost on the way",
            Case::UsersLoggedIn => "users are logged in",
            Case::NoOtherUsers => "no other users are logged in",
            Case::NoDirectory => "no directory is named",
            Case::DirectoryMissing => "the directory does not exist",
            Case::HsbEnabled => "HSBEnabled=yes",
            Case::HsbDisabled => "HSBEnabled=no",
            Case::NothingToOpen => "there is no database, or an incomplete netcopy",
            Case::IncompleteFile => "the database is an incomplete netcopy",
            Case::OlderFormat => "the database is of an older format",
            Case::OlderFormatNotClean => "the database is of an older format and was not closed cleanly",
            Case::OlderFormatClean => "the database is of an older format and was closed cleanly",
            Case::NewerFormat => "the database is of a newer format",
            Case::AutoPrimaryAlone => "AutoPrimaryAlone=yes on the primary",
            Case::NoAutoPrimaryAlone => "AutoPrimaryAlone=no on the primary",
        }
    }
}
