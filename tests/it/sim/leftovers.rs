//! What a killed process leaves beside its database must not find its way into the database that comes there next.

use std::fs;

use rusqlite::Connection;

use super::server::{Server, Two, numbers, wait_for};

/// As a SIGKILL leaves it between the end of a copy's transfer and its first use: the copy is marked as incomplete, and the
/// engine's journal holds what the copy began with.
fn leave_a_journal(server: &Server) {
    let path = server.dir.join("solid.db");
    let journal = server.dir.join("solid.db-journal");
    let mut connection = Connection::open(&path).expect("because nobody has it open");
    connection.pragma_update(None, "journal_mode", "DELETE").expect("because nobody else has it open");
    connection.pragma_update(None, "cache_size", 5).expect("because the engine has the setting");
    let transaction = connection.transaction().expect("because nobody else writes");
    transaction
        .execute_batch(
            "CREATE TABLE filler AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 200)
             SELECT n, randomblob(500) AS bytes FROM c",
        )
        .expect("because there is room");
    let bytes = fs::read(&journal).expect("because the transaction is larger than its memory");
    drop(transaction);
    drop(connection);
    fs::write(journal, bytes).expect("because there is room");
    fs::write(server.dir.join("solid.db.incomplete"), "").expect("because there is room");
}

#[test]
fn a_journal_of_a_copy_that_was_killed_does_not_touch_the_next_copy() {
    let two = Two::alone("6.5", &[]);
    two.second.stop();
    leave_a_journal(&two.second);
    two.insert(0..300);
    assert_eq!(two.second.start(&[]).0, 24, "an incomplete copy");
    two.second.must_start(&["-x", "backupserver"]);
    two.netcopy();
    assert_eq!(numbers(&two.second), numbers(&two.first));
    two.insert(300..320);
    two.connect();
    assert_eq!(numbers(&two.second), (0..320).collect::<Vec<_>>());
}

#[test]
fn a_log_of_a_killed_server_does_not_touch_what_hsb_copy_puts_in_its_place() {
    let two = Two::connected("6.5", &["BackupDelay=0", "AutoPrimaryAlone=yes"]);
    two.insert(0..50);
    two.second.kill();
    assert!(
        two.second.dir.join("solid.db-wal").metadata().is_ok_and(|file| file.len() > 0),
        "the engine's log is there"
    );
    two.first.wait_for("hsb state", "PRIMARY ALONE");
    two.insert(50..400);
    let copy = format!("hsb copy {}", two.second.dir.display());
    two.second.must_start(&[]);
    assert_eq!(two.first.admin(&copy).0, 10024, "a server works there");
    two.second.kill();
    two.first.does(&copy);
    // SUCCESS may still be that of the copy that made the pair; the log goes before the new database comes.
    let [database, log] = ["solid.db", "solid.db-wal"].map(|name| two.second.dir.join(name));
    wait_for("the copy stands there", || database.exists() && !log.exists());
    two.first.wait_for("hsb status copy", "SUCCESS");
    two.second.must_start(&[]);
    assert_eq!(numbers(&two.second), (0..400).collect::<Vec<_>>(), "as it was when the copy began");
    two.connect();
}
