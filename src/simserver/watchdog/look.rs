//! What a watchdog sees of the servers: whether they run, and what they say.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use super::log::Trace;
use super::settings::Settings;
use crate::pair::State;
use crate::simserver::Stop;
use crate::simserver::client::{self, Login, NoAnswer};
use crate::simserver::config::Config;
use crate::simserver::folder::{NAMES, PASSWORD, USER, server_dir};
use crate::simserver::process::{Running, running};

/// What is seen of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// There is no process.
    Gone,
    /// There may be a process, but no answer.
    Silent,
    /// It waits for a netcopy.
    Offline,
    In(State),
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Seen::Gone => "is gone",
            Seen::Silent => "does not answer",
            Seen::Offline => State::Offline.word(),
            Seen::In(state) => state.word(),
        })
    }
}

/// The servers of the pair, as a client reaches them.
#[derive(Debug)]
pub(super) struct Servers {
    dir: PathBuf,
    /// As `solid.ini` said last: somebody may be writing it just now.
    ports: [AtomicU16; 2],
    pub trace: Trace,
}

impl Servers {
    /// Those of the folder.
    ///
    /// # Errors
    /// A `solid.ini` is broken.
    pub fn of(dir: &Path) -> Result<Servers, Stop> {
        let port = |at: usize| Config::read(&server_dir(dir, NAMES[at])).map(|config| config.listen.port.into());
        Ok(Servers { dir: dir.to_owned(), ports: [port(0)?, port(1)?], trace: Trace::of(dir) })
    }

    /// Looks at both.
    pub fn look(&self, settings: &Settings) -> [Seen; 2] {
        [0, 1].map(|at| self.look_at(at, settings))
    }

    pub fn running(&self, at: usize) -> Running {
        running(&server_dir(&self.dir, NAMES[at]))
    }

    fn look_at(&self, at: usize, settings: &Settings) -> Seen {
        match self.running(at) {
            Running::No => return Seen::Gone,
            Running::Unknown(_) => return Seen::Silent,
            Running::Yes(_) => {}
        }
        match self.ask(at, "hsb state", settings) {
            Ok((_, text)) => State::from_word(&text).map_or(Seen::Silent, Seen::In),
            Err(NoAnswer::Refused(text)) if text.contains("14552") => Seen::Offline,
            Err(NoAnswer::Refused(_) | NoAnswer::Unreachable) => Seen::Silent,
        }
    }

    /// RC and TEXT of a server's answer, without blanks around it.
    pub fn ask(&self, at: usize, command: &str, settings: &Settings) -> Result<(i32, String), NoAnswer> {
        let login = Login { port: self.port(at), user: USER, password: PASSWORD };
        self.trace.write(format!("{} (port {}) is asked: {command}", NAMES[at], login.port));
        let answer = client::admin(&login, command, settings.check_timeout);
        let answer = answer.map(|(rc, text)| (rc, text.trim().to_owned()));
        self.trace.write(match &answer {
            Ok((rc, text)) => format!("{} answers: {rc} {text}", NAMES[at]),
            Err(NoAnswer::Refused(text)) => format!("{} refuses: {text}", NAMES[at]),
            Err(NoAnswer::Unreachable) => format!("{} does not answer", NAMES[at]),
        });
        answer
    }

    fn port(&self, at: usize) -> u16 {
        match Config::read(&server_dir(&self.dir, NAMES[at])) {
            Ok(config) => self.ports[at].store(config.listen.port, Ordering::Relaxed),
            Err(stop) => self.trace.write(format!("{}: {stop}", NAMES[at])),
        }
        self.ports[at].load(Ordering::Relaxed)
    }
}
