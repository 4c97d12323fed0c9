//! The command catalogue.

use super::Status;

/// A command of the catalogue (`ADMIN COMMAND '…'`). Status questions are commands too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    Connect,
    Disconnect,
    SwitchPrimary,
    SwitchSecondary,
    SetPrimaryAlone,
    SetSecondaryAlone,
    SetStandalone,
    Netcopy,
    Copy,
    Shutdown,
    ShutdownForce,
}

/// What a runbook does to a server, as the pair sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    Admin(Command),
    Start(StartOptions),
    /// The software is replaced.
    Install,
}

/// The `-x` options of a start that change what it does to the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StartOptions {
    pub autoconvert: bool,
    pub backupserver: bool,
}

impl Command {
    /// The command of that text, whatever its case and blanks, abbreviations known.
    #[must_use]
    pub fn lookup(_text: &str) -> Option<Command> {
        None
    }

    /// As the manuals write it: `hsb connect`.
    #[must_use]
    pub fn text(self) -> &'static str {
        ""
    }

    /// The status that shows how an asynchronous command fares; none where the reply means that it is done.
    #[must_use]
    pub fn shown_by(self) -> Option<Status> {
        None
    }

    /// Makes its server accept writes.
    #[must_use]
    pub fn promotes(self) -> bool {
        matches!(self, Command::SetPrimaryAlone | Command::SetStandalone | Command::SwitchPrimary)
    }
}
