//! One process: started in a group of its own, waited for by a thread of its own.

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::output;

/// A process that was started. Dropping it leaves the process alone.
#[derive(Debug)]
pub(super) struct Child {
    pid: u32,
    end: Arc<End>,
    stdout: File,
    stderr: File,
}

#[derive(Debug, Default)]
struct End {
    /// The exit status, or why it cannot be known.
    status: Mutex<Option<Result<ExitStatus, String>>>,
    known: Condvar,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Exited(i32),
    Signalled(i32),
    /// The system does not say.
    NotKnown(String),
}

impl Child {
    /// Starts a program with its arguments; no shell, no input, no controlling terminal's Ctrl-C.
    pub(super) fn start(argv: &[String], without_env: &[String]) -> io::Result<Self> {
        let (program, args) = argv.split_first().ok_or_else(|| io::Error::other("an empty list of arguments"))?;
        let (stdout, stderr) = (output::nameless()?, output::nameless()?);
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
        // Of its own group: Ctrl-C on hsbrun must not reach a server that it started.
        command.process_group(0);
        for name in without_env {
            command.env_remove(name);
        }
        let end = Arc::new(End::default());
        let pid = spawn_in_thread(command, Arc::clone(&end))?;
        Ok(Self { pid, end, stdout, stderr })
    }

    /// Waits for its end, at most so long. None: it runs.
    pub(super) fn wait(&self, limit: Duration) -> Option<Ended> {
        let status = self.end.status.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, _) = self
            .end
            .known
            .wait_timeout_while(status, limit, |status| status.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        status.as_ref().map(|status| match status {
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => Ended::Exited(code),
                (None, Some(signal)) => Ended::Signalled(signal),
                (None, None) => Ended::NotKnown("neither an exit status nor a signal".to_owned()),
            },
            Err(why) => Ended::NotKnown(why.clone()),
        })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// The ends of what it wrote so far.
    pub(super) fn output(&self) -> (String, String) {
        (output::tail(&self.stdout), output::tail(&self.stderr))
    }

    /// Kills it with its group, where it still runs.
    pub(super) fn kill(&self) {
        if self.wait(Duration::ZERO).is_none()
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
            && let Err(why) = kill_process_group(pid, Signal::KILL)
        {
            tracing::debug!(pid = self.pid, %why, "a probe's process could not be killed");
        }
    }
}

/// The thread comes first: where it cannot be had, nothing was started.
fn spawn_in_thread(mut command: Command, end: Arc<End>) -> io::Result<u32> {
    let (started, start) = channel();
    let work = move || match command.spawn() {
        Ok(mut process) => {
            // Nobody listens only where the caller is gone.
            started.send(Ok(process.id())).ok();
            let status = process.wait().map_err(|why| why.to_string());
            *end.status.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
            end.known.notify_all();
        }
        Err(why) => {
            started.send(Err(why)).ok();
        }
    };
    thread::Builder::new().name("host".to_owned()).spawn(work)?;
    start.recv().map_err(io::Error::other)?
}
