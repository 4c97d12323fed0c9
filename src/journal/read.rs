//! Reading a journal again. A torn last line is dropped and said; any other damage stops, with its line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use serde_json::Value;

use super::line::{self, MAX_LINE, NO_SUM, Record};
use super::{FORMAT, Stop};

/// A journal's whole records.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The first is `begin`.
    pub records: Vec<Record>,
    /// What was being written when the writer was killed.
    pub torn_tail: Option<TornTail>,
    /// The sum of the last whole record.
    pub last_sum: String,
}

/// A last line without its end: its record was not complete, so what it would have said was not acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// From 1.
    pub line: usize,
    /// Where the whole records end, in bytes.
    pub from: u64,
    /// How many bytes are torn.
    pub bytes: usize,
}

/// Reads a journal.
///
/// # Errors
/// When it is none, is of a newer format, or is damaged anywhere but in a torn last line.
pub fn read(path: &Path) -> Result<Read, Stop> {
    let name = path.display().to_string();
    let unreadable = |why: std::io::Error| Stop::Unreadable { path: name.clone(), why: why.to_string() };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut read = Read { records: Vec::new(), torn_tail: None, last_sum: NO_SUM.to_owned() };
    let (mut bytes, mut from) = (Vec::new(), 0u64);
    loop {
        bytes.clear();
        file.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut bytes).map_err(unreadable)?;
        let number = read.records.len() + 1;
        match bytes.last() {
            None => break,
            Some(b'\n') => take_line(&name, &mut read, &bytes[..bytes.len() - 1])?,
            Some(_) if bytes.len() > MAX_LINE => return Err(damaged(&name, number, "it is too long")),
            Some(_) => read.torn_tail = Some(TornTail { line: number, from, bytes: bytes.len() }),
        }
        from += bytes.len() as u64;
    }
    if read.records.is_empty() {
        return Err(Stop::NotAJournal { path: name });
    }
    Ok(read)
}

fn take_line(path: &str, read: &mut Read, bytes: &[u8]) -> Result<(), Stop> {
    let number = read.records.len() + 1;
    let first = read.records.is_empty();
    let parsed = std::str::from_utf8(bytes)
        .map_err(|_| "it is not UTF-8".to_owned())
        .and_then(|text| line::read(text, &read.last_sum, number as u64));
    let (record, sum) = match parsed {
        Ok(parsed) => parsed,
        Err(_) if first && !bytes.starts_with(b"{\"seq\":1,") => {
            return Err(Stop::NotAJournal { path: path.to_owned() });
        }
        Err(why) => return Err(damaged(path, number, &why)),
    };
    if first {
        known_format(path, &record)?;
    }
    read.records.push(record);
    read.last_sum = sum;
    Ok(())
}

fn known_format(path: &str, record: &Record) -> Result<(), Stop> {
    let path = path.to_owned();
    match record.body.get("format").and_then(Value::as_u64) {
        Some(found) if record.kind == "begin" && found <= FORMAT => Ok(()),
        Some(found) if record.kind == "begin" => Err(Stop::Newer { path, found, known: FORMAT }),
        Some(_) | None => Err(Stop::NotAJournal { path }),
    }
}

fn damaged(path: &str, line: usize, why: &str) -> Stop {
    Stop::Damaged { path: path.to_owned(), line, why: why.to_owned() }
}
