//! The process of a server, seen from outside: whether it runs, and its start into the background.
//!
//! A server holds a lock on its `solid.pid`. The kernel drops it with the process, so a left-over file, a reused process
//! id and a zombie deceive nobody.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Stop;

/// For those who only look at a lock to have looked.
const LOOKERS: Duration = Duration::from_secs(10);

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
    /// Takes the lock; refused while another process holds it.
    pub fn take(dir: &Path) -> Result<Lock, Stop> {
        Lock::take_file(dir, FILE, || already_in_use(dir))
    }

    /// The same on a file of that name; `taken` says what it means that another process holds it.
    ///
    /// Somebody who only looks shares the lock for a moment, however long that takes on a busy machine: he is waited for.
    /// Before the lock is taken, the process id that a dead holder has left is wiped out: nobody may end the process that
    /// has got its number since.
    pub fn take_file(dir: &Path, file: &str, taken: impl Fn() -> Stop) -> Result<Lock, Stop> {
        let path = dir.join(file);
        let failed = |error: std::io::Error| Stop::database(format!("{}: {error}", path.display()));
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).map_err(failed)?;
        let patience = Instant::now() + LOOKERS;
        loop {
            match file.try_lock_shared() {
                Ok(()) => file.set_len(0).and_then(|()| file.unlock()).map_err(failed)?,
                Err(TryLockError::WouldBlock) => return Err(taken()),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < patience => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(TryLockError::WouldBlock) => return Err(taken()),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        write!(file, "{}", std::process::id()).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_taken_as_soon_as_the_last_one_has_looked_and_never_from_its_holder() {
        let dir = tempfile::tempdir().expect("because there is room");
        std::fs::write(dir.path().join(FILE), "4194304").expect("because there is room");
        let looker = File::open(dir.path().join(FILE)).expect("because it was written");
        looker.lock_shared().expect("because nobody holds it");
        let starter = std::thread::spawn({
            let dir = dir.path().to_owned();
            move || Lock::take(&dir).map(|lock| (lock, running(&dir)))
        });
        // The number of a dead process is nobody's, from before the lock is taken.
        while std::fs::read(dir.path().join(FILE)).is_ok_and(|text| !text.is_empty()) {
            std::thread::yield_now();
        }
        assert!(!starter.is_finished(), "it waits for whoever looks");
        drop(looker);
        let (lock, seen) = starter.join().expect("because it does not panic").expect("because nobody holds it");
        assert_eq!(seen, Running::Yes(Some(std::process::id())));
        assert!(Lock::take(dir.path()).is_err_and(|stop| stop.text.contains("10054")));
        drop(lock);
        assert_eq!(running(dir.path()), Running::No);
    }
}
