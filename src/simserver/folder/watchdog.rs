//! The stand-in for a watchdog: a flag that the site file's commands set and read.

use std::path::Path;

use super::{expect_pair, io_stop};
use crate::simserver::Stop;

const FILE: &str = "watchdog";

/// What is asked of the watchdog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
    /// Only tells.
    Status,
}

/// Sets the flag, or leaves it; whether it is on after that.
///
/// # Errors
/// The folder holds no pair, or the flag cannot be written or read.
pub fn watchdog(dir: &Path, switch: Switch) -> Result<bool, Stop> {
    expect_pair(dir)?;
    let path = dir.join(FILE);
    let write = |word: &str| std::fs::write(&path, word).map_err(|error| io_stop(&path, error));
    match switch {
        Switch::On => write("on\n").map(|()| true),
        Switch::Off => write("off\n").map(|()| false),
        Switch::Status => {
            let text = std::fs::read_to_string(&path).map_err(|error| io_stop(&path, error))?;
            Ok(text.trim() == "on")
        }
    }
}
