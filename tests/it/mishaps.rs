//! Runbooks that are wrong, and worlds that go wrong, on real server processes: each fails as it should, and says what is
//! known and what is not.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::pair::{Ended, Pair, run, shipped, spawn, wait_for};

/// The shipped migration with other lines in the place of the one that holds a passage.
fn changed(pair: &Pair, passage: &str, lines: &str) -> PathBuf {
    let text = std::fs::read_to_string(shipped("hot-migration-netcopy.hsbrun")).expect("because it is shipped");
    assert_eq!(text.matches(passage).count(), 1, "the passage stands there once: {passage}");
    let changed = text.lines().map(|line| if line.contains(passage) { lines } else { line });
    pair.runbook(&changed.map(|line| format!("{line}\n")).collect::<String>())
}

/// Parameters that make every limit and pause of the shipped runbook short, in seconds.
fn hasty(seconds: u64) -> Vec<String> {
    let limits = ["settle", "disconnect", "stop", "alone", "start", "copy", "catchup", "switch"];
    let mut set: Vec<String> = limits.iter().map(|name| format!("{name}_limit={seconds}s")).collect();
    set.push("retry_pause=100ms".into());
    set.push("answer_limit=2s".into());
    set.push("log_needed=1 MiB".into());
    set
}

fn set(values: &[String]) -> Vec<&str> {
    values.iter().flat_map(|value| ["--set", value.as_str()]).collect()
}

fn assert_says(ended: &Ended, words: &[&str]) {
    // Long lines are folded: what is said is looked for without their ends.
    let said: String = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(said.contains(word), "«{word}» is not said in\n{}", ended.output());
    }
}

#[test]
fn a_running_command_that_denies_a_server_that_answers_is_found_before_the_start() {
    let pair = Pair::up("version_level", &[]);
    let lies = "running: [/bin/sh, -c, \"exit 1\"]";
    pair.edit_site(|site| {
        let lines = site.lines().map(|line| if line.trim_start().starts_with("running:") { lies } else { line.trim() });
        let indented = |(line, old): (&str, &str)| format!("{}{line}\n", &old[..old.len() - old.trim_start().len()]);
        lines.zip(site.lines()).map(indented).collect()
    });
    let runbook = shipped("hot-migration-netcopy.hsbrun");
    let ended = run(&mut pair.migration(&runbook, "version_level", &set(&hasty(20))));
    assert_eq!(ended.code, Some(10), "{}", ended.output());
    assert!(
        ended.stderr.contains("HSB5017 process-denied: S1 answers that it is PRIMARY ACTIVE"),
        "{}",
        ended.output()
    );
    assert_eq!(ended.stdout, "", "nothing was begun");
}

#[test]
fn a_connect_issued_on_the_newer_secondary_is_refused_before_it_is_sent() {
    let pair = Pair::up("version_level", &[]);
    let runbook = changed(&pair, "# never on S2, which is newer", "    on S2 {\n        admin 'hsb connect'\n    }");
    let ended = run(&mut pair.migration(&runbook, "version_level", &set(&hasty(20))));
    assert_eq!(ended.code, Some(21), "{}", ended.output());
    assert_says(
        &ended,
        &[
            "14501",
            "not sent, for the server would refuse it",
            "step 8",
            "newer",
            "S1 PRIMARY ALONE",
            "S2 SECONDARY ALONE",
        ],
    );
}

#[test]
fn a_plain_start_after_a_new_version_level_ends_with_exit_status_15_at_its_line() {
    let pair = Pair::up("version_level", &[]);
    let runbook = changed(
        &pair,
        "ensure S2 is SECONDARY ALONE or OFFLINE by start with autoconvert within start_limit",
        "            start",
    );
    let ended = run(&mut pair.migration(&runbook, "version_level", &set(&hasty(20))));
    assert_eq!(ended.code, Some(21), "{}", ended.output());
    assert_says(
        &ended,
        &["15", "step 5", "autoconvert", "S1 serves alone. S2 has the new version and does not come up."],
    );
    let place = ended.stdout.lines().any(|line| line.contains("│             start") && line.contains('│'));
    assert!(place, "the line of the start is not shown\n{}", ended.output());
}

#[test]
fn a_netcopy_while_the_servers_are_connected_is_refused_with_14704_and_the_pair_is_left_safe() {
    let pair = Pair::up("fix_pack", &[]);
    let text = "language 1\nrunbook \"Too early\"\n\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\n\
                step 6 \"Netcopy\" on S1 {\n    admin 'hsb netcopy'\n}\n\non failure {\n    notify \"It has stopped.\"\n}\n";
    let runbook = pair.runbook(text);
    pair.edit_site(|site| site.replace("params: {upgrade: fix_pack, target: \"7.0.3\"}", "params: {}"));
    let guarded = pair.run(&runbook, &[]);
    assert_eq!(guarded.code, Some(20), "{}", guarded.output());
    assert_says(&guarded, &["14704", "not sent, for the server would refuse it", "admin 'hsb netcopy'"]);
    // Without the guard the server says the same.
    let unguarded = pair.run(&runbook, &["--no-guard", "to hear it from the server"]);
    assert_eq!(unguarded.code, Some(20), "{}", unguarded.output());
    assert_says(&unguarded, &["14704", "only allowed when primary is in alone state"]);
}

#[test]
fn a_role_switch_before_the_catchup_is_over_is_refused() {
    let pair = Pair::up("fix_pack", &["CatchupDelay=8000"]);
    let text = "language 1\nrunbook \"Too early\"\n\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n\n\
                step 1 \"Apart\" on S1 {\n    admin 'hsb disconnect'\n    \
                wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 10s\n}\n\n\
                step 8 \"Connect\" on S1 {\n    admin 'hsb connect'\n    wait until S1.link is CATCHUP within 10s\n}\n\n\
                step 10 \"Switch\" on S2 {\n    admin 'hsb switch primary'\n}\n\n\
                on failure {\n    notify \"It has stopped.\"\n}\n";
    let runbook = pair.runbook(text);
    pair.edit_site(|site| site.replace("params: {upgrade: fix_pack, target: \"7.0.3\"}", "params: {}"));
    let ended = pair.run(&runbook, &[]);
    assert_eq!(ended.code, Some(21), "{}", ended.output());
    assert_says(&ended, &["step 10", "14702", "not sent, for the server would refuse it", "catchup"]);
}

/// What is done to a server's process.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Blow {
    Kill,
    Freeze,
}

/// One mishap in one step of the shipped migration.
struct Mishap {
    step: &'static str,
    server: &'static str,
    blow: Blow,
    /// The record with which the step is busy. A command that is answered at once must have been answered: a blow between
    /// its intent and its sending is another mishap, one in which nothing has happened yet.
    busy: &'static str,
    /// What keeps the step busy until the blow.
    slow: &'static str,
    /// The exit codes that the states can give in which the blow may catch the pair; whether the one that came is true is
    /// asked of the servers.
    exit: &'static [i32],
    /// What the run must say.
    says: &'static [&'static str],
}

const LIMIT: Duration = Duration::from_secs(3);

/// The records of the run's journal so far.
fn records(pair: &Pair) -> Vec<Value> {
    let Ok(entries) = std::fs::read_dir(&pair.journals) else { return Vec::new() };
    let mut records = Vec::new();
    for entry in entries {
        let path = entry.expect("because the folder is readable").path();
        let text = std::fs::read_to_string(&path).expect("because the journal is ours");
        records.extend(text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()));
    }
    records
}

fn is(record: &Value, kind: &str) -> bool {
    record["kind"] == kind
}

/// Whether the step has got as far as the kind of record.
fn in_step(pair: &Pair, step: &str, until: &str) -> bool {
    let records = records(pair);
    let began = records.iter().rposition(|record| is(record, "step-began"));
    began.is_some_and(|at| records[at]["body"]["step"] == step && records[at..].iter().any(|record| is(record, until)))
}

/// Waits for the end of the run; one that does not end is killed, and what it said is shown.
fn finish(child: Child, limit: Duration) -> Ended {
    let began = std::time::Instant::now();
    let pid = child.id();
    let waiting = std::thread::spawn(move || child.wait_with_output());
    while !waiting.is_finished() {
        if began.elapsed() > limit {
            let pid = Pid::from_raw(pid.cast_signed()).expect("because a process id is positive");
            kill_process(pid, Signal::KILL).expect("because the run goes on");
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = waiting.join().expect("because the thread does not panic");
    let took = began.elapsed();
    (output.unwrap_or_else(|why| panic!("process {pid}: {why}")), took).into()
}

/// Every wait that began ended within its limit and what a look takes on a busy machine, as the journal's own clock tells.
fn assert_waits_are_bounded(records: &[Value]) {
    let at = |record: &Value| record["ms"].as_u64().expect("because every record has its time");
    for (place, record) in records.iter().enumerate().filter(|(_, record)| is(record, "wait-began")) {
        let limit = record["body"]["limit_ms"].as_u64().expect("because a wait has a limit");
        let end = records[place..]
            .iter()
            .find(|later| {
                (is(later, "wait-done") || is(later, "failed")) && later["body"]["instr"] == record["body"]["instr"]
            })
            .unwrap_or_else(|| panic!("the wait does not end: {record}"));
        let took = at(end) - at(record);
        assert!(took <= limit + 3000, "a wait of {limit} ms took {took} ms: {record} … {end}");
    }
}

/// The exit code says of the servers what they say themselves; a frozen one says nothing.
fn assert_true(pair: &Pair, code: i32, ended: &Ended) {
    let status = pair.status();
    let times = |state: &str| status.matches(state).count();
    let serving = times("PRIMARY ACTIVE") + times("PRIMARY ALONE") + times("STANDALONE");
    let holds = match code {
        0 | 20 => times("PRIMARY ACTIVE") == 1 && times("SECONDARY ACTIVE") == 1,
        21 => serving == 1 && times("PRIMARY ACTIVE") == 0,
        _ => serving <= 1,
    };
    assert!(holds, "exit code {code} is not what the servers say\n{status}\n{}", ended.output());
}

fn strike(mishap: &Mishap) {
    let pair = Pair::up("fix_pack", &[mishap.slow]);
    pair.edit_site(|site| {
        site.replace("call_limit: 30s", "call_limit: 2s").replace("look_limit: 10s", "look_limit: 2s")
    });
    let hasty = hasty(LIMIT.as_secs());
    let child = spawn(&mut pair.migration(&shipped("hot-migration-netcopy.hsbrun"), "fix_pack", &set(&hasty)));
    wait_for(&format!("step {}", mishap.step), Duration::from_secs(60), || in_step(&pair, mishap.step, mishap.busy));
    match mishap.blow {
        Blow::Kill => pair.signal(mishap.server, Signal::KILL),
        Blow::Freeze => pair.signal(mishap.server, Signal::STOP),
    }
    let ended = finish(child, Duration::from_secs(90));
    let what = format!("{:?} of {} in step {}", mishap.blow, mishap.server, mishap.step);
    println!("{what}: exit {:?} {:?} after the blow", ended.code, ended.took);
    let code = ended.code.expect("because it was not ended by a signal");
    assert!(mishap.exit.contains(&code), "{what}\n{}", ended.output());
    assert_true(&pair, code, &ended);
    assert_says(&ended, mishap.says);
    let records = records(&pair);
    assert_waits_are_bounded(&records);
    assert!(records.iter().any(|record| is(record, "ending")), "{what}: no ending\n{}", ended.output());
    assert!(records.last().is_some_and(|record| is(record, "ended")), "{what}: the journal has no end");
}

/// Slow enough that the blow falls while the step is busy.
const SLOW_START: &str = "StartDelay=2500";
const SLOW_COPY: &str = "NetcopyDelay=60000";
const SLOW_CATCHUP: &str = "CatchupDelay=6000";
const SLOW_SWITCH: &str = "SwitchDelay=60000";

/// The record with which a step is busy that has such a command, or that waits for the one of the step before it: a start
/// is answered when the server is up.
fn busy(slow: &str) -> &'static str {
    match slow {
        SLOW_START => "intent",
        SLOW_SWITCH => "outcome",
        _ => "wait-began",
    }
}

/// A test for each mishap.
macro_rules! mishaps {
    ($($name:ident: $blow:ident $server:literal in $step:literal, $slow:ident => [$($exit:literal)|+] $says:expr;)*) => {
        $(#[test]
        fn $name() {
            strike(&Mishap { step: $step, server: $server, blow: Blow::$blow, busy: busy($slow), slow: $slow, exit: &[$($exit),+], says: &$says });
        })*
    };
}

mishaps! {
    s2_is_killed_while_it_starts: Kill "S2" in "5", SLOW_START => [21] ["S1 PRIMARY ALONE"];
    s2_freezes_while_it_starts: Freeze "S2" in "5", SLOW_START => [31] ["S2 not in sight", "in doubt"];
    s1_is_killed_while_s2_starts_and_serves_again: Kill "S1" in "5", SLOW_START => [0] ["retry"];
    s1_freezes_while_s2_starts: Freeze "S1" in "5", SLOW_START => [23] ["S1 not in sight"];
    s2_is_killed_in_the_netcopy: Kill "S2" in "7", SLOW_COPY => [21] ["S1 PRIMARY ALONE"];
    s2_freezes_in_the_netcopy: Freeze "S2" in "7", SLOW_COPY => [23] ["S2 not in sight"];
    s1_is_killed_in_the_netcopy: Kill "S1" in "7", SLOW_COPY => [21] [];
    s1_freezes_in_the_netcopy: Freeze "S1" in "7", SLOW_COPY => [23] ["S1 not in sight"];
    s2_is_killed_in_the_catchup: Kill "S2" in "9", SLOW_CATCHUP => [21] ["S1 PRIMARY ALONE"];
    s2_freezes_in_the_catchup: Freeze "S2" in "9", SLOW_CATCHUP => [23] ["S2 not in sight"];
    s1_is_killed_in_the_catchup: Kill "S1" in "9", SLOW_CATCHUP => [21] [];
    s1_freezes_in_the_catchup: Freeze "S1" in "9", SLOW_CATCHUP => [23] ["S1 not in sight"];
    s2_is_killed_in_the_role_switch: Kill "S2" in "10", SLOW_SWITCH => [20 | 21] [];
    s2_freezes_in_the_role_switch: Freeze "S2" in "10", SLOW_SWITCH => [23] ["S2 not in sight"];
    s1_is_killed_in_the_role_switch: Kill "S1" in "10", SLOW_SWITCH => [20 | 21] ["retry"];
    s1_freezes_in_the_role_switch: Freeze "S1" in "10", SLOW_SWITCH => [23] ["S1 not in sight"];
}

#[test]
fn a_fix_pack_for_a_pair_of_another_version_level_is_refused_before_the_start() {
    let pair = Pair::up("version_level", &[]);
    let runbook = shipped("hot-migration-netcopy.hsbrun");
    let mut values = hasty(20);
    values.extend(["upgrade=fix_pack".to_owned(), "target=7.0.3".to_owned()]);
    let ended = run(&mut pair.migration(&runbook, "fix_pack", &set(&values)));
    assert_eq!(ended.code, Some(10), "{}", ended.output());
    for server in ["S1", "S2"] {
        let said =
            format!("HSB5020 other-version-level: {server} has 6.5: a fix pack does not lead from there to 7.0.3");
        assert!(ended.stderr.contains(&said), "«{said}» in\n{}", ended.output());
    }
    assert_eq!(ended.stdout, "", "nothing was begun");
    values.pop();
    values.push("target=7.0".to_owned());
    let ended = run(&mut pair.migration(&runbook, "fix_pack", &set(&values)));
    assert_eq!(ended.code, Some(1), "{}", ended.output());
    assert!(ended.stderr.contains("HSB7004 not-a-fix-pack"), "{}", ended.output());
}
