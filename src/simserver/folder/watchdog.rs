//! The mode of a pair's watchdog: a flag that the site file's commands set and read, and the watchdog's word that it
//! has seen it. Knows nothing of what the watchdog does.
//!
//! A watchdog writes `on` into its word *before* it looks at the flag for the last time and acts, and `off` when it is
//! done. Whoever writes `off` into the flag and then reads `off` as the word knows that nothing happens any more.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{expect_pair, io_stop};
use crate::simserver::Stop;
use crate::simserver::process::{Running, holder};
use crate::simserver::stop::exit;

const FLAG: &str = "watchdog";
const WORD: &str = "watchdog.ack";
/// The lock of the process.
pub(in crate::simserver) const PID: &str = "watchdog.pid";
/// For the end of what the watchdog is just doing; the start of a server is the longest of it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is asked of the watchdog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
    /// Only tells.
    Status,
}

/// Sets the flag, or leaves it; whether it is on after that. `Off` comes back when a watchdog that runs acts no more.
///
/// # Errors
/// The folder holds no pair, the flag cannot be written or read, or a watchdog does not stop acting.
pub fn watchdog(dir: &Path, switch: Switch) -> Result<bool, Stop> {
    expect_pair(dir)?;
    match switch {
        Switch::On => write(&flag(dir), true).map(|()| true),
        Switch::Off => write(&flag(dir), false).and_then(|()| await_rest(dir)).map(|()| false),
        Switch::Status => is_on(dir),
    }
}

/// What the flag says.
pub(in crate::simserver) fn is_on(dir: &Path) -> Result<bool, Stop> {
    read(&flag(dir))
}

/// Says for the watchdog whether it may be acting from now on.
pub(in crate::simserver) fn acknowledge(dir: &Path, on: bool) -> Result<(), Stop> {
    write(&dir.join(WORD), on)
}

/// Comes back when a watchdog that runs has said that it acts no more.
pub(in crate::simserver) fn await_rest(dir: &Path) -> Result<(), Stop> {
    let deadline = Instant::now() + PATIENCE;
    while holder(dir, PID) != Running::No && read(&dir.join(WORD)) != Ok(false) {
        if Instant::now() > deadline {
            let text = format!(
                "the watchdog is told to be off, but has not said within {} s that it acts no more: see {}, and end \
                 the process named in {}",
                PATIENCE.as_secs(),
                dir.join("hacmsg.out").display(),
                dir.join(PID).display()
            );
            return Err(Stop::new(exit::FAILED, text));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn flag(dir: &Path) -> PathBuf {
    dir.join(FLAG)
}

/// A file that is replaced as a whole: nobody reads half of it. Flag and word are written at the same time, by
/// several processes, and in the watchdog's own by several threads: no two writers share the file beside it.
fn write(path: &Path, on: bool) -> Result<(), Stop> {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let new = path.with_extension(format!("{}.{}.new", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed)));
    let written = std::fs::write(&new, if on { "on\n" } else { "off\n" });
    written.and_then(|()| std::fs::rename(&new, path)).map_err(|error| io_stop(path, error))
}

fn read(path: &Path) -> Result<bool, Stop> {
    let text = std::fs::read_to_string(path).map_err(|error| io_stop(path, error))?;
    Ok(text.trim() == "on")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_and_word_are_written_at_the_same_time_from_several_threads() {
        let dir = tempfile::tempdir().expect("because there is room");
        std::thread::scope(|threads| {
            for path in [flag(dir.path()), dir.path().join(WORD), flag(dir.path()), dir.path().join(WORD)] {
                threads.spawn(move || {
                    for turn in 0..500 {
                        write(&path, turn % 2 == 0).expect("because nobody takes its file away");
                    }
                });
            }
        });
        assert_eq!(std::fs::read_dir(dir.path()).expect("because it exists").count(), 2, "nothing is left beside them");
    }
}
