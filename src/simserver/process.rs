//! The process of a server, seen from outside: whether it runs, and its start into the background.
//!
//! A server holds a lock on its `solid.pid`. The kernel drops it with the process, so a left-over file, a reused process
//! id and a zombie deceive nobody.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Stop;

/// In the directory of a server.
pub(super) const FILE: &str = "solid.pid";

/// Whether a server process works in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Running {
    /// Yes; its process id, unless it is just writing it.
    Yes(Option<u32>),
    No,
    /// The file system does not say.
    Unknown(String),
}

/// Looks whether a server process works in that directory.
#[must_use]
pub fn running(dir: &Path) -> Running {
    holder(dir, FILE)
}

/// Looks whether a process holds the lock on that file of the directory.
pub(super) fn holder(dir: &Path, file: &str) -> Running {
    let path = dir.join(file);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && dir.is_dir() => return Running::No,
        Err(error) => return Running::Unknown(format!("{}: {error}", path.display())),
    };
    match file.try_lock_shared() {
        Ok(()) => Running::No,
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let read = file.read_to_string(&mut text);
            Running::Yes(read.ok().and_then(|_| text.trim().parse().ok()))
        }
        Err(TryLockError::Error(error)) => Running::Unknown(format!("{}: {error}", path.display())),
    }
}

/// The lock that a server holds as long as it works in its directory, and a watchdog as long as it watches.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; refused while another process holds it. Somebody who only looks holds it for a moment: that is
    /// waited for.
    pub fn take(dir: &Path) -> Result<Lock, Stop> {
        Lock::take_file(dir, FILE, || already_in_use(dir))
    }

    /// The same on a file of that name; `taken` says what it means that another process holds it.
    pub fn take_file(dir: &Path, file: &str, taken: impl Fn() -> Stop) -> Result<Lock, Stop> {
        let path = dir.join(file);
        let failed = |error: std::io::Error| Stop::database(format!("{}: {error}", path.display()));
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).map_err(failed)?;
        let patience = Instant::now() + Duration::from_millis(300);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < patience => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => return Err(taken()),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(failed)?;
        Ok(Lock { _file: file })
    }
}

/// Source: SRC 10054.
fn already_in_use(dir: &Path) -> Stop {
    Stop::database(format!(
        "SOLID Database Error 10054: the database file is already in use by another process ({})",
        dir.display()
    ))
}
