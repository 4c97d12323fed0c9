//! How a property is broken, as a table: what happens, in its order, and what both servers are in afterwards.

use crate::pair::model::{Model, Side};
use crate::verify::{Story, Violation};

use super::finding::Printer;
use super::look::{Look, Paint};
use super::telling::{Kind, Row, Who, name_of, rows, server_name, state_word};
use super::words::Words;
use super::wrap::{cut, lines};

/// The number of an entry, whose doing it is, and gaps; the longest of hsbrun's own names is `watchdog`.
const LEAD: usize = NUMBER + NAME + 2;
const NUMBER: usize = 3;
const NAME: usize = 8;
/// What a server is in; `PRIMARY UNCERTAIN`, a mark and a gap.
const STATE: usize = 19;
/// The text has at least so much room.
const LEAST_TEXT: usize = 24;
/// More is not easier to read.
const MOST_TEXT: usize = 64;

/// A violation: the finding, and the story of how it comes about. `number` is that of the story in its report.
#[must_use]
pub fn counterexample(
    look: &Look,
    printer: &Printer<'_>,
    words: Words<'_>,
    violation: &Violation,
    (number, parameters): (usize, &str),
) -> String {
    let mut out = printer.finding(&violation.finding(words.code));
    out.pop();
    let parts = [parameters.to_owned(), violation.circumstances()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    out.push_str(&printer.said("with", &parts.join("; ")));
    out.push_str(&format!("\n{}\n", look.paint(Paint::Faint, &format!("story {number}, the shortest of its kind"))));
    out.push_str(&table(look, words, folded(rows(words, &violation.story))));
    out.push('\n');
    out
}

/// A whole story, nothing of it left out.
#[must_use]
pub fn whole_story(look: &Look, words: Words<'_>, story: &Story) -> String {
    table(look, words, rows(words, story))
}

fn table(look: &Look, words: Words<'_>, rows: Vec<Row>) -> String {
    let servers: Vec<Side> = Side::BOTH.into_iter().take(words.code.servers().len()).collect();
    let text_width = look.width.saturating_sub(LEAD + servers.len() * STATE + 2).clamp(LEAST_TEXT, MOST_TEXT);
    let more = look.sign("…", "~");
    let names: String =
        servers.iter().map(|side| format!("{:<STATE$}", cut(server_name(words, *side), STATE - 1, more))).collect();
    let head = format!("{:LEAD$}{:text_width$} {names}", "", "");
    let mut out = format!("{}\n", look.paint(Paint::Strong, head.trim_end()));
    let mut before: Option<Vec<String>> = None;
    let mut marked = false;
    for (number, row) in (1..).zip(rows) {
        let states: Vec<String> = servers.iter().map(|side| state(&row.pair, *side)).collect();
        marked |= states.iter().any(|state| state.ends_with(MARK));
        let lifeline = look.sign("│", "|");
        let name = cut(name_of(words, row.who), NAME, more);
        for (at, line) in lines(&row.text(), text_width).iter().enumerate() {
            let lead = if at == 0 { format!("{number:>NUMBER$} {name:<NAME$} ") } else { " ".repeat(LEAD) };
            let cell = |side: usize| {
                let same = before.as_ref().is_some_and(|before| before[side] == states[side]);
                let shown = if at > 0 || same { lifeline } else { &states[side] };
                let paint = if shown == lifeline { Paint::Faint } else { paint_of(&row.pair, servers[side]) };
                look.paint(paint, &format!("{shown:<STATE$}"))
            };
            let cells: String = (0..states.len()).map(cell).collect();
            let text = format!("{line:<text_width$}");
            let text = if wrong(&row) { look.paint(Paint::Bad, &text) } else { text };
            out.push_str(format!("{}{text} {cells}", look.paint(paint(row.who), &lead)).trim_end());
            out.push('\n');
        }
        before = Some(states);
    }
    if marked {
        let legend = format!("{:LEAD$}{MARK} holds commits that the other server lacks\n", "");
        out.push_str(&look.paint(Paint::Faint, legend.trim_end()));
        out.push('\n');
    }
    out
}

/// Behind the state of a server that holds commits which the other one lacks.
const MARK: &str = "+";

fn state(pair: &Model, side: Side) -> String {
    format!("{}{}", state_word(pair, side), if pair.is_ahead(side) { MARK } else { "" })
}

/// The steps that went as they should, before anything of interest, in one row.
fn folded(rows: Vec<Row>) -> Vec<Row> {
    let begins: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].kind == Kind::Step).collect();
    let first_wrong = rows.iter().position(wrong).unwrap_or(rows.len());
    let shown_from = begins.iter().rev().find(|at| **at < first_wrong).copied();
    // Where nothing goes wrong the end of the step before tells why.
    let shown_from = if first_wrong == rows.len() { begins.iter().rev().nth(1).copied() } else { shown_from };
    let (Some(first), Some(from)) = (begins.first().copied(), shown_from) else { return rows };
    if from <= first + 1 {
        return rows;
    }
    let what = match begins.iter().filter(|at| **at < from).count() {
        1 => "a step goes as written".to_owned(),
        many => format!("{many} steps go as written"),
    };
    let passed = Row { who: Who::Hsbrun, what, place: None, to: None, kind: Kind::Goes, pair: rows[from - 1].pair };
    rows[..first].iter().cloned().chain([passed]).chain(rows[from..].iter().cloned()).collect()
}

/// Something goes wrong in that row.
fn wrong(row: &Row) -> bool {
    match row.kind {
        Kind::Wrong | Kind::Killed | Kind::NoAnswer => true,
        Kind::Start | Kind::Step | Kind::Done | Kind::Refused | Kind::Goes | Kind::Happens => false,
    }
}

fn paint(who: Who) -> Paint {
    match who {
        Who::Fault => Paint::Bad,
        Who::Watchdog => Paint::Warn,
        Who::Hsbrun => Paint::Accent,
        Who::Start | Who::Server(_) | Who::Users => Paint::Faint,
    }
}

/// Whoever accepts writes stands out.
fn paint_of(pair: &Model, side: Side) -> Paint {
    if pair.serves(side) { Paint::Good } else { Paint::Strong }
}
