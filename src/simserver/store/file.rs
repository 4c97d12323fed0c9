//! The database file: created, opened, converted, marked as cleanly closed. Its rules of versions are the vendor's.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::record::Position;
use crate::pair::Version;

/// An opened database, before its threads have started.
#[derive(Debug)]
pub struct Database {
    pub path: PathBuf,
    pub connection: Connection,
    pub identity: Identity,
}

/// What a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Created together: two databases can catch up only on the same base.
    pub base: String,
    /// The version level of the file's format.
    pub format: (u16, u16),
    pub user: String,
    pub password: String,
    /// The last server that had it open closed it in good order.
    pub clean: bool,
}

const TABLES: &str = "
    CREATE TABLE _hsb_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE _hsb_position (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, chain TEXT NOT NULL);
    INSERT INTO _hsb_position VALUES (1, 0, '');
    CREATE TABLE _hsb_users (name TEXT PRIMARY KEY COLLATE NOCASE, password TEXT NOT NULL, role TEXT NOT NULL DEFAULT '')
        WITHOUT ROWID;
    CREATE TABLE _hsb_log (seq INTEGER PRIMARY KEY, chain TEXT NOT NULL, origin TEXT NOT NULL, body TEXT NOT NULL);
    CREATE VIEW TABLES AS SELECT name AS TABLE_NAME, CASE WHEN name = 'TABLES' THEN 'SYSTEM TABLE' ELSE 'BASE TABLE'
        END AS TABLE_TYPE, 'DBA' AS TABLE_SCHEMA FROM sqlite_master
        WHERE type IN ('table', 'view') AND name NOT LIKE '\\_hsb\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\';
";

impl Database {
    /// Creates a new database.
    pub fn create(path: &Path, user: &str, password: &str, version: Version) -> rusqlite::Result<()> {
        let connection = connect(path, false)?;
        let base = random_name(&connection)?;
        connection.execute_batch(TABLES)?;
        for (name, value) in [("base", base.as_str()), ("user", user), ("password", password), ("clean", "yes")] {
            set(&connection, name, value)?;
        }
        let (major, minor) = version.level();
        set(&connection, "format", &format!("{major}.{minor}"))?;
        connection.close().map_err(|(_, error)| error)
    }

    /// Opens it; `sync`: each commit survives a power cut; `memory`: bytes that the engine of this process may take.
    pub fn open(path: &Path, sync: bool, memory: usize) -> rusqlite::Result<Database> {
        let connection = connect(path, sync)?;
        let memory = i64::try_from(memory).unwrap_or(i64::MAX);
        connection.query_row(&format!("PRAGMA hard_heap_limit = {memory}"), [], |_| Ok(()))?;
        let identity = identity(&connection)?;
        Ok(Database { path: path.to_owned(), connection, identity })
    }

    /// Reads every page of it; what is wrong with the first that is not sound.
    pub fn test(&self) -> Result<(), String> {
        let found = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
        match found {
            Ok(word) if word == "ok" => Ok(()),
            Ok(what) => Err(what),
            Err(error) => Err(error.to_string()),
        }
    }

    /// From here on it counts as in use, until it is closed in good order.
    pub fn begin_use(&mut self) -> rusqlite::Result<()> {
        set(&self.connection, "clean", "no")
    }

    /// It counts as closed in good order.
    pub fn end_use(&mut self) -> rusqlite::Result<()> {
        self.identity.clean = true;
        set(&self.connection, "clean", "yes")
    }

    /// Drops the log: what a netcopy brings along is the sender's.
    pub fn forget_log(&mut self) -> rusqlite::Result<()> {
        set_gap(&self.connection, None)?;
        self.connection.execute("DELETE FROM _hsb_log", []).map(|_| ())
    }

    /// Makes a database file out of a snapshot, as if it had been closed in good order.
    pub fn finish_copy(path: &Path) -> rusqlite::Result<()> {
        let connection = connect(path, true)?;
        set(&connection, "clean", "yes")?;
        connection.execute("DELETE FROM _hsb_log", [])?;
        connection.close().map_err(|(_, error)| error)
    }

    /// Removes a database, and with it what a process that was killed has left beside it: the engine would play a journal
    /// back into whatever file stands there next.
    pub fn remove(path: &Path) -> io::Result<()> {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            match std::fs::remove_file(name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// A consistent copy, made while the database is in use. Blocks.
    pub fn snapshot(source: &Path, target: &Path) -> rusqlite::Result<()> {
        // What cannot be removed is in the way of the copy, which says so.
        let _ = Database::remove(target);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(source, flags)?;
        connection.execute("VACUUM INTO ?1", [target.to_string_lossy()]).map(|_| ())
    }

    /// Converts it to the format of that version, for good. Source: SEED; 7 "one-way conversion".
    pub fn convert(&mut self, version: Version, keeps_base: bool) -> rusqlite::Result<()> {
        if !keeps_base {
            self.identity.base = random_name(&self.connection)?;
            set(&self.connection, "base", &self.identity.base)?;
        }
        let (major, minor) = version.level();
        self.identity.format = (major, minor);
        set(&self.connection, "format", &format!("{major}.{minor}"))
    }
}

fn connect(path: &Path, sync: bool) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", if sync { "FULL" } else { "NORMAL" })?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Sixteen random hexadecimal digits.
pub(super) fn random_name(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))
}

pub(super) fn set(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute("INSERT OR REPLACE INTO _hsb_meta (name, value) VALUES (?1, ?2)", [name, value]).map(|_| ())
}

fn get(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let found = connection
        .query_row("SELECT value FROM _hsb_meta WHERE name = ?1", [name], |row| row.get::<_, String>(0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn identity(connection: &Connection) -> rusqlite::Result<Identity> {
    let format = Version::parse(&get(connection, "format")?).unwrap_or_else(|| Version::new(0, 0, 0)).level();
    Ok(Identity {
        base: get(connection, "base")?,
        format,
        user: get(connection, "user")?,
        password: get(connection, "password")?,
        clean: get(connection, "clean")? == "yes",
    })
}

/// Up to which place no log was kept for the peer: where the server was STANDALONE last. Source: 200 "Bringing the secondary
/// server back online" (a catchup only after PRIMARY ALONE alone).
pub(super) fn gap(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    Ok(get(connection, "gap")?.parse().ok())
}

pub(super) fn set_gap(connection: &Connection, gap: Option<i64>) -> rusqlite::Result<()> {
    set(connection, "gap", &gap.map_or(String::new(), |seq| seq.to_string()))
}

pub(super) fn position(connection: &Connection) -> rusqlite::Result<Position> {
    connection.query_row("SELECT seq, chain FROM _hsb_position", [], |row| {
        Ok(Position { seq: row.get(0)?, chain: row.get(1)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_sync_the_engine_waits_for_the_disk_at_each_commit() {
        let dir = tempfile::tempdir().expect("because there is room");
        for (sync, wanted) in [(false, 1), (true, 2)] {
            let connection = connect(&dir.path().join("d"), sync).expect("because there is room");
            let level: i32 = connection
                .query_row("PRAGMA synchronous", [], |row| row.get(0))
                .expect("because the engine has the setting");
            assert_eq!(level, wanted, "1: at a checkpoint, 2: at each commit too");
        }
    }
}
