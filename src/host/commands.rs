//! Running commands and remembering those that went past their limit.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use super::child::{Child, Ended};

/// The host commands of one run.
#[derive(Debug, Default)]
pub struct Commands {
    /// Names of variables that commands do not inherit: those that hold passwords.
    without_env: Vec<String>,
    /// By owner: commands that were still running when their limit was over.
    running: HashMap<String, Vec<Child>>,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Exited {
        status: i32,
        output: Output,
    },
    Signalled {
        signal: i32,
        output: Output,
    },
    /// It was not started: nothing happened.
    NotStarted {
        why: String,
    },
    /// Its limit is over and it still runs, untouched: what it does is unknown.
    StillRunning {
        pid: u32,
        output: Output,
    },
    /// It has ended, and the system does not say how.
    NotKnown {
        why: String,
    },
}

/// The ends of what a command wrote, `KEPT_OUTPUT` bytes each; bytes that are no UTF-8 replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
}

impl Commands {
    /// Commands do not inherit the variables of these names.
    #[must_use]
    pub fn new(without_env: Vec<String>) -> Self {
        Self { without_env, running: HashMap::new() }
    }

    /// Runs a command of an owner (a server's name, the watchdog) to its end, or to its limit. Returns when the process
    /// itself ends, whatever it left in the background.
    pub fn run(&mut self, owner: &str, argv: &[String], limit: Duration) -> Outcome {
        let child = match Child::start(argv, &self.without_env) {
            Ok(child) => child,
            Err(why) => return not_started(argv, &why),
        };
        match child.wait(limit) {
            Some(ended) => outcome(&child, ended),
            None => {
                let (pid, output) = (child.pid(), output(&child));
                self.running.entry(owner.to_owned()).or_default().push(child);
                Outcome::StillRunning { pid, output }
            }
        }
    }

    /// Runs a command that only looks. Past its limit it is killed: nothing is lost with it.
    #[must_use]
    pub fn look(&self, argv: &[String], limit: Duration) -> Outcome {
        let child = match Child::start(argv, &self.without_env) {
            Ok(child) => child,
            Err(why) => return not_started(argv, &why),
        };
        match child.wait(limit) {
            Some(ended) => outcome(&child, ended),
            None => {
                child.kill();
                Outcome::StillRunning { pid: child.pid(), output: output(&child) }
            }
        }
    }

    /// Whether a command of an owner that went past its limit still runs.
    pub fn still_running(&mut self, owner: &str) -> bool {
        let Some(children) = self.running.get_mut(owner) else { return false };
        children.retain(|child| child.wait(Duration::ZERO).is_none());
        !children.is_empty()
    }
}

fn outcome(child: &Child, ended: Ended) -> Outcome {
    let output = output(child);
    match ended {
        Ended::Exited(status) => Outcome::Exited { status, output },
        Ended::Signalled(signal) => Outcome::Signalled { signal, output },
        Ended::NotKnown(why) => Outcome::NotKnown { why },
    }
}

fn output(child: &Child) -> Output {
    let (stdout, stderr) = child.output();
    Output { stdout, stderr }
}

fn not_started(argv: &[String], why: &io::Error) -> Outcome {
    let program = argv.first().map_or("(nothing)", String::as_str);
    Outcome::NotStarted { why: format!("{program} cannot be started: {why}") }
}
