//! What a site file says, once it is read.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use indexmap::IndexMap;

use crate::text::{Span, Spanned};

use super::{Address, ConnectionString};

/// A whole site file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The name of the pair: of journals, leases and reports.
    pub pair: Spanned<String>,
    /// By name, in their written order.
    pub servers: IndexMap<String, Server>,
    pub watchdog: Watchdog,
    /// Each is run for every `notify`, with the text as its last argument.
    pub notify: Vec<Argv>,
    /// Texts for parameters of runbooks, by name; checked when they are bound.
    pub params: IndexMap<String, Param>,
    /// Approvals given beforehand, by id: `users_told`, `converting(S2)`.
    pub approve: Vec<Spanned<String>>,
    /// How long one server can work alone before its log room is gone.
    pub log_lasts: Option<Duration>,
    /// For `start`, `install`, `run` and `sql` without `within`; 30 minutes.
    pub command_limit: Duration,
    /// For `admin` and probes; 30 seconds.
    pub call_limit: Duration,
    /// How long `assert` and `if` look on; 10 seconds.
    pub look_limit: Duration,
    pub settings: Verify,
    /// Of the whole file.
    pub span: Span,
}

/// One server and its machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Without its password.
    pub odbc: Spanned<ConnectionString>,
    pub password: Option<Password>,
    pub host: Host,
    /// Where the server listens: written, or found in `odbc`. A port that refuses is half of the proof of DOWN.
    pub address: Option<Address>,
    /// Exit status 0: a server process exists; 1: none does; anything else: not known.
    pub running: Option<Argv>,
    /// An element `{options}` stands for the `-x` options.
    pub start: Option<Argv>,
    pub install: Option<Argv>,
    pub previous: Option<Argv>,
    /// Prints the version of the software.
    pub installed: Option<Argv>,
    pub space: Space,
    /// What `run NAME` runs, by name.
    pub commands: IndexMap<String, Argv>,
    /// Of its name.
    pub span: Span,
}

/// A program and its arguments, never a shell's line. At least one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argv {
    pub args: Vec<String>,
    pub span: Span,
}

/// Where a password comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    Env(String),
    /// Mode 0600, or it is not taken.
    File(PathBuf),
    /// Prints it.
    Command(Argv),
    /// Written into `odbc`, which a finding warns of.
    Written(String),
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Password::Env(name) => f.debug_tuple("Env").field(name).finish(),
            Password::File(path) => f.debug_tuple("File").field(path).finish(),
            Password::Command(argv) => f.debug_tuple("Command").field(argv).finish(),
            Password::Written(_) => f.write_str("Written(***)"),
        }
    }
}

/// Where a server's host commands run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Local,
    /// `user@machine`; read, and refused with a finding until it can be done.
    Ssh(String),
}

/// The folders whose free room is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Space {
    pub log: Option<PathBuf>,
    pub database: Option<PathBuf>,
}

/// How the watchdog (or HAC) is silenced and asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watchdog {
    /// The file does not say.
    Unsaid,
    /// `watchdog: none`
    None,
    /// Lists of commands, run in their order; empty where not written.
    Commands {
        off: Vec<Argv>,
        on: Vec<Argv>,
        /// Exit status 0: on; 1: off; anything else: not known. Where they differ it is not known.
        status: Vec<Argv>,
        /// Of `watchdog:`.
        span: Span,
    },
}

/// The text for a parameter, as written: `7.0` stays `7.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub text: String,
    pub span: Span,
}

/// What narrows the behaviours that are explored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verify {
    pub auto_primary_alone: Option<bool>,
    pub safeness: Option<Safeness>,
}

/// HotStandby.SafenessLevel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safeness {
    OneSafe,
    TwoSafe,
    Auto,
}
