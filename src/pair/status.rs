//! What the status commands answer, and what else a server can be asked.

/// One of the words that a status command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusWord {
    Connected,
    Connecting,
    Catchup,
    Disconnecting,
    Broken,
    Success,
    Active,
    Error,
    NotActive,
    None,
    Connect,
    Disconnect,
    Copy,
    Switch,
}

impl StatusWord {
    /// As a runbook writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            StatusWord::Connected => "CONNECTED",
            StatusWord::Connecting => "CONNECTING",
            StatusWord::Catchup => "CATCHUP",
            StatusWord::Disconnecting => "DISCONNECTING",
            StatusWord::Broken => "BROKEN",
            StatusWord::Success => "SUCCESS",
            StatusWord::Active => "ACTIVE",
            StatusWord::Error => "ERROR",
            StatusWord::NotActive => "NOT ACTIVE",
            StatusWord::None => "NONE",
            StatusWord::Connect => "CONNECT",
            StatusWord::Disconnect => "DISCONNECT",
            StatusWord::Copy => "COPY",
            StatusWord::Switch => "SWITCH",
        }
    }
}

/// The status commands, and what they say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// `hsb status connect`
    Link,
    /// `hsb status copy`
    Copy,
    /// `hsb status switch`
    Switch,
    /// `hsb status catchup`
    Catchup,
    /// All four: what is in progress now.
    Activity,
}

impl Status {
    pub const ALL: [Status; 5] = [Status::Link, Status::Copy, Status::Switch, Status::Catchup, Status::Activity];

    /// As a runbook writes it after the dot.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Link => "link",
            Status::Copy => "copy",
            Status::Switch => "switch",
            Status::Catchup => "catchup",
            Status::Activity => "activity",
        }
    }

    /// The words that it can answer.
    #[must_use]
    pub fn words(self) -> &'static [StatusWord] {
        use StatusWord as W;
        match self {
            Status::Link => &[W::Connected, W::Connecting, W::Catchup, W::Disconnecting, W::Broken],
            Status::Copy | Status::Switch => &[W::Success, W::Active, W::Error],
            Status::Catchup => &[W::Active, W::NotActive],
            Status::Activity => &[W::None, W::Connect, W::Disconnect, W::Catchup, W::Copy, W::Switch],
        }
    }
}

/// What a server answers with a value that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// `hsb logpos`; compared only with another server's.
    Position,
    /// `version`
    Version,
    /// Free room for the log, in bytes.
    LogSpace,
    /// Free room for the database, in bytes.
    DiskSpace,
}

impl Measure {
    pub const ALL: [Measure; 4] = [Measure::Position, Measure::Version, Measure::LogSpace, Measure::DiskSpace];

    /// As a runbook writes it after the dot.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Measure::Position => "position",
            Measure::Version => "version",
            Measure::LogSpace => "log_space",
            Measure::DiskSpace => "disk_space",
        }
    }
}
