//! A record of the log: one committed transaction, and its place in the history.
//!
//! Each place is chained to the one before it, so that two equal positions mean two equal histories, and a server that
//! took writes of its own is found out.

use std::fmt;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value as Sqlite, ValueRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A value of a statement or a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Null,
    Integer(i64),
    /// The bits of a double: JSON would round it.
    Real(u64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        let inside = match self {
            Value::Null | Value::Integer(_) | Value::Real(_) => 0,
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len(),
        };
        size_of::<Value>() + inside
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number.to_bits()),
            ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Sqlite::Null),
            Value::Integer(number) => ToSqlOutput::Owned(Sqlite::Integer(*number)),
            Value::Real(bits) => ToSqlOutput::Owned(Sqlite::Real(f64::from_bits(*bits))),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// A statement that wrote, with its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement(pub String, pub Vec<Value>);

/// A place in the history of a database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// How many transactions it holds.
    pub seq: i64,
    /// Stands for all of them in their order.
    pub chain: String,
}

impl Position {
    /// The place after one more transaction.
    #[must_use]
    pub fn after(&self, origin: &str, body: &str) -> Position {
        let mut digest = Sha256::new();
        for part in [&self.chain, origin, body] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let sum = digest.finalize();
        let chain = sum.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        Position { seq: self.seq + 1, chain }
    }
}

/// As `hsb logpos` shows it: 21 digits. Source: 200 "Choosing which server to make primary".
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:021}", self.seq)
    }
}

/// One committed transaction as it goes to the peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// After it.
    pub position: Position,
    /// Of the reign under which it was committed.
    pub origin: String,
    /// The statements, as JSON.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_statements_under_another_reign_are_another_history() {
        let start = Position::default();
        assert_ne!(start.after("a", "x"), start.after("b", "x"));
        assert_eq!(start.after("a", "x"), start.after("a", "x"));
        assert_ne!(start.after("a", "x").after("a", "y"), start.after("a", "y").after("a", "x"));
    }

    #[test]
    fn a_position_is_shown_with_21_digits() {
        assert_eq!(Position { seq: 871, chain: String::new() }.to_string(), "000000000000000000871");
    }
}
