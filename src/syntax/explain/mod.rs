//! What is wrong with a piece that could not be read: it is read again alone, strictly, and where that stops is the
//! place of the mistake.

mod expectation;
mod piece;

use crate::diag::Finding;
use crate::text::{Span, nearest};

use super::diagnostics;
use super::grammar::{Node, Rule, strictly};
use super::keywords::{Class, STATE_WORDS, STATUS_WORDS, class_of, is_reserved, words_of};
use super::lower::{Lower, Previous};
use super::scan::word_at;
use piece::{Piece, found_at, found_len, mended, operator_at, text_end, unclosed_quote};

pub(super) use piece::open_paren;

impl<'t> Lower<'t> {
    /// Words behind a whole statement that begins at `start`. Whether it was read wrongly itself, because the mistake is
    /// in it and not behind it.
    pub(super) fn explain_junk(&mut self, start: usize, node: &Node<'t>, strict: Rule) -> bool {
        let piece = Piece::new(self.text, node, start);
        let junk = node.as_span().start();
        let (finding, misread) = match strictly(strict, &piece.text) {
            _ if self.text[junk..].starts_with('{') => (diagnostics::bare_block(self.at(junk, junk + 1)), false),
            Some(stop) if start + stop.at > junk => (self.expectation(&stop, &piece), true),
            _ => self.trailing(start, junk, text_end(node)),
        };
        self.report(finding);
        misread
    }

    fn trailing(&self, start: usize, junk: usize, end: usize) -> (Finding, bool) {
        let span = self.at(junk, end);
        let text = self.snippet(span);
        let head = self.at(start, junk);
        let before = self.snippet(head);
        let last = before.rsplit([' ', '\t', '\n']).next().unwrap_or("");
        let last_span = Span { start: head.end - len(last), ..head };
        let word = word_at(text);
        if before.ends_with('"') && head.end == span.start && text.contains('"') {
            return (diagnostics::quote_in_text(span, Span { start: head.end - 1, ..head }), false);
        }
        if let Some(open) = unclosed_quote(text) {
            let open = junk + open;
            let end = Span { start: span.end, ..span };
            return (diagnostics::unclosed_text(self.at(open, open + 1), end, &self.text[open..=open]), false);
        }
        if last == "not" {
            return (diagnostics::no_such_word(last_span, last), true);
        }
        if let Some(operator) = operator_at(text) {
            return (diagnostics::no_such_word(self.at(junk, junk + operator.len()), operator), true);
        }
        if matches!(word, "else" | "unknown") {
            return (diagnostics::stray_clause(self.at(junk, junk + word.len()), word), false);
        }
        if !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty() && !is_reserved(word)
        {
            let whole =
                Span { start: last_span.start, end: last_span.end + (span.start - head.end) + len(word), ..span };
            let found = self.snippet(whole);
            return (diagnostics::bad_unit(whole, found, mended(found).as_deref()), true);
        }
        if word_at(before) == "retry" && word.bytes().all(|byte| byte.is_ascii_digit()) {
            let finding =
                diagnostics::unexpected(self.at(junk, junk + word.len()), "`at most`", &format!("`{word}`"), None);
            return (finding, false);
        }
        // A mistyped word in front of a clause was read as one more word of a state.
        let joiners = words_of(Class::Condition).chain(words_of(Class::Clause));
        let meant = (!STATE_WORDS.contains(&last) && !STATUS_WORDS.contains(&last) && !is_reserved(last))
            .then(|| nearest(last, joiners))
            .flatten();
        match meant {
            Some(meant) => (diagnostics::misspelt_word(last_span, last, meant), true),
            None => (diagnostics::trailing_text(span, &found_at(self.text, junk, end)), false),
        }
    }

    /// A line that is no statement, item or arm; `previous` says whether it may be the rest of a broken one.
    pub(super) fn explain_broken(&mut self, node: &Node<'t>, strict: Rule, previous: Previous) {
        let start = node.as_span().start();
        if self.text[start..].starts_with('{') {
            if previous == Previous::Sound {
                self.report(diagnostics::bare_block(self.at(start, start + 1)));
            }
            return;
        }
        let word = word_at(&self.text[start..]);
        let begins = beginning(word, strict);
        let rest_of_a_broken_one = match begins {
            Beginning::Right | Beginning::Near(_) | Beginning::Elsewhere => false,
            Beginning::Clause => previous != Previous::Sound,
            Beginning::Strange => previous == Previous::Open,
        };
        if rest_of_a_broken_one {
            return;
        }
        let word_span = self.at(start, start + word.len());
        let finding = match begins {
            Beginning::Right if strict == Rule::only_arm => self.no_arm(node, word_span, word),
            Beginning::Right => {
                let piece = Piece::new(self.text, node, start);
                match strictly(strict, &piece.text) {
                    Some(stop) => self.expectation(&stop, &piece),
                    // Alone it is whole but for a block, which a `}` follows in its place.
                    None => diagnostics::missing_brace(self.last_word(self.at(start, text_end(node)))),
                }
            }
            Beginning::Clause => {
                let piece = Piece::new(self.text, node, start);
                match strictly(Rule::only_clause, &piece.text) {
                    Some(stop) if stop.at > 0 => self.expectation(&stop, &piece),
                    _ => diagnostics::stray_clause(word_span, word),
                }
            }
            Beginning::Elsewhere => {
                diagnostics::statement_outside_step(self.head(self.at(start, text_end(node))), None)
            }
            Beginning::Near(instead) => unknown(strict, word_span, word, Some(instead)),
            Beginning::Strange if word.is_empty() => {
                let found = found_at(self.text, start, text_end(node));
                let span = self.at(start, start + found_len(self.text, start));
                diagnostics::unexpected(span, kind_of(strict), &found, None)
            }
            Beginning::Strange => unknown(strict, word_span, word, None),
        };
        self.report(finding);
    }

    /// In a `choose`, something that is not a word and its block.
    fn no_arm(&self, node: &Node<'t>, at: Span, word: &str) -> Finding {
        if class_of(word) == Some(Class::Statement) {
            return diagnostics::unexpected(at, kind_of(Rule::only_arm), &format!("`{word}`"), None);
        }
        let end = text_end(node);
        let behind = self.text[at.end as usize..end].trim_start_matches([' ', '\t']);
        if behind.trim_end().is_empty() {
            return diagnostics::missing_brace(at);
        }
        let start = end - behind.len();
        let span = self.at(start, start + found_len(self.text, start));
        diagnostics::unexpected(span, "`{`", &found_at(self.text, start, end), None)
    }

    /// A whole statement where only items stand. `closer` closed the block before it.
    pub(super) fn explain_stray(&mut self, stray: &Node<'t>, closer: Option<Span>) {
        let head = self.head(self.at(stray.as_span().start(), stray.as_span().end()));
        let words: Vec<&str> = self.snippet(head).split_ascii_whitespace().collect();
        let finding = match words.as_slice() {
            ["on", second] => {
                let span = Span { start: head.end - len(second), ..head };
                let endings = ["success", "failure", "back out"];
                let expected = "`success`, `failure` or `back out`";
                diagnostics::unexpected(span, expected, &format!("`{second}`"), nearest(second, endings))
            }
            _ => diagnostics::statement_outside_step(head, closer),
        };
        self.report(finding);
    }
}

/// How a line begins.
enum Beginning {
    /// With a word that may stand here.
    Right,
    /// With a word that goes on with a statement.
    Clause,
    /// With a statement's word where only items stand.
    Elsewhere,
    /// With something that resembles a word.
    Near(&'static str),
    Strange,
}

fn beginning(word: &str, strict: Rule) -> Beginning {
    if word.is_empty() {
        return Beginning::Strange;
    }
    if strict == Rule::only_arm {
        return Beginning::Right;
    }
    let in_file = strict == Rule::only_item;
    match class_of(word) {
        Some(Class::Item) => return Beginning::Right,
        Some(Class::Statement) if in_file && word != "on" => return Beginning::Elsewhere,
        Some(Class::Statement) => return Beginning::Right,
        Some(Class::Clause | Class::Condition) => return Beginning::Clause,
        Some(Class::Fixed) | None => {}
    }
    let (wanted, other) = if in_file { (Class::Item, Class::Statement) } else { (Class::Statement, Class::Clause) };
    let meant =
        nearest(word, words_of(wanted).chain(in_file.then_some("on"))).or_else(|| nearest(word, words_of(other)));
    meant.map_or(Beginning::Strange, Beginning::Near)
}

fn unknown(strict: Rule, at: Span, word: &str, instead: Option<&str>) -> Finding {
    if strict == Rule::only_item {
        diagnostics::unknown_item(at, word, instead)
    } else {
        diagnostics::unknown_statement(at, word, instead)
    }
}

fn kind_of(strict: Rule) -> &'static str {
    match strict {
        Rule::only_item => "an item such as `step`",
        Rule::only_arm => "a word of the parameter, and its block",
        _ => "a statement",
    }
}

fn len(word: &str) -> u32 {
    u32::try_from(word.len()).expect("because a source is bounded")
}
