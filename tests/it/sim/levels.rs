//! What a commit is promised: durability levels, what the Secondary acknowledges, and what a session asks for itself.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::server::{Server, Single, Two, numbers, wait_for};

/// What is acknowledged and not written stays so until something else writes it.
const HELD: [&str; 3] = ["LogDelay=3600000", "RelaxedMaxDelay=3600000", "CheckpointDelay=3600000"];

/// A Primary by itself that writes nothing before it must; its table is written.
fn alone(durability: &str) -> Single {
    let single = Single::start("6.5", &[&HELD[..], &[durability]].concat());
    single.server.does("hsb set primary alone");
    single.server.client().sql("CREATE TABLE T (N INTEGER NOT NULL PRIMARY KEY)");
    assert_eq!(numbers(&single.server), [0u32; 0]);
    single
}

fn insert(server: &Server, range: std::ops::Range<u32>) {
    let client = server.client();
    for number in range {
        client.sql(&format!("INSERT INTO T VALUES ({number})"));
    }
}

fn kill_and_start(server: &Server) {
    server.kill();
    server.must_start(&[]);
}

fn until(end: u32) -> Vec<u32> {
    (0..end).collect()
}

#[test]
fn a_kill_loses_of_relaxed_commits_what_was_not_written_and_nothing_else() {
    let single = alone("DurabilityLevel=1");
    let server = &single.server;
    insert(server, 0..3);
    assert_eq!(numbers(server), until(3), "what somebody has read is written");
    insert(server, 3..6);
    kill_and_start(server);
    assert_eq!(numbers(server), until(3), "acknowledged, and lost");
    server.does("hsb set primary alone");
    insert(server, 3..6);
    server.does("makecp");
    insert(server, 6..7);
    kill_and_start(server);
    assert_eq!(numbers(server), until(6), "a checkpoint writes everything");
}

#[test]
fn strict_commits_survive_a_kill_and_so_does_everything_before_one() {
    let single = alone("DurabilityLevel=3");
    insert(&single.server, 0..3);
    kill_and_start(&single.server);
    assert_eq!(numbers(&single.server), until(3));

    let single = alone("DurabilityLevel=1");
    let client = single.server.client();
    insert(&single.server, 0..3);
    client.sql("SET DURABILITY STRICT");
    client.sql("INSERT INTO T VALUES (3)");
    client.sql("SET DURABILITY DEFAULT");
    client.sql("INSERT INTO T VALUES (4)");
    kill_and_start(&single.server);
    assert_eq!(numbers(&single.server), until(4));
}

#[test]
fn a_transaction_of_several_statements_is_lost_or_kept_whole() {
    let single = alone("DurabilityLevel=1");
    let server = &single.server;
    let client = server.client();
    insert(server, 0..2);
    for statement in ["BEGIN", "INSERT INTO T VALUES (2)", "INSERT INTO T VALUES (3)", "COMMIT"] {
        client.sql(statement);
    }
    assert!(
        client.refused("INSERT INTO T VALUES (0)").contains("10005"),
        "and a statement that fails takes nothing along"
    );
    kill_and_start(server);
    assert_eq!(numbers(server), until(2), "what stood before it was written when it began");
}

#[test]
fn relaxed_commits_are_written_a_moment_later_and_by_an_orderly_end() {
    let single = alone("DurabilityLevel=1");
    let server = &single.server;
    server.does("parameter Sim.LogDelay=20");
    insert(server, 0..3);
    let file = || Connection::open(server.dir.join("solid.db")).expect("because it is there");
    let written = || file().query_row("SELECT COUNT(*) FROM T", [], |row| row.get::<_, i64>(0)).unwrap_or_default();
    wait_for("they are written", || written() == 3);
    server.does("parameter Sim.LogDelay=3600000");
    insert(server, 3..6);
    assert_eq!(written(), 3);
    server.stop();
    server.must_start(&[]);
    assert_eq!(numbers(server), until(6));
}

#[test]
fn adaptive_is_strict_alone_and_relaxed_on_a_one_safe_primary_that_is_connected() {
    let single = alone("DurabilityLevel=2");
    insert(&single.server, 0..3);
    kill_and_start(&single.server);
    assert_eq!(numbers(&single.server), until(3));

    let two = Two::connected("6.5", &[&HELD[..], &["SafenessLevel=1safe"]].concat());
    two.insert(0..3);
    kill_and_start(&two.first);
    assert_eq!(numbers(&two.first), [0u32; 0]);
    assert_eq!(numbers(&two.second), [0u32; 0], "a Secondary is never further than the Primary's file");
    two.first.does("hsb set primary alone");
    two.connect();
    two.first.does("parameter HotStandby.SafenessLevel=2safe");
    two.insert(0..3);
    for server in [&two.first, &two.second] {
        server.kill();
        server.must_start(&[]);
        assert_eq!(numbers(server), until(3), "two-safe, nothing is lost by the end of both");
    }
}

#[test]
fn a_session_asks_for_its_own_safeness() {
    let two = Two::connected("6.5", &["ShipDelay=3600000", "1SafeMaxDelay=3600000"]);
    let client = two.first.client();
    client.sql("SET SAFENESS 1SAFE");
    client.sql("INSERT INTO T VALUES (0)");
    assert_eq!(numbers(&two.second), [0u32; 0], "acknowledged, and not sent");
    two.insert(1..2);
    assert_eq!(numbers(&two.second), until(2), "another session's two-safe commit takes it along");
    client.sql("SET SAFENESS DEFAULT");
    client.sql("INSERT INTO T VALUES (2)");
    assert_eq!(numbers(&two.second), until(3));
    two.first.does("parameter HotStandby.SafenessLevel=auto");
    client.sql("SET DURABILITY RELAXED");
    client.sql("INSERT INTO T VALUES (3)");
    assert_eq!(numbers(&two.second), until(3), "auto: a relaxed commit is one-safe");
    assert!(client.refused("SET SAFENESS 3SAFE").contains("200"));
}

/// How long a commit takes while the Secondary cannot execute it.
fn commit_while_the_secondary_is_held(policy: &str) -> Duration {
    let two = Two::connected("6.5", &[policy]);
    let held = Connection::open(two.second.dir.join("solid.db")).expect("because it is there");
    held.execute_batch("BEGIN IMMEDIATE").expect("because nobody writes there");
    let began = Instant::now();
    std::thread::scope(|scope| {
        let commit = scope.spawn(|| {
            two.insert(0..1);
            began.elapsed()
        });
        // For a commit that does not wait to come to its end, however slow the machine.
        std::thread::sleep(HOLD);
        drop(held);
        let took = commit.join().expect("because the commit is taken");
        wait_for("the Secondary has it", || numbers(&two.second) == [0]);
        took
    })
}

const HOLD: Duration = Duration::from_millis(800);

#[test]
fn the_secondary_acknowledges_a_commit_as_the_policy_says() {
    let received = commit_while_the_secondary_is_held("2SafeAckPolicy=1");
    assert!(received < HOLD, "received is enough: {received:?}");
    for policy in ["2SafeAckPolicy=2", "2SafeAckPolicy=3"] {
        let executed = commit_while_the_secondary_is_held(policy);
        assert!(executed >= HOLD, "{policy}: {executed:?}");
    }
}
