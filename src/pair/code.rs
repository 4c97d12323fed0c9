//! Return codes: what a server's number means, and what to do about it.

mod database;
mod exit;
mod hotstandby;
mod message;

use super::Source;

pub use exit::{ExitCode, exit_code, exit_codes};
pub use message::{Message, message, messages};

/// A return code as it stands in the `RC` column or in a driver's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub number: i32,
    /// As the server writes it; `%s` and `%d` stand for values.
    pub text: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do about it, in one sentence.
    pub remedy: &'static str,
    pub source: Source,
    /// Where the manuals disagree or are silent: what is taken here, which is the cautious reading.
    pub unsettled: Option<&'static str>,
}

/// The row of that number.
#[must_use]
pub fn code(number: i32) -> Option<&'static Code> {
    codes().find(|code| code.number == number)
}

/// Every row, the numbers of HotStandby first.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    hotstandby::ALL.iter().chain(database::ALL.iter())
}

const fn row(
    number: i32,
    text: &'static str,
    meaning: &'static str,
    remedy: &'static str,
    source: &'static str,
) -> Code {
    Code { number, text, meaning, remedy, source: Source(source), unsettled: None }
}

impl Code {
    const fn but(self, unsettled: &'static str) -> Code {
        Code { unsettled: Some(unsettled), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_a_source_a_meaning_and_a_remedy() {
        for code in codes() {
            assert!(code.source.confidence().is_some(), "{} has no source", code.number);
            for sentence in [code.meaning, code.remedy] {
                assert!(sentence.ends_with('.') && sentence.len() > 8, "{}: {sentence:?}", code.number);
            }
            assert!(!code.text.is_empty(), "{} has no text", code.number);
        }
    }

    #[test]
    fn no_number_stands_twice() {
        let numbers: Vec<i32> = codes().map(|code| code.number).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
    }

    #[test]
    fn a_number_that_nobody_gives_has_no_row() {
        assert_eq!(code(14704).map(|code| code.number), Some(14704));
        assert_eq!(code(1), None);
    }
}
