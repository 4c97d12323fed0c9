//! What the thread that writes is asked for.

use tokio::sync::{mpsc as channel, oneshot};

use super::SessionId;
use super::query::{Outcome, SqlStop};
use super::record::{Position, Record, Value};
use crate::simserver::config::{Levels, Wishes};
use crate::simserver::wording::Code;

/// What becomes of writes.
#[derive(Debug, Clone)]
pub enum Mode {
    /// They are committed here alone; `keep_log`: for a peer that will want them.
    Alone { keep_log: bool },
    /// Each goes to the Secondary too: two-safe before it is acknowledged, one-safe behind that.
    Connected { secondary: channel::UnboundedSender<Parcel> },
    /// Refused; a pending transaction stays so.
    Uncertain,
    /// Refused, with that code; what is pending or open is given up.
    ReadOnly(Code),
}

/// A statement that may write.
#[derive(Debug)]
pub struct Write {
    pub session: SessionId,
    /// It belongs to the session's open transaction; else it is one of its own.
    pub in_transaction: bool,
    pub wishes: Wishes,
    pub sql: String,
    pub params: Vec<Value>,
}

/// A commit on its way to the Secondary.
#[derive(Debug)]
pub struct Parcel {
    pub record: Record,
    pub haste: Haste,
}

/// Whether somebody waits for the Secondary to have a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    Waited,
    /// One-safe: it may lie a moment.
    MayLie,
}

#[derive(Debug)]
pub(super) enum Job {
    Write {
        write: Write,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    },
    Commit {
        session: SessionId,
        wishes: Wishes,
        reply: oneshot::Sender<Result<Outcome, SqlStop>>,
    },
    Rollback {
        session: SessionId,
    },
    SetMode {
        mode: Mode,
    },
    SetLevels {
        levels: Levels,
    },
    /// Writes what was acknowledged and is not written yet; whether a checkpoint can be made.
    WriteAll {
        reply: oneshot::Sender<Result<(), Code>>,
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
        secondary: channel::UnboundedSender<Parcel>,
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
