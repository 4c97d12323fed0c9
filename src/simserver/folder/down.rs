//! Stops both servers of a folder, the Secondary first, so that nobody is left uncertain.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{NAMES, expect_pair, server_dir, status, watchdog};
use crate::simserver::process::{self, Running, holder};
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

/// Stops both; how each ended, in the order of the site file. A watchdog that runs is stopped before them, or it would
/// start them again, and comes last.
///
/// # Errors
/// The folder holds no pair, or a process cannot be ended.
pub fn down(dir: &Path) -> Result<Vec<(&'static str, Ended)>, Stop> {
    expect_pair(dir)?;
    let watchdog = end(dir, watchdog::PID)?;
    let is_primary = |seen: &ServerStatus| seen.state.starts_with("PRIMARY");
    let primary = status(dir).ok().and_then(|seen| seen.iter().find(|seen| is_primary(seen)).map(|seen| seen.name));
    let mut order = NAMES;
    order.sort_by_key(|name| Some(*name) == primary);
    let mut ended = Vec::new();
    for name in order {
        ended.push((name, end(&server_dir(dir, name), process::FILE)?));
    }
    ended.sort_by_key(|(name, _)| *name);
    if watchdog != Ended::Already {
        ended.push(("watchdog", watchdog));
    }
    Ok(ended)
}

fn end(dir: &Path, lock: &str) -> Result<Ended, Stop> {
    let Some(pid) = process_of(dir, lock)? else { return Ok(Ended::Already) };
    for (signal, patience, ended) in
        [(Signal::TERM, PATIENCE, Ended::Cleanly), (Signal::KILL, Duration::from_secs(2), Ended::Killed)]
    {
        let _ = kill_process(pid, signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if holder(dir, lock) == Running::No {
                return Ok(ended);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    Err(Stop::new(exit::FAILED, format!("the process of {} does not end", dir.join(lock).display())))
}

/// The process that holds the lock now. One that is just writing its id is waited for.
fn process_of(dir: &Path, lock: &str) -> Result<Option<Pid>, Stop> {
    let deadline = Instant::now() + Duration::from_secs(1);
    loop {
        match holder(dir, lock) {
            Running::No => return Ok(None),
            Running::Yes(Some(pid)) => {
                return Ok(i32::try_from(pid).ok().and_then(Pid::from_raw));
            }
            Running::Yes(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Running::Yes(None) => {
                return Err(Stop::new(exit::FAILED, format!("{}: no process id", dir.join(lock).display())));
            }
            Running::Unknown(why) => return Err(Stop::new(exit::FAILED, why)),
        }
    }
}
