//! The thread that writes: one transaction at a time, each with its record in the log, each held back until the
//! Secondary has it where there is one.
//!
//! The order is: run the statements, send the record, wait for the acknowledgement, commit, answer. A transaction that
//! was sent and not acknowledged is *pending*: whoever decides about the server's state decides about it.

use std::collections::VecDeque;
use std::sync::mpsc;

use rusqlite::Connection;
use tokio::sync::{mpsc as channel, oneshot};

use super::SessionId;
use super::ahead::Ahead;
use super::file::{self, Database};
use super::log;
use super::query::{self, Outcome, SqlStop};
use super::record::{Position, Record, Statement, Value};
use crate::simserver::config::{Limits, Safeness};
use crate::simserver::wording::{self, Code};

/// What becomes of writes.
#[derive(Debug, Clone)]
pub enum Mode {
    /// They are committed here alone; `keep_log`: for a peer that will want them.
    Alone { keep_log: bool },
    /// Each goes to the Secondary too: two-safe before it is acknowledged, one-safe behind that.
    Connected { secondary: channel::UnboundedSender<Record> },
    /// Refused; a pending transaction stays so.
    Uncertain,
    /// Refused, with that code; what is pending or open is given up.
    ReadOnly(Code),
}

#[derive(Debug)]
pub(super) enum Job {
    Write {
        session: SessionId,
        in_transaction: bool,
        sql: String,
        params: Vec<Value>,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    },
    Commit {
        session: SessionId,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    },
    Rollback {
        session: SessionId,
    },
    SetMode {
        mode: Mode,
    },
    SetSafeness {
        safeness: Safeness,
    },
    Position {
        reply: oneshot::Sender<Position>,
    },
    Locate {
        place: Position,
        reply: oneshot::Sender<Located>,
    },
    Fetch {
        after: i64,
        limit: usize,
        reply: oneshot::Sender<Vec<Record>>,
    },
    Attach {
        place: i64,
        round: usize,
        secondary: channel::UnboundedSender<Record>,
        reply: oneshot::Sender<Option<i64>>,
    },
    Apply {
        records: Vec<Record>,
        reply: oneshot::Sender<Result<Position, SqlStop>>,
    },
    Acknowledged {
        seq: i64,
    },
    Drain {
        reply: oneshot::Sender<Position>,
    },
    Shipped {
        reply: oneshot::Sender<()>,
    },
    RefuseWrites {
        code: Code,
    },
    LogSize {
        reply: oneshot::Sender<u64>,
    },
    Ahead {
        reply: oneshot::Sender<u64>,
    },
    DeleteLog,
    /// A netcopy has taken its snapshot: the peer will hold all that no log was kept of.
    Copied,
    Close {
        clean: bool,
        reply: oneshot::Sender<()>,
    },
}

/// Where another server's place is in this server's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located {
    /// It can be brought up to date from the log.
    Here,
    /// In the past, but the log does not reach back so far.
    NotInLog,
    /// It has commits that this server has not.
    Elsewhere,
}

pub(super) fn start(database: Database, limits: Limits, safeness: Safeness) -> mpsc::Sender<Job> {
    let (sender, jobs) = mpsc::channel();
    std::thread::spawn(move || Worker::new(database.connection, limits, safeness).serve(&jobs));
    sender
}

struct Worker {
    connection: Connection,
    limits: Limits,
    /// Bytes of the log.
    log_size: u64,
    /// Every write is refused with it: the disk of the log is full, or the server was started so.
    write_stop: Option<Code>,
    mode: Mode,
    safeness: Safeness,
    position: Position,
    /// Up to there no log was kept for the peer.
    gap: Option<i64>,
    /// Names the reign: from one promotion to the next loss of the role.
    origin: String,
    /// The one open transaction that has written.
    open: Option<Open>,
    /// Sent to the Secondary, not acknowledged.
    pending: Option<Pending>,
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

/// Records that are kept while connected: after a crash the peer may lack the last ones.
const TAIL: i64 = 1000;

/// So many transactions may go over after the catchup, or twice as many as its last round brought: under a steady load each
/// round finds about as many as the one before.
const CLOSE: i64 = 200;

const READ_ONLY: Mode = Mode::ReadOnly(wording::READ_ONLY);

impl Worker {
    fn new(connection: Connection, limits: Limits, safeness: Safeness) -> Worker {
        let position = file::position(&connection).unwrap_or_default();
        let log_size = log::size(&connection).unwrap_or_default();
        let gap = file::gap(&connection).unwrap_or_default();
        Worker {
            connection,
            limits,
            log_size,
            write_stop: None,
            mode: READ_ONLY,
            safeness,
            position,
            gap,
            origin: String::new(),
            open: None,
            pending: None,
            ahead: Ahead::default(),
            shipped: Vec::new(),
            drained: None,
            aborted: None,
            queue: VecDeque::new(),
        }
    }

    fn serve(mut self, jobs: &mpsc::Receiver<Job>) {
        for job in jobs {
            match job {
                Job::Close { clean, reply } => {
                    self.close(clean);
                    drop(self);
                    let _ = reply.send(());
                    return;
                }
                job => self.take(job),
            }
            self.work_off_queue();
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Write { session, in_transaction, sql, params, reply } => {
                if self.must_wait(session) {
                    self.queue.push_back(Job::Write { session, in_transaction, sql, params, reply });
                } else if !reply.is_closed() {
                    self.write(session, in_transaction, sql, params, reply);
                }
            }
            Job::Commit { session, reply } => self.commit_open(session, reply),
            Job::Rollback { session } => self.rollback(session),
            Job::SetMode { mode } => self.set_mode(mode),
            Job::SetSafeness { safeness } => self.safeness = safeness,
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
            if matches!(&job, Job::Write { session, .. } if self.must_wait(*session)) {
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

    fn write(
        &mut self,
        session: SessionId,
        in_transaction: bool,
        sql: String,
        params: Vec<Value>,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    ) {
        if let Some(stop) = self.aborted_for(session).or_else(|| self.refusal()) {
            let _ = reply.send(Err(stop));
            return;
        }
        let ran = self.run_in_open(session, &sql, &params);
        match ran {
            Ok(outcome) if in_transaction => {
                let _ = reply.send(Ok(outcome));
            }
            Ok(outcome) => self.commit(outcome, reply),
            Err(stop) => {
                if !in_transaction {
                    self.forget_open();
                }
                let _ = reply.send(Err(stop));
            }
        }
    }

    /// Runs it in the session's open transaction, which it begins where there is none.
    fn run_in_open(&mut self, session: SessionId, sql: &str, params: &[Value]) -> Result<Outcome, SqlStop> {
        if self.open.is_none() {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.open = Some(Open { session, statements: Vec::new() });
        }
        let outcome = query::run(&self.connection, sql, params, self.limits)?;
        if let Some(open) = &mut self.open {
            open.statements.push(Statement(sql.to_owned(), params.to_vec()));
        }
        Ok(outcome)
    }

    fn commit_open(&mut self, session: SessionId, reply: oneshot::Sender<Result<Outcome, SqlStop>>) {
        if let Some(stop) = self.aborted_for(session) {
            let _ = reply.send(Err(stop));
        } else if self.open.as_ref().is_none_or(|open| open.session != session) {
            let _ = reply.send(Ok(Outcome::Wrote(0)));
        } else if let Some(stop) = self.refusal() {
            self.forget_open();
            let _ = reply.send(Err(stop));
        } else {
            self.commit(Outcome::Wrote(0), reply);
        }
    }

    /// Commits the open transaction: at once where this server is alone or one-safe, else after the Secondary has it.
    fn commit(&mut self, outcome: Outcome, reply: oneshot::Sender<Result<Outcome, SqlStop>>) {
        let statements = self.open.take().map(|open| open.statements).unwrap_or_default();
        let body = serde_json::to_string(&statements).expect("because statements are plain data");
        let record = Record { position: self.position.after(&self.origin, &body), origin: self.origin.clone(), body };
        if let Err(stop) = self.append(&record) {
            self.forget_open();
            let _ = reply.send(Err(stop));
            return;
        }
        let pending = Pending { record, outcome, reply };
        match &self.mode {
            Mode::Connected { secondary } if self.safeness == Safeness::OneSafe && self.ahead.has_room() => {
                let (secondary, record) = (secondary.clone(), pending.record.clone());
                let before = self.position.seq;
                self.finish(pending);
                if self.position == record.position {
                    self.ahead.add(record.position.seq, record.body.len());
                    let _ = secondary.send(record);
                    self.trim(before);
                }
            }
            Mode::Connected { secondary } => {
                let _ = secondary.send(pending.record.clone());
                self.pending = Some(pending);
            }
            Mode::Alone { .. } | Mode::Uncertain | Mode::ReadOnly(_) => self.finish(pending),
        }
    }

    /// A log that does not go to its disk makes the server read-only. Source: 7,100,200 "Running out of space for
    /// transaction logs"; SRC 10040, 10041.
    fn append(&mut self, record: &Record) -> Result<(), SqlStop> {
        if !matches!(self.mode, Mode::Alone { keep_log: false }) {
            let size = self.log_size + record.body.len() as u64;
            if self.limits.log_disk.is_some_and(|disk| size > disk) {
                self.write_stop = Some(wording::DATABASE_READ_ONLY);
                return Err(SqlStop::Refused(wording::LOG_DISK_FULL));
            }
            log::append(&self.connection, record)?;
            self.log_size = size;
        }
        Ok(log::set_position(&self.connection, &record.position)?)
    }

    fn trim_to(&mut self, place: i64) {
        let _ = log::trim(&self.connection, place);
        self.log_size = log::size(&self.connection).unwrap_or_default();
    }

    fn locate(&self, place: &Position) -> Located {
        let pending = self.pending.as_ref().map(|pending| &pending.record.position);
        if *place == self.position || Some(place) == pending {
            return Located::Here;
        }
        if place.seq >= self.position.seq {
            return Located::Elsewhere;
        }
        if self.gap.is_some_and(|gap| place.seq <= gap) {
            return Located::NotInLog;
        }
        match log::fetch(&self.connection, place.seq, 1).unwrap_or_default().first() {
            Some(next) if next.position.seq != place.seq + 1 => Located::NotInLog,
            Some(next) if place.after(&next.origin, &next.body) == next.position => Located::Here,
            Some(_) => Located::Elsewhere,
            None => Located::NotInLog,
        }
    }

    /// Goes over to replication if the Secondary is close behind; what it lacks goes first, so that no load of writes
    /// can keep the two from meeting.
    fn attach(&mut self, place: i64, round: usize, secondary: channel::UnboundedSender<Record>) -> Option<i64> {
        let close = CLOSE.max(i64::try_from(2 * round).unwrap_or(CLOSE));
        if self.pending.is_some() || self.position.seq - place > close {
            return None;
        }
        let rest = log::fetch(&self.connection, place, usize::MAX).ok()?;
        self.ahead.clear();
        for record in rest {
            self.ahead.add(record.position.seq, record.body.len());
            let _ = secondary.send(record);
        }
        self.mode = Mode::Connected { secondary };
        self.set_gap(None);
        Some(self.position.seq)
    }

    fn acknowledged(&mut self, seq: i64) {
        self.ahead.acknowledge(seq);
        if let Some(pending) = self.pending.take_if(|pending| pending.record.position.seq <= seq) {
            let before = self.position.seq;
            self.finish(pending);
            self.trim(before);
        }
        self.tell_shipped();
        self.tell_drained();
    }

    fn tell_shipped(&mut self) {
        let first = self.ahead.first();
        for (_, reply) in self.shipped.extract_if(.., |(mark, _)| first.is_none_or(|first| first > *mark)) {
            let _ = reply.send(());
        }
    }

    fn drain(&mut self, reply: oneshot::Sender<Position>) {
        self.drained = Some(reply);
        self.abort_open();
        self.tell_drained();
    }

    fn tell_drained(&mut self) {
        if self.pending.is_none()
            && self.ahead.first().is_none()
            && let Some(reply) = self.drained.take()
        {
            self.mode = READ_ONLY;
            let _ = reply.send(self.position.clone());
        }
    }

    /// The Primary's transactions, in one of ours: all or none.
    fn apply(&mut self, records: &[Record]) -> Result<Position, SqlStop> {
        self.give_up();
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let applied = log::apply(&self.connection, &self.position, records);
        let ended = applied.and_then(|position| self.end_transaction("COMMIT").map(|()| position).map_err(Into::into));
        match ended {
            Ok(position) => {
                self.log_size += records.iter().map(|record| record.body.len() as u64).sum::<u64>();
                let before = std::mem::replace(&mut self.position, position.clone());
                self.trim(before.seq);
                Ok(position)
            }
            Err(stop) => {
                let _ = self.end_transaction("ROLLBACK");
                Err(stop)
            }
        }
    }

    /// While connected, only the end of the log is kept, and what the Secondary may lack.
    fn trim(&mut self, before: i64) {
        if self.position.seq / TAIL > before / TAIL {
            let last = self.position.seq - TAIL;
            self.trim_to(self.ahead.first().map_or(last, |first| last.min(first - 1)));
        }
    }

    fn finish(&mut self, pending: Pending) {
        let Pending { record, outcome, reply } = pending;
        match self.end_transaction("COMMIT") {
            Ok(()) => {
                self.position = record.position;
                let _ = reply.send(Ok(outcome));
            }
            Err(error) => {
                let _ = self.end_transaction("ROLLBACK");
                let _ = reply.send(Err(error.into()));
            }
        }
    }

    fn end_transaction(&self, word: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(word)?.execute([]).map(|_| ())
    }

    fn rollback(&mut self, session: SessionId) {
        self.aborted_for(session);
        if self.open.as_ref().is_some_and(|open| open.session == session) {
            self.forget_open();
        }
    }

    fn forget_open(&mut self) {
        self.open = None;
        let _ = self.end_transaction("ROLLBACK");
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
        self.mode = READ_ONLY;
        self.give_up();
        self.queue.clear();
        if clean {
            let _ = file::set(&self.connection, "clean", "yes");
        }
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
