//! The log for the peer, as it stands in the database: one row a transaction.

use rusqlite::Connection;

use super::query::{self, SqlStop};
use super::record::{Position, Record, Statement};
use crate::simserver::config::Limits;

/// What went through on the Primary goes through here.
const UNBOUNDED: Limits = Limits { rows: usize::MAX, memory: usize::MAX, log_disk: None, database: u64::MAX };

pub(super) fn append(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    let Record { position, origin, body } = record;
    connection
        .prepare_cached("INSERT INTO _hsb_log (seq, chain, origin, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute((position.seq, &position.chain, origin, body))
        .map(|_| ())
}

pub(super) fn set_position(connection: &Connection, position: &Position) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE _hsb_position SET seq = ?1, chain = ?2")?
        .execute((position.seq, &position.chain))
        .map(|_| ())
}

/// The records after a place, in their order.
pub(super) fn fetch(connection: &Connection, after: i64, limit: usize) -> rusqlite::Result<Vec<Record>> {
    let mut statement = connection
        .prepare_cached("SELECT seq, chain, origin, body FROM _hsb_log WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map((after, limit), |row| {
        let position = Position { seq: row.get(0)?, chain: row.get(1)? };
        Ok(Record { position, origin: row.get(2)?, body: row.get(3)? })
    })?;
    rows.collect()
}

/// Bytes of its records.
pub(super) fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let size: i64 =
        connection
            .query_row("SELECT COALESCE(SUM(LENGTH(CAST(body AS BLOB))), 0) FROM _hsb_log", [], |row| row.get(0))?;
    Ok(u64::try_from(size).unwrap_or(0))
}

/// Drops the records up to a place.
pub(super) fn trim(connection: &Connection, up_to: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM _hsb_log WHERE seq <= ?1")?.execute([up_to]).map(|_| ())
}

/// Executes the Primary's transactions, each in its place; the place after them. The caller commits.
pub(super) fn apply(connection: &Connection, place: &Position, records: &[Record]) -> Result<Position, SqlStop> {
    let mut place = place.clone();
    for record in records {
        if place.after(&record.origin, &record.body) != record.position {
            return Err(SqlStop::Sql(format!("transaction {} does not follow {place}", record.position)));
        }
        let statements: Vec<Statement> =
            serde_json::from_str(&record.body).map_err(|error| SqlStop::Sql(error.to_string()))?;
        for Statement(sql, params) in &statements {
            query::run(connection, sql, params, UNBOUNDED)?;
        }
        append(connection, record)?;
        place = record.position.clone();
    }
    set_position(connection, &place)?;
    Ok(place)
}
