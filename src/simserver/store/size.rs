//! How large the database is: its pages in use, without those of the log, which a real server keeps in files of its own.

use rusqlite::Connection;

use crate::simserver::wording::{self, Code};

/// Room beyond the greatest size that a statement may use before it is stopped on its way, in pages: what it has written is
/// judged when it is done.
const SLACK: u64 = 4096;
/// A disk with less room than that, in bytes, is full.
const NO_ROOM: u64 = 1 << 20;

/// Bytes of the data.
pub fn of_data(connection: &Connection) -> rusqlite::Result<u64> {
    Ok(in_use(connection)?.saturating_sub(of_log(connection)?))
}

/// Bytes of the pages in use; those of the log are among them.
pub(super) fn in_use(connection: &Connection) -> rusqlite::Result<u64> {
    let pages = number(connection, "PRAGMA page_count")?.saturating_sub(number(connection, "PRAGMA freelist_count")?);
    Ok(pages * number(connection, "PRAGMA page_size")?)
}

/// Whether the data is within its greatest size. To leave the log out of it takes a look at each of its pages: only a
/// database that is too large with it gets that.
pub(super) fn fits(connection: &Connection, limit: u64) -> rusqlite::Result<bool> {
    let all = in_use(connection)?;
    Ok(all <= limit || all.saturating_sub(of_log(connection)?) <= limit)
}

fn of_log(connection: &Connection) -> rusqlite::Result<u64> {
    number(connection, "SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE name = '_hsb_log' AND aggregate = TRUE")
}

/// Stops a statement that never comes to its end; `bound` is the last one that was set.
pub(super) fn bound(connection: &Connection, limit: u64, log: u64, bound: &mut u64) -> rusqlite::Result<()> {
    let page = number(connection, "PRAGMA page_size")?.max(1);
    let wanted = (limit.saturating_add(log.saturating_mul(2)) / page + SLACK).next_multiple_of(SLACK);
    if wanted > *bound {
        let pages = wanted.min(u64::from(u32::MAX - 1));
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        *bound = wanted;
    }
    Ok(())
}

/// What the engine means when it says that there is no room: the greatest size, or the disk.
pub(super) fn what_is_full(connection: &Connection) -> Code {
    let room = connection.path().and_then(|path| rustix::fs::statvfs(path).ok());
    let room = room.map_or(u64::MAX, |room| room.f_bavail.saturating_mul(room.f_frsize));
    if room < NO_ROOM { wording::DISK_FULL } else { wording::DATABASE_FULL }
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let number: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_no_part_of_the_data_and_what_was_deleted_is_room() {
        let connection = Connection::open_in_memory().expect("because there is memory");
        let run = |sql: &str| connection.execute_batch(sql).expect("because it is sound");
        run("CREATE TABLE _hsb_log (body TEXT); CREATE TABLE t (body TEXT)");
        let empty = of_data(&connection).expect("because it is a database");
        run("INSERT INTO _hsb_log VALUES (hex(zeroblob(50000)))");
        assert_eq!(of_data(&connection), Ok(empty));
        assert_eq!(fits(&connection, empty), Ok(true));
        run("INSERT INTO t VALUES (hex(zeroblob(50000)))");
        assert!(of_data(&connection).is_ok_and(|size| size > empty + 90_000));
        assert_eq!(fits(&connection, empty + 90_000), Ok(false));
        run("DELETE FROM t");
        assert_eq!(fits(&connection, empty), Ok(true));
    }

    #[test]
    fn a_statement_without_an_end_is_stopped() {
        let connection = Connection::open_in_memory().expect("because there is memory");
        connection.execute_batch("CREATE TABLE t (body TEXT)").expect("because it is sound");
        bound(&connection, 4096, 0, &mut 0).expect("because it is a number");
        let endless = "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)
            SELECT hex(zeroblob(50000)) FROM c";
        let stopped = connection.execute(endless, []).expect_err("because it has no end");
        assert_eq!(stopped.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        assert_eq!(what_is_full(&connection), wording::DATABASE_FULL);
    }
}
