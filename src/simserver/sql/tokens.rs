//! A statement's text cut into pieces, none lost. Knows quotes and comments, no grammar.

/// Cuts a text into blanks, comments, words, quoted things, `::`, `$1` and single characters; joined they are the text.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokens { text, at: 0 }
    }

    fn length(rest: &str) -> usize {
        let first = rest.chars().next().unwrap_or(' ');
        let run = |wanted: fn(char) -> bool| rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        match first {
            '\'' | '"' => quoted_length(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            ':' if rest.starts_with("::") => 2,
            '$' => 1 + rest[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - 1),
            c if c.is_whitespace() => run(char::is_whitespace),
            c if c.is_alphanumeric() || c == '_' => run(|c| c.is_alphanumeric() || c == '_'),
            c => c.len_utf8(),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = Tokens::length(rest);
        let found = (self.at, &rest[..length]);
        self.at += length;
        Some(found)
    }
}

/// Up to the closing quote, doubled quotes inside; to the end where it is not closed.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => {
                    chars.next();
                }
                _ => return at + 1,
            }
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_joined_are_the_text() {
        for text in ["SELECT 'a''b', \"c\"\"d\" -- e\n/* f */ g::int4 $1;", "'open", "/* open", "$", "ä::ü€"] {
            let joined: String = Tokens::new(text).map(|(_, token)| token).collect();
            assert_eq!(joined, text);
        }
    }
}
