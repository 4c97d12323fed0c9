//! A pair of real server processes in a scratch folder, and the command under test run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The command under test.
pub const HSBRUN: &str = env!("CARGO_BIN_EXE_hsbrun");

/// The approvals that the shipped runbook asks for on its way.
pub const APPROVALS: [&str; 4] = ["users_told", "machines_ready", "convert_s2", "convert_s1"];

pub struct Pair {
    dir: TempDir,
    /// Where the journals go.
    pub journals: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl From<(Output, Duration)> for Ended {
    fn from((output, took): (Output, Duration)) -> Self {
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
        }
    }
}

impl Ended {
    /// Everything that a person would have seen.
    pub fn output(&self) -> String {
        format!("exit {:?} after {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.took, self.stdout, self.stderr)
    }
}

impl Pair {
    /// A connected pair at the old version; `sim` are `[Sim]` settings such as `NetcopyDelay=500`.
    pub fn up(upgrade: &str, sim: &[&str]) -> Pair {
        Pair::made(upgrade, sim, &[])
    }

    /// The same, with words of its own for `sim up`.
    pub fn made(upgrade: &str, sim: &[&str], more: &[&str]) -> Pair {
        let dir = tempfile::tempdir().expect("because there is room for scratch folders");
        let place = dir.path().join("pair");
        let mut command = Command::new(HSBRUN);
        command.args(["sim", "up"]).arg(&place).args(["--upgrade", upgrade]).args(more);
        for setting in sim {
            command.args(["--set", setting]);
        }
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0), "sim up: {}", ended.output());
        Pair { journals: dir.path().join("journals"), dir }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("pair")
    }

    pub fn site(&self) -> PathBuf {
        self.path().join("site.yaml")
    }

    /// Changes the site file.
    pub fn edit_site(&self, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.site()).expect("because `sim up` wrote it");
        fs::write(self.site(), change(text)).expect("because it is ours");
    }

    /// The ODBC connection string of a server, with its password.
    pub fn connection_string(&self, server: &str) -> String {
        let text = fs::read_to_string(self.site()).expect("because `sim up` wrote it");
        let mut inside = false;
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed == format!("{server}:") {
                inside = true;
            }
            if inside && let Some(value) = trimmed.strip_prefix("odbc:") {
                return format!("{};PWD=dba", value.trim().trim_matches(['"', '\'']));
            }
        }
        panic!("no odbc line for {server} in\n{text}");
    }

    pub fn connection_strings(&self) -> [String; 2] {
        [self.connection_string("S1"), self.connection_string("S2")]
    }

    /// The process of a server, as its own file says, once it runs.
    pub fn pid(&self, server: &str) -> Pid {
        let path = self.path().join(server.to_lowercase()).join("solid.pid");
        let read = || {
            let text = fs::read_to_string(&path).ok()?;
            text.trim().parse().ok().and_then(Pid::from_raw).filter(|pid| is_ours(*pid))
        };
        wait_for(&format!("a process of {server}"), Duration::from_secs(10), || read().is_some());
        read().expect("because it ran a moment ago")
    }

    pub fn signal(&self, server: &str, signal: Signal) {
        kill_process(self.pid(server), signal).expect("because the server runs");
    }

    /// `hsbrun run` of a runbook with this pair's site file.
    pub fn run_command(&self, runbook: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(HSBRUN);
        command.arg("run").arg(runbook).arg("--site").arg(self.site()).arg("--journal").arg(&self.journals);
        command.args(more);
        command
    }

    /// The shipped migration, or one made of it, with everything approved that it asks on this branch.
    pub fn migration(&self, runbook: &Path, upgrade: &str, more: &[&str]) -> Command {
        let mut command = self.run_command(runbook, more);
        let converts = upgrade == "version_level";
        for approval in APPROVALS.iter().filter(|approval| converts || !approval.starts_with("convert")) {
            command.args(["--approve", approval]);
        }
        command
    }

    pub fn run(&self, runbook: &Path, more: &[&str]) -> Ended {
        run(&mut self.run_command(runbook, more))
    }

    /// What `sim status` prints.
    pub fn status(&self) -> String {
        run(Command::new(HSBRUN).args(["sim", "status"]).arg(self.path())).stdout
    }

    /// A runbook of this text, beside the shipped library.
    pub fn runbook(&self, text: &str) -> PathBuf {
        let path = self.dir.path().join("test.hsbrun");
        fs::copy(shipped("pair.hsbrun"), self.dir.path().join("pair.hsbrun")).expect("because there is room");
        fs::write(&path, text).expect("because there is room");
        path
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        // A frozen server does not stop; a gone one does not mind. A watchdog goes first, or it starts them again.
        for file in ["watchdog.pid", "s1/solid.pid", "s2/solid.pid"] {
            let pid = fs::read_to_string(self.path().join(file)).ok();
            if let Some(pid) = pid.and_then(|text| text.trim().parse().ok()).and_then(Pid::from_raw)
                && is_ours(pid)
            {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

/// A process id may have been given to another process since: only one of this executable is ended.
fn is_ours(pid: Pid) -> bool {
    fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero())).is_ok_and(|exe| exe == Path::new(HSBRUN))
}

/// A shipped runbook.
pub fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks").join(name)
}

/// Runs a command to its end, without a terminal.
pub fn run(command: &mut Command) -> Ended {
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().expect("because the command under test was built");
    (output, began.elapsed()).into()
}

/// Starts a command, without a terminal, its output kept.
pub fn spawn(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("because the command under test was built")
}

/// Waits for a condition, at most so long.
pub fn wait_for(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < limit, "{what} did not come true within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
