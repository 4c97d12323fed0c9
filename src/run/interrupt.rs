//! SIGINT and SIGTERM: the first stops the run at the next safe point, the second kills it. SIGHUP, a terminal that is
//! gone, stops it too, and never kills: it comes from the system and from the shell, and so more than once.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether the operator wants the run to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// One that listens to this process's signals.
    ///
    /// # Errors
    /// When the system does not let them be handled.
    pub fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: a signal that finds the flag up ends the process, one that finds it down puts it up.
            flag::register_conditional_default(signal, Arc::clone(&interrupt.0))?;
            flag::register(signal, Arc::clone(&interrupt.0))?;
        }
        if !hang_up_is_ignored() {
            flag::register(SIGHUP, Arc::clone(&interrupt.0))?;
        }
        Ok(interrupt)
    }

    /// As a signal does.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    #[must_use]
    pub fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Started with `nohup`, a run goes on without its terminal.
fn hang_up_is_ignored() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hang_up(&status))
}

/// `SigIgn` is a mask of the signals that are ignored, in hexadecimal; SIGHUP is the lowest bit.
fn ignores_hang_up(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nohup_is_recognised_by_the_mask_of_ignored_signals() {
        assert!(ignores_hang_up("Name:\thsbrun\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n"));
        assert!(!ignores_hang_up("SigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n"));
        assert!(!ignores_hang_up(""));
    }
}
