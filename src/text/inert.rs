//! Text from outside (a server, a site file, a runbook) made inert for a terminal.

/// The text on one line, with every character that a terminal would act on written out: `\u{1b}`. Line ends become
/// blanks.
#[must_use]
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim_end().chars() {
        match character {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            _ if acts(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out
}

/// The text with every character that a terminal would act on replaced by one of as many bytes, so that places in it
/// stay where they are. Line ends and tabs stay.
#[must_use]
pub fn inert_in_place(text: &str) -> String {
    text.chars()
        .map(|character| match (character, character.len_utf8()) {
            ('\n' | '\t', _) => character,
            ('\r', _) => ' ',
            (_, 1) if acts(character) => '?',
            (_, 2) if acts(character) => '\u{bf}',
            (_, 3) if acts(character) => '\u{fffd}',
            _ => character,
        })
        .collect()
}

/// Controls, and the marks that change the direction of writing or cannot be seen.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_colour_or_clear_the_screen() {
        assert_eq!(inert("ok\x1b[2J\r\nnext\n"), "ok\\u{1b}[2J next");
        assert_eq!(inert("\u{202e}evil \u{9b}1m"), "\\u{202e}evil \\u{9b}1m");
    }

    #[test]
    fn places_stay_where_they_are() {
        for text in ["a\x1bb", "a\u{9b}b", "a\u{202e}b", "\u{feff}a", "ä\r\n"] {
            assert_eq!(inert_in_place(text).len(), text.len(), "{text:?}");
            assert!(!inert_in_place(text).contains('\x1b'));
        }
    }
}
