//! Runs on real server processes at the moments that matter: a line that breaks behind a command, a port that lies, an
//! operator who stops it, a journal that is full, a pair that is not what it was a moment ago.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use hsbrun::odbc::{Server, Target};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::pair::{Ended, Pair, run, spawn, wait_for};
use crate::support::proxy::{Cut, Proxy};

/// A connected pair whose site has no parameters and short limits.
fn pair(sim: &[&str]) -> Pair {
    let pair = Pair::up("fix_pack", sim);
    pair.edit_site(|site| {
        site.replace("params: {upgrade: fix_pack, target: \"7.0.3\"}", "params: {}")
            .replace("call_limit: 30s", "call_limit: 2s")
            .replace("look_limit: 10s", "look_limit: 1s")
    });
    pair
}

/// S1 is the Primary, S2 the Secondary, and the end may be any.
fn runbook(pair: &Pair, steps: &str) -> PathBuf {
    let head = "language 1\nrunbook \"Test\"\n\nserver S1: PRIMARY ACTIVE -> any\nserver S2: SECONDARY ACTIVE -> any\n";
    pair.runbook(&format!("{head}\n{steps}"))
}

/// Puts a proxy between hsbrun and a server.
fn between(pair: &Pair, server: &str, word: &str, cut: Option<Cut>) -> Proxy {
    let upstream = port(pair, server);
    let proxy = Proxy::start(upstream, word, cut);
    pair.edit_site(|site| site.replace(&format!("PORT={upstream};"), &format!("PORT={};", proxy.port)));
    proxy
}

fn port(pair: &Pair, server: &str) -> u16 {
    let string = pair.connection_string(server);
    let port = string.split(';').find_map(|part| part.strip_prefix("PORT=")).expect("because `sim up` wrote it");
    port.parse().expect("because a port is a number")
}

/// The records of the one journal.
fn records(pair: &Pair) -> Vec<Value> {
    let Ok(entries) = fs::read_dir(&pair.journals) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("because the folder is readable").path());
    let texts = paths.map(|path| fs::read_to_string(path).expect("because the journal is ours"));
    texts.flat_map(|text| lines(&text)).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn kinds<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records.iter().filter(|record| record["kind"] == kind).collect()
}

/// Waits for the end of the run, however it ends.
fn finish(child: Child) -> Ended {
    let began = Instant::now();
    let output = child.wait_with_output().expect("because it is our child");
    (output, began.elapsed()).into()
}

fn terminate(child: &Child) {
    let pid = Pid::from_raw(child.id().cast_signed()).expect("because a process id is positive");
    kill_process(pid, Signal::TERM).expect("because it is our child");
}

fn assert_code(ended: &Ended, code: i32) {
    assert_eq!(ended.code, Some(code), "{}", ended.output());
}

const DISCONNECT: &str = "step 1 \"Apart\" on S1 {\n    admin 'hsb disconnect'\n    \
                          wait until S1 is PRIMARY ALONE and S2 is SECONDARY ALONE within 5s\n}\n\non failure { }\n";

#[test]
fn a_command_whose_answer_is_lost_is_asked_for_and_not_sent_again() {
    let pair = pair(&[]);
    let proxy = between(&pair, "S1", "hsb disconnect", Some(Cut::Answer));
    let ended = pair.run(&runbook(&pair, DISCONNECT), &[]);
    assert_code(&ended, 0);
    assert_eq!(proxy.came_by(), 1, "it was sent once");
    let records = records(&pair);
    assert_eq!(kinds(&records, "outcome")[0]["body"]["outcome"], "unknown", "{records:#?}");
    assert_eq!(kinds(&records, "settled")[0]["body"]["verdict"], "done");
}

#[test]
fn a_command_that_never_reached_its_server_is_sent_again_once_where_the_pair_shows_that_it_did_not_happen() {
    let pair = pair(&[]);
    let proxy = between(&pair, "S1", "hsb disconnect", Some(Cut::Statement));
    let ended = pair.run(&runbook(&pair, DISCONNECT), &[]);
    assert_code(&ended, 0);
    assert_eq!(proxy.came_by(), 2, "the lost one and the repeated one");
    assert_eq!(kinds(&records(&pair), "settled")[0]["body"]["verdict"], "repeat");
}

#[test]
fn a_command_that_is_on_its_way_still_is_waited_for_and_not_sent_again_however_the_pair_looks() {
    let pair = pair(&[]);
    pair.edit_site(|site| {
        site.replace("call_limit: 2s", "call_limit: 4s").replace("look_limit: 1s", "look_limit: 50ms")
    });
    let proxy = between(&pair, "S1", "hsb disconnect", Some(Cut::Held));
    let child = spawn(&mut pair.run_command(&runbook(&pair, DISCONNECT), &[]));
    wait_for("the lost answer", Duration::from_secs(20), || !kinds(&records(&pair), "settling").is_empty());
    // Behind so many looks the look limit is over, and the command would be sent again.
    let before = proxy.statements();
    wait_for("more looks", Duration::from_secs(3), || proxy.statements() > before + 40);
    proxy.release();
    let ended = finish(child);
    assert_code(&ended, 0);
    assert_eq!(proxy.came_by(), 1, "{}", ended.output());
    assert_eq!(kinds(&records(&pair), "settled")[0]["body"]["verdict"], "done");
}

#[test]
fn a_statement_that_nothing_can_be_asked_of_is_in_doubt_and_is_not_sent_again() {
    let pair = pair(&[]);
    let proxy = between(&pair, "S1", "INSERT INTO", Some(Cut::Answer));
    let steps = "step 1 \"Write\" on S1 {\n    sql 'CREATE TABLE T (N INTEGER)'\n    sql 'INSERT INTO T (N) VALUES (1)'\n    \
                 if this step fails { stop \"handled\" }\n}\n\non failure { notify \"ended\" }\n";
    let ended = pair.run(&runbook(&pair, steps), &[]);
    assert_code(&ended, 31);
    assert_eq!(proxy.came_by(), 1);
    let records = records(&pair);
    assert!(kinds(&records, "handler").is_empty(), "no handler is entered while an outcome is unknown");
    assert_eq!(kinds(&records, "ending").len(), 1);
}

#[test]
fn a_shutdown_whose_answer_is_lost_has_happened_when_the_port_is_closed_however_long_the_server_takes_to_stop() {
    let pair = pair(&["StopDelay=4500"]);
    let proxy = between(&pair, "S2", "shutdown force", Some(Cut::AnswerAndPort));
    let steps = "step 2 \"Stop S2\" on S2 {\n    admin 'shutdown force'\n    wait until S2 is DOWN within 20s\n}\n\n\
                 on failure { }\n";
    let ended = pair.run(&runbook(&pair, steps), &[]);
    assert_code(&ended, 0);
    assert_eq!(proxy.came_by(), 1);
    assert_eq!(kinds(&records(&pair), "settled")[0]["body"]["verdict"], "done");
}

#[test]
fn a_connection_that_a_restart_has_broken_makes_no_command_unknown() {
    let pair = pair(&[]);
    let steps = "step 1 \"Restart S2\" on S2 {\n    admin 'shutdown force'\n    wait until S2 is DOWN within 10s\n    \
                 ensure S2 is SECONDARY ALONE by start within 10s\n    admin 'hsb set secondary alone' in doubt ask\n}\n\n\
                 on failure { }\n";
    let ended = pair.run(&runbook(&pair, steps), &[]);
    let records = records(&pair);
    let unknown = kinds(&records, "outcome").into_iter().filter(|it| it["body"]["outcome"] == "unknown").count();
    assert_eq!(unknown, 0, "{}", ended.output());
}

#[test]
fn a_status_that_is_asked_for_is_answered_whatever_its_code() {
    let pair = pair(&[]);
    let steps = DISCONNECT.replace("within 5s\n", "within 5s\n    admin 'hsb status connect'\n");
    assert_code(&pair.run(&runbook(&pair, &steps), &[]), 0);
    let told = records(&pair).iter().any(|record| record["body"]["text"] == "BROKEN");
    assert!(told, "what it answered is in the journal");
}

#[test]
fn a_port_that_still_accepts_when_the_server_is_gone_does_not_prove_that_it_is_down() {
    let pair = pair(&[]);
    between(&pair, "S2", "nothing", None);
    let steps = "step 1 \"Stop S2\" on S2 {\n    admin 'shutdown force'\n    wait until S2 is DOWN within 3s\n}\n\n\
                 on failure { }\n";
    let ended = pair.run(&runbook(&pair, steps), &[]);
    assert_code(&ended, 23);
    assert!(ended.took < Duration::from_secs(20), "{:?}", ended.took);
    let down = records(&pair).iter().any(|record| record.to_string().contains("\"DOWN\""));
    assert!(!down, "nobody said that it is DOWN\n{}", ended.output());
}

#[test]
fn sigterm_in_a_wait_ends_the_run_after_its_on_failure_and_the_ending_looks_at_its_own_pace() {
    let pair = pair(&[]);
    let proxy = between(&pair, "S1", "hsb state", None);
    let steps = "step 1 \"Wait\" on S1 {\n    admin 'hsb disconnect'\n    wait until S1 is STANDALONE within 10m\n    \
                 if this step fails { stop \"handled\" }\n}\n\n\
                 on failure {\n    wait until S1 is STANDALONE within 2s\n}\n";
    let child = spawn(&mut pair.run_command(&runbook(&pair, steps), &[]));
    wait_for("the wait", Duration::from_secs(20), || !kinds(&records(&pair), "wait-began").is_empty());
    terminate(&child);
    wait_for("the ending", Duration::from_secs(5), || !kinds(&records(&pair), "ending").is_empty());
    let before = proxy.statements();
    let ended = finish(child);
    let asked = proxy.statements() - before;
    assert_code(&ended, 33);
    assert!(asked < 150, "{asked} statements in a wait of two seconds");
    let records = records(&pair);
    assert_eq!(kinds(&records, "interrupted").len(), 1);
    assert!(kinds(&records, "handler").is_empty());
    assert_eq!(kinds(&records, "wait-began").len(), 2, "the ending had its wait");
    assert_eq!(records.last().map(|last| &last["kind"]), Some(&Value::from("ended")));
}

#[test]
fn sigterm_behind_a_lost_answer_lets_it_be_settled_first() {
    let pair = pair(&["DisconnectDelay=1500"]);
    let proxy = between(&pair, "S1", "hsb disconnect", Some(Cut::Answer));
    let child = spawn(&mut pair.run_command(&runbook(&pair, DISCONNECT), &[]));
    wait_for("the lost answer", Duration::from_secs(20), || !kinds(&records(&pair), "settling").is_empty());
    terminate(&child);
    let before = proxy.statements();
    let ended = finish(child);
    assert_code(&ended, 33);
    assert_eq!(kinds(&records(&pair), "settled")[0]["body"]["verdict"], "done");
    assert!(proxy.statements() - before < 400, "it does not ask without a pause: {}", proxy.statements() - before);
    assert_eq!(proxy.came_by(), 1);
}

#[test]
fn a_second_run_on_the_pair_is_refused_as_long_as_the_first_one_lives() {
    let pair = pair(&[]);
    let waits =
        runbook(&pair, "step 1 \"Wait\" on S1 {\n    wait until S1 is STANDALONE within 10m\n}\n\non failure { }\n");
    let mut first = spawn(&mut pair.run_command(&waits, &[]));
    wait_for("the wait", Duration::from_secs(20), || !kinds(&records(&pair), "wait-began").is_empty());
    let second = pair.run(&waits, &[]);
    assert_code(&second, 12);
    assert!(second.stderr.contains("another run has the pair"), "{}", second.output());
    first.kill().expect("because it is our child");
    first.wait().expect("because it is our child");
    assert_eq!(kinds(&records(&pair), "begin").len(), 1, "the second one left no journal");
    let third = pair.run(&runbook(&pair, DISCONNECT), &[]);
    assert_code(&third, 0);
}

#[test]
fn a_journal_that_is_full_stops_the_run_before_the_next_command() {
    let pair = pair(&[]);
    let insert = "    sql 'INSERT INTO T (N) VALUES (1)'\n".repeat(60);
    let steps =
        format!("step 1 \"Write\" on S1 {{\n    sql 'CREATE TABLE T (N INTEGER)'\n{insert}}}\n\non failure {{ }}\n");
    let text = runbook(&pair, &steps);
    let wanted = pair.run_command(&text, &[]);
    // A file may grow to 24 KiB; a write beyond that fails as on a full disk.
    let mut command = Command::new("bash");
    command.args(["-c", "trap '' XFSZ; ulimit -f 24; exec \"$@\"", "limited"]);
    command.arg(wanted.get_program()).args(wanted.get_args());
    let ended = run(&mut command);
    assert_code(&ended, 35);
    let intents = kinds(&records(&pair), "intent").len();
    let rows = count(&pair, "S1");
    assert!(rows < 60 && rows > 0, "it went on without a record: {rows} rows");
    // The table is the first intent.
    assert!(rows < intents, "{rows} rows of {intents} intents: every one was recorded before it was sent");
    assert!(ended.stderr.contains("hsb state"), "{}", ended.output());
    assert!(kinds(&records(&pair), "ended").is_empty());
}

#[test]
fn a_console_that_nobody_reads_does_not_hold_up_the_run() {
    let pair = pair(&[]);
    let talks = format!("    notify \"{}\"\n", "x".repeat(400)).repeat(400);
    let steps = format!("step 1 \"Talk\" on S1 {{\n{talks}}}\n\non failure {{ }}\n");
    let child = spawn(&mut pair.run_command(&runbook(&pair, &steps), &[]));
    // Nothing is read of its standard output, which is far longer than a pipe.
    wait_for("the end", Duration::from_secs(20), || !kinds(&records(&pair), "ended").is_empty());
    let ended = finish(child);
    assert_code(&ended, 0);
    assert!(ended.stdout.len() > 100_000, "all of it is told in the end: {} bytes", ended.stdout.len());
}

/// The rows of T.
fn count(pair: &Pair, server: &str) -> usize {
    let mut server = Server::new(Target::new(pair.connection_string(server), None));
    let mut has = |least: usize| {
        let query = format!("SELECT 1 FROM (SELECT COUNT(*) AS C FROM T) AS A WHERE C >= {least}");
        server.answers(&query, &[], Duration::from_secs(5)).expect("because the server answers")
    };
    (1..).take_while(|least| has(*least)).count()
}

/// Two commands that part and join the pair; nothing of them may be sent.
const NEVER: &str = "step prepare \"Silence the watchdog\" {\n    watchdog off\n}\n\n\
                     step 1 \"Apart\" on S1 {\n    admin 'hsb disconnect'\n}\n\n\
                     on success {\n    watchdog on\n}\non failure {\n    notify \"an ending\"\n    watchdog on\n}\n";

#[test]
fn a_pair_in_other_states_than_declared_is_not_touched() {
    let pair = pair(&[]);
    let proxy = between(&pair, "S1", "hsb disconnect", None);
    let text = "language 1\nrunbook \"Test\"\n\nserver S1: SECONDARY ACTIVE -> any\nserver S2: PRIMARY ACTIVE -> any\n";
    let ended = pair.run(&pair.runbook(&format!("{text}\n{NEVER}")), &[]);
    assert_code(&ended, 10);
    assert_eq!(proxy.came_by(), 0);
    assert!(kinds(&records(&pair), "intent").is_empty());
    assert!(pair.status().contains("S1  PRIMARY ACTIVE"), "{}", pair.status());
}

/// A script of the site, in the folder of the pair.
fn script(pair: &Pair, name: &str, body: &str) -> PathBuf {
    let path = pair.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("because the folder is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("because the file is ours");
    path
}

/// Changes the list of commands with which the site turns its watchdog off.
fn watchdog_off(pair: &Pair, change: impl Fn(&str) -> String) {
    pair.edit_site(|site| {
        let line = site.lines().find(|line| line.starts_with("  off: ")).expect("because `sim up` wrote it").to_owned();
        let own = line.strip_prefix("  off: [").and_then(|rest| rest.strip_suffix(']'));
        site.replace(&line, &format!("  off: [{}]", change(own.expect("because it is a list"))))
    });
}

fn watchdog_is_on(pair: &Pair) -> bool {
    run(Command::new(crate::support::pair::HSBRUN).args(["sim", "watchdog"]).arg(pair.path()).arg("status")).code
        == Some(0)
}

fn argv(path: &Path) -> String {
    format!("[\"{}\"]", path.display())
}

#[test]
fn roles_that_the_watchdog_has_switched_while_it_was_silenced_keep_the_run_from_starting() {
    let pair = pair(&[]);
    let (asked, go) = (pair.path().join("asked"), pair.path().join("go"));
    let waits = format!(
        "touch '{}'\nn=0\nwhile [ ! -e '{}' ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done",
        asked.display(),
        go.display()
    );
    let late = script(&pair, "late-switch", &waits);
    watchdog_off(&pair, |own| format!("{}, {own}", argv(&late)));
    let proxy = between(&pair, "S1", "hsb disconnect", None);
    let s2 = pair.connection_string("S2");
    let child = spawn(&mut pair.run_command(&runbook(&pair, NEVER), &[]));
    wait_for("the silencing", Duration::from_secs(20), || asked.exists());
    let mut server = Server::new(Target::new(s2, None));
    server.command("hsb switch primary", Duration::from_secs(5)).expect("because the pair is connected");
    wait_for("the switch", Duration::from_secs(10), || pair.status().contains("S2  PRIMARY ACTIVE"));
    fs::write(&go, "").expect("because the folder is ours");
    let ended = finish(child);
    assert_code(&ended, 10);
    assert_eq!(proxy.came_by(), 0, "nothing was sent");
    assert!(watchdog_is_on(&pair), "the watchdog was put back");
    let records = records(&pair);
    assert!(kinds(&records, "ending").is_empty(), "no ending runs");
    assert!(
        kinds(&records, "intent").iter().all(|intent| intent["body"]["command"]["watchdog"].is_string()),
        "{records:#?}"
    );
}

#[test]
fn a_watchdog_that_is_off_at_one_machine_only_is_put_on_again_and_is_not_called_on() {
    let pair = pair(&[]);
    let refuses = script(&pair, "refuses", "exit 3");
    watchdog_off(&pair, |own| format!("{own}, {}", argv(&refuses)));
    let ended = pair.run(&runbook(&pair, NEVER), &[]);
    assert_code(&ended, 20);
    assert!(watchdog_is_on(&pair), "{}", ended.output());
}

#[test]
fn a_frozen_server_holds_up_a_look_for_one_call_and_not_for_each_question() {
    let pair = pair(&[]);
    let steps = "step 1 \"Apart\" on S1 {\n    notify \"begun\"\n    run freeze\n    admin 'hsb disconnect'\n}\n\n\
                 on failure { }\n";
    let pid = pair.pid("S1").as_raw_nonzero();
    let freeze = script(&pair, "freeze", &format!("kill -STOP {pid}"));
    pair.edit_site(|site| {
        let line = "    host: local\n";
        site.replacen(line, &format!("{line}    commands: {{freeze: {}}}\n", argv(&freeze)), 1)
    });
    let ended = pair.run(&runbook(&pair, steps), &[]);
    assert_code(&ended, 23);
    let records = records(&pair);
    let at = |record: &Value| record["ms"].as_u64().expect("because every record has its time");
    let refused = kinds(&records, "outcome").into_iter().next_back().expect("because a command was refused");
    assert_eq!(refused["body"]["by"], "guard", "{records:#?}");
    let frozen = kinds(&records, "outcome")[0];
    let took = at(refused) - at(frozen);
    assert!(took < 4000, "the guard looked for {took} ms, with a call limit of 2 s");
}
