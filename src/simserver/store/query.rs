//! Runs one statement on a connection and takes its rows out.

use rusqlite::{Connection, params_from_iter};

use super::record::Value;
use crate::simserver::config::Limits;
use crate::simserver::wording::{self, Code};

/// What a statement gave.
#[derive(Debug)]
pub enum Outcome {
    Rows(Rows),
    /// How many rows it wrote.
    Wrote(usize),
}

/// A result, whole.
#[derive(Debug)]
pub struct Rows {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// The type of a column, as a driver is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    BigInt,
    Double,
    /// With its declared length.
    Varchar(Option<u16>),
    Binary,
}

/// Why a statement was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlStop {
    /// The server's own refusal.
    Refused(Code),
    /// It writes, and was sent to a thread that only reads.
    Writes,
    /// A key exists already, a value must not be empty.
    Constraint(String),
    NoTable(String),
    /// Anything else that SQLite does not like.
    Sql(String),
    TooManyRows(usize),
    /// More bytes than that.
    TooLarge(usize),
    /// The database was closed, or somebody else decides about the transaction: the outcome is not known.
    Closing,
}

impl From<rusqlite::Error> for SqlStop {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let code = error.sqlite_error_code();
        if code == Some(rusqlite::ErrorCode::DiskFull) {
            SqlStop::Refused(wording::DISK_FULL)
        } else if code == Some(rusqlite::ErrorCode::ConstraintViolation) {
            SqlStop::Constraint(text)
        } else if text.starts_with("no such table") {
            SqlStop::NoTable(text)
        } else {
            SqlStop::Sql(text)
        }
    }
}

/// Runs it to its end.
pub(super) fn run(connection: &Connection, sql: &str, params: &[Value], limits: Limits) -> Result<Outcome, SqlStop> {
    let mut statement = connection.prepare_cached(sql)?;
    if statement.column_count() == 0 {
        return Ok(Outcome::Wrote(statement.execute(params_from_iter(params))?));
    }
    let width = statement.column_count();
    let mut rows = Vec::new();
    let mut bytes = 0;
    let mut found = statement.query(params_from_iter(params))?;
    while let Some(row) = found.next()? {
        if rows.len() >= limits.rows {
            return Err(SqlStop::TooManyRows(limits.rows));
        }
        let values = (0..width).map(|at| row.get_ref(at).map(Value::from)).collect::<rusqlite::Result<Vec<Value>>>()?;
        bytes += values.iter().map(Value::size).sum::<usize>();
        if bytes > limits.memory / 4 {
            return Err(SqlStop::TooLarge(limits.memory / 4));
        }
        rows.push(values);
    }
    drop(found);
    let mut columns = columns(&statement);
    guess_kinds(&mut columns, &rows);
    Ok(Outcome::Rows(Rows { columns: columns.into_iter().map(|(column, _)| column).collect(), rows }))
}

/// The columns of a statement that was not run.
pub(super) fn describe(connection: &Connection, sql: &str) -> Result<Option<Vec<Column>>, SqlStop> {
    let statement = connection.prepare_cached(sql)?;
    if statement.column_count() == 0 {
        return Ok(None);
    }
    Ok(Some(columns(&statement).into_iter().map(|(column, _)| column).collect()))
}

/// The columns, and whether their type is declared.
fn columns(statement: &rusqlite::Statement<'_>) -> Vec<(Column, bool)> {
    let column = |column: rusqlite::Column<'_>| {
        let declared = column.decl_type().map(kind_of);
        let kind = declared.unwrap_or_else(|| if counts(column.name()) { Kind::Int } else { Kind::Varchar(None) });
        (Column { name: column.name().to_owned(), kind }, declared.is_some())
    };
    statement.columns().map(column).collect()
}

/// `COUNT(*)` and its like have no declared type.
fn counts(name: &str) -> bool {
    name.len() >= 6 && name.is_char_boundary(6) && name[..6].eq_ignore_ascii_case("count(")
}

/// An expression has the type of its first value.
fn guess_kinds(columns: &mut [(Column, bool)], rows: &[Vec<Value>]) {
    for (at, (column, _)) in columns.iter_mut().enumerate().filter(|(_, (_, declared))| !declared) {
        let first = rows.iter().map(|row| &row[at]).find(|value| **value != Value::Null);
        match first {
            Some(Value::Integer(number)) if i32::try_from(*number).is_ok() => column.kind = Kind::Int,
            Some(Value::Integer(_)) => column.kind = Kind::BigInt,
            Some(Value::Real(_)) => column.kind = Kind::Double,
            Some(Value::Blob(_)) => column.kind = Kind::Binary,
            Some(Value::Text(_) | Value::Null) | None => {}
        }
    }
}

/// The type that a declaration means.
fn kind_of(declared: &str) -> Kind {
    let upper = declared.to_ascii_uppercase();
    let length = upper.split_once('(').and_then(|(_, rest)| rest.trim_end_matches(')').trim().parse().ok());
    match upper.split('(').next().unwrap_or_default().trim() {
        "INT" | "INTEGER" | "SMALLINT" | "TINYINT" => Kind::Int,
        "BIGINT" => Kind::BigInt,
        "REAL" | "DOUBLE" | "DOUBLE PRECISION" | "FLOAT" => Kind::Double,
        "BLOB" | "BINARY" | "VARBINARY" | "LONG VARBINARY" => Kind::Binary,
        _ => Kind::Varchar(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_become_what_a_driver_knows() {
        assert_eq!(kind_of("INTEGER"), Kind::Int);
        assert_eq!(kind_of("bigint"), Kind::BigInt);
        assert_eq!(kind_of("VARCHAR(20)"), Kind::Varchar(Some(20)));
        assert_eq!(kind_of("TIMESTAMP"), Kind::Varchar(None));
    }
}
