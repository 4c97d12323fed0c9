//! Why a server process does not start, or a command about one cannot be done: an exit code and words.

use thiserror::Error;

/// The server does not start, or stops: the exit code of the process, and what is said on standard error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct Stop {
    pub code: u8,
    pub text: String,
}

impl Stop {
    pub(super) fn new(code: u8, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// Somebody listens there already: another port may do.
    #[must_use]
    pub fn is_of_a_taken_port(&self) -> bool {
        self.code == exit::LISTEN
    }

    /// The database cannot be opened. Source: SRC exit 10.
    pub(super) fn database(text: impl Into<String>) -> Self {
        Self::new(exit::DATABASE_OPEN, text)
    }
}

/// Exit codes of the server process. Source: SRC.
pub(super) mod exit {
    pub const FAILED: u8 = 1;
    pub const DATABASE_OPEN: u8 = 10;
    pub const TEST_FAILED: u8 = 12;
    pub const LICENSE: u8 = 14;
    pub const MUST_BE_CONVERTED: u8 = 15;
    pub const NO_DATABASE: u8 = 16;
    pub const EXISTS: u8 = 17;
    pub const NOT_CREATED: u8 = 18;
    pub const COMMUNICATION: u8 = 20;
    pub const LISTEN: u8 = 21;
    pub const FILES_MISSING: u8 = 23;
    pub const BROKEN_NETCOPY: u8 = 24;
    pub const BAD_ARGUMENT: u8 = 50;
    pub const DIRECTORY: u8 = 51;
    pub const FATAL: u8 = 100;
}
