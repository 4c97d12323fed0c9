//! What is wrong with a piece that could not be read: it is read again alone, strictly, and where that stops is the
//! place of the mistake.

use crate::diag::Finding;
use crate::text::{Span, nearest};

use super::diagnostics;
use super::grammar::{Node, Rule, Shape, Stop, shape, strictly};
use super::keywords::{Class, SIZE_UNITS, STATE_WORDS, STATUS_WORDS, TIME_UNITS, class_of, is_reserved, words_of};
use super::lower::{Lower, Previous};
use super::scan::{quoted_end, word_at};

impl<'t> Lower<'t> {
    /// Words behind a whole statement that begins at `start`.
    pub(super) fn explain_junk(&mut self, start: usize, node: &Node<'t>, strict: Rule) {
        let piece = self.piece(node, start);
        let junk = node.as_span().start();
        let Some(stop) = strictly(strict, &piece.text) else {
            return self.report(diagnostics::bare_block(self.at(junk, junk + 1)));
        };
        let at = start + stop.at;
        if at > junk || self.text[start..junk].contains('\n') && at < junk {
            let finding = self.expectation(&stop, &piece);
            return self.report(finding);
        }
        if self.text[junk..].starts_with('{') {
            return self.report(diagnostics::bare_block(self.at(junk, junk + 1)));
        }
        let finding = self.trailing(start, junk, node);
        self.report(finding);
    }

    fn trailing(&self, start: usize, junk: usize, node: &Node<'t>) -> Finding {
        let end = text_end(node);
        let span = self.at(junk, end);
        if let Some(open) = unclosed_quote(self.snippet(span)) {
            let open = junk + open;
            return diagnostics::unclosed_text(
                self.at(open, open + 1),
                Span { start: span.end, ..span },
                &self.text[open..=open],
            );
        }
        // A mistyped word in front of a clause was read as one more word of a state.
        let before = self.at(start, junk);
        let word = self.snippet(before).rsplit([' ', '\t', '\n']).next().unwrap_or("");
        let joiners = words_of(Class::Clause).chain(words_of(Class::Condition));
        let meant = (!STATE_WORDS.contains(&word) && !STATUS_WORDS.contains(&word) && !is_reserved(word))
            .then(|| nearest(word, joiners))
            .flatten();
        let instead = meant.map(|meant| (Span { start: before.end - len(word), ..before }, meant));
        diagnostics::trailing_text(span, &found_at(self.text, junk, end), instead)
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
        let begins = self.beginning(word, strict);
        if previous == Previous::Broken && !matches!(begins, Beginning::Right | Beginning::Near(_)) {
            return;
        }
        let word_span = self.at(start, start + word.len());
        let finding = match begins {
            Beginning::Right => {
                let piece = self.piece(node, start);
                let Some(stop) = strictly(strict, &piece.text) else { return };
                self.expectation(&stop, &piece)
            }
            Beginning::Clause => {
                let piece = self.piece(node, start);
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
                let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
                diagnostics::unexpected(self.at(start, end), kind_of(strict), &found, None)
            }
            Beginning::Strange => unknown(strict, word_span, word, None),
        };
        self.report(finding);
    }

    fn beginning(&self, word: &'t str, strict: Rule) -> Beginning {
        if strict == Rule::only_arm {
            return if word.is_empty() { Beginning::Strange } else { Beginning::Right };
        }
        let in_file = strict == Rule::only_item;
        match class_of(word) {
            Some(Class::Item) => return Beginning::Right,
            Some(Class::Statement) if in_file && word != "on" => return Beginning::Elsewhere,
            Some(Class::Statement) => return Beginning::Right,
            Some(Class::Clause) => return Beginning::Clause,
            Some(Class::Fixed | Class::Condition) | None => {}
        }
        let wanted = if in_file { Class::Item } else { Class::Statement };
        let other = if in_file { Class::Statement } else { Class::Clause };
        if word.is_empty() {
            return Beginning::Strange;
        }
        match nearest(word, words_of(wanted).chain(in_file.then_some("on"))).or_else(|| nearest(word, words_of(other)))
        {
            Some(instead) => Beginning::Near(instead),
            None => Beginning::Strange,
        }
    }

    /// What was expected where a strict reading stopped, and what stands there.
    fn expectation(&self, stop: &Stop, piece: &Piece) -> Finding {
        let at = skip_blanks(&piece.text, stop.at);
        let place = piece.start + at;
        let rest = &piece.text[at..];
        let word = word_at(rest);
        let is = |rules: &[Rule]| stop.expected.iter().any(|rule| rules.contains(rule));
        let span = |from: usize, len: usize| self.at(piece.start + from, (piece.start + from + len).min(piece.end));
        if rest.starts_with(['"', '\'']) {
            let Some(end) = quoted_end(&piece.text, at) else {
                return diagnostics::unclosed_text(span(at, 1), span(piece.text.trim_end().len(), 0), &rest[..1]);
            };
            let (for_server, quoted) = (rest.starts_with('"'), &piece.text[at..end]);
            if is(&[Rule::literal]) && for_server || is(&[Rule::text]) && !for_server {
                return diagnostics::wrong_quotes(span(at, end - at), quoted, for_server);
            }
        }
        let expected = expected_words(&stop.expected);
        let at_end = place >= piece.end;
        if is(&[Rule::close_paren])
            && (at_end || rest.starts_with('{'))
            && let Some(open) = open_paren(&piece.text[..at])
        {
            return diagnostics::unclosed_parenthesis(span(open, 1), self.last_token(piece, at));
        }
        if at_end {
            return diagnostics::unexpected(self.last_token(piece, at), &expected, "the end of the line", None);
        }
        if !word.is_empty() && is(&[Rule::name]) && is_reserved(word) {
            return diagnostics::reserved_name(span(at, word.len()), word, &expected);
        }
        let measures = [Rule::limit, Rule::duration, Rule::size, Rule::value, Rule::version, Rule::number];
        if word.starts_with(|char: char| char.is_ascii_digit()) && is(&measures) {
            let found = measured(rest);
            return diagnostics::bad_unit(span(at, found.len()), found, &expected, mended(found).as_deref());
        }
        let words = stop.expected.iter().filter_map(|rule| match shape(*rule) {
            Shape::Word(word) => Some(word),
            Shape::Mark(_) | Shape::Thing(_) | Shape::Glue => None,
        });
        let instead = if word.is_empty() { None } else { nearest(word, words.chain(effects(&stop.expected))) };
        let found = found_at(&piece.text, at, piece.text.len());
        let len = found_len(&piece.text, at);
        diagnostics::unexpected(span(at, len), &expected, &found, instead)
    }

    /// The last word before a place: where something is missing behind it.
    fn last_token(&self, piece: &Piece, at: usize) -> Span {
        let end = piece.text[..at].trim_end().len();
        let start = piece.text[..end].rfind([' ', '\t', '\n']).map_or(0, |blank| blank + 1);
        self.at(piece.start + start, piece.start + end)
    }

    /// The text from `start` to the end of a broken piece, its block made empty.
    fn piece(&self, node: &Node<'t>, start: usize) -> Piece {
        let end = text_end(node);
        let block = node.clone().into_inner().any(|child| child.as_rule() == Rule::braced);
        let text = self.text[start..end].to_owned();
        Piece {
            start,
            end: if block { end + 1 } else { start + text.trim_end().len() },
            text: if block { text + "{}" } else { text },
        }
    }
}

/// A piece of the source, read again.
struct Piece {
    start: usize,
    /// In the source: its end, `{` included.
    end: usize,
    text: String,
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

/// Where the words of a broken piece end: before its block.
fn text_end(node: &Node<'_>) -> usize {
    node.clone()
        .into_inner()
        .find(|child| child.as_rule() == Rule::braced)
        .map_or_else(|| node.as_span().start() + node.as_str().trim_end().len(), |block| block.as_span().start())
}

fn skip_blanks(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len()
}

/// The first quote of a line that is not closed.
fn unclosed_quote(line: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = line[at..].find(['"', '\'']) {
        at = quoted_end(line, at + found).map_or(usize::MAX, |end| end);
        if at == usize::MAX {
            return line.rfind(['"', '\'']);
        }
    }
    None
}

/// The last `(` that is still open at the end of a text.
fn open_paren(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match text.as_bytes()[at] {
            b'(' => open.push(at),
            b')' => {
                open.pop();
            }
            b'"' | b'\'' => at = quoted_end(text, at).unwrap_or(at + 1) - 1,
            _ => {}
        }
        at += 1;
    }
    open.pop()
}

fn found_len(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if rest.starts_with(['"', '\'']) {
        return quoted_end(text, at).map_or(1, |end| end - at);
    }
    match word_at(rest) {
        "" => rest.chars().next().map_or(0, char::len_utf8),
        word => word.len(),
    }
}

/// What stands at a place, for people.
fn found_at(text: &str, at: usize, end: usize) -> String {
    if text[at..end].trim().is_empty() {
        return "the end of the line".to_owned();
    }
    format!("`{}`", &text[at..at + found_len(text, at)])
}

/// A number with what was meant as its unit.
fn measured(rest: &str) -> &str {
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let unit = word_at(rest[digits..].trim_start_matches(' '));
    let unit_end = rest[digits..].len() - rest[digits..].trim_start_matches(' ').len() + unit.len();
    if unit.is_empty() || is_reserved(unit) { &rest[..digits] } else { &rest[..digits + unit_end] }
}

/// The same measure with the unit that was probably meant.
fn mended(found: &str) -> Option<String> {
    let digits = found.bytes().take_while(u8::is_ascii_digit).count();
    let unit = found[digits..].trim();
    let (number, lower) = (&found[..digits], unit.to_ascii_lowercase());
    let time = match lower.as_str() {
        "ms" | "msec" | "millis" => Some("ms"),
        "s" | "sec" | "secs" | "second" | "seconds" => Some("s"),
        "m" | "min" | "mins" | "minute" | "minutes" => Some("m"),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some("h"),
        "d" | "day" | "days" => Some("d"),
        _ => None,
    };
    debug_assert!(time.is_none_or(|unit| TIME_UNITS.contains(&unit)));
    let size =
        || SIZE_UNITS.iter().find(|unit| lower.starts_with(&unit.to_ascii_lowercase()[..1]) && lower.ends_with('b'));
    time.map(|unit| format!("{number}{unit}")).or_else(|| size().map(|unit| format!("{number} {unit}")))
}

/// The words that commands begin with, where a command is expected.
fn effects(expected: &[Rule]) -> impl Iterator<Item = &'static str> {
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

fn len(word: &str) -> u32 {
    u32::try_from(word.len()).expect("because a source is bounded")
}
