//! The thread that owns a connection. It takes one statement at a time and ends when nobody sends any more.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use odbc_api::parameter::InputParameter;
use odbc_api::{Connection, ConnectionOptions, Cursor, IntoParameter, Nullable, environment};

use super::{MAX_ROWS, MAX_TEXT, Row, Stop, Target, explain};

/// The login timeout that drivers can keep is two seconds at least (libpq's minimum).
const LEAST_LOGIN_TIMEOUT: u32 = 2;

/// A server nearby answers within this; the threads stay awake so long for each other.
const QUICK: Duration = Duration::from_micros(200);

/// A value bound to a statement's marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    Text(String),
    Number(i64),
}

/// What is wanted of a statement's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// RC and TEXT of every row.
    Reply,
    /// Whether there is a row.
    AnyRow,
    /// Nothing.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub sql: String,
    pub values: Vec<Bound>,
    pub want: Want,
    /// It may change something, so that nobody must forget it who does not wait for its answer.
    pub changes: bool,
    /// Of the whole call; a login timeout is made of it.
    pub limit: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Reply(Vec<Row>),
    AnyRow(bool),
    Done,
}

/// Which side was first: the caller who gives up, or the worker who sends. Decides whether anything was sent.
#[derive(Debug, Default)]
struct Fate(AtomicU8);

const WAITING: u8 = 0;
const SENT: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Fate {
    /// True where nobody has decided otherwise before.
    fn becomes(&self, fate: u8) -> bool {
        self.0.compare_exchange(WAITING, fate, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

struct Job {
    statement: Statement,
    fate: Arc<Fate>,
}

/// What came of a statement; `kept` says whether the connection had been there before.
#[derive(Debug)]
pub(super) struct Reply {
    pub result: Result<Answer, Stop>,
    pub kept: bool,
}

/// A handle to the thread. Dropped, the thread ends as soon as the driver lets it, and its connection with it.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Sender<Job>,
    replies: Receiver<Reply>,
    alive: Weak<()>,
}

/// The thread did not answer in time, or is gone: it must not be used any more.
#[derive(Debug)]
pub(super) struct GivenUp(pub Stop);

impl Worker {
    /// Starts a thread, which holds the token for as long as it lives.
    pub(super) fn start(target: Target, token: Arc<()>) -> Result<Self, Stop> {
        let (jobs, inbox) = channel();
        let (outbox, replies) = channel();
        let alive = Arc::new(());
        let seen = Arc::downgrade(&alive);
        let work = move || {
            serve(&target, &inbox, &outbox);
            drop((token, alive));
        };
        thread::Builder::new()
            .name("odbc".to_owned())
            .spawn(work)
            .map_err(|why| Stop::NotConnected { why: format!("no thread can be started: {why}"), code: None })?;
        Ok(Self { jobs, replies, alive: seen })
    }

    /// Tells whether the thread lives, also when it was given up.
    pub(super) fn alive(&self) -> Weak<()> {
        Weak::clone(&self.alive)
    }

    /// Has a statement performed, once.
    pub(super) fn perform(&self, statement: Statement) -> Result<Reply, GivenUp> {
        let (limit, fate) = (statement.limit, Arc::new(Fate::default()));
        let gone = || GivenUp(Stop::Broken { why: "the thread of the connection ended".to_owned() });
        self.jobs.send(Job { statement, fate: Arc::clone(&fate) }).map_err(|_| {
            GivenUp(Stop::NotConnected { why: "the thread of the connection ended".to_owned(), code: None })
        })?;
        match soon(&self.replies).map_or_else(|| self.replies.recv_timeout(limit), Ok) {
            Ok(reply) => Ok(reply),
            Err(RecvTimeoutError::Timeout) if fate.becomes(GIVEN_UP) => Err(GivenUp(Stop::NotConnected {
                why: format!("connecting took longer than {} s", limit.as_secs_f64()),
                code: None,
            })),
            Err(RecvTimeoutError::Timeout) => Err(GivenUp(Stop::TimedOut { limit })),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

/// What comes within the time of a quick answer. A thread that sleeps takes longer to wake than a server to answer.
fn soon<T>(receiver: &Receiver<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < QUICK {
        if let Ok(received) = receiver.try_recv() {
            return Some(received);
        }
        thread::yield_now();
    }
    None
}

fn serve(target: &Target, inbox: &Receiver<Job>, outbox: &Sender<Reply>) {
    let mut connection: Option<Connection<'static>> = None;
    while let Ok(job) = soon(inbox).map_or_else(|| inbox.recv(), Ok) {
        let kept = connection.is_some();
        let result = one(target, &mut connection, &job);
        if outbox.send(Reply { result, kept }).is_err() {
            return;
        }
    }
}

fn one(target: &Target, slot: &mut Option<Connection<'static>>, job: &Job) -> Result<Answer, Stop> {
    let connection = match slot {
        Some(connection) => connection,
        None => slot.insert(connect(target, job.statement.limit)?),
    };
    if !job.fate.becomes(SENT) {
        return Err(Stop::NotConnected { why: "given up before it was sent".to_owned(), code: None });
    }
    let result = execute(connection, &job.statement).map_err(|failed| match failed {
        Failed::Statement(error) => explain::failed(&error, target, connection.is_dead().unwrap_or(true)),
        Failed::Reply(error) => explain::unread(&error, target),
        Failed::NoCode => Stop::Broken { why: "its reply has a row without a return code".to_owned() },
    });
    if matches!(result, Err(Stop::Broken { .. } | Stop::TimedOut { .. })) {
        *slot = None;
    }
    result
}

fn connect(target: &Target, limit: Duration) -> Result<Connection<'static>, Stop> {
    let began = Instant::now();
    let not_connected = |error| explain::not_connected(&error, target);
    let seconds = u32::try_from(limit.as_secs()).unwrap_or(u32::MAX).max(LEAST_LOGIN_TIMEOUT);
    let options = ConnectionOptions { login_timeout_sec: Some(seconds), packet_size: None };
    let connection = environment()
        .map_err(not_connected)?
        .connect_with_connection_string(&target.with_password(), options)
        .map_err(not_connected)?;
    tracing::debug!(elapsed = ?began.elapsed(), "connected");
    Ok(connection)
}

/// What failed: the statement, or reading what it gave.
enum Failed {
    Statement(odbc_api::Error),
    Reply(odbc_api::Error),
    /// RC is NULL.
    NoCode,
}

fn execute(connection: &Connection<'static>, statement: &Statement) -> Result<Answer, Failed> {
    let values: Vec<Box<dyn InputParameter>> = statement.values.iter().map(parameter).collect();
    let cursor = if values.is_empty() {
        connection.execute(&statement.sql, (), None)
    } else {
        connection.execute(&statement.sql, values.as_slice(), None)
    };
    match (statement.want, cursor.map_err(Failed::Statement)?) {
        (Want::Reply, Some(cursor)) => rows(cursor).map(Answer::Reply),
        (Want::Reply, None) => Ok(Answer::Reply(Vec::new())),
        (Want::AnyRow, Some(mut cursor)) => {
            let row = cursor.next_row().map_err(Failed::Reply)?;
            Ok(Answer::AnyRow(row.is_some()))
        }
        (Want::AnyRow, None) => Ok(Answer::AnyRow(false)),
        (Want::Nothing, _) => Ok(Answer::Done),
    }
}

fn parameter(value: &Bound) -> Box<dyn InputParameter> {
    match value {
        Bound::Text(text) => Box::new(text.clone().into_parameter()),
        Bound::Number(number) => Box::new(number.into_parameter()),
    }
}

fn rows(mut cursor: impl Cursor) -> Result<Vec<Row>, Failed> {
    let mut rows = Vec::new();
    let mut room = MAX_TEXT;
    while let Some(mut row) = cursor.next_row().map_err(Failed::Reply)? {
        let mut rc = Nullable::<i32>::null();
        let mut text = Vec::new();
        row.get_data(1, &mut rc).map_err(Failed::Reply)?;
        row.get_text(2, &mut text).map_err(Failed::Reply)?;
        room = room.saturating_sub(text.len());
        if rows.len() == MAX_ROWS || room == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&text).trim_end().to_owned();
        rows.push(Row { rc: rc.into_opt().ok_or(Failed::NoCode)?, text });
    }
    Ok(rows)
}
