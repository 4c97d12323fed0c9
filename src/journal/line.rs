//! One line of a journal: written, and read again with its sums checked.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Before the first record.
pub(super) const NO_SUM: &str = "0000000000000000";

/// A line is longer only where it is no journal.
pub(super) const MAX_LINE: usize = 16 * 1024 * 1024;

const SUM_FIELD: &str = ",\"sum\":\"";

/// Characters of a sum: the first 64 bits of SHA-256, against accidents, not against forgers.
const SUM_LEN: usize = 16;

/// An event, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// From 1, without gaps.
    pub seq: u64,
    /// Wall clock, RFC 3339 in UTC with milliseconds.
    pub at: String,
    /// Milliseconds since the run began, by a clock that nobody sets.
    pub ms: u64,
    /// `step-began`, `intent`, …: `docs/journal.md` has all of them.
    pub kind: String,
    /// What the kind says it holds.
    pub body: Map<String, Value>,
}

/// The line of a record, with its line end, and its sum, which the next line names.
pub(super) fn write(record: &Record, prev: &str) -> (String, String) {
    let mut line = Map::new();
    line.insert("seq".into(), record.seq.into());
    line.insert("at".into(), record.at.clone().into());
    line.insert("ms".into(), record.ms.into());
    line.insert("kind".into(), record.kind.clone().into());
    line.insert("body".into(), Value::Object(record.body.clone()));
    line.insert("prev".into(), prev.into());
    let mut text = Value::Object(line).to_string();
    text.pop();
    let sum = sum(&text);
    (format!("{text}{SUM_FIELD}{sum}\"}}\n"), sum)
}

/// Reads a line without its end; `prev` is the sum of the line before, `seq` the number that must come.
pub(super) fn read(line: &str, prev: &str, seq: u64) -> Result<(Record, String), String> {
    let (text, written) = line.rsplit_once(SUM_FIELD).ok_or("it has no sum")?;
    let written = written.strip_suffix("\"}").filter(|sum| sum.len() == SUM_LEN).ok_or("its sum is not whole")?;
    if sum(text) != written {
        return Err("its sum does not fit its text".to_owned());
    }
    let fields: Map<String, Value> = serde_json::from_str(&format!("{text}}}")).map_err(|why| why.to_string())?;
    let text_of = |name: &str| fields.get(name).and_then(Value::as_str).ok_or(format!("it has no `{name}`"));
    let number_of = |name: &str| fields.get(name).and_then(Value::as_u64).ok_or(format!("it has no `{name}`"));
    if text_of("prev")? != prev {
        return Err("it does not follow the line before it".to_owned());
    }
    if number_of("seq")? != seq {
        return Err(format!("its number is not {seq}"));
    }
    let record = Record {
        seq,
        at: text_of("at")?.to_owned(),
        ms: number_of("ms")?,
        kind: text_of("kind")?.to_owned(),
        body: fields.get("body").and_then(Value::as_object).cloned().ok_or("it has no `body`")?,
    };
    Ok((record, written.to_owned()))
}

fn sum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(SUM_LEN / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let body = serde_json::json!({"text": "a\n\",\"sum\":\"x", "n": 1.5});
        let body = body.as_object().cloned().expect("because it is one");
        Record { seq: 3, at: "2026-01-01T00:00:00.000Z".into(), ms: 7, kind: "stop".into(), body }
    }

    #[test]
    fn what_is_written_is_read() {
        let (line, sum) = write(&record(), NO_SUM);
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(read(line.trim_end(), NO_SUM, 3), Ok((record(), sum)));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (line, _) = write(&record(), NO_SUM);
        let bytes = line.trim_end().as_bytes();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.to_vec();
                flipped[at] ^= 1 << bit;
                let Ok(text) = String::from_utf8(flipped) else { continue };
                assert!(read(&text, NO_SUM, 3).is_err(), "byte {at}, bit {bit}: {text}");
            }
        }
    }

    #[test]
    fn a_line_in_another_place_is_noticed() {
        let (line, sum) = write(&record(), NO_SUM);
        assert!(read(line.trim_end(), &sum, 3).is_err());
        assert!(read(line.trim_end(), NO_SUM, 4).is_err());
    }
}
