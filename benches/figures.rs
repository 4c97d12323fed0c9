//! Times, and how they are printed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The command that is measured.
pub const HSBRUN: &str = env!("CARGO_BIN_EXE_hsbrun");

/// Minimum, median and maximum of some times.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub min: Duration,
    pub median: Duration,
    pub max: Duration,
}

impl Figures {
    pub fn of(mut times: Vec<Duration>) -> Figures {
        times.sort();
        Figures { min: times[0], median: times[times.len() / 2], max: times[times.len() - 1] }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "min {:>9.3?}  median {:>9.3?}  max {:>9.3?}", self.min, self.median, self.max)
    }
}

/// The time of a whole process, which must end with exit code 0.
pub fn process(arguments: &[&str]) -> Duration {
    whole(Command::new(HSBRUN).args(arguments))
}

/// The time of a whole process of any program, which must end with exit code 0.
pub fn whole(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let took = began.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    took
}

/// The times of two programs that take turns, over several runs each.
pub fn in_turns(runs: usize, ours: &mut Command, theirs: &mut Command) -> [Figures; 2] {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        first.push(whole(ours));
        second.push(whole(theirs));
    }
    [Figures::of(first), Figures::of(second)]
}

/// The times of a process, over several runs.
pub fn processes(runs: usize, arguments: &[&str]) -> Figures {
    Figures::of((0..runs).map(|_| process(arguments)).collect())
}
