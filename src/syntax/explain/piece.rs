//! A piece of the source that is read again, and what stands in it. Text in, text out.

use crate::syntax::grammar::{Node, Rule};
use crate::syntax::keywords::{SIZE_UNITS, TIME_UNITS, is_reserved};
use crate::syntax::scan::{quoted_end, word_at};

/// A piece of the source, from `start` on, its block made empty.
pub(super) struct Piece {
    pub(super) start: usize,
    /// In the source: its end, `{` included.
    pub(super) end: usize,
    /// In `text`: the end of the words, before the block.
    pub(super) words: usize,
    pub(super) text: String,
}

impl Piece {
    pub(super) fn new(source: &str, node: &Node<'_>, start: usize) -> Self {
        let end = text_end(node);
        let block = node.clone().into_inner().any(|child| child.as_rule() == Rule::braced);
        let text = source[start..end].to_owned();
        let words = text.trim_end().len();
        if block {
            return Self { start, end: end + 1, words, text: text + "{}" };
        }
        Self { start, end: start + words, words, text }
    }

    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.len() - rest.trim_start_matches([' ', '\t']).len()
    }
}

/// Where the words of a broken piece end: before its block.
pub(super) fn text_end(node: &Node<'_>) -> usize {
    node.clone()
        .into_inner()
        .find(|child| child.as_rule() == Rule::braced)
        .map_or_else(|| node.as_span().start() + node.as_str().trim_end().len(), |block| block.as_span().start())
}

/// The first quote that has no closing one on its line.
pub(super) fn unclosed_quote(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find(['"', '\'']) {
        match quoted_end(text, at + found) {
            Some(end) => at = end,
            None => return Some(at + found),
        }
    }
    None
}

/// The last `(` that is still open at the end of a text.
pub(in crate::syntax) fn open_paren(text: &str) -> Option<usize> {
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

/// An operator of other languages that a text begins with.
pub(super) fn operator_at(text: &str) -> Option<&'static str> {
    ["&&", "||", "!=", "==", "&", "|", "!"].into_iter().find(|operator| text.starts_with(operator))
}

/// How long what stands at a place is: a text, a word, or one character.
pub(super) fn found_len(text: &str, at: usize) -> usize {
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
pub(super) fn found_at(text: &str, at: usize, end: usize) -> String {
    if text[at..end].trim().is_empty() {
        return "the end of the line".to_owned();
    }
    format!("`{}`", &text[at..at + found_len(text, at)])
}

/// A number with what was meant as its unit.
pub(super) fn measured(rest: &str) -> &str {
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let blanks = rest[digits..].len() - rest[digits..].trim_start_matches(' ').len();
    let unit = word_at(&rest[digits + blanks..]);
    if unit.is_empty() || is_reserved(unit) { &rest[..digits] } else { &rest[..digits + blanks + unit.len()] }
}

/// The same measure with the unit that was probably meant.
pub(super) fn mended(found: &str) -> Option<String> {
    let digits = found.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = (&found[..digits], found[digits..].trim().to_ascii_lowercase());
    let long = ["msec", "sec", "min", "hour", "day"];
    let time = TIME_UNITS.iter().zip(long).find(|(short, long)| unit == **short || unit.starts_with(long));
    let size = SIZE_UNITS
        .iter()
        .find(|size| unit.ends_with('b') && unit.starts_with(&size.to_ascii_lowercase()[..1]) && unit.len() <= 3);
    match (time, size) {
        (Some((time, _)), _) => Some(format!("{number}{time}")),
        (None, Some(size)) => Some(format!("{number} {size}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{measured, mended, open_paren, unclosed_quote};

    #[test]
    fn a_unit_of_another_spelling_is_mended() {
        for (found, meant) in
            [("5 min", "5m"), ("30 s", "30s"), ("2hours", "2h"), ("10GB", "10 GiB"), ("7 gib", "7 GiB")]
        {
            assert_eq!(mended(found).as_deref(), Some(meant));
        }
        assert_eq!(mended("5 bananas"), None);
        assert_eq!(measured("30 within"), "30");
        assert_eq!(measured("1.5h rest"), "1.5h");
    }

    #[test]
    fn what_is_open_is_found_outside_of_texts_only() {
        assert_eq!(open_paren("a (b (c) '(' "), Some(2));
        assert_eq!(unclosed_quote("\"a\" 'b"), Some(4));
    }
}
