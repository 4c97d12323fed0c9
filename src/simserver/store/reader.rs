//! The thread that answers questions, on a connection of its own: a reader never waits for a writer.

use std::path::Path;
use std::sync::mpsc;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::query::{self, Column, Outcome, SqlStop};
use super::record::Value;

#[derive(Debug)]
pub(super) enum Job {
    Run { sql: String, params: Vec<Value>, reply: oneshot::Sender<Result<Outcome, SqlStop>> },
    Describe { sql: String, reply: oneshot::Sender<Result<Option<Vec<Column>>, SqlStop>> },
    Close { reply: oneshot::Sender<()> },
}

pub(super) fn start(path: &Path, max_rows: usize) -> Result<mpsc::Sender<Job>, SqlStop> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(64);
    let (sender, jobs) = mpsc::channel();
    std::thread::spawn(move || serve(connection, &jobs, max_rows));
    Ok(sender)
}

fn serve(connection: Connection, jobs: &mpsc::Receiver<Job>, max_rows: usize) {
    for job in jobs {
        match job {
            Job::Run { sql, params, reply } => {
                if !reply.is_closed() {
                    let _ = reply.send(read(&connection, &sql, &params, max_rows));
                }
            }
            Job::Describe { sql, reply } => {
                let _ = reply.send(query::describe(&connection, &sql));
            }
            Job::Close { reply } => {
                drop(connection);
                let _ = reply.send(());
                return;
            }
        }
    }
}

fn read(connection: &Connection, sql: &str, params: &[Value], max_rows: usize) -> Result<Outcome, SqlStop> {
    if !connection.prepare_cached(sql)?.readonly() {
        return Err(SqlStop::Writes);
    }
    query::run(connection, sql, params, max_rows)
}
