//! The thread that writes: one transaction at a time, each with its record in the log, each held back until the
//! Secondary has it where there is one.
//!
//! The order is: run the statements, send the record, wait for the acknowledgement, commit, answer. A transaction that
//! was sent and not acknowledged is *pending*: whoever decides about the server's state decides about it.

mod commit;
mod ship;

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::SessionId;
use super::ahead::Ahead;
use super::file::{self, Database};
use super::job::{Job, Mode, Write};
use super::log;
use super::query::{self, Outcome, SqlStop};
use super::record::{Position, Record, Statement};
use super::size;
use super::unwritten::Unwritten;
use crate::simserver::config::{Levels, Limits};
use crate::simserver::messages::Messages;
use crate::simserver::wording::{self, Code};

/// `unwritten` is raised while commits are acknowledged and not written: they cannot be read elsewhere.
pub(super) fn start(
    database: Database,
    limits: Limits,
    levels: Levels,
    unwritten: Arc<AtomicBool>,
    messages: Messages,
) -> mpsc::Sender<Job> {
    let (sender, jobs) = mpsc::channel();
    std::thread::spawn(move || Worker::new(database.connection, limits, levels, unwritten, messages).serve(&jobs));
    sender
}

struct Worker {
    connection: Connection,
    limits: Limits,
    messages: Messages,
    /// Bytes of the log.
    log_size: u64,
    /// Pages that the engine may fill: it stops a statement that never ends.
    page_bound: u64,
    /// Every write is refused with it: the disk of the log or the database is full, or the server was started so.
    write_stop: Option<Code>,
    mode: Mode,
    levels: Levels,
    position: Position,
    /// Up to there no log was kept for the peer.
    gap: Option<i64>,
    /// Names the reign: from one promotion to the next loss of the role.
    origin: String,
    /// The one open transaction that has written.
    open: Option<Open>,
    /// Sent to the Secondary, not acknowledged.
    pending: Option<Pending>,
    /// Acknowledged, and not in the file yet. While there is something, no transaction is open or pending over it.
    unwritten: Unwritten,
    /// Acknowledged, and not known to be on the Secondary.
    ahead: Ahead,
    /// Want to know when the Secondary holds everything up to there.
    shipped: Vec<(i64, oneshot::Sender<()>)>,
    /// Wants to know when nothing is pending any more.
    drained: Option<oneshot::Sender<Position>>,
    /// A session whose transaction was taken from it, and why; it learns it at its next statement.
    aborted: Option<(SessionId, SqlStop)>,
    /// Writes that wait for the open or the pending transaction.
    queue: VecDeque<Job>,
}

struct Open {
    session: SessionId,
    statements: Vec<Statement>,
}

struct Pending {
    record: Record,
    outcome: Outcome,
    reply: oneshot::Sender<Result<Outcome, SqlStop>>,
}

const READ_ONLY: Mode = Mode::ReadOnly(wording::READ_ONLY);

impl Worker {
    fn new(
        connection: Connection,
        limits: Limits,
        levels: Levels,
        unwritten: Arc<AtomicBool>,
        messages: Messages,
    ) -> Worker {
        let position = file::position(&connection).unwrap_or_default();
        let log_size = log::size(&connection).unwrap_or_default();
        let gap = file::gap(&connection).unwrap_or_default();
        Worker {
            connection,
            limits,
            messages,
            log_size,
            page_bound: 0,
            write_stop: None,
            mode: READ_ONLY,
            levels,
            position,
            gap,
            origin: String::new(),
            open: None,
            pending: None,
            unwritten: Unwritten::new(unwritten),
            ahead: Ahead::default(),
            shipped: Vec::new(),
            drained: None,
            aborted: None,
            queue: VecDeque::new(),
        }
    }

    fn serve(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let job = match self.unwritten.time_left(self.levels.write_delay) {
                None => jobs.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
                Some(left) => jobs.recv_timeout(left),
            };
            match job {
                Ok(Job::Close { clean, reply }) => {
                    self.close(clean);
                    drop(self);
                    let _ = reply.send(());
                    return;
                }
                Ok(job) => self.take(job),
                Err(mpsc::RecvTimeoutError::Timeout) => self.write_all(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
            self.work_off_queue();
        }
    }

    fn take(&mut self, job: Job) {
        if !self.may_leave_unwritten(&job) {
            self.write_all();
        }
        match job {
            Job::Write { write, reply } => {
                if self.must_wait(write.session) {
                    self.queue.push_back(Job::Write { write, reply });
                } else if !reply.is_closed() {
                    self.write(write, reply);
                }
            }
            Job::Commit { session, wishes, reply } => self.commit_open(session, wishes, reply),
            Job::Rollback { session } => self.rollback(session),
            Job::SetMode { mode } => self.set_mode(mode),
            Job::SetLevels { levels } => self.levels = levels,
            Job::WriteAll { reply } => {
                let _ = reply.send(if self.is_full() { Err(wording::DATABASE_FULL) } else { Ok(()) });
            }
            Job::Position { reply } => {
                let _ = reply.send(self.position.clone());
            }
            Job::Locate { place, reply } => {
                let _ = reply.send(self.locate(&place));
            }
            Job::Fetch { after, limit, reply } => {
                let _ = reply.send(log::fetch(&self.connection, after, limit).unwrap_or_default());
            }
            Job::Attach { place, round, secondary, reply } => {
                let _ = reply.send(self.attach(place, round, secondary));
            }
            Job::Apply { records, reply } => {
                let _ = reply.send(self.apply(&records));
            }
            Job::Acknowledged { seq } => self.acknowledged(seq),
            Job::Drain { reply } => self.drain(reply),
            Job::Shipped { reply } => {
                self.shipped.push((self.position.seq, reply));
                self.tell_shipped();
            }
            Job::RefuseWrites { code } => self.write_stop = Some(code),
            Job::LogSize { reply } => {
                let _ = reply.send(self.log_size);
            }
            Job::Ahead { reply } => {
                let _ = reply.send(self.ahead.bytes());
            }
            Job::DeleteLog => self.trim_to(i64::MAX),
            Job::Copied => self.set_gap(None),
            Job::Close { .. } => unreachable!("because serve takes it"),
        }
    }

    /// Whether another session's transaction is in the way, and is going to end.
    fn must_wait(&self, session: SessionId) -> bool {
        if self.refusal().is_some() {
            return false;
        }
        self.pending.is_some() || self.open.as_ref().is_some_and(|open| open.session != session)
    }

    fn work_off_queue(&mut self) {
        while let Some(job) = self.queue.pop_front() {
            if matches!(&job, Job::Write { write, .. } if self.must_wait(write.session)) {
                self.queue.push_front(job);
                return;
            }
            self.take(job);
        }
    }

    fn refusal(&self) -> Option<SqlStop> {
        if self.drained.is_some() {
            return Some(SqlStop::Refused(wording::READ_ONLY));
        }
        match &self.mode {
            Mode::Alone { .. } | Mode::Connected { .. } => self.write_stop.map(SqlStop::Refused),
            Mode::Uncertain => Some(SqlStop::Refused(wording::UNCERTAIN)),
            Mode::ReadOnly(code) => Some(SqlStop::Refused(*code)),
        }
    }

    fn write(&mut self, write: Write, reply: oneshot::Sender<Result<Outcome, SqlStop>>) {
        if let Some(stop) = self.aborted_for(write.session).or_else(|| self.refusal()) {
            let _ = reply.send(Err(stop));
            return;
        }
        match self.run_in_open(&write) {
            Ok(outcome) if write.in_transaction => {
                let _ = reply.send(Ok(outcome));
            }
            Ok(outcome) => self.commit(outcome, write.wishes, reply),
            Err(stop) => {
                let stop = self.judge(stop);
                if !write.in_transaction {
                    self.forget_open();
                } else if matches!(stop, SqlStop::Refused(_)) {
                    self.forget_open();
                    self.aborted = Some((write.session, stop.clone()));
                }
                let _ = reply.send(Err(stop));
            }
        }
    }

    /// A database that has grown to its greatest size takes no more writes and no checkpoint, and is not closed in good order.
    /// Source: 100 (11003 is fatal), SRC (what a fatal error means); that later writes get 11003 too, INF.
    fn judge(&mut self, stop: SqlStop) -> SqlStop {
        let code = match stop {
            SqlStop::Refused(wording::DISK_FULL) => size::what_is_full(&self.connection),
            SqlStop::Refused(code) => code,
            other => return other,
        };
        if code == wording::DATABASE_FULL && !self.is_full() {
            self.write_stop = Some(code);
            self.messages.error(code);
        }
        SqlStop::Refused(code)
    }

    fn is_full(&self) -> bool {
        self.write_stop == Some(wording::DATABASE_FULL)
    }

    /// Does something that writes, within the greatest size of the database. What does not let it grow is done in any case.
    fn within_size<T>(&mut self, work: impl FnOnce(&mut Worker) -> Result<T, SqlStop>) -> Result<T, SqlStop> {
        let limit = self.limits.database;
        size::bound(&self.connection, limit, self.log_size, &mut self.page_bound)?;
        let before = size::in_use(&self.connection)?;
        let done = work(self)?;
        if size::in_use(&self.connection)? > before && !size::fits(&self.connection, limit)? {
            return Err(SqlStop::Refused(wording::DATABASE_FULL));
        }
        Ok(done)
    }

    /// Runs it in the session's open transaction, which it begins where there is none.
    fn run_in_open(&mut self, write: &Write) -> Result<Outcome, SqlStop> {
        if self.open.is_none() {
            self.unwritten.begin(&self.connection)?;
            self.open = Some(Open { session: write.session, statements: Vec::new() });
        }
        let run = |worker: &mut Worker| query::run(&worker.connection, &write.sql, &write.params, worker.limits);
        let outcome = self.within_size(run)?;
        if let Some(open) = &mut self.open {
            open.statements.push(Statement(write.sql.clone(), write.params.clone()));
        }
        Ok(outcome)
    }

    fn rollback(&mut self, session: SessionId) {
        self.aborted_for(session);
        if self.open.as_ref().is_some_and(|open| open.session == session) {
            self.forget_open();
        }
    }

    fn forget_open(&mut self) {
        self.open = None;
        if self.unwritten.roll_back(&self.connection).is_err() {
            // What stood under it has gone with it.
            self.write_all();
        }
    }

    fn aborted_for(&mut self, session: SessionId) -> Option<SqlStop> {
        self.aborted.take_if(|(whose, _)| *whose == session).map(|(_, stop)| stop)
    }

    fn set_mode(&mut self, mode: Mode) {
        let wrote = self.refusal().is_none();
        self.mode = mode;
        self.drained = None;
        self.ahead.clear();
        self.shipped.clear();
        if self.refusal().is_none() && !wrote {
            self.origin = file::random_name(&self.connection).expect("because SQLite makes random bytes");
        }
        match &self.mode {
            Mode::Alone { keep_log } => {
                if !*keep_log {
                    self.trim_to(i64::MAX);
                    self.set_gap(Some(self.position.seq));
                }
                if let Some(pending) = self.pending.take() {
                    self.finish(pending);
                }
            }
            Mode::ReadOnly(_) => self.give_up(),
            Mode::Connected { .. } | Mode::Uncertain => {}
        }
    }

    fn set_gap(&mut self, gap: Option<i64>) {
        if self.gap != gap && file::set_gap(&self.connection, gap).is_ok() {
            self.gap = gap;
        }
    }

    /// Nothing more is committed: the pending transaction is the peer's to decide, the open one is aborted.
    fn give_up(&mut self) {
        if self.pending.take().is_some() {
            let _ = self.end_transaction("ROLLBACK");
            self.log_size = log::size(&self.connection).unwrap_or_default();
        }
        self.abort_open();
    }

    /// Its session learns it at its next statement. Source: 7 database error 10047.
    fn abort_open(&mut self) {
        if let Some(open) = self.open.take() {
            let _ = self.end_transaction("ROLLBACK");
            let stop = SqlStop::Refused(wording::ABORTED);
            self.aborted = Some((open.session, stop));
        }
    }

    fn close(&mut self, clean: bool) {
        self.write_all();
        self.mode = READ_ONLY;
        self.give_up();
        self.queue.clear();
        if clean && !self.is_full() {
            let _ = file::set(&self.connection, "clean", "yes");
        }
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
