//! Every message of the corpus as it is drawn: on a terminal of 80 columns, with colours and without.

use hsbrun::show::{Look, Printer};

use super::{bare, check, corpus};

const WIDTH: usize = 80;

fn look(colour: bool, unicode: bool) -> Look {
    Look { terminal: colour, colour, unicode, width: WIDTH }
}

/// Every finding of the corpus, drawn.
fn drawn(look: &Look) -> Vec<String> {
    let mut drawn = Vec::new();
    for (_, text) in corpus("syntax/bad").into_iter().chain(corpus("resolve/bad")) {
        let checked = check(&bare(&text));
        let printer = Printer::new(look, &checked.sources);
        drawn.extend(checked.findings.iter().map(|finding| printer.finding(finding)));
    }
    assert!(drawn.len() > 300, "only {} messages", drawn.len());
    drawn
}

/// Without what colours a terminal.
fn plain(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once('m').map_or("", |(_, rest)| rest))
}

/// A line of the file, or the marks below it: as wide as what its author wrote.
fn is_of_the_source(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    line.starts_with(['|', '\u{2502}'])
        || (line.starts_with([':', '\u{b7}']) && !line.contains("-- ") && !line.contains("\u{2500} "))
}

#[test]
fn no_message_is_wider_than_a_terminal_of_80_columns() {
    for unicode in [false, true] {
        let wide =
            |message: &String| message.lines().any(|line| line.chars().count() > WIDTH && !is_of_the_source(line));
        let wide: Vec<String> = drawn(&look(false, unicode)).into_iter().filter(wide).collect();
        assert!(wide.is_empty(), "{} messages:\n{}", wide.len(), wide.join("\n"));
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    for (coloured, uncoloured) in drawn(&look(true, true)).iter().zip(drawn(&look(false, true))) {
        assert!(coloured.contains("\x1b[1;31m") || coloured.contains("\x1b[33m"), "{coloured}");
        assert_eq!(plain(coloured), uncoloured);
    }
}

#[test]
fn what_has_no_colours_is_ascii_where_the_file_is() {
    for message in drawn(&look(false, false)) {
        let foreign: String = message.chars().filter(|c| !c.is_ascii()).collect();
        // What the messages themselves write: an ellipsis, an arrow between procedures.
        assert!(foreign.chars().all(|c| "\u{2026}\u{2192}äöüß\u{20ac}".contains(c)), "{foreign:?} in\n{message}");
        assert!(!message.contains('\x1b'));
    }
}
