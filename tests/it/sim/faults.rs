//! Faults that are asked for from outside with `hsbrun sim fault`: each does what it says, as often as it was asked for.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::client::Client;
use super::server::{HSBRUN, Two, numbers, wait_for};

/// `hsbrun sim fault` on the pair: exit code and what it printed.
fn fault(two: &Two, words: &[&str]) -> (Option<i32>, String) {
    let dir = two.first.dir.parent().expect("because both servers are in one folder");
    let mut command = Command::new(HSBRUN);
    command.args(["sim", "fault"]).arg(dir).args(words).stdin(Stdio::null());
    let output = command.output().expect("because the command under test was built");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn must_fault(two: &Two, words: &[&str]) {
    let (code, said) = fault(two, words);
    assert_eq!(code, Some(0), "{words:?}: {said}");
}

const PINGS: [&str; 2] = ["PingInterval=50", "PingTimeout=400"];

#[test]
fn a_cut_link_is_noticed_and_refuses_connections_until_it_is_resumed() {
    let two = Two::connected("6.5", &[]);
    must_fault(&two, &["link", "cut"]);
    two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    assert_eq!(two.first.admin("hsb connect").0, 14503);
    assert_eq!(two.second.admin("hsb connect").0, 14503);
    two.first.does("hsb set primary alone");
    assert_eq!(two.first.admin("hsb netcopy").0, 21306);
    must_fault(&two, &["link", "resume"]);
    two.connect();
}

#[test]
fn a_link_that_is_cut_in_a_netcopy_leaves_an_incomplete_database() {
    let two = Two::alone("6.5", &["NetcopyDelay=5000"]);
    two.first.does("hsb netcopy");
    wait_for("the copy is under way", || two.second.dir.join("solid.db.incomplete").exists());
    must_fault(&two, &["link", "cut"]);
    two.first.wait_for("hsb status copy", "ERROR 14503");
    assert_eq!(two.first.state(), "PRIMARY ALONE");
    assert!(Client::connect(two.second.port).is_err_and(|error| error.to_string().contains("14552")));
}

#[test]
fn a_half_open_link_is_noticed_by_the_ping_timeout_alone() {
    let two = Two::connected("6.5", &PINGS);
    must_fault(&two, &["link", "half-open"]);
    two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    assert!(two.first.messages().contains(" 30555 "), "the ping timeout is in the log");
    must_fault(&two, &["link", "resume"]);
    two.connect();
}

#[test]
fn what_a_half_open_link_held_comes_when_it_is_resumed_in_time() {
    let two = Two::connected("6.5", &["PingInterval=50", "PingTimeout=15000"]);
    must_fault(&two, &["link", "half-open"]);
    // The servers look for the order every 20 milliseconds; from then on no commit is acknowledged.
    std::thread::scope(|scope| {
        let client = two.first.client();
        let mut number = 0;
        let pending = loop {
            number += 1;
            let sql = format!("INSERT INTO T VALUES ({number})");
            let commit = scope.spawn({
                let client = two.first.client();
                move || client.query(&sql).map(|_| ())
            });
            std::thread::sleep(Duration::from_millis(100));
            if !commit.is_finished() {
                break commit;
            }
        };
        assert_eq!(client.admin("hsb state").1, "PRIMARY ACTIVE");
        must_fault(&two, &["link", "resume"]);
        pending.join().expect("because it does not panic").expect("because the Secondary has it now");
        assert_eq!(numbers(&two.first), numbers(&two.second));
    });
}

#[test]
fn a_slow_link_makes_every_commit_wait_and_loses_none() {
    let two = Two::connected("6.5", &[]);
    must_fault(&two, &["link", "slow", "60"]);
    let client = two.first.client();
    let began = Instant::now();
    let mut number = 0;
    wait_for("a commit takes the way there and back", || {
        let began = Instant::now();
        number += 1;
        client.sql(&format!("INSERT INTO T VALUES ({number})"));
        began.elapsed().as_millis() >= 120
    });
    assert!(began.elapsed().as_millis() >= 120);
    assert_eq!(numbers(&two.second).len(), number);
    assert_eq!(two.first.state(), "PRIMARY ACTIVE");
}

#[test]
fn a_netcopy_fails_once_and_then_succeeds() {
    let two = Two::alone("6.5", &[]);
    must_fault(&two, &["copy-fails"]);
    two.first.does("hsb netcopy");
    two.first.wait_for("hsb status copy", "ERROR 14503");
    assert!(Client::connect(two.second.port).is_err_and(|error| error.to_string().contains("14552")));
    two.netcopy();
    two.connect();
}

#[test]
fn a_catchup_fails_twice_and_then_succeeds() {
    let two = Two::alone("6.5", &[]);
    two.insert(0..5);
    must_fault(&two, &["catchup-fails", "--count", "2"]);
    for _ in 0..2 {
        let ended = || [&two.first, &two.second].map(|server| server.messages().matches(" 30535 ").count());
        let before = ended();
        two.first.does("hsb connect");
        wait_for("both have it in the log", || ended().iter().zip(before).all(|(now, before)| *now > before));
        two.first.wait_for("hsb status connect", "BROKEN");
        two.second.wait_for("hsb status connect", "BROKEN");
        assert_eq!([two.first.state(), two.second.state()], ["PRIMARY ALONE", "SECONDARY ALONE"]);
        assert_eq!(numbers(&two.second), [0u32; 0]);
    }
    two.connect();
    assert_eq!(numbers(&two.second).len(), 5);
}

#[test]
fn a_switch_fails_into_two_secondaries() {
    for (name, commanded) in [("S2", "hsb switch primary"), ("S1", "hsb switch secondary")] {
        let two = Two::connected("6.5", &[]);
        must_fault(&two, &["switch-fails", "--server", name]);
        let server = if name == "S2" { &two.second } else { &two.first };
        server.does(commanded);
        for server in [&two.first, &two.second] {
            server.wait_for("hsb status switch", "ERROR 14537");
            assert_eq!(server.state(), "SECONDARY ALONE");
        }
        two.first.does("hsb set primary alone");
        two.connect();
        two.second.does("hsb switch primary");
        two.second.wait_for("hsb state", "PRIMARY ACTIVE");
    }
}

#[test]
fn a_lost_answer_leaves_the_command_done_and_a_lost_command_undone() {
    let two = Two::alone("6.5", &[]);
    must_fault(&two, &["answer-lost", "hsb set standalone", "--server", "S1"]);
    let error = two.first.client().query("ADMIN COMMAND 'hsb set standalone'").expect_err("because its answer is lost");
    assert!(error.to_string().contains("08"), "the line broke: {error}");
    assert_eq!(two.first.state(), "STANDALONE");
    must_fault(&two, &["command-lost", "hsb set primary alone"]);
    let error = two.first.client().query("ADMIN COMMAND 'hsb  Set primary alone'").expect_err("because it is lost");
    assert!(error.to_string().contains("08"), "the line broke: {error}");
    assert_eq!(two.first.state(), "STANDALONE");
    two.first.does("hsb set primary alone");
    let (_, listed) = fault(&two, &["list"]);
    assert_eq!(listed, "S2  command-lost 1 hsb set primary alone\n", "what is not used up");
    must_fault(&two, &["clear"]);
    assert_eq!(fault(&two, &["list"]).1, "");
}

#[test]
fn a_fault_waits_for_a_server_that_is_down() {
    let two = Two::alone("6.5", &[]);
    two.first.kill();
    must_fault(&two, &["answer-lost", "hsb role"]);
    two.first.must_start(&[]);
    assert!(two.first.client().query("ADMIN COMMAND 'hsb role'").is_err());
    assert_eq!(two.first.admin("hsb role").1, "SECONDARY");
}

#[test]
fn a_fault_of_an_unknown_command_or_server_is_refused_with_a_suggestion() {
    let two = Two::alone("6.5", &[]);
    let (code, said) = fault(&two, &["answer-lost", "hsb netcpy"]);
    assert!(code != Some(0) && said.contains("did you mean 'hsb netcopy'"), "{said}");
    let (code, said) = fault(&two, &["copy-fails", "--server", "S3"]);
    assert!(code != Some(0) && said.contains("S1"), "{said}");
}

#[test]
fn a_load_that_never_pauses_does_not_keep_a_catchup_over_a_slow_link_from_its_end() {
    let two = Two::alone("6.5", &[]);
    must_fault(&two, &["link", "slow", "60"]);
    let (stop, next) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let client = two.first.client();
            while !stop.load(Ordering::Relaxed) {
                client.sql(&format!("INSERT INTO T VALUES ({})", next.fetch_add(1, Ordering::Relaxed)));
            }
        });
        wait_for("the load", || next.load(Ordering::Relaxed) > 100);
        two.first.does("hsb connect");
        let connected = || two.first.state() == "PRIMARY ACTIVE";
        let deadline = Instant::now() + Duration::from_secs(15);
        while !connected() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(connected(), "each round of the catchup finds new commits\n{}", two.first.messages());
    });
    two.second.wait_for("hsb state", "SECONDARY ACTIVE");
    assert_eq!(numbers(&two.first), numbers(&two.second));
}

#[test]
fn a_secondary_is_active_only_when_it_holds_everything_that_was_acknowledged_before() {
    let two = Two::alone("6.5", &[]);
    must_fault(&two, &["link", "slow", "40"]);
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let client = two.first.client();
            while !stop.load(Ordering::Relaxed) {
                client.sql(&format!("INSERT INTO T VALUES ({})", acknowledged.load(Ordering::SeqCst)));
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        });
        let reader = two.second.client();
        wait_for("the load", || acknowledged.load(Ordering::SeqCst) > 100);
        two.first.does("hsb connect");
        wait_for("the Secondary is active", || reader.admin("hsb state").1 == "SECONDARY ACTIVE");
        let wanted = acknowledged.load(Ordering::SeqCst);
        let held: u32 = reader.sql("SELECT COUNT(*) FROM T")[0][0].parse().expect("because a count is a number");
        stop.store(true, Ordering::Relaxed);
        assert!(held >= wanted, "of {wanted} acknowledged commits the Secondary holds {held}");
    });
}
