//! One server as its users see it: ask, command, query. Keeps a connection while it is good and makes a new one when it
//! is not.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::program::Value;

use super::worker::{Answer, Bound, GivenUp, Reply, Statement, Want, Worker};
use super::{Row, Stop, Target};

/// A server behind its connection string. Nothing is connected before something is asked.
#[derive(Debug)]
pub struct Server {
    target: Target,
    worker: Option<Worker>,
    /// Every thread for this server that has not ended holds one.
    token: Arc<()>,
    /// Threads that were given up with a command that was sent: while one lives, its command may still be done.
    unanswered: Vec<Weak<()>>,
}

/// Threads that were given up and have not come back. A server that was frozen for hours must not use up the machine.
const MAX_GIVEN_UP: usize = 32;

impl Server {
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self { target, worker: None, token: Arc::new(()), unanswered: Vec::new() }
    }

    /// Asks with an `ADMIN COMMAND` that changes nothing. Where a connection that was kept turns out to be broken (the
    /// server was restarted), it is asked once more over a new one, within what is left of the limit.
    ///
    /// # Errors
    /// Any `Stop`; whatever it is, nothing was changed.
    pub fn ask(&mut self, command: &str, limit: Duration) -> Result<Vec<Row>, Stop> {
        self.look(&statement(admin(command), Vec::new(), Want::Reply, limit)).map(reply)
    }

    /// Sends an `ADMIN COMMAND` that may change something: once, and never again by itself.
    ///
    /// # Errors
    /// `NotConnected` and `Refused`: it did not happen. `Broken` and `TimedOut`: unknown.
    pub fn command(&mut self, command: &str, limit: Duration) -> Result<Vec<Row>, Stop> {
        let changing = Statement { changes: true, ..statement(admin(command), Vec::new(), Want::Reply, limit) };
        self.perform(changing).result.map(reply)
    }

    /// Performs a statement of SQL with bound values, each by a marker `?`: once, and committed by itself.
    ///
    /// # Errors
    /// As `command`.
    pub fn execute(&mut self, sql: &str, values: &[Value], limit: Duration) -> Result<(), Stop> {
        let changing = Statement { changes: true, ..statement(sql.to_owned(), bound(values), Want::Nothing, limit) };
        self.perform(changing).result.map(|_| ())
    }

    /// Whether a query gives at least one row. Asked again as `ask` is.
    ///
    /// # Errors
    /// Any `Stop`.
    pub fn answers(&mut self, sql: &str, values: &[Value], limit: Duration) -> Result<bool, Stop> {
        self.look(&statement(sql.to_owned(), bound(values), Want::AnyRow, limit)).map(|answer| match answer {
            Answer::AnyRow(any) => any,
            Answer::Reply(rows) => !rows.is_empty(),
            Answer::Done => false,
        })
    }

    /// Whether a `command` or `execute` that was not answered within its limit has not come back since: it may still be done.
    pub fn has_unanswered(&mut self) -> bool {
        self.unanswered.retain(|thread| thread.strong_count() > 0);
        !self.unanswered.is_empty()
    }

    /// Gives the connection up, as after a shutdown: the next statement makes a new one.
    pub fn disconnect(&mut self) {
        self.worker = None;
    }

    fn look(&mut self, wanted: &Statement) -> Result<Answer, Stop> {
        let begun = Instant::now();
        let asked = |limit| statement(wanted.sql.clone(), wanted.values.clone(), wanted.want, limit);
        let Reply { result, kept } = self.perform(asked(wanted.limit));
        match result {
            Err(Stop::Broken { .. }) if kept => {
                self.perform(asked(wanted.limit.saturating_sub(begun.elapsed()))).result
            }
            Ok(_)
            | Err(Stop::Broken { .. } | Stop::NotConnected { .. } | Stop::TimedOut { .. } | Stop::Refused { .. }) => {
                result
            }
        }
    }

    fn perform(&mut self, statement: Statement) -> Reply {
        let worker = match self.worker.take().map_or_else(|| self.new_worker(), Ok) {
            Ok(worker) => worker,
            Err(stop) => return Reply { result: Err(stop), kept: false },
        };
        let changes = statement.changes;
        match worker.perform(statement) {
            Ok(reply) => {
                self.worker = Some(worker);
                reply
            }
            Err(GivenUp(stop)) => {
                if changes && matches!(stop, Stop::TimedOut { .. }) {
                    self.unanswered.push(worker.alive());
                }
                Reply { result: Err(stop), kept: false }
            }
        }
    }

    fn new_worker(&self) -> Result<Worker, Stop> {
        if Arc::strong_count(&self.token) > MAX_GIVEN_UP {
            let why = format!("{MAX_GIVEN_UP} earlier calls to this server have not come back");
            return Err(Stop::NotConnected { why, code: None });
        }
        Worker::start(self.target.clone(), Arc::clone(&self.token))
    }
}

/// `ADMIN COMMAND 'text'`, quotes within doubled.
fn admin(command: &str) -> String {
    format!("ADMIN COMMAND '{}'", command.replace('\'', "''"))
}

fn statement(sql: String, values: Vec<Bound>, want: Want, limit: Duration) -> Statement {
    Statement { sql, values, want, changes: false, limit }
}

fn reply(answer: Answer) -> Vec<Row> {
    match answer {
        Answer::Reply(rows) => rows,
        Answer::AnyRow(_) | Answer::Done => Vec::new(),
    }
}

/// Durations go as seconds, sizes as bytes, versions and words as texts.
fn bound(values: &[Value]) -> Vec<Bound> {
    let number = |number: u64| i64::try_from(number).map_or_else(|_| Bound::Text(number.to_string()), Bound::Number);
    values
        .iter()
        .map(|value| match value {
            Value::Duration(duration) if duration.subsec_nanos() == 0 => number(duration.as_secs()),
            Value::Duration(duration) => Bound::Text(duration.as_secs_f64().to_string()),
            Value::Size(bytes) => number(*bytes),
            Value::Number(plain) => number(*plain),
            Value::Text(text) | Value::Word(text) => Bound::Text(text.clone()),
            Value::Version(version) => Bound::Text(version.to_string()),
        })
        .collect()
}
