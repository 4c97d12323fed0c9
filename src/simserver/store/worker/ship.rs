//! What goes to the Secondary and comes from the Primary, and how much of the log stays for it.

use tokio::sync::{mpsc, oneshot};

use super::{READ_ONLY, Worker};
use crate::simserver::store::job::{Haste, Located, Mode, Parcel};
use crate::simserver::store::log;
use crate::simserver::store::query::SqlStop;
use crate::simserver::store::record::{Position, Record};
use crate::simserver::wording;

/// Records that are kept while connected: after a crash the peer may lack the last ones.
const TAIL: i64 = 1000;

/// So many transactions may go over after the catchup, or twice as many as its last round brought: under a steady load each
/// round finds about as many as the one before.
const CLOSE: i64 = 200;

impl Worker {
    pub(super) fn send(&self, parcel: Parcel) {
        if let Mode::Connected { secondary } = &self.mode {
            let _ = secondary.send(parcel);
        }
    }

    pub(super) fn locate(&self, place: &Position) -> Located {
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
    pub(super) fn attach(&mut self, place: i64, round: usize, secondary: mpsc::UnboundedSender<Parcel>) -> Option<i64> {
        let close = CLOSE.max(i64::try_from(2 * round).unwrap_or(CLOSE));
        if self.pending.is_some() || self.position.seq - place > close {
            return None;
        }
        let rest = log::fetch(&self.connection, place, usize::MAX).ok()?;
        self.ahead.clear();
        for record in rest {
            self.ahead.add(record.position.seq, record.body.len());
            let _ = secondary.send(Parcel { record, haste: Haste::Waited });
        }
        self.mode = Mode::Connected { secondary };
        self.set_gap(None);
        Some(self.position.seq)
    }

    pub(super) fn acknowledged(&mut self, seq: i64) {
        self.ahead.acknowledge(seq);
        if let Some(pending) = self.pending.take_if(|pending| pending.record.position.seq <= seq) {
            let before = self.position.seq;
            self.finish(pending);
            self.trim(before);
        }
        self.tell_shipped();
        self.tell_drained();
    }

    pub(super) fn tell_shipped(&mut self) {
        let first = self.ahead.first();
        for (_, reply) in self.shipped.extract_if(.., |(mark, _)| first.is_none_or(|first| first > *mark)) {
            let _ = reply.send(());
        }
    }

    pub(super) fn drain(&mut self, reply: oneshot::Sender<Position>) {
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
    pub(super) fn apply(&mut self, records: &[Record]) -> Result<Position, SqlStop> {
        self.give_up();
        if self.is_full() {
            return Err(SqlStop::Refused(wording::DATABASE_FULL));
        }
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let apply = |worker: &mut Worker| log::apply(&worker.connection, &worker.position, records);
        let applied = self.within_size(apply);
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
                Err(self.judge(stop))
            }
        }
    }

    /// While connected, only the end of the log is kept, and what the Secondary may lack.
    pub(super) fn trim(&mut self, before: i64) {
        if self.position.seq / TAIL > before / TAIL {
            let last = self.position.seq - TAIL;
            self.trim_to(self.ahead.first().map_or(last, |first| last.min(first - 1)));
        }
    }

    pub(super) fn trim_to(&mut self, place: i64) {
        let _ = log::trim(&self.connection, place);
        self.log_size = log::size(&self.connection).unwrap_or_default();
    }
}
