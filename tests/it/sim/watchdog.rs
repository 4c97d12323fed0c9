//! The watchdog as a process: what it does to a pair while it is on, and what it leaves alone while it is off.

mod hac;
mod sample;

use std::fs;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::client::Client;
use crate::support::pair::{Ended, HSBRUN, Pair, run, shipped, spawn, wait_for};

const LIMIT: Duration = Duration::from_secs(15);
/// What its log says when it does something.
const ACTS: [&str; 5] = ["START_SERVER", "SET_LOCAL_PRIMARY_ALONE", "CHOOSE_SET_PRIMARY", "CONNECT", "NETCOPY"];

/// A pair with a watchdog that looks often.
struct Watched {
    pair: Pair,
    /// Where the HAC of each server takes commands.
    hac: [u16; 2],
}

impl Watched {
    fn up(upgrade: &str, sim: &[&str], ini: &str) -> Watched {
        let sim = [&["MaxLifetime=120000", "ConnectDelay=20", "CatchupDelay=20"], sim].concat();
        let pair = Pair::made(upgrade, &sim, &["--watchdog"]);
        let made = fs::read_to_string(pair.path().join("watchdog.ini")).expect("because `sim up` wrote it");
        let hac = ["ListenS1=tcp 127.0.0.1 ", "ListenS2=tcp 127.0.0.1 "].map(|name| {
            let port = made.lines().find_map(|line| line.strip_prefix(name)).expect("because it has ports");
            port.parse().expect("because it is a port")
        });
        let watched = Watched { pair, hac };
        watched.configure(ini);
        watched
    }

    /// It reads its settings before each look, and looks when its mode changes.
    fn configure(&self, ini: &str) {
        let text = format!("[HAController]\nCheckInterval=50\n{ini}");
        fs::write(self.pair.path().join("watchdog.ini"), text).expect("because there is room");
        assert_eq!((self.watchdog("off").code, self.watchdog("on").code), (Some(0), Some(0)));
        // `on` does not wait for its word; until then `off` has nothing to wait for.
        let word = self.pair.path().join("watchdog.ack");
        wait_for("its word is on", LIMIT, || fs::read_to_string(&word).is_ok_and(|said| said == "on\n"));
    }

    fn watchdog(&self, word: &str) -> Ended {
        run(Command::new(HSBRUN).args(["sim", "watchdog"]).arg(self.pair.path()).arg(word))
    }

    fn sim(&self, words: &[&str], server: &str, more: &[&str]) {
        let ended = run(Command::new(HSBRUN).arg("sim").args(words).arg(self.pair.path().join(server)).args(more));
        assert_eq!(ended.code, Some(0), "{}", ended.output());
    }

    fn client(&self, server: &str) -> Client {
        let string = self.pair.connection_string(server);
        let port = string.split(';').find_map(|part| part.strip_prefix("PORT=")).expect("because `sim up` wrote it");
        Client::connect(port.parse().expect("because it is a port")).expect("because the server runs")
    }

    fn admin(&self, server: &str, command: &str) {
        let (rc, text) = self.client(server).admin(command);
        assert_eq!(rc, 0, "{command}: {text}");
    }

    /// Its log without the times.
    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.pair.path().join("hacmsg.out")).expect("because the watchdog runs");
        text.lines().map(|line| line.chars().skip(24).collect()).collect()
    }

    /// Waits for these lines of its log, in this order.
    fn wait_for(&self, wanted: &[&str]) {
        let mut log = Vec::new();
        let mut seen = || {
            log = self.log();
            let mut lines = log.iter();
            wanted.iter().all(|line| lines.any(|written| written.contains(line)))
        };
        wait_for(&format!("{wanted:?} in its log"), LIMIT, &mut seen);
    }

    fn assert_idle(&self) {
        let log = self.log();
        let acted = log.iter().find(|line| ACTS.iter().any(|act| line.contains(&format!("{act}:"))));
        assert_eq!(acted, None, "{log:#?}");
    }

    fn pid(&self) -> Pid {
        let text = fs::read_to_string(self.pair.path().join("watchdog.pid")).expect("because the watchdog runs");
        Pid::from_raw(text.trim().parse().expect("because it holds a process id")).expect("because it is positive")
    }

    fn migrate(&self, runbook: &str, limits: &[&str]) -> Ended {
        let limits = limits.iter().flat_map(|limit| ["--set", limit]);
        let more: Vec<&str> = ["--set", "log_needed=1 MiB"].into_iter().chain(limits).collect();
        run(&mut self.pair.migration(&self.pair.runbook(runbook), "fix_pack", &more))
    }
}

#[test]
fn a_killed_secondary_is_started_and_connected_and_a_killed_primary_is_succeeded() {
    let watched = Watched::up("version_level", &[], "");
    watched.pair.signal("S2", Signal::KILL);
    let healed = ["S1 SET_LOCAL_PRIMARY_ALONE: done", "S2 START_SERVER: done", "S1 CONNECT: done"];
    watched.wait_for(&[&healed[..], &["S1 PRIMARY ACTIVE, S2 SECONDARY ACTIVE"]].concat());
    watched.pair.signal("S1", Signal::KILL);
    let healed = ["S2 SET_LOCAL_PRIMARY_ALONE: done", "S1 START_SERVER: done", "S2 CONNECT: done"];
    watched.wait_for(&[&healed[..], &["S1 SECONDARY ACTIVE, S2 PRIMARY ACTIVE"]].concat());
    assert!(
        watched.pair.status().starts_with("S1  SECONDARY ACTIVE    6.5     CONNECTED"),
        "plain, installed software"
    );
}

#[test]
fn of_two_secondaries_the_one_that_is_further_is_chosen() {
    let watched = Watched::up("version_level", &[], "");
    assert_eq!(watched.watchdog("off").code, Some(0));
    watched.admin("S1", "hsb switch secondary");
    watched.wait_for(&["S1 SECONDARY ACTIVE, S2 PRIMARY ACTIVE"]);
    watched.admin("S1", "hsb disconnect");
    watched.wait_for(&["S1 SECONDARY ALONE, S2 PRIMARY ALONE"]);
    watched.client("S2").sql("CREATE TABLE T (I INTEGER)");
    watched.admin("S2", "hsb set secondary alone");
    watched.wait_for(&["S1 SECONDARY ALONE, S2 SECONDARY ALONE"]);
    watched.assert_idle();
    assert_eq!(watched.watchdog("on").code, Some(0));
    watched.wait_for(&["S2 CHOOSE_SET_PRIMARY: done", "S2 CONNECT: done", "S1 SECONDARY ACTIVE, S2 PRIMARY ACTIVE"]);
}

#[test]
fn administrative_it_only_watches_and_automatic_it_copies_over_a_converted_secondary() {
    let watched = Watched::up("version_level", &["NetcopyDelay=20", "ConvertDelay=10"], "");
    assert_eq!(watched.watchdog("off").code, Some(0));
    watched.admin("S1", "hsb disconnect");
    watched.wait_for(&["S1 PRIMARY ALONE, S2 SECONDARY ALONE"]);
    watched.admin("S2", "shutdown force");
    watched.wait_for(&["S1 PRIMARY ALONE, S2 SECONDARY ALONE", "S1 PRIMARY ALONE, S2 is gone"]);
    watched.sim(&["install"], "s2", &["7.0"]);
    watched.sim(&["solid", "-c"], "s2", &["-x", "autoconvert"]);
    watched.wait_for(&["S2 is gone", "S1 PRIMARY ALONE, S2 SECONDARY ALONE"]);
    watched.assert_idle();
    assert_eq!(watched.watchdog("on").code, Some(0));
    watched.wait_for(&["S1 CONNECT: 14524", "S1 NETCOPY: done", "S1 PRIMARY ACTIVE, S2 SECONDARY ACTIVE"]);
}

#[test]
fn silence_promotes_nobody_unless_there_is_no_external_reference() {
    let watched = Watched::up("version_level", &["PingInterval=100", "PingTimeout=2000"], "");
    watched.pair.signal("S1", Signal::STOP);
    watched.wait_for(&["S1 does not answer, S2 SECONDARY ALONE"]);
    watched.assert_idle();
    watched.configure("Ere=no\n");
    watched.wait_for(&["S2 SET_LOCAL_PRIMARY_ALONE: done", "S1 does not answer, S2 PRIMARY ALONE"]);
    watched.pair.signal("S1", Signal::CONT);
    watched.wait_for(&["S1 PRIMARY UNCERTAIN, S2 PRIMARY ALONE"]);
}

#[test]
fn off_waits_for_its_word_and_a_signal_or_its_lifetime_ends_it() {
    let watched = Watched::up("version_level", &[], "");
    let again = watched.watchdog("run");
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("has a watchdog that runs"), "{}", again.output());
    kill_process(watched.pid(), Signal::STOP).expect("because it runs");
    let mut off = spawn(Command::new(HSBRUN).args(["sim", "watchdog"]).arg(watched.pair.path()).arg("off"));
    wait_for("the flag is off", LIMIT, || watched.watchdog("status").code == Some(1));
    std::thread::sleep(Duration::from_millis(200)); // for a command that does not wait to come to its end
    assert!(off.try_wait().expect("because it is our child").is_none(), "it waits for the watchdog's word");
    kill_process(watched.pid(), Signal::CONT).expect("because it runs");
    assert_eq!(off.wait().expect("because it is our child").code(), Some(0));
    kill_process(watched.pid(), Signal::TERM).expect("because it runs");
    watched.wait_for(&["Mode: ADMINISTRATIVE", "HAC is shut down"]);
    assert_eq!(watched.watchdog("off").code, Some(0), "where none runs there is nobody to wait for");
    let ini = watched.pair.path().join("s1/solid.ini");
    let text = fs::read_to_string(&ini).expect("because `sim up` wrote it");
    fs::write(&ini, text.replace("MaxLifetime=120000", "MaxLifetime=100")).expect("because there is room");
    assert_eq!(watched.watchdog("run").code, Some(0), "its lifetime is over");
    let down = run(Command::new(HSBRUN).args(["sim", "down"]).arg(watched.pair.path()));
    assert_eq!(down.stdout, "S1  stopped\nS2  stopped\n");
}

#[test]
fn a_migration_that_switches_the_watchdog_off_goes_through_and_leaves_it_on() {
    let watched = Watched::up("fix_pack", &["NetcopyDelay=20"], "");
    let ended = watched.migrate(&text(), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.output());
    assert_eq!(watched.watchdog("status").code, Some(0));
    watched.wait_for(&["S1 SECONDARY ACTIVE, S2 PRIMARY ACTIVE", "Mode: AUTOMATIC"]);
    watched.assert_idle();
    let down = run(Command::new(HSBRUN).args(["sim", "down"]).arg(watched.pair.path()));
    assert_eq!(down.stdout, "S1  stopped\nS2  stopped\nwatchdog  stopped\n");
}

#[test]
fn a_migration_that_leaves_the_watchdog_on_goes_wrong() {
    let watched = Watched::up("fix_pack", &["NetcopyDelay=20"], "");
    let silences = |line: &&str| ["    watchdog off", "watchdog is OFF"].iter().any(|words| line.contains(words));
    let left_on: String = text().lines().filter(|line| !silences(line)).map(|line| format!("{line}\n")).collect();
    // A migration that takes a second in all may slip through between two of the watchdog's looks; an installation
    // that takes a while leaves it the time that it always has.
    watched.pair.edit_site(|text| {
        let slow = text.replace("install: [", r#"install: ["sh", "-c", "sleep 1; exec \"$@\"", "sh", "#);
        assert_eq!(slow.matches("sleep 1").count(), 2, "{slow}");
        slow
    });
    let limits = ["disconnect_limit=2s", "stop_limit=1s", "start_limit=2s", "retry_pause=100ms", "catchup_limit=2s"];
    let ended = watched.migrate(&left_on, &limits);
    let said = ended.output();
    // Failed, whoever serves now; or what a command did cannot be told, because somebody else does things too.
    assert!(matches!(ended.code, Some(20..=24 | 31)), "{said}");
    assert!(said.contains("The migration has stopped.") && said.contains("in step "), "{said}");
    let log = watched.log();
    assert!(log.iter().any(|line| line.contains("CONNECT: done") || line.contains("START_SERVER: done")), "{log:#?}");
}

/// The shipped migration.
fn text() -> String {
    fs::read_to_string(shipped("hot-migration-netcopy.hsbrun")).expect("because it is shipped")
}
