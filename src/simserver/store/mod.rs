//! The database of a server: real SQL on SQLite, and beside the data, in the same transactions, the log for the peer.

mod file;
mod query;
mod reader;
mod record;
mod worker;

use std::sync::Arc;
use std::sync::mpsc;

use tokio::sync::oneshot;

pub(super) use file::{Database, Identity};
pub(super) use query::{Column, Kind, Outcome, Rows, SqlStop};
pub(super) use record::{Position, Value};
use worker::Job;
pub(super) use worker::Mode;

/// The ends of the two threads that own the database.
#[derive(Debug, Clone)]
pub(super) struct Store {
    writer: mpsc::Sender<Job>,
    reader: mpsc::Sender<reader::Job>,
    pub identity: Arc<Identity>,
}

/// A session of a client, as the store tells them apart.
pub(super) type SessionId = u64;

impl Store {
    /// Starts the threads over an opened database.
    pub fn start(database: Database, max_rows: usize) -> Result<Store, SqlStop> {
        let identity = Arc::new(database.identity.clone());
        let reader = reader::start(&database.path, max_rows)?;
        let writer = worker::start(database, max_rows);
        Ok(Store { writer, reader, identity })
    }

    /// A statement that only reads; `SqlStop::Writes` when it turns out to write.
    pub async fn read(&self, sql: String, params: Vec<Value>) -> Result<Outcome, SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.reader.send(reader::Job::Run { sql, params, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// What columns a statement gives, without running it; none when it gives no rows.
    pub async fn describe(&self, sql: String) -> Result<Option<Vec<Column>>, SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.reader.send(reader::Job::Describe { sql, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// A statement that may write, in the session's open transaction or as one of its own.
    pub async fn write(
        &self,
        session: SessionId,
        in_transaction: bool,
        sql: String,
        params: Vec<Value>,
    ) -> Result<Outcome, SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Write { session, in_transaction, sql, params, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// Commits what the session wrote.
    pub async fn commit(&self, session: SessionId) -> Result<(), SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Commit { session, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing)).map(|_| ())
    }

    /// Drops what the session wrote and has not committed.
    pub fn rollback(&self, session: SessionId) {
        let _ = self.writer.send(Job::Rollback { session });
    }

    /// From here on, writes are done like this.
    pub fn set_mode(&self, mode: Mode) {
        let _ = self.writer.send(Job::SetMode { mode });
    }

    /// Where the log stands.
    pub async fn position(&self) -> Position {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Position { reply });
        answer.await.unwrap_or_default()
    }

    /// Closes both threads; `clean`: with the mark of an orderly end.
    pub async fn close(&self, clean: bool) {
        let (reply, answer) = oneshot::channel();
        let _ = self.reader.send(reader::Job::Close { reply });
        let _ = answer.await;
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Close { clean, reply });
        let _ = answer.await;
    }
}
