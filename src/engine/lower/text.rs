//! Texts for people: holes filled, values, durations and commands as a runbook writes them.

use std::fmt::{self, Display, Write as _};
use std::time::Duration;

use crate::program::{Template, TemplatePiece, Value};

use crate::engine::Action;

use super::Lower;

impl Lower<'_> {
    pub(super) fn fill(&self, template: &Template) -> String {
        template.pieces.iter().fold(String::new(), |mut text, piece| {
            match piece {
                TemplatePiece::Chars(chars) => text.push_str(chars),
                TemplatePiece::Server(server) => text.push_str(&self.names[self.server(server).0 as usize]),
                TemplatePiece::Value(term) => text.push_str(&Shown(&self.value(term)).to_string()),
            }
            text
        })
    }
}

struct Shown<'a>(&'a Value);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        value(f, self.0)
    }
}

/// A value as a runbook writes it.
pub(in crate::engine) fn value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Duration(duration) => f.write_str(&self::duration(*duration)),
        Value::Size(bytes) => size(f, *bytes),
        Value::Text(text) | Value::Word(text) => f.write_str(text),
        Value::Version(version) => version.fmt(f),
        Value::Number(number) => number.fmt(f),
    }
}

/// In the largest unit that gives a whole number.
pub(in crate::engine) fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    match units.into_iter().find(|(unit, _)| millis > 0 && millis.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", millis / unit),
        None => format!("{millis}ms"),
    }
}

fn size(f: &mut fmt::Formatter<'_>, bytes: u64) -> fmt::Result {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.into_iter().find(|(bits, _)| bytes > 0 && bytes.trailing_zeros() >= *bits) {
        Some((bits, name)) => write!(f, "{} {name}", bytes >> bits),
        None => write!(f, "{bytes} bytes"),
    }
}

/// A command as a runbook writes it, without its server.
pub(in crate::engine) fn action(action: &Action) -> String {
    match action {
        Action::Admin { text } => format!("admin '{text}'"),
        Action::Sql { text, .. } => format!("sql '{text}'"),
        Action::Start { options } if options.is_empty() => "start".to_owned(),
        Action::Start { options } => format!("start with {}", options.join(", ")),
        Action::Install { previous: false } => "install".to_owned(),
        Action::Install { previous: true } => "install previous".to_owned(),
        Action::Run { name } => format!("run {name}"),
        Action::Watchdog { on: true } => "watchdog on".to_owned(),
        Action::Watchdog { on: false } => "watchdog off".to_owned(),
    }
}

/// The word of a choice.
pub(super) fn word(value: &Value) -> String {
    Shown(value).to_string()
}

/// The words joined by commas.
pub(super) fn list<'a>(words: impl Iterator<Item = &'a String>) -> String {
    words.fold(String::new(), |mut text, word| {
        let comma = if text.is_empty() { "" } else { ", " };
        write!(text, "{comma}{word}").expect("because writing to a text does not fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_in_the_largest_whole_unit() {
        assert_eq!(duration(Duration::from_secs(5400)), "90m");
        assert_eq!(duration(Duration::from_secs(14_400)), "4h");
        assert_eq!(duration(Duration::from_millis(1500)), "1500ms");
        assert_eq!(Shown(&Value::Size(10 << 30)).to_string(), "10 GiB");
        assert_eq!(Shown(&Value::Size(1000)).to_string(), "1000 bytes");
    }
}
