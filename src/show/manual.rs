//! A page of Markdown on a terminal: heads stand out, code is set in, paragraphs are wrapped. It draws what the built-in
//! pages use (heads, paragraphs, lists, fenced code) and nothing more.

use super::look::{Look, Paint};
use super::wrap::wrap;

/// How far code is set in.
const INDENT: &str = "    ";

/// The page as it is printed.
#[must_use]
pub fn manual(look: &Look, markdown: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        let is_fence = line.starts_with("```");
        let begins_item = line.starts_with("- ");
        if is_fence || in_code || line.is_empty() || line.starts_with('#') || begins_item {
            out.push_str(&flow(look, &std::mem::take(&mut paragraph)));
        }
        if is_fence {
            in_code = !in_code;
        } else if in_code {
            out.push_str(&code(line));
        } else if line.is_empty() {
            out.push('\n');
        } else if line.starts_with('#') {
            out.push_str(&head(look, line));
        } else {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line.trim_start());
        }
    }
    out + &flow(look, &paragraph)
}

fn head(look: &Look, line: &str) -> String {
    let text = line.trim_start_matches('#').trim_start();
    format!("{}\n", look.paint(Paint::Strong, text))
}

fn code(line: &str) -> String {
    if line.is_empty() { "\n".to_owned() } else { format!("{INDENT}{line}\n") }
}

/// A paragraph, or an item whose other lines hang under its first.
fn flow(look: &Look, text: &str) -> String {
    let (lead, text) = text.strip_prefix("- ").map_or(("", text), |item| ("- ", item));
    spans(look, &wrap(text, lead, look.width))
}

/// What stands in backticks, in its colour.
fn spans(look: &Look, text: &str) -> String {
    if !look.colour {
        return text.to_owned();
    }
    let pieces = text.split('`').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 1 { look.paint(Paint::Accent, piece) } else { piece.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# A head\n\nSome `code` in\na paragraph.\n\n- one\n- two words\n  go on\n\n```hsbrun step\nstart\n\n```\n";

    #[test]
    fn off_a_terminal_a_page_is_plain_text_with_code_set_in() {
        let drawn = manual(&Look { width: 40, ..Look::plain() }, PAGE);
        assert_eq!(drawn, "A head\n\nSome `code` in a paragraph.\n\n- one\n- two words go on\n\n    start\n\n");
    }

    #[test]
    fn long_lines_are_wrapped_and_items_hang() {
        let drawn = manual(&Look { width: 22, ..Look::plain() }, "- one two three four five\n");
        assert_eq!(drawn, "- one two three four\n  five\n");
    }

    #[test]
    fn on_a_terminal_heads_are_bold_and_code_words_have_a_colour() {
        let drawn = manual(&Look { colour: true, ..Look::plain() }, PAGE);
        assert!(drawn.starts_with("\x1b[1mA head\x1b[0m\n"), "{drawn:?}");
        assert!(drawn.contains("Some \x1b[36mcode\x1b[0m in"), "{drawn:?}");
    }
}
