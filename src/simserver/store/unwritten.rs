//! Commits with relaxed durability: several of them in one transaction of the engine, acknowledged one by one, written
//! together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::job::Parcel;

/// So many commits are written before their time: what is not written takes memory.
const MOST: usize = 1000;

/// What was acknowledged and is not written.
#[derive(Debug)]
pub(super) struct Unwritten {
    /// Raised while there is something.
    raised: Arc<AtomicBool>,
    since: Option<Instant>,
    commits: usize,
    /// Goes to the Secondary once it is written: a Secondary is never further than a Primary that was killed.
    parcels: Vec<Parcel>,
}

impl Unwritten {
    pub fn new(raised: Arc<AtomicBool>) -> Unwritten {
        Unwritten { raised, since: None, commits: 0, parcels: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    pub fn is_full(&self) -> bool {
        self.commits >= MOST
    }

    /// Until it must be written, where each commit may wait so long; none: there is nothing.
    pub fn time_left(&self, delay: Duration) -> Option<Duration> {
        self.since.map(|since| delay.saturating_sub(since.elapsed()))
    }

    /// Begins a transaction, over what is not written where there is something.
    pub fn begin(&self, connection: &Connection) -> rusqlite::Result<()> {
        execute(connection, if self.is_empty() { "BEGIN IMMEDIATE" } else { "SAVEPOINT one" })
    }

    /// The transaction that was begun last belongs to it from here on.
    pub fn add(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if !self.is_empty() {
            execute(connection, "RELEASE one")?;
        }
        self.since.get_or_insert_with(Instant::now);
        self.commits += 1;
        self.raised.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Keeps it until it is written; given back where it is.
    pub fn keep(&mut self, parcel: Parcel) -> Option<Parcel> {
        if self.is_empty() {
            return Some(parcel);
        }
        self.parcels.push(parcel);
        None
    }

    /// Takes back the transaction that was begun last.
    ///
    /// # Errors
    /// The engine has taken back more than that: what was not written is gone.
    pub fn roll_back(&self, connection: &Connection) -> rusqlite::Result<()> {
        if self.is_empty() {
            let _ = execute(connection, "ROLLBACK");
            return Ok(());
        }
        execute(connection, "ROLLBACK TO one")?;
        execute(connection, "RELEASE one")
    }

    /// Writes it, and gives back what goes to the Secondary now.
    ///
    /// # Errors
    /// It could not be written, and is gone.
    pub fn write(&mut self, connection: &Connection) -> rusqlite::Result<Vec<Parcel>> {
        let parcels = std::mem::take(&mut self.parcels);
        (self.since, self.commits) = (None, 0);
        let written = execute(connection, "COMMIT");
        if written.is_err() {
            let _ = execute(connection, "ROLLBACK");
        }
        self.raised.store(false, Ordering::SeqCst);
        written.map(|()| parcels)
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> i64 {
        connection.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)).expect("because the table is there")
    }

    #[test]
    fn commits_are_seen_elsewhere_when_they_are_written_and_a_taken_back_one_leaves_the_others() {
        let dir = tempfile::tempdir().expect("because there is room");
        let open = || Connection::open(dir.path().join("d")).expect("because there is room");
        let (writer, reader) = (open(), open());
        writer.pragma_update(None, "journal_mode", "WAL").expect("because nobody else has it open");
        execute(&writer, "CREATE TABLE t (n INTEGER)").expect("because there is none yet");
        let raised = Arc::new(AtomicBool::new(false));
        let mut unwritten = Unwritten::new(raised.clone());
        for kept in [true, false, true] {
            unwritten.begin(&writer).expect("because nobody else writes");
            execute(&writer, "INSERT INTO t VALUES (1)").expect("because the table is there");
            let ended = if kept { unwritten.add(&writer) } else { unwritten.roll_back(&writer) };
            ended.expect("because a transaction is open");
        }
        assert_eq!((count(&writer), count(&reader)), (2, 0));
        assert!(raised.load(Ordering::SeqCst) && unwritten.time_left(Duration::ZERO) == Some(Duration::ZERO));
        unwritten.write(&writer).expect("because there is room");
        assert_eq!((count(&reader), unwritten.time_left(Duration::ZERO)), (2, None));
        assert!(!raised.load(Ordering::SeqCst));
    }
}
