//! Values, their types, how they are read from and written as text, and places that are filled when the parameters are
//! bound.

use std::fmt;
use std::time::Duration;

use crate::pair::Version;
use crate::text::Span;

use super::ServerId;

/// A parameter, in the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(pub u16);

/// A formal parameter of the procedure in which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormalId(pub u8);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ParamType {
    Duration,
    Size,
    Text,
    Version,
    /// `a | b | c`
    Words(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Duration(Duration),
    /// Bytes.
    Size(u64),
    Text(String),
    Version(Version),
    Word(String),
    Number(u64),
}

/// Known now, or once the parameters are bound and the procedure is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term<T> {
    Known(T),
    Param(ParamId),
    Formal(FormalId),
}

pub type ServerTerm = Term<ServerId>;
pub type DurationTerm = Term<Duration>;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ValueTerm {
    pub term: Term<Value>,
    pub span: Span,
}

/// How amounts of one kind are written.
struct Units {
    /// What each unit is worth, the largest first.
    worth: &'static [(&'static str, u64)],
    /// Between number and unit; may be left out where a value is read.
    blank: &'static str,
    /// What no unit of the language divides.
    rest: &'static str,
}

/// Worth in milliseconds.
const TIME: Units = Units {
    worth: &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)],
    blank: "",
    rest: "ms",
};

/// Worth in bytes.
const SIZE: Units =
    Units { worth: &[("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)], blank: " ", rest: "B" };

impl Units {
    fn read(&self, text: &str) -> Option<u64> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = unit.strip_prefix(self.blank).unwrap_or(unit);
        let (_, worth) = self.worth.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*worth)
    }

    /// With the largest unit that divides it.
    fn write(&self, amount: u64) -> String {
        let fitting = self.worth.iter().find(|(_, worth)| amount > 0 && amount.is_multiple_of(*worth));
        let (unit, worth) = fitting.copied().unwrap_or((self.rest, 1));
        format!("{}{}{unit}", amount / worth, self.blank)
    }
}

impl Value {
    /// Reads a value of that type as the command line and the site file write it: `4h`, `10 GiB` or `10GiB`, `7.0`, a
    /// word, a text without quotes. None where it is no such value.
    #[must_use]
    pub fn parse(ty: &ParamType, text: &str) -> Option<Value> {
        match ty {
            ParamType::Duration => TIME.read(text).map(Duration::from_millis).map(Value::Duration),
            ParamType::Size => SIZE.read(text).map(Value::Size),
            ParamType::Text => (!text.contains(['\n', '\r'])).then(|| Value::Text(text.to_owned())),
            ParamType::Version => {
                Version::parse(text).filter(|_| text.contains('.') && text == text.trim()).map(Value::Version)
            }
            ParamType::Words(words) => words.iter().find(|word| *word == text).cloned().map(Value::Word),
        }
    }
}

/// As the language writes it (`4h`, `10 GiB`, `7.0`); a text without its quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Duration(time) if time.is_zero() => f.pad("0s"),
            Value::Duration(time) => f.pad(&TIME.write(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))),
            Value::Size(bytes) => f.pad(&SIZE.write(*bytes)),
            Value::Text(text) | Value::Word(text) => f.pad(text),
            Value::Version(version) => f.pad(&version.to_string()),
            Value::Number(number) => f.pad(&number.to_string()),
        }
    }
}

/// As a declaration writes it: `duration`, `yes | no`.
impl fmt::Display for ParamType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamType::Duration => f.pad("duration"),
            ParamType::Size => f.pad("size"),
            ParamType::Text => f.pad("text"),
            ParamType::Version => f.pad("version"),
            ParamType::Words(words) => f.pad(&words.join(" | ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(ty: &ParamType, text: &str) -> Option<String> {
        Value::parse(ty, text).map(|value| value.to_string())
    }

    #[test]
    fn values_are_written_as_they_are_read() {
        for (ty, texts) in [
            (ParamType::Duration, &["250ms", "30s", "90m", "4h", "1d"][..]),
            (ParamType::Size, &["10 GiB", "512 KiB", "3 TiB"]),
            (ParamType::Version, &["6.5", "7.0.3"]),
            (ParamType::Text, &["hello", ""]),
            (ParamType::Words(vec!["yes".into(), "no".into()]), &["yes", "no"]),
        ] {
            for text in texts {
                assert_eq!(round(&ty, text).as_deref(), Some(*text));
            }
        }
        assert_eq!(round(&ParamType::Size, "10GiB").as_deref(), Some("10 GiB"));
        assert_eq!(round(&ParamType::Duration, "60m").as_deref(), Some("1h"));
    }

    #[test]
    fn what_is_no_value_of_the_type_is_not_read() {
        for text in ["", "4", "h", "4 h", "4H", "-4h", "4.5h", "99999999999999999999d", "18446744073709551615d", "4h "]
        {
            assert_eq!(Value::parse(&ParamType::Duration, text), None, "{text}");
        }
        for text in ["10", "10 GB", "10  GiB", "GiB", "99999999999999 TiB"] {
            assert_eq!(Value::parse(&ParamType::Size, text), None, "{text}");
        }
        for text in ["7", "7.", " 7.0", "seven", "7.0.0.0.0"] {
            assert_eq!(Value::parse(&ParamType::Version, text), None, "{text}");
        }
        assert_eq!(Value::parse(&ParamType::Words(vec!["yes".into()]), "Yes"), None);
    }
}
