//! Stops both servers of a folder, the Secondary first, so that nobody is left uncertain.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{NAMES, expect_pair, server_dir, status};
use crate::simserver::process::{Running, running};
use crate::simserver::stop::exit;
use crate::simserver::{Stop, folder::ServerStatus};

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It did not run.
    Already,
    Cleanly,
    /// It did not end by itself.
    Killed,
}

/// For an orderly end; after it the process is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stops both; how each ended, in the order of the site file.
///
/// # Errors
/// The folder holds no pair, or a process cannot be ended.
pub fn down(dir: &Path) -> Result<Vec<(&'static str, Ended)>, Stop> {
    expect_pair(dir)?;
    let is_primary = |seen: &ServerStatus| seen.state.starts_with("PRIMARY");
    let primary = status(dir).ok().and_then(|seen| seen.iter().find(|seen| is_primary(seen)).map(|seen| seen.name));
    let mut order = NAMES;
    order.sort_by_key(|name| Some(*name) == primary);
    let mut ended = Vec::new();
    for name in order {
        ended.push((name, end(&server_dir(dir, name))?));
    }
    ended.sort_by_key(|(name, _)| *name);
    Ok(ended)
}

fn end(dir: &Path) -> Result<Ended, Stop> {
    let Some(pid) = process(dir)? else { return Ok(Ended::Already) };
    for (signal, patience, ended) in
        [(Signal::TERM, PATIENCE, Ended::Cleanly), (Signal::KILL, Duration::from_secs(2), Ended::Killed)]
    {
        let _ = kill_process(pid, signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if running(dir) == Running::No {
                return Ok(ended);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    Err(Stop::new(exit::FAILED, format!("the server in {} does not end", dir.display())))
}

/// The process that holds the lock now. One that is just writing its id is waited for.
fn process(dir: &Path) -> Result<Option<Pid>, Stop> {
    let deadline = Instant::now() + Duration::from_secs(1);
    loop {
        match running(dir) {
            Running::No => return Ok(None),
            Running::Yes(Some(pid)) => {
                return Ok(i32::try_from(pid).ok().and_then(Pid::from_raw));
            }
            Running::Yes(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Running::Yes(None) => return Err(Stop::new(exit::FAILED, "the server's process id is not known")),
            Running::Unknown(why) => return Err(Stop::new(exit::FAILED, why)),
        }
    }
}
