//! The threads that answer questions, on connections of their own: a reader never waits for a writer, nor for a slow
//! reader unless all are slow. A question that nobody waits for any more is interrupted.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::query::{self, Column, Outcome, SqlStop};
use super::record::Value;
use crate::simserver::config::Limits;

#[derive(Debug)]
pub(super) enum Job {
    Run { sql: String, params: Vec<Value>, given_up: Arc<AtomicBool>, reply: oneshot::Sender<Result<Outcome, SqlStop>> },
    Describe { sql: String, reply: oneshot::Sender<Result<Option<Vec<Column>>, SqlStop>> },
    Close { reply: oneshot::Sender<()> },
}

/// How many there are.
pub(super) const THREADS: usize = 3;

/// Steps of the engine between two looks whether somebody still waits.
const STEPS: i32 = 20_000;

/// Says, when it is dropped, that nobody waits any more.
pub(super) struct GiveUp(pub Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub(super) fn start(path: &Path, limits: Limits) -> Result<mpsc::Sender<Job>, SqlStop> {
    let (sender, jobs) = mpsc::channel();
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..THREADS {
        let reader = Reader::open(path, limits)?;
        let jobs = jobs.clone();
        std::thread::spawn(move || reader.serve(&jobs));
    }
    Ok(sender)
}

struct Reader {
    connection: Connection,
    limits: Limits,
    /// Of the question that runs now.
    given_up: Arc<Mutex<Arc<AtomicBool>>>,
}

impl Reader {
    fn open(path: &Path, limits: Limits) -> Result<Reader, SqlStop> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.set_prepared_statement_cache_capacity(64);
        let given_up: Arc<Mutex<Arc<AtomicBool>>> = Arc::default();
        let looked_at = given_up.clone();
        let nobody_waits = move || looked_at.lock().is_ok_and(|flag| flag.load(Ordering::Relaxed));
        connection.progress_handler(STEPS, Some(nobody_waits))?;
        Ok(Reader { connection, limits, given_up })
    }

    fn serve(self, jobs: &Mutex<mpsc::Receiver<Job>>) {
        loop {
            let job = jobs.lock().expect("because no reader panics with the queue").recv();
            match job {
                Ok(Job::Run { sql, params, given_up, reply }) => {
                    *self.given_up.lock().expect("because no holder of the flag panics") = given_up;
                    let _ = reply.send(self.read(&sql, &params));
                }
                Ok(Job::Describe { sql, reply }) => {
                    let _ = reply.send(query::describe(&self.connection, &sql));
                }
                Ok(Job::Close { reply }) => {
                    drop(self);
                    let _ = reply.send(());
                    return;
                }
                Err(mpsc::RecvError) => return,
            }
        }
    }

    fn read(&self, sql: &str, params: &[Value]) -> Result<Outcome, SqlStop> {
        if !self.connection.prepare_cached(sql)?.readonly() {
            return Err(SqlStop::Writes);
        }
        query::run(&self.connection, sql, params, self.limits)
    }
}
