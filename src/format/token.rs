//! The words, signs, texts and comments of a text, with what stands between them. Knows nothing of the grammar.

use crate::syntax::quoted_end;

pub(super) const BYTE_ORDER_MARK: char = '\u{FEFF}';
const SIZE_UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

/// One piece that is written as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    /// Its first byte.
    pub(super) start: usize,
    /// Nothing stands before it on its line.
    pub(super) first: bool,
    /// An empty line stands before it.
    pub(super) after_blank: bool,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        self.text.starts_with('#')
    }

    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// As it is written: `10GiB` gets its blank, a comment loses the blanks behind it.
    pub(super) fn written(&self) -> String {
        let digits = self.text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = self.text.split_at(digits);
        match (number.is_empty(), SIZE_UNITS.contains(&unit)) {
            (false, true) => format!("{number} {unit}"),
            _ => self.text.trim_end_matches([' ', '\t', '\r']).to_owned(),
        }
    }
}

/// Everything but blanks and line ends.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = start(text);
    let mut line_ends = 2;
    while let Some(char) = text[at..].chars().next() {
        let len = length(text, at, char);
        match char {
            '\n' => line_ends += 1,
            ' ' | '\t' => {}
            '\r' if text[at + 1..].starts_with('\n') => {}
            _ => {
                let first = line_ends > 0;
                let after_blank = line_ends > 1;
                found.push(Token { text: &text[at..at + len], start: at, first, after_blank });
                line_ends = 0;
            }
        }
        at += len;
    }
    found
}

/// Where a text begins, behind a byte-order mark.
pub(super) fn start(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
}

fn length(text: &str, at: usize, char: char) -> usize {
    let rest = &text[at..];
    let line = || rest.find('\n').map_or(rest.len(), |end| rest[..end].strip_suffix('\r').map_or(end, str::len));
    match char {
        '#' => line(),
        '"' | '\'' => quoted_end(text, at).map_or_else(line, |end| end - at),
        _ if is_word(char) => rest.find(|char| !is_word(char)).unwrap_or(rest.len()),
        _ if ["->", "<=", ">="].iter().any(|sign| rest.starts_with(sign)) => 2,
        _ => char.len_utf8(),
    }
}

/// A probe (`S1.state`) and a version (`7.0.3`) are one word: nothing may stand inside them.
fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == '.'
}
