//! Words in lines of a width.

/// The text in lines of at most `width` characters: `first` stands before the first line, blanks of its length before
/// the others. A word that is longer than a line keeps its line to itself. Line ends in the text stay.
#[must_use]
pub fn wrap(text: &str, first: &str, width: usize) -> String {
    let hang = " ".repeat(first.chars().count());
    let room = width.saturating_sub(hang.len()).max(20);
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
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        out.push_str(if at == 0 { first } else { &hang });
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_hang_under_their_first() {
        assert_eq!(wrap("one two three four five six", "why: ", 25), "why: one two three four\n     five six\n");
        assert_eq!(wrap("a\nb", "- ", 40), "- a\n  b\n");
    }
}
