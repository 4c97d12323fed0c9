//! From the place where a strict reading stopped to a finding.

use crate::diag::Finding;
use crate::syntax::diagnostics;
use crate::syntax::grammar::{Rule, Shape, Stop, shape};
use crate::syntax::keywords::is_reserved;
use crate::syntax::lower::Lower;
use crate::syntax::scan::{quoted_end, word_at};
use crate::text::{Span, nearest};

use super::piece::{Piece, found_at, found_len, measured, mended, open_paren, operator_at, unclosed_quote};

/// Rules that begin with a number.
const MEASURES: [Rule; 7] =
    [Rule::limit, Rule::duration, Rule::size, Rule::value, Rule::operand, Rule::version, Rule::choice];

impl Lower<'_> {
    /// What was expected where a strict reading stopped, and what stands there.
    pub(super) fn expectation(&self, stop: &Stop, piece: &Piece) -> Finding {
        let at = piece.skip_blanks(stop.at);
        let is = |rules: &[Rule]| stop.expected.iter().any(|rule| rules.contains(rule));
        let span = |from: usize, len: usize| self.at(piece.start + from, (piece.start + from + len).min(piece.end));
        if let Some(open) = unclosed_quote(&piece.text).filter(|open| *open <= at) {
            let end = piece.text[open..].find('\n').map_or(piece.words, |end| open + end);
            return diagnostics::unclosed_text(span(open, 1), span(end, 0), &piece.text[open..=open]);
        }
        let rest = &piece.text[at..];
        let at_end = at >= piece.words;
        if is(&[Rule::close_paren])
            && at_end
            && let Some(open) = open_paren(&piece.text[..at])
        {
            return diagnostics::unclosed_parenthesis(span(open, 1), self.last_token(piece, at));
        }
        let expected = expected_words(&stop.expected);
        if at_end && !rest.starts_with('{') {
            return diagnostics::ends_early(self.last_token(piece, at), &expected);
        }
        self.unfit(at, &expected, stop, piece)
    }

    /// Something stands there that cannot.
    fn unfit(&self, at: usize, expected: &str, stop: &Stop, piece: &Piece) -> Finding {
        let rest = &piece.text[at..];
        let word = word_at(rest);
        let is = |rules: &[Rule]| stop.expected.iter().any(|rule| rules.contains(rule));
        let span = |len: usize| self.at(piece.start + at, (piece.start + at + len).min(piece.end));
        if let Some(end) = rest.starts_with(['"', '\'']).then(|| quoted_end(&piece.text, at)).flatten() {
            let for_server = rest.starts_with('"');
            if is(&[Rule::literal]) && for_server || is(&[Rule::text]) && !for_server {
                return diagnostics::wrong_quotes(span(end - at), &piece.text[at..end], for_server);
            }
        }
        if !word.is_empty() && is(&[Rule::name]) && is_reserved(word) {
            return diagnostics::reserved_name(span(word.len()), word, expected);
        }
        if let Some(operator) = operator_at(rest).filter(|operator| *operator != "|") {
            return diagnostics::no_such_word(span(operator.len()), operator);
        }
        if rest.starts_with('=') && piece.text[..at].ends_with('=') {
            let both = self.at(piece.start + at - 1, piece.start + at + 1);
            return diagnostics::no_such_word(both, "==");
        }
        if rest.starts_with(|char: char| char.is_ascii_digit()) && is(&MEASURES) {
            let found = measured(rest);
            return diagnostics::bad_unit(span(found.len()), found, mended(found).as_deref());
        }
        let words = stop.expected.iter().filter_map(|rule| match shape(*rule) {
            Shape::Word(word) => Some(word),
            Shape::Mark(_) | Shape::Thing(_) | Shape::Glue => None,
        });
        let instead = if word.is_empty() { None } else { nearest(word, words.chain(commands(&stop.expected))) };
        let found = found_at(&piece.text, at, piece.text.len());
        diagnostics::unexpected(span(found_len(&piece.text, at)), expected, &found, instead)
    }

    /// The last word before a place: where something is missing behind it.
    fn last_token(&self, piece: &Piece, at: usize) -> Span {
        let end = piece.text[..at].trim_end().len();
        let start = piece.text[..end].rfind([' ', '\t', '\n', '(']).map_or(0, |blank| blank + 1);
        self.at(piece.start + start.min(end.saturating_sub(1)), piece.start + end)
    }
}

/// The words that commands begin with, where a command is expected.
fn commands(expected: &[Rule]) -> impl Iterator<Item = &'static str> {
    let effect = expected.contains(&Rule::effect);
    ["admin", "sql", "start", "install", "run", "watchdog"].into_iter().filter(move |_| effect)
}

/// The expected rules as people call them, each once.
fn expected_words(expected: &[Rule]) -> String {
    let mut words: Vec<String> = Vec::new();
    for rule in expected {
        let word = match shape(*rule) {
            Shape::Word(word) | Shape::Mark(word) => format!("`{word}`"),
            Shape::Thing(noun) => noun.to_owned(),
            Shape::Glue => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
