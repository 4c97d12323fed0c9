//! What a watchdog sees of the servers: whether they run, and what they say.

use std::fmt;
use std::path::Path;

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

/// Looks at both.
pub(super) fn both(dir: &Path, settings: &Settings) -> Result<[Seen; 2], Stop> {
    Ok([look(dir, 0, settings)?, look(dir, 1, settings)?])
}

fn look(dir: &Path, at: usize, settings: &Settings) -> Result<Seen, Stop> {
    match running(&server_dir(dir, NAMES[at])) {
        Running::No => return Ok(Seen::Gone),
        Running::Unknown(_) => return Ok(Seen::Silent),
        Running::Yes(_) => {}
    }
    Ok(match ask(dir, at, "hsb state", settings)? {
        Ok((_, text)) => State::from_word(&text).map_or(Seen::Silent, Seen::In),
        Err(NoAnswer::Refused(text)) if text.contains("14552") => Seen::Offline,
        Err(NoAnswer::Refused(_) | NoAnswer::Unreachable) => Seen::Silent,
    })
}

/// RC and TEXT of a server's answer, without blanks around it; a broken `solid.ini` stops the watchdog.
pub(super) fn ask(
    dir: &Path,
    at: usize,
    command: &str,
    settings: &Settings,
) -> Result<Result<(i32, String), NoAnswer>, Stop> {
    let port = Config::read(&server_dir(dir, NAMES[at]))?.listen.port;
    let login = Login { port, user: USER, password: PASSWORD };
    let answer = client::admin(&login, command, settings.check_timeout);
    Ok(answer.map(|(rc, text)| (rc, text.trim().to_owned())))
}
