//! `sim up`, `status`, `down`, `watchdog`: a pair in a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::server::HSBRUN;

fn sim(words: &[&str], dir: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(HSBRUN);
    command.arg("sim").args(words).arg(dir).args(more).stdin(Stdio::null());
    command.output().expect("because the command under test was built")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Stops the pair, whatever the test did.
struct Down<'a>(&'a Path);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        sim(&["down"], self.0, &[]);
    }
}

#[test]
fn a_pair_is_made_looked_at_and_stopped() {
    let scratch = tempfile::tempdir().expect("because there is room");
    let dir = scratch.path().join("pair");
    let up = sim(&["up"], &dir, &["--upgrade", "fix_pack", "--set", "ConnectDelay=50"]);
    let _down = Down(&dir);
    assert_eq!(up.status.code(), Some(0), "{}", String::from_utf8_lossy(&up.stderr));
    assert!(out(&up).contains("next: hsbrun run") && out(&up).contains("site.yaml"), "{}", out(&up));
    let status = out(&sim(&["status"], &dir, &[]));
    let lines: Vec<Vec<&str>> = status.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines,
        [["S1", "PRIMARY", "ACTIVE", "7.0.2", "CONNECTED"], ["S2", "SECONDARY", "ACTIVE", "7.0.2", "CONNECTED"]]
    );
    let password = fs::metadata(dir.join("password")).expect("because it was made").permissions();
    assert_eq!(password.mode() & 0o777, 0o600);
    let again = sim(&["up"], &dir, &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is not empty"));
    freeze(&dir.join("s2"));
    let down = out(&sim(&["down"], &dir, &[]));
    assert_eq!(down, "S1  stopped\nS2  did not stop and was killed\n");
    let status = out(&sim(&["status"], &dir, &[]));
    assert_eq!(status.matches("DOWN").count(), 2, "{status}");
    assert_eq!(out(&sim(&["down"], &dir, &[])), "S1  did not run\nS2  did not run\n");
}

fn freeze(dir: &Path) {
    let text = fs::read_to_string(dir.join("solid.pid")).expect("because the server runs");
    let pid = Pid::from_raw(text.parse().expect("because it holds a process id")).expect("because it is positive");
    kill_process(pid, Signal::STOP).expect("because the server runs");
}

#[test]
fn the_watchdog_is_a_flag_that_is_set_and_read() {
    let scratch = tempfile::tempdir().expect("because there is room");
    let dir = scratch.path().join("pair");
    sim(&["up"], &dir, &["--set", "ConnectDelay=10", "--set", "CatchupDelay=10"]);
    let _down = Down(&dir);
    let status = || sim(&["watchdog"], &dir, &["status"]).status.code();
    assert_eq!(status(), Some(0));
    assert_eq!(sim(&["watchdog"], &dir, &["off"]).status.code(), Some(0));
    assert_eq!(status(), Some(1));
    assert_eq!(sim(&["watchdog"], &dir, &["on"]).status.code(), Some(0));
    assert_eq!(status(), Some(0));
    fs::remove_file(dir.join("watchdog")).expect("because it was made");
    assert_eq!(status(), Some(2), "not known");
}

#[test]
fn the_status_of_a_pair_tells_which_server_has_a_broken_file() {
    let scratch = tempfile::tempdir().expect("because there is room");
    let dir = scratch.path().join("pair");
    sim(&["up"], &dir, &["--set", "ConnectDelay=10", "--set", "CatchupDelay=10"]);
    let _down = Down(&dir);
    let ini = dir.join("s2/solid.ini");
    let sound = fs::read_to_string(&ini).expect("because `sim up` wrote it");
    let status = || {
        let output = sim(&["status"], &dir, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    fs::write(&ini, "[Com\n").expect("because there is room");
    let said = status();
    assert!(said.contains("S1  PRIMARY ACTIVE"), "{said}");
    assert!(said.contains("S2  runs, but where cannot be read: solid.ini, line 1: "), "{said}");
    let ended = sim(&["down"], &dir, &[]);
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "S1  stopped\nS2  stopped\n");
    assert!(status().contains("S2  DOWN, and cannot start: solid.ini, line 1: "), "{}", status());
    fs::write(&ini, sound).expect("because there is room");
}

#[test]
fn a_folder_without_a_pair_and_a_wrong_setting_are_told() {
    let scratch = tempfile::tempdir().expect("because there is room");
    for word in ["status", "down"] {
        let output = sim(&[word], scratch.path(), &[]);
        assert_eq!(output.status.code(), Some(1), "{word}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("hsbrun sim up"), "{word}");
    }
    let output = sim(&["up"], &scratch.path().join("pair"), &["--set", "NetcopyDelai=1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean NetcopyDelay?"));
    assert!(!scratch.path().join("pair").exists());
}
