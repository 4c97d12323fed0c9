//! One cheap look over a text before it is parsed: its comments, and how deep it nests. Reads quotes, comments and braces
//! exactly as the grammar does, so that pest's recursion is bounded by what is counted here.

use crate::text::{SourceId, Span};

use super::keywords::{Class, words_of};
use super::tree::Comment;

/// How deep braces and parentheses may stand.
pub const MAX_NESTING: usize = 64;

/// What the look found.
pub(super) struct Scan {
    pub(super) comments: Vec<Comment>,
    /// Where the limit was passed.
    pub(super) too_deep: Option<Span>,
    /// Where it nests deepest.
    pub(super) deepest: Span,
}

pub(super) fn scan(source: SourceId, text: &str) -> Scan {
    let bytes = text.as_bytes();
    let mut found = Scan { comments: Vec::new(), too_deep: None, deepest: Span::new(source, 0, 0) };
    let mut depth = 0;
    let (mut braces, mut parens) = (0_usize, 0_usize);
    let mut at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let mut own_line = true;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'\n' => own_line = true,
            b' ' | b'\t' | b'\r' => {}
            b'#' => {
                at = line_end(text, start);
                let span = Span::new(source, start, at);
                found.comments.push(Comment { text: text[start..at].to_owned(), span, own_line });
            }
            b'"' | b'\'' => {
                own_line = false;
                at = quoted_end(text, start).unwrap_or(at);
            }
            b'{' => {
                own_line = false;
                (braces, parens) = (braces + 1, 0);
            }
            b'}' => {
                own_line = false;
                (braces, parens) = (braces.saturating_sub(1), 0);
            }
            b'(' => {
                own_line = false;
                parens += 1;
            }
            b')' => {
                own_line = false;
                parens = parens.saturating_sub(1);
            }
            _ => {
                if std::mem::replace(&mut own_line, false) && begins_item(&text[start..]) {
                    braces = 0;
                }
            }
        }
        if braces + parens > depth {
            depth = braces + parens;
            found.deepest = Span::new(source, start, at);
            if depth == MAX_NESTING + 1 {
                found.too_deep = Some(found.deepest);
            }
        }
    }
    found
}

/// Where the line of `at` ends, its line end not counted.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    if text[..end].ends_with('\r') && end < text.len() { end - 1 } else { end }
}

/// The end of the text or literal that begins at `open`; none where it has no closing quote on its line.
#[must_use]
pub fn quoted_end(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = bytes[open];
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => return None,
            b'\\' if quote == b'"' && matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// The outermost block between two places whose `}` stands further left or right than the line that opened it: where a
/// `}` is missing, it is most likely that of this one. Gives the places of its `{` and `}`.
pub(super) fn misindented(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut found = None;
    let mut at = from;
    while at < to {
        let start = at;
        at += 1;
        match bytes[start] {
            b'#' => at = line_end(text, start),
            b'"' | b'\'' => at = quoted_end(text, start).unwrap_or(at),
            b'{' => open.push(start),
            b'}' => {
                let opener = open.pop()?;
                let own_line = text[..start].trim_end_matches([' ', '\t']).ends_with('\n');
                if own_line && indent(text, opener) != indent(text, start) {
                    found = Some((opener, start));
                }
            }
            _ => {}
        }
    }
    found
}

/// The blanks that the line of a place begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether a line that begins so ends every open block, as in the grammar's `top`.
fn begins_item(line: &str) -> bool {
    let word = word_at(line);
    let rest = line[word.len()..].trim_start_matches([' ', '\t']);
    if word == "on" {
        return matches!(word_at(rest), "success" | "failure" | "back");
    }
    // `word {` may be an arm of a `choose`, which does not end a block.
    words_of(Class::Item).any(|item| item == word) && !rest.starts_with('{')
}

/// Whether a line begins an item and can be nothing else, whatever stands before it: neither an arm of a `choose` nor its word.
pub(super) fn begins_item_here(line: &str) -> bool {
    let behind = line[word_at(line).len()..].trim_start_matches([' ', '\t']);
    begins_item(line) && !behind.starts_with(['{', '#', '\r', '\n']) && !behind.is_empty()
}

/// The word that a text begins with; empty where it begins otherwise.
pub(super) fn word_at(text: &str) -> &str {
    let len = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    &text[..len]
}
