//! The database of a server: real SQL on SQLite, and beside the data, in the same transactions, the log for the peer.

mod ahead;
mod file;
mod job;
mod log;
mod query;
mod reader;
mod record;
mod size;
mod unwritten;
mod worker;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use tokio::sync::{mpsc as channel, oneshot};

use super::config::{Levels, Limits, Wishes};
use super::messages::Messages;
use super::wording::Code;

pub(super) use file::{Database, Identity};
use job::Job;
pub(super) use job::{Haste, Located, Mode, Parcel, Write};
pub(super) use query::{Column, Kind, Outcome, Rows, SqlStop};
pub(super) use record::{Position, Record, Value};
pub(super) use size::of_data;

/// The ends of the threads that own the database.
#[derive(Debug, Clone)]
pub(super) struct Store {
    writer: mpsc::Sender<Job>,
    reader: mpsc::Sender<reader::Job>,
    /// Commits were acknowledged that are not written, so that nobody can read them yet.
    unwritten: Arc<AtomicBool>,
    pub identity: Arc<Identity>,
}

/// A session of a client, as the store tells them apart.
pub(super) type SessionId = u64;

impl Store {
    /// Starts the threads over an opened database.
    pub fn start(database: Database, limits: Limits, levels: Levels, messages: Messages) -> Result<Store, SqlStop> {
        let identity = Arc::new(database.identity.clone());
        let reader = reader::start(&database.path, limits)?;
        let unwritten = Arc::new(AtomicBool::new(false));
        let writer = worker::start(database, limits, levels, unwritten.clone(), messages);
        Ok(Store { writer, reader, unwritten, identity })
    }

    /// A statement that only reads; `SqlStop::Writes` when it turns out to write.
    pub async fn read(&self, sql: String, params: Vec<Value>) -> Result<Outcome, SqlStop> {
        self.make_readable().await;
        let (reply, answer) = oneshot::channel();
        let given_up = Arc::default();
        let _guard = reader::GiveUp(Arc::clone(&given_up));
        let _ = self.reader.send(reader::Job::Run { sql, params, given_up, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// What columns a statement gives, without running it; none when it gives no rows.
    pub async fn describe(&self, sql: String) -> Result<Option<Vec<Column>>, SqlStop> {
        self.make_readable().await;
        let (reply, answer) = oneshot::channel();
        let _ = self.reader.send(reader::Job::Describe { sql, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// What was acknowledged can be read from here on.
    async fn make_readable(&self) {
        if self.unwritten.load(Ordering::SeqCst) {
            self.write_all().await;
        }
    }

    /// Everything that was acknowledged is written from here on.
    async fn write_all(&self) {
        let _ = self.checkpoint().await;
    }

    /// A checkpoint: everything that was acknowledged is written from here on. A database that was full is beyond one.
    pub async fn checkpoint(&self) -> Result<(), Code> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::WriteAll { reply });
        answer.await.unwrap_or(Ok(()))
    }

    /// A statement that may write.
    pub async fn write(&self, write: Write) -> Result<Outcome, SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Write { write, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// Commits what the session wrote.
    pub async fn commit(&self, session: SessionId, wishes: Wishes) -> Result<(), SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Commit { session, wishes, reply });
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

    /// From here on, commits are acknowledged like this.
    pub fn set_levels(&self, levels: Levels) {
        let _ = self.writer.send(Job::SetLevels { levels });
    }

    /// A netcopy has taken its snapshot of this database.
    pub fn copied(&self) {
        let _ = self.writer.send(Job::Copied);
    }

    /// From here on every write is refused with that code, whatever the mode.
    pub fn refuse_writes(&self, code: Code) {
        let _ = self.writer.send(Job::RefuseWrites { code });
    }

    /// Bytes of the log for the peer.
    pub async fn log_size(&self) -> u64 {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::LogSize { reply });
        answer.await.unwrap_or_default()
    }

    /// Bytes of what was acknowledged and is not known to be on the Secondary.
    pub async fn ahead(&self) -> u64 {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Ahead { reply });
        answer.await.unwrap_or_default()
    }

    /// Deletes the log for the peer.
    pub fn delete_log(&self) {
        let _ = self.writer.send(Job::DeleteLog);
    }

    /// Password and role of a user beside the one who created the database.
    pub async fn user(&self, name: &str) -> Option<(String, String)> {
        let sql = "SELECT password, role FROM _hsb_users WHERE name = ?1".to_owned();
        let Ok(Outcome::Rows(found)) = self.read(sql, vec![Value::Text(name.to_owned())]).await else { return None };
        match &found.rows.first()?[..] {
            [Value::Text(password), Value::Text(role)] => Some((password.clone(), role.clone())),
            _ => None,
        }
    }

    /// Where the log stands.
    pub async fn position(&self) -> Position {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Position { reply });
        answer.await.unwrap_or_default()
    }

    /// Where another server's place is in this history.
    pub async fn locate(&self, place: Position) -> Located {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Locate { place, reply });
        answer.await.unwrap_or(Located::NotInLog)
    }

    /// The next records after a place; none when there are none.
    pub async fn fetch(&self, after: i64, limit: usize) -> Vec<Record> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Fetch { after, limit, reply });
        answer.await.unwrap_or_default()
    }

    /// If that is close to the last place, for a round of the catchup that brought so many: from here on, each commit goes
    /// to the Secondary too. The last place, up to which records are sent at once.
    pub async fn attach(&self, place: i64, round: usize, secondary: channel::UnboundedSender<Parcel>) -> Option<i64> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Attach { place, round, secondary, reply });
        answer.await.unwrap_or(None)
    }

    /// Executes the Primary's transactions here; the place after them.
    pub async fn apply(&self, records: Vec<Record>) -> Result<Position, SqlStop> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Apply { records, reply });
        answer.await.unwrap_or(Err(SqlStop::Closing))
    }

    /// The Secondary holds everything up to there.
    pub fn acknowledged(&self, seq: i64) {
        let _ = self.writer.send(Job::Acknowledged { seq });
    }

    /// No more writes; the answer comes, with the last place, when the Secondary holds everything.
    pub fn drain(&self) -> oneshot::Receiver<Position> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Drain { reply });
        answer
    }

    /// The answer comes when the Secondary holds everything that is committed now, or there is none any more.
    pub fn shipped(&self) -> oneshot::Receiver<()> {
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Shipped { reply });
        answer
    }

    /// Closes all threads; `clean`: with the mark of an orderly end.
    pub async fn close(&self, clean: bool) {
        for _ in 0..reader::THREADS {
            let (reply, answer) = oneshot::channel();
            let _ = self.reader.send(reader::Job::Close { reply });
            let _ = answer.await;
        }
        let (reply, answer) = oneshot::channel();
        let _ = self.writer.send(Job::Close { clean, reply });
        let _ = answer.await;
    }
}
