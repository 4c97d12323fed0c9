//! Commits of this server: what is promised to each, and what becomes of it.

use tokio::sync::oneshot;

use super::{Pending, Worker};
use crate::simserver::config::{Promise, Reach, Wishes};
use crate::simserver::store::job::{Haste, Job, Mode, Parcel};
use crate::simserver::store::query::{Outcome, SqlStop};
use crate::simserver::store::record::Record;
use crate::simserver::store::{SessionId, file, log};
use crate::simserver::wording;

impl Worker {
    pub(super) fn commit_open(
        &mut self,
        session: SessionId,
        wishes: Wishes,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    ) {
        if let Some(stop) = self.aborted_for(session) {
            let _ = reply.send(Err(stop));
        } else if self.open.as_ref().is_none_or(|open| open.session != session) {
            let _ = reply.send(Ok(Outcome::Wrote(0)));
        } else if let Some(stop) = self.refusal() {
            self.forget_open();
            let _ = reply.send(Err(stop));
        } else {
            self.commit(Outcome::Wrote(0), wishes, reply);
        }
    }

    /// What is promised to a commit now. A Primary that is too far ahead of its Secondary waits for it.
    fn promise(&self, wishes: Wishes) -> Promise {
        match &self.mode {
            Mode::Connected { .. } if !self.ahead.has_room() => Promise::Everywhere,
            Mode::Connected { .. } => self.levels.promise(wishes, Reach::Connected),
            Mode::Alone { .. } | Mode::Uncertain | Mode::ReadOnly(_) => self.levels.promise(wishes, Reach::Alone),
        }
    }

    /// Whether what was acknowledged may stay unwritten when this is done: another commit of that kind, or what does not
    /// touch the database.
    pub(super) fn may_leave_unwritten(&self, job: &Job) -> bool {
        match job {
            Job::Write { write, .. } => !write.in_transaction && self.promise(write.wishes) == Promise::Nothing,
            Job::Acknowledged { .. } | Job::Ahead { .. } | Job::LogSize { .. } | Job::SetLevels { .. } => true,
            Job::Rollback { .. } => self.open.is_none(),
            Job::Commit { .. }
            | Job::SetMode { .. }
            | Job::WriteAll { .. }
            | Job::Position { .. }
            | Job::Locate { .. }
            | Job::Fetch { .. }
            | Job::Attach { .. }
            | Job::Apply { .. }
            | Job::Drain { .. }
            | Job::Shipped { .. }
            | Job::RefuseWrites { .. }
            | Job::DeleteLog
            | Job::Copied
            | Job::Close { .. } => false,
        }
    }

    /// Writes what was acknowledged before it was written, and sends it to the Secondary. What the disk does not take is
    /// lost, as a crash would lose it; nothing more is written then. Source: SRC 10041.
    pub(super) fn write_all(&mut self) {
        if self.unwritten.is_empty() {
            return;
        }
        match self.unwritten.write(&self.connection) {
            Ok(parcels) => parcels.into_iter().for_each(|parcel| self.send(parcel)),
            Err(_) => {
                self.write_stop = Some(wording::DATABASE_READ_ONLY);
                self.position = file::position(&self.connection).unwrap_or_default();
                self.ahead.clear();
            }
        }
    }

    /// Commits the open transaction, and acknowledges it when what it is promised has happened.
    pub(super) fn commit(
        &mut self,
        outcome: Outcome,
        wishes: Wishes,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    ) {
        let statements = self.open.take().map(|open| open.statements).unwrap_or_default();
        let body = serde_json::to_string(&statements).expect("because statements are plain data");
        let record = Record { position: self.position.after(&self.origin, &body), origin: self.origin.clone(), body };
        if let Err(stop) = self.append(&record) {
            self.forget_open();
            let _ = reply.send(Err(stop));
            return;
        }
        let promise = self.promise(wishes);
        let pending = Pending { record, outcome, reply };
        if promise == Promise::Everywhere {
            self.send(Parcel { record: pending.record.clone(), haste: Haste::Waited });
            self.pending = Some(pending);
            return;
        }
        let parcel = Parcel { record: pending.record.clone(), haste: Haste::MayLie };
        let before = self.position.seq;
        if promise == Promise::Nothing {
            self.finish_unwritten(pending);
        } else {
            self.finish(pending);
        }
        if matches!(self.mode, Mode::Connected { .. }) && self.position == parcel.record.position {
            self.ahead.add(parcel.record.position.seq, parcel.record.body.len());
            if let Some(parcel) = self.unwritten.keep(parcel) {
                self.send(parcel);
            }
            self.trim(before);
        }
    }

    /// Acknowledges it; it is written later.
    fn finish_unwritten(&mut self, pending: Pending) {
        match self.unwritten.add(&self.connection) {
            Ok(()) => {
                self.position = pending.record.position;
                let _ = pending.reply.send(Ok(pending.outcome));
            }
            Err(error) => {
                self.forget_open();
                let _ = pending.reply.send(Err(error.into()));
            }
        }
        if self.unwritten.is_full() {
            self.write_all();
        }
    }

    /// A log that does not go to its disk makes the server read-only. Source: 7,100,200 "Running out of space for
    /// transaction logs"; SRC 10040, 10041.
    fn append(&mut self, record: &Record) -> Result<(), SqlStop> {
        if !matches!(self.mode, Mode::Alone { keep_log: false }) {
            let size = self.log_size + record.body.len() as u64;
            if self.limits.log_disk.is_some_and(|disk| size > disk) {
                self.write_stop = Some(wording::DATABASE_READ_ONLY);
                self.messages.error(wording::LOG_DISK_FULL);
                return Err(SqlStop::Refused(wording::LOG_DISK_FULL));
            }
            log::append(&self.connection, record)?;
            self.log_size = size;
        }
        Ok(log::set_position(&self.connection, &record.position)?)
    }

    pub(super) fn finish(&mut self, pending: Pending) {
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

    pub(super) fn end_transaction(&self, word: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(word)?.execute([]).map(|_| ())
    }
}
