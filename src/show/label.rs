//! Labels that would run out of a narrow terminal: written to the left of their mark, or in several lines.

use super::wrap::lines;

/// A label with fewer columns than this to its right is not worth wrapping.
const LEAST: usize = 20;

/// A drawing with every label turned or wrapped that does not fit. `corner` is what stands before a label, `turned` what
/// stands behind one that is turned; both have the same marks.
pub(super) fn fit_labels(drawing: &str, width: usize, corner: &str, turned: &str) -> String {
    drawing.split_inclusive('\n').map(|line| fit(line, width, corner, turned)).collect()
}

fn fit(whole: &str, width: usize, corner: &str, turned: &str) -> String {
    let line = whole.trim_end_matches('\n');
    let Some(at) = line.find(corner) else { return whole.to_owned() };
    let text = without_escapes(&line[at + corner.len()..]);
    let (before, paint) = last_escape(&line[..at]);
    let columns = |text: &str| without_escapes(text).chars().count();
    let left = columns(before) + corner.chars().count();
    if left + columns(&text) <= width {
        return whole.to_owned();
    }
    let end = if paint.is_empty() { "" } else { "\x1b[0m" };
    // The corner stays under its mark: the text and the dash end before it.
    let wanted = columns(&text) + turned.chars().count() - 1;
    let blanks = before.len() - before.trim_end_matches(' ').len();
    if blanks > wanted {
        return format!("{}{paint}{text}{turned}{end}\n", &before[..before.len() - wanted]);
    }
    let Some(room) = width.checked_sub(left).filter(|room| *room >= LEAST) else { return whole.to_owned() };
    let hang = " ".repeat(corner.chars().count());
    let line = |(at, text): (usize, String)| {
        let lead = if at == 0 { corner } else { &hang };
        format!("{before}{paint}{lead}{text}{end}\n")
    };
    lines(&text, room).into_iter().enumerate().map(line).collect()
}

/// The colour that a text ends with switching on, apart.
fn last_escape(text: &str) -> (&str, &str) {
    match text.rfind('\x1b') {
        Some(at) if text[at..].find('m').is_some_and(|end| at + end + 1 == text.len()) => text.split_at(at),
        Some(_) | None => (text, ""),
    }
}

fn without_escapes(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: &str = "`-- ";
    const TURNED: &str = " --'";

    #[test]
    fn a_label_that_does_not_fit_stands_before_its_mark_and_the_mark_stays() {
        let drawing = "   :                       `-- belongs behind this\n";
        let turned = fit_labels(drawing, 40, CORNER, TURNED);
        assert_eq!(turned, "   : belongs behind this --'\n");
        assert_eq!(turned.find('\''), drawing.find('`'));
        assert_eq!(fit_labels(drawing, 80, CORNER, TURNED), drawing);
    }

    #[test]
    fn it_is_wrapped_where_another_mark_is_in_its_way() {
        let drawing = "   :   |  `-- it stands in every state but this one\n";
        let wrapped = "   :   |  `-- it stands in every state\n   :   |      but this one\n";
        assert_eq!(fit_labels(drawing, 40, CORNER, TURNED), wrapped);
        assert_eq!(fit_labels(drawing, 30, CORNER, TURNED), drawing, "there is no room at all");
    }

    #[test]
    fn colours_stay_around_the_label_and_take_no_room() {
        let drawing = "   :                       \x1b[35m`-- \x1b[35mbelongs here\x1b[0m\x1b[0m\n";
        assert_eq!(fit_labels(drawing, 40, CORNER, TURNED), "   :        \x1b[35mbelongs here --'\x1b[0m\n");
        assert_eq!(fit_labels(drawing, 46, CORNER, TURNED), drawing);
    }
}
