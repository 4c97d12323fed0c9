//! Words in lines of a width.

/// However narrow the terminal, text gets this many characters a line.
const LEAST: usize = 20;

/// The text in lines of at most `width` characters. A word that is longer than a line keeps its line to itself. Line
/// ends in the text stay.
#[must_use]
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let room = width.max(LEAST);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Wrapped, with `first` before the first line and blanks of its length before the others.
#[must_use]
pub fn wrap(text: &str, first: &str, width: usize) -> String {
    let hang = " ".repeat(first.chars().count());
    let mut out = String::new();
    for (at, line) in lines(text, width.saturating_sub(hang.len())).iter().enumerate() {
        out.push_str(if at == 0 { first } else { &hang });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// At most `width` characters, the last one telling that there was more.
#[must_use]
pub fn cut(text: &str, width: usize, more: &str) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(more.chars().count())).collect();
    format!("{kept}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_under_their_first() {
        assert_eq!(wrap("one two three four five six", "why: ", 25), "why: one two three four\n     five six\n");
        assert_eq!(wrap("a\nb", "- ", 40), "- a\n  b\n");
    }

    #[test]
    fn what_is_too_long_says_so() {
        assert_eq!(cut("PRIMARY ALONE", 8, "…"), "PRIMARY…");
        assert_eq!(cut("short", 8, "…"), "short");
    }
}
