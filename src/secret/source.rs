//! Where a secret comes from: the environment, a file that only its owner reads, or a command that prints it.

use std::env::VarError;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::Secret;

/// A password is not longer.
const MAX_BYTES: u64 = 4096;

/// A place that holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A variable of the environment.
    Env(String),
    /// A file; its first line. Refused where group or others may read or write it.
    File(PathBuf),
    /// A program and its arguments; the first line that it prints.
    Command(Vec<String>),
    /// It is known already.
    Given(Secret),
}

/// Why a secret cannot be had. Says the place, never what was found there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    #[error("the variable {name} is not set; set it, or change `password:` in the site file")]
    NotSet { name: String },
    #[error("{path} cannot be read: {why}")]
    Unreadable { path: String, why: String },
    #[error("{path} may be read or written by others (mode {mode:04o}); run chmod 600 on it")]
    OpenToOthers { path: String, mode: u32 },
    #[error("the command for a password, {program}, failed: {why}")]
    Command { program: String, why: String },
    #[error("{place} holds no password: it is empty, longer than {MAX_BYTES} bytes, or not UTF-8")]
    NotAPassword { place: String },
}

impl Source {
    /// Fetches the secret. A command that does not end within the limit is killed.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn fetch(&self, limit: Duration) -> Result<Secret, Stop> {
        match self {
            Source::Env(name) => from_env(name),
            Source::File(path) => from_file(path),
            Source::Command(argv) => from_command(argv, limit),
            Source::Given(secret) => Ok(secret.clone()),
        }
    }
}

fn from_env(name: &str) -> Result<Secret, Stop> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text)),
        Ok(_) | Err(VarError::NotPresent) => Err(Stop::NotSet { name: name.to_owned() }),
        Err(VarError::NotUnicode(_)) => Err(Stop::NotAPassword { place: format!("the variable {name}") }),
    }
}

fn from_file(path: &Path) -> Result<Secret, Stop> {
    let place = path.display().to_string();
    let unreadable = |why: std::io::Error| Stop::Unreadable { path: place.clone(), why: why.to_string() };
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file, not of the path: what is checked is what is read.
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Stop::OpenToOthers { path: place, mode });
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    first_line(bytes).ok_or(Stop::NotAPassword { place })
}

fn from_command(argv: &[String], limit: Duration) -> Result<Secret, Stop> {
    let program = argv.first().cloned().unwrap_or_default();
    let failed = |why: String| Stop::Command { program: program.clone(), why };
    let mut command = Command::new(&program);
    command.args(argv.iter().skip(1)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut process = command.spawn().map_err(|why| failed(why.to_string()))?;
    let pid = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
    let output = process.stdout.take().expect("because it is piped");
    let (answer, answered) = channel();
    let wait = move || {
        let mut bytes = Vec::new();
        let read = output.take(MAX_BYTES + 1).read_to_end(&mut bytes);
        let status = process.wait();
        // Nobody listens only where the limit is over.
        answer.send(read.and(status).map(|status| (status, bytes))).ok();
    };
    thread::Builder::new().name("secret".to_owned()).spawn(wait).map_err(|why| failed(why.to_string()))?;
    match answered.recv_timeout(limit) {
        // One that prints too much may have been ended by its closed output.
        Ok(Ok((status, bytes))) if status.success() || bytes.len() as u64 > MAX_BYTES => {
            first_line(bytes).ok_or(Stop::NotAPassword { place: format!("the output of {program}") })
        }
        Ok(Ok((status, _))) => Err(failed(status.to_string())),
        Ok(Err(why)) => Err(failed(why.to_string())),
        Err(_) => {
            // It may have ended this very moment; then there is nobody left to kill.
            pid.map(|pid| kill_process_group(pid, Signal::KILL).ok());
            Err(failed(format!("it did not end within {} s", limit.as_secs_f64())))
        }
    }
}

/// Without its line end; none where it is empty, too long or no text.
fn first_line(bytes: Vec<u8>) -> Option<Secret> {
    if bytes.len() as u64 > MAX_BYTES {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    let line = text.lines().next()?;
    (!line.is_empty()).then(|| Secret::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, set_permissions};

    const LIMIT: Duration = Duration::from_secs(5);

    fn command(argv: &[&str], limit: Duration) -> Result<Secret, Stop> {
        Source::Command(argv.iter().map(ToString::to_string).collect()).fetch(limit)
    }

    #[test]
    fn a_file_that_others_may_read_is_not_taken() {
        let folder = tempfile::tempdir().expect("because the scratch folder can be made");
        let path = folder.path().join("password");
        std::fs::write(&path, "hunter2\nnot this\n").expect("because the folder is ours");
        let fetch = |mode| {
            set_permissions(&path, Permissions::from_mode(mode)).expect("because the file is ours");
            Source::File(path.clone()).fetch(LIMIT)
        };
        assert!(matches!(fetch(0o640), Err(Stop::OpenToOthers { mode: 0o640, .. })));
        assert_eq!(fetch(0o600).map(|secret| secret.reveal().to_owned()), Ok("hunter2".to_owned()));
    }

    #[test]
    fn a_command_prints_it_within_its_limit() {
        assert_eq!(command(&["printf", "hunter2\n"], LIMIT), Ok(Secret::new("hunter2")));
        assert!(matches!(command(&["false"], LIMIT), Err(Stop::Command { .. })));
        assert!(matches!(command(&["true"], LIMIT), Err(Stop::NotAPassword { .. })));
        assert!(matches!(command(&["/nowhere/x"], LIMIT), Err(Stop::Command { .. })));
        assert!(matches!(command(&["head", "-c", "9999", "/dev/zero"], LIMIT), Err(Stop::NotAPassword { .. })));
        let slow = command(&["sleep", "60"], Duration::from_millis(50));
        assert!(matches!(slow, Err(Stop::Command { .. })), "{slow:?}");
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let stop = Source::Env("HSBRUN_NO_SUCH_VARIABLE".into()).fetch(LIMIT);
        assert_eq!(stop, Err(Stop::NotSet { name: "HSBRUN_NO_SUCH_VARIABLE".into() }));
    }
}
