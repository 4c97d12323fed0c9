//! On pairs of real server processes, over psqlodbc.

use std::fs;
use std::process::Command;
use std::time::Duration;

use hsbrun::odbc::{Server, Target};
use serde_json::Value;

use crate::support::application::{Application, assert_nothing_lost};
use crate::support::pair::{Ended, HSBRUN, Pair, run, shipped, wait_for};

const RUNBOOK: &str = "hot-migration-netcopy.hsbrun";
const LIMIT: Duration = Duration::from_secs(20);
/// What the application must not be stopped by: it is asked for on the way, and the person who did it by hand knew.
const APPROVED: [&str; 4] = ["--approve", "users_told", "--approve", "machines_ready"];

/// Somebody at the servers' own commands.
struct Person<'p> {
    pair: &'p Pair,
}

impl Person<'_> {
    fn admin(&self, server: &str, command: &str) {
        let mut server = Server::new(Target::new(self.pair.connection_string(server), None));
        let rows = server.command(command, LIMIT).expect("because the server answers");
        assert_eq!(rows[0].rc, 0, "{command}: {rows:?}");
    }

    fn sim(&self, words: &[&str]) {
        let ended = run(Command::new(HSBRUN).arg("sim").args(words));
        assert_eq!(ended.code, Some(0), "{}", ended.output());
    }

    fn folder(&self, server: &str) -> String {
        self.pair.path().join(server.to_lowercase()).display().to_string()
    }

    fn watchdog(&self, word: &str) {
        self.sim(&["watchdog", &self.pair.path().display().to_string(), word]);
    }

    fn disconnect(&self, primary: &str) {
        self.admin(primary, "hsb disconnect");
        self.wait_for(&[&format!("{primary}  PRIMARY ALONE")]);
    }

    fn upgrade(&self, server: &str) {
        self.stop(server);
        self.sim(&["install", &self.folder(server), "7.0.3"]);
    }

    fn stop(&self, server: &str) {
        self.admin(server, "shutdown force");
        let folder = self.folder(server);
        wait_for("the process to end", LIMIT, || {
            run(Command::new(HSBRUN).args(["sim", "runs", &folder])).code == Some(1)
        });
    }

    fn start(&self, server: &str) {
        self.sim(&["solid", "-c", &self.folder(server)]);
        self.wait_for(&[&format!("{server}  SECONDARY ALONE")]);
    }

    fn copy(&self, primary: &str, secondary: &str) {
        self.admin(primary, "hsb netcopy");
        self.wait_for_copy(primary, secondary);
    }

    fn wait_for_copy(&self, primary: &str, secondary: &str) {
        let mut server = Server::new(Target::new(self.pair.connection_string(primary), None));
        let mut status = || server.ask("hsb status copy", LIMIT).expect("because the server answers");
        wait_for("the copy", LIMIT, || status()[0].text.contains("SUCCESS"));
        self.wait_for(&[&format!("{secondary}  SECONDARY ALONE")]);
    }

    fn connect(&self, primary: &str, secondary: &str) {
        self.admin(primary, "hsb connect");
        self.wait_for(&[&format!("{primary}  PRIMARY ACTIVE"), &format!("{secondary}  SECONDARY ACTIVE")]);
    }

    fn wait_for(&self, states: &[&str]) {
        let all = || states.iter().all(|state| self.pair.status().contains(state));
        wait_for(&states.join(", "), LIMIT, all);
    }

    /// The guide's steps up to that one, on a fix pack.
    fn does_up_to(&self, step: u32) {
        let deeds: [(u32, &dyn Fn()); 12] = [
            (0, &|| self.watchdog("off")),
            (1, &|| self.disconnect("S1")),
            (2, &|| self.stop("S2")),
            (4, &|| self.sim(&["install", &self.folder("S2"), "7.0.3"])),
            (5, &|| self.start("S2")),
            (7, &|| self.copy("S1", "S2")),
            (9, &|| self.connect("S1", "S2")),
            (10, &|| {
                self.admin("S2", "hsb switch primary");
                self.wait_for(&["S2  PRIMARY ACTIVE", "S1  SECONDARY ACTIVE"]);
            }),
            (14, &|| {
                self.disconnect("S2");
                self.upgrade("S1");
            }),
            (15, &|| self.start("S1")),
            (17, &|| self.copy("S2", "S1")),
            (18, &|| self.connect("S2", "S1")),
        ];
        deeds.iter().filter(|(of, _)| *of <= step).for_each(|(_, does)| does());
    }
}

fn pair(sim: &[&str]) -> Pair {
    let pair = Pair::up("fix_pack", sim);
    pair.edit_site(|site| {
        site.replace("call_limit: 30s", "call_limit: 2s").replace("look_limit: 10s", "look_limit: 500ms")
    });
    pair
}

fn locate(pair: &Pair, more: &[&str]) -> Ended {
    let mut command = Command::new(HSBRUN);
    command.arg("locate").arg(shipped(RUNBOOK)).arg("--site").arg(pair.site()).args(more);
    run(&mut command)
}

fn located(pair: &Pair) -> (Option<i32>, Value) {
    let ended = locate(pair, &["--format", "json"]);
    let json = serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {}", ended.output()));
    (ended.code, json)
}

fn run_from(pair: &Pair, step: &str) -> Ended {
    let more = [&["--from", step, "--set", "log_needed=1 MiB"][..], &APPROVED].concat();
    pair.run(&shipped(RUNBOOK), &more)
}

/// The one journal.
fn journal(pair: &Pair) -> Vec<Value> {
    let folder = fs::read_dir(&pair.journals).expect("because a run was recorded");
    let mut paths = folder.map(|entry| entry.expect("because the folder is readable").path());
    // A lock lies beside it.
    let path = paths.find(|path| path.extension() == Some("jsonl".as_ref())).expect("because there is one");
    let text = fs::read_to_string(path).expect("because the journal is ours");
    text.lines().map(|line| serde_json::from_str(line).expect("because it is a journal")).collect()
}

/// The procedure is done by hand up to a step, found, and finished by a run, while an application commits.
fn is_found_and_finished(done: u32, next: &str) {
    let pair = pair(&["NetcopyDelay=100", "CatchupDelay=50"]);
    let strings = pair.connection_strings();
    let application = Application::start(strings.clone());
    Person { pair: &pair }.does_up_to(done);
    let (code, json) = located(&pair);
    assert_eq!((code, json["from"].as_str()), (Some(0), Some(next)), "{json:#}");
    let ended = run_from(&pair, next);
    let account = application.stop();
    assert_eq!(ended.code, Some(0), "{}", ended.output());
    let status = pair.status();
    assert!(status.contains("S1  SECONDARY ACTIVE") && status.contains("S2  PRIMARY ACTIVE"), "{status}");
    assert_eq!(status.matches("7.0.3").count(), 2, "{status}");
    assert_nothing_lost(&account, &strings);
    let records = journal(&pair);
    assert_eq!((&records[1]["kind"], &records[1]["body"]["step"]), (&"entered".into(), &next.into()));
    let turned_on = |record: &Value| record["kind"] == "intent" && record["body"]["command"]["watchdog"] == "on";
    assert_eq!(
        records.iter().filter(|record| turned_on(record)).count(),
        1,
        "the skipped `watchdog off` is this run's"
    );
}

#[test]
fn a_secondary_that_was_shut_down_is_upgraded_by_a_run_and_everything_behind_it() {
    is_found_and_finished(2, "4");
}

#[test]
fn a_secondary_with_the_copy_is_connected_by_a_run() {
    is_found_and_finished(7, "8");
}

#[test]
fn a_pair_with_switched_roles_goes_on_with_its_second_server() {
    is_found_and_finished(10, "11");
}

#[test]
fn a_pair_that_is_whole_and_whose_watchdog_is_off_still_lacks_its_last_words() {
    is_found_and_finished(18, "next");
}

#[test]
fn beside_a_netcopy_under_way_no_step_is_offered_and_behind_it_the_next_one_is() {
    let pair = pair(&["NetcopyDelay=6000"]);
    let person = Person { pair: &pair };
    person.does_up_to(5);
    person.admin("S1", "hsb netcopy");
    person.wait_for(&["S2  OFFLINE"]);
    let (code, json) = located(&pair);
    assert!(matches!(json["verdict"].as_str(), Some("nowhere" | "moves")), "{json:#}");
    assert_eq!(code, Some(4));
    let seven = json["steps"].as_array().and_then(|steps| steps.iter().find(|step| step["step"] == "7"));
    let why = seven.map(|step| step["why"][0].to_string()).unwrap_or_default();
    assert!(why.contains("something is in progress on S1 (S1.copy ACTIVE)"), "{json:#}");
    person.wait_for_copy("S1", "S2");
    let (code, json) = located(&pair);
    assert_eq!((code, json["from"].as_str()), (Some(0), Some("8")), "{json:#}");
    let refused = run_from(&pair, "7");
    assert_eq!(refused.code, Some(10), "{}", refused.output());
    assert!(refused.stderr.contains("step-not-offered"), "{}", refused.output());
}

#[test]
fn a_watchdog_that_acts_a_server_out_of_sight_and_a_pair_that_nobody_knows_are_told_and_offer_nothing() {
    let pair = pair(&[]);
    let person = Person { pair: &pair };
    person.does_up_to(2);
    person.watchdog("on");
    let acts = locate(&pair, &["--plain"]);
    assert_eq!(acts.code, Some(4), "{}", acts.output());
    assert!(acts.stdout.contains("the watchdog acts, and a skipped step silences it"), "{}", acts.output());
    person.watchdog("off");

    let site = fs::read_to_string(pair.site()).expect("because `sim up` wrote it");
    pair.edit_site(|site| site.replace("running: [", "running: [\"/bin/false-no-such\", "));
    let hidden = locate(&pair, &["--plain"]);
    assert_eq!(hidden.code, Some(4), "{}", hidden.output());
    assert!(hidden.stdout.contains("S2         not in sight:"), "{}", hidden.output());
    pair.edit_site(|_| site);

    person.admin("S1", "hsb set standalone");
    let strange = locate(&pair, &["--plain"]);
    assert_eq!(strange.code, Some(4), "{}", strange.output());
    assert!(strange.stdout.contains("No run"), "{}", strange.output());
}
