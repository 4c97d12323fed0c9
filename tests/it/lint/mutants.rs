//! The shipped runbook with one line of its steps taken out: what a hand slips over at midnight.

use hsbrun::text::Source;
use indexmap::IndexMap;

use super::check;
use crate::support::expected::MAIN;

const RUNBOOK: &str = include_str!("../../../runbooks/hot-migration-netcopy.hsbrun");
const LIBRARY: &str = include_str!("../../../runbooks/pair.hsbrun");

/// The lines of the steps' own bodies that are whole statements, by their number.
fn statements() -> Vec<usize> {
    let mut inside = false;
    let mut lines = Vec::new();
    for (at, line) in RUNBOOK.lines().enumerate() {
        let text = line.trim_start();
        if text.starts_with("step ") {
            inside = true;
        } else if text.starts_with("if this step fails") || text.starts_with("back out") || text.starts_with("on ") {
            inside = false;
        }
        let whole = ["wait ", "admin ", "assert ", "ensure ", "install", "watchdog off", "point of no return"];
        if inside && whole.iter().any(|word| text.starts_with(word)) {
            lines.push(at);
        }
    }
    lines
}

fn without(left_out: usize) -> IndexMap<String, String> {
    let mut text = String::new();
    let mut dropped = false;
    for (at, line) in RUNBOOK.lines().enumerate() {
        // What goes on in the next lines goes with it.
        dropped = at == left_out
            || dropped && (line.trim_start().starts_with("fail if") || line.trim_start().starts_with("within"));
        if !dropped {
            text.push_str(line);
            text.push('\n');
        }
    }
    IndexMap::from([(MAIN.to_owned(), text), ("pair.hsbrun".to_owned(), LIBRARY.to_owned())])
}

/// Lines that nobody misses, each with the reason.
const UNNOTICED: [(&str, &str); 5] = [
    ("wait until watchdog is OFF", "that the watchdog was told is known"),
    (
        "wait until S2 is SECONDARY ALONE",
        "the copy has succeeded; the connect is refused until S2 is up, and tried again",
    ),
    (
        "wait until S1 is SECONDARY ALONE",
        "the copy has succeeded; the connect is refused until S1 is up, and tried again",
    ),
    ("assert S2 is PRIMARY ACTIVE", "the end states are asserted anyway"),
    ("assert S1 is SECONDARY ACTIVE", "the end states are asserted anyway"),
];

#[test]
fn a_line_that_is_left_out_is_noticed() {
    let source = Source::new("runbook", RUNBOOK);
    let silent = |at: &usize| check(&without(*at)).1.is_empty();
    let unnoticed: Vec<&str> =
        statements().iter().filter(|at| silent(at)).map(|at| source.line(at + 1).trim()).collect();
    let expected = UNNOTICED.map(|(line, _)| line);
    assert!(
        unnoticed.len() == expected.len()
            && unnoticed.iter().zip(expected).all(|(line, begins)| line.starts_with(begins)),
        "of {} lines these may go unnoticed:\n{}",
        statements().len(),
        unnoticed.join("\n")
    );
}

/// Steps whose commands either server takes (a disconnect, and a connect of equal versions), or that only look.
const SERVES_EITHER: [&str; 6] = ["1", "7", "9", "11", "17", "18"];

#[test]
fn a_step_on_the_wrong_server_is_noticed() {
    let heads = RUNBOOK.lines().enumerate().filter(|(_, line)| line.starts_with("step ") && line.contains("\" on S"));
    let mut unnoticed = Vec::new();
    for (at, head) in heads {
        let wrong = if head.contains(" on S1 {") {
            head.replace(" on S1 {", " on S2 {")
        } else {
            head.replace(" on S2 {", " on S1 {")
        };
        let lines = RUNBOOK.lines().enumerate().map(|(line, text)| if line == at { wrong.as_str() } else { text });
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        let files = IndexMap::from([(MAIN.to_owned(), text), ("pair.hsbrun".to_owned(), LIBRARY.to_owned())]);
        if check(&files).1.is_empty() {
            unnoticed.push(head.split_whitespace().nth(1).unwrap_or_default());
        }
    }
    assert_eq!(unnoticed, SERVES_EITHER, "these steps may go to either server");
}
