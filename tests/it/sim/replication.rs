//! What becomes of commits: replicated, caught up, pending, refused where histories differ, never lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rustix::process::Signal;

use super::client::Client;
use super::server::{Server, Two, numbers, wait_for};

#[test]
fn a_commit_that_was_acknowledged_is_on_the_secondary() {
    let two = Two::connected("6.5", &[]);
    let (client, reader) = (two.first.client(), two.second.client());
    for number in 0..50 {
        client.sql(&format!("INSERT INTO T VALUES ({number})"));
        assert_eq!(reader.sql("SELECT MAX(N) FROM T"), [[number.to_string()]]);
    }
    assert_eq!(two.first.admin("hsb logpos").1.replace("PRIMARY", "SECONDARY"), two.second.admin("hsb logpos").1);
    assert!(reader.refused("INSERT INTO T VALUES (99)").contains("10045"));
}

#[test]
fn what_was_committed_alone_is_caught_up() {
    let two = Two::alone("6.5", &[]);
    two.insert(0..300);
    assert_eq!(numbers(&two.second), [0u32; 0]);
    two.connect();
    assert_eq!(numbers(&two.second), (0..300).collect::<Vec<_>>());
    assert_eq!(two.second.admin("hsb state").1, "SECONDARY ACTIVE");
}

#[test]
fn a_transaction_goes_over_whole() {
    let two = Two::connected("6.5", &[]);
    let client = two.first.client();
    client.sql("BEGIN");
    client.sql("INSERT INTO T VALUES (1)");
    client.sql("INSERT INTO T VALUES (2)");
    assert_eq!(numbers(&two.second), [0u32; 0]);
    client.sql("COMMIT");
    assert_eq!(numbers(&two.second), [1, 2]);
    client.sql("BEGIN");
    client.sql("INSERT INTO T VALUES (3)");
    client.sql("ROLLBACK");
    client.sql("CREATE TABLE U (N INTEGER, S VARCHAR(10))");
    assert_eq!(two.second.client().sql("SELECT COUNT(*) FROM U"), [["0"]]);
    assert_eq!(numbers(&two.second), [1, 2]);
}

#[test]
fn a_netcopy_brings_everything_while_the_primary_serves_on() {
    let two = Two::alone("6.5", &["NetcopyDelay=600"]);
    two.insert(0..10);
    two.second.client().sql("SELECT 1");
    let session = two.second.client();
    two.first.does("hsb netcopy");
    two.first.wait_for("hsb status copy", "ACTIVE");
    wait_for("the receiver takes no clients", || {
        Client::connect(two.second.port).is_err_and(|error| error.to_string().contains("14552"))
    });
    assert!(session.query("SELECT 1").is_err(), "its sessions are lost");
    two.insert(10..20);
    assert_eq!(two.first.admin("hsb netcopy").0, 14703);
    assert_eq!(two.first.admin("hsb connect").0, 14703);
    two.first.wait_for("hsb status copy", "SUCCESS");
    assert_eq!(numbers(&two.second), (0..10).collect::<Vec<_>>(), "as it was when the copy began");
    two.connect();
    assert_eq!(numbers(&two.second), (0..20).collect::<Vec<_>>());
}

#[test]
fn a_broken_netcopy_leaves_an_incomplete_database() {
    let two = Two::alone("6.5", &["NetcopyDelay=5000"]);
    two.first.does("hsb netcopy");
    two.first.wait_for("hsb status copy", "ACTIVE");
    wait_for("the old database is gone", || two.second.dir.join("solid.db.incomplete").exists());
    two.second.kill();
    two.first.wait_for("hsb status copy", "ERROR 14503");
    assert_eq!(two.first.state(), "PRIMARY ALONE");
    let (code, said) = two.second.start(&[]);
    assert_eq!(code, 24);
    assert!(said.contains("broken HSB copy"), "{said}");
    two.second.must_start(&["-x", "backupserver"]);
    two.first.write_ini(two.second.port, &["NetcopyDelay=10"]);
    two.first.stop();
    two.first.must_start(&[]);
    two.first.does("hsb set primary alone");
    two.netcopy();
    two.connect();
}

#[test]
fn histories_that_differ_do_not_connect() {
    let two = Two::alone("6.5", &[]);
    two.insert(0..3);
    two.second.does("hsb set primary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14700);
    two.second.client().sql("INSERT INTO T VALUES (0)");
    two.second.does("hsb set secondary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14525, "both have commits that the other one lacks");
    two.first.does("hsb set secondary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14701);
    two.second.does("hsb set primary alone");
    assert_eq!(two.second.admin("hsb connect").0, 14525, "from this side too");
    two.second.does("hsb set secondary alone");
    two.first.does("hsb set primary alone");
    two.netcopy();
    two.connect();
    assert_eq!(numbers(&two.second), [0, 1, 2]);
}

#[test]
fn a_standalone_server_keeps_no_log() {
    let two = Two::alone("6.5", &[]);
    two.first.does("hsb set standalone");
    assert_eq!(two.first.admin("hsb connect").0, 14707);
    two.insert(0..3);
    two.first.does("hsb set primary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14708);
    two.netcopy();
    two.connect();
}

#[test]
fn databases_of_different_bases_do_not_connect() {
    let two = Two::alone("6.5", &[]);
    two.second.stop();
    std::fs::remove_file(two.second.dir.join("solid.db")).expect("because it is there");
    two.second.must_start(&["-Udba", "-Pdba"]);
    assert_eq!(two.first.admin("hsb connect").0, 14524);
}

#[test]
fn a_lost_secondary_leaves_the_primary_uncertain_or_alone_as_configured() {
    for (setting, state) in [("AutoPrimaryAlone=no", "PRIMARY UNCERTAIN"), ("AutoPrimaryAlone=yes", "PRIMARY ALONE")] {
        let two = Two::connected("6.5", &[setting]);
        two.second.kill();
        two.first.wait_for("hsb state", state);
        let outcome = two.first.client().query("INSERT INTO T VALUES (1)");
        assert_eq!(outcome.is_ok(), state == "PRIMARY ALONE", "{outcome:?}");
        if let Err(error) = outcome {
            assert!(error.to_string().contains("10089"), "{error}");
        }
    }
}

#[test]
fn a_lost_primary_leaves_a_secondary_that_can_take_over() {
    let two = Two::connected("6.5", &[]);
    two.insert(0..20);
    two.first.kill();
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    two.second.does("hsb set primary alone");
    two.second.client().sql("INSERT INTO T VALUES (100)");
    two.first.must_start(&[]);
    assert_eq!(two.first.state(), "SECONDARY ALONE", "whatever it was before");
    two.second.does("hsb connect");
    two.first.wait_for("hsb state", "SECONDARY ACTIVE");
    assert_eq!(numbers(&two.first).len(), 21);
}

#[test]
fn a_commit_that_the_frozen_secondary_does_not_acknowledge_is_pending_until_it_is_decided() {
    let two = Two::connected("6.5", &["PingInterval=100", "PingTimeout=500"]);
    two.second.signal(Signal::STOP);
    std::thread::scope(|scope| {
        let pending = scope.spawn(|| two.first.client().query("INSERT INTO T VALUES (1)"));
        two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
        assert!(!pending.is_finished());
        assert_eq!(two.first.client().sql("SELECT COUNT(*) FROM T"), [["0"]]);
        two.first.does("hsb set primary alone");
        pending.join().expect("because it does not panic").expect("because it is committed now");
    });
    assert_eq!(numbers(&two.first), [1]);
    two.second.signal(Signal::CONT);
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    two.connect();
    assert_eq!(numbers(&two.second), [1]);
}

#[test]
fn a_netcopy_to_a_frozen_receiver_ends_by_its_time_limit() {
    let two = Two::alone("6.5", &["NetcopyDelay=400", "NetcopyRpcTimeout=600", "PingInterval=100"]);
    two.first.does("hsb netcopy");
    wait_for("the copy is under way", || two.second.dir.join("solid.db.incomplete").exists());
    two.second.signal(Signal::STOP);
    two.first.wait_for("hsb status copy", "ERROR 14503");
    two.insert(0..3);
    two.second.signal(Signal::CONT);
    // It may find everything in its buffers, and complete what the sender has given up.
    wait_for("the receiver has done with it", || {
        let messages = two.second.messages();
        messages.contains(" 30573 ") || messages.matches(" 30570 ").count() == 2
    });
    two.netcopy();
    two.connect();
    assert_eq!(numbers(&two.second), [0, 1, 2]);
}

#[test]
fn a_catchup_to_a_frozen_secondary_ends_and_the_primary_stays_alone() {
    let two = Two::alone("6.5", &["CatchupDelay=300", "PingInterval=100", "PingTimeout=500"]);
    two.first.does("hsb connect");
    two.first.wait_for("hsb status connect", "CATCHUP");
    two.second.signal(Signal::STOP);
    two.first.wait_for("hsb status connect", "BROKEN");
    assert_eq!(two.first.state(), "PRIMARY ALONE");
    two.insert(0..3);
    two.second.signal(Signal::CONT);
    two.second.wait_for("hsb status connect", "BROKEN");
    two.connect();
    assert_eq!(numbers(&two.second), [0, 1, 2]);
}

#[test]
fn a_switch_that_freezes_makes_no_second_primary() {
    for frozen in [0, 1] {
        let two =
            Two::connected("6.5", &["SwitchDelay=200", "PingInterval=100", "PingTimeout=500", "AutoPrimaryAlone=yes"]);
        let (victim, other) = if frozen == 0 { (&two.first, &two.second) } else { (&two.second, &two.first) };
        two.second.does("hsb switch primary");
        two.first.wait_for("hsb status switch", "ACTIVE");
        victim.signal(Signal::STOP);
        other.wait_for("hsb status switch", "ERROR 14537");
        assert_eq!(other.state(), "SECONDARY ALONE");
        other.does("hsb set primary alone");
        victim.signal(Signal::CONT);
        victim.wait_for("hsb status connect", "BROKEN");
        assert_eq!(victim.state(), "SECONDARY ALONE", "server {frozen}");
    }
}

#[test]
fn a_connect_commits_what_was_pending_on_both() {
    let two = Two::connected("6.5", &["PingInterval=100", "PingTimeout=500"]);
    two.second.signal(Signal::STOP);
    std::thread::scope(|scope| {
        let pending = scope.spawn(|| two.first.client().query("INSERT INTO T VALUES (1)"));
        two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
        two.second.signal(Signal::CONT);
        two.second.wait_for("hsb state", "SECONDARY ALONE");
        two.connect();
        pending.join().expect("because it does not panic").expect("because it is committed now");
    });
    assert_eq!(numbers(&two.first), [1]);
    assert_eq!(numbers(&two.second), [1]);
}

#[test]
fn what_is_pending_is_given_up_by_a_primary_that_becomes_secondary() {
    let two = Two::connected("6.5", &["PingInterval=100", "PingTimeout=500"]);
    two.second.signal(Signal::STOP);
    std::thread::scope(|scope| {
        let pending = scope.spawn(|| two.first.client().query("INSERT INTO T VALUES (1)"));
        two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
        two.first.does("hsb set secondary alone");
        let said = pending.join().expect("because it does not panic").expect_err("because it is not decided");
        assert!(said.to_string().contains("not known"), "{said}");
    });
    two.second.signal(Signal::CONT);
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    two.second.does("hsb set primary alone");
    two.second.does("hsb connect");
    two.first.wait_for("hsb state", "SECONDARY ACTIVE");
    assert_eq!(numbers(&two.first), numbers(&two.second), "the peer's word is final");
}

/// Each round: commits at full speed, a kill among them, the other one goes on, the killed one comes back.
#[test]
fn kills_under_load_lose_and_double_nothing() {
    let two = Two::connected("6.5", &["AutoPrimaryAlone=yes"]);
    let mut servers = [&two.first, &two.second];
    let mut acknowledged: BTreeSet<u32> = BTreeSet::new();
    let mut next = 0;
    for round in 0..4 {
        let [primary, secondary] = servers;
        let kill_primary = round % 2 == 0;
        let (survivor, fallen) = if kill_primary { (secondary, primary) } else { (primary, secondary) };
        let reached = commit_until_killed(primary, fallen, next, 25 + 13 * round);
        acknowledged.extend(next..reached);
        next = reached + 1;
        if kill_primary {
            survivor.wait_for("hsb state", "SECONDARY ALONE");
            survivor.does("hsb set primary alone");
        }
        survivor.wait_for("hsb state", "PRIMARY ALONE");
        fallen.must_start(&[]);
        survivor.does("hsb connect");
        survivor.wait_for("hsb state", "PRIMARY ACTIVE");
        fallen.wait_for("hsb state", "SECONDARY ACTIVE");
        servers = [survivor, fallen];
    }
    let held = numbers(servers[0]);
    assert_eq!(held, numbers(servers[1]));
    let distinct: BTreeSet<u32> = held.iter().copied().collect();
    assert_eq!(distinct.len(), held.len(), "doubled");
    assert_eq!(acknowledged.difference(&distinct).collect::<Vec<_>>(), Vec::<&u32>::new(), "lost");
}

/// Commits numbers from `first` on, kills a server when `count` are acknowledged, and some more; the number that was
/// not acknowledged any more.
fn commit_until_killed(primary: &Server, victim: &Server, first: u32, count: u32) -> u32 {
    let (stop, number) = (AtomicBool::new(false), AtomicU32::new(first));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let client = primary.client();
            let insert = |number| client.query(&format!("INSERT INTO T VALUES ({number})"));
            while !stop.load(Ordering::Relaxed) && insert(number.load(Ordering::Relaxed)).is_ok() {
                number.fetch_add(1, Ordering::Relaxed);
            }
        });
        wait_for("the load", || number.load(Ordering::Relaxed) >= first + count);
        victim.kill();
        stop.store(true, Ordering::Relaxed);
    });
    number.into_inner()
}
