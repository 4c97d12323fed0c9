//! The page that a run is written on: a column for the time, one for the step, one for what happened.

use std::time::Duration;

use crate::pair::State;

use super::clock;
use super::look::{Look, Paint};
use super::wrap::lines;

/// `1:03:12`, right-aligned.
const TIME: usize = 8;
/// No id pushes the text further to the right than this.
const WIDEST_ID: usize = 10;
/// `SECONDARY ACTIVE`, `PRIMARY UNCERTAIN` and a gap.
const STATE: usize = 19;

/// The columns of one run.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    pub look: Look,
    id: usize,
}

/// The sign before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something is sent.
    Sent,
    Good,
    Bad,
    Doubt,
    Again,
    Note,
}

impl Sheet {
    #[must_use]
    pub fn new<'a>(look: Look, ids: impl Iterator<Item = &'a str>) -> Self {
        let id = ids.map(|id| id.chars().count()).max().unwrap_or(0).clamp(2, WIDEST_ID);
        Self { look, id }
    }

    /// Where the text begins.
    fn indent(&self) -> usize {
        TIME + 2 + self.id + 2
    }

    /// A step or part begins: its number and title.
    #[must_use]
    pub fn heading(&self, elapsed: Duration, id: &str, title: &str) -> String {
        let lead = format!("{id:<width$}  ", width = self.id);
        let mut out = String::new();
        for (at, line) in self.wrapped(title, 0).into_iter().enumerate() {
            if at == 0 {
                out.push_str(&self.time(elapsed));
                out.push_str(&self.look.paint(Paint::Accent, &lead));
            } else {
                out.push_str(&" ".repeat(self.indent()));
            }
            out.push_str(&self.look.paint(Paint::Strong, &line));
            out.push('\n');
        }
        out
    }

    /// Something that happened in it.
    #[must_use]
    pub fn line(&self, elapsed: Duration, mark: Mark, text: &str) -> String {
        let (sign, paint) = self.sign(mark);
        let hang = sign.chars().count() + 1;
        let mut out = String::new();
        for (at, line) in self.wrapped(text, hang).into_iter().enumerate() {
            if at == 0 {
                out.push_str(&self.time(elapsed));
                out.push_str(&" ".repeat(self.id + 2));
                out.push_str(&self.look.paint(paint, sign));
                out.push(' ');
            } else {
                out.push_str(&" ".repeat(self.indent() + hang));
            }
            let loud = mark == Mark::Bad;
            out.push_str(&if loud { self.look.paint(Paint::Strong, &line) } else { line });
            out.push('\n');
        }
        out
    }

    /// More about the line above, without a time.
    #[must_use]
    pub fn more(&self, text: &str) -> String {
        let hang = 2;
        self.wrapped(text, hang)
            .into_iter()
            .map(|line| format!("{}{}\n", " ".repeat(self.indent() + hang), self.look.paint(Paint::Faint, &line)))
            .collect()
    }

    /// Both servers' states side by side, always in the same columns.
    #[must_use]
    pub fn pair(&self, elapsed: Duration, states: &[(&str, Option<State>, Fresh)]) -> String {
        let cells: Vec<(&str, &str, Paint)> = states
            .iter()
            .map(|(name, state, fresh)| {
                let paint = if *fresh == Fresh::New { state_paint(*state) } else { Paint::Faint };
                (*name, state.map_or("not in sight", State::word), paint)
            })
            .collect();
        self.side_by_side(elapsed, &cells)
    }

    /// What else is known of both servers, in the columns of their states.
    #[must_use]
    pub fn backstage(&self, elapsed: Duration, known: &[(String, String)]) -> String {
        let cells: Vec<(&str, &str, Paint)> =
            known.iter().map(|(name, text)| (name.as_str(), text.as_str(), Paint::Faint)).collect();
        self.side_by_side(elapsed, &cells)
    }

    fn side_by_side(&self, elapsed: Duration, cells: &[(&str, &str, Paint)]) -> String {
        let bar = self.look.paint(Paint::Faint, self.look.sign("│", "|"));
        let mut out = self.time(elapsed);
        out.push_str(&" ".repeat(self.id + 2));
        for (name, text, paint) in cells {
            let gap = " ".repeat(STATE.saturating_sub(text.chars().count()));
            let name = self.look.paint(Paint::Faint, name);
            out.push_str(&format!("{bar} {name} {}{gap}", self.look.paint(*paint, text)));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    fn time(&self, elapsed: Duration) -> String {
        self.look.paint(Paint::Faint, &format!("{:>TIME$}", clock::stamp(elapsed))) + "  "
    }

    fn wrapped(&self, text: &str, hang: usize) -> Vec<String> {
        lines(text, self.look.width.saturating_sub(self.indent() + hang + 1))
    }

    fn sign(&self, mark: Mark) -> (&'static str, Paint) {
        let unicode = self.look.unicode;
        let pick = |fine: &'static str, plain: &'static str| if unicode { fine } else { plain };
        match mark {
            Mark::Sent => (pick("▸", ">"), Paint::Accent),
            Mark::Good => (pick("✓", "+"), Paint::Good),
            Mark::Bad => (pick("✗", "x"), Paint::Bad),
            Mark::Doubt => ("?", Paint::Warn),
            Mark::Again => (pick("↻", "@"), Paint::Warn),
            Mark::Note => (pick("•", "*"), Paint::Warn),
        }
    }
}

/// Whether a state has just changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    New,
    Same,
}

/// Green accepts writes; yellow is on the way or cut off; red is not in sight.
fn state_paint(state: Option<State>) -> Paint {
    match state {
        None => Paint::Bad,
        Some(State::PrimaryActive | State::PrimaryAlone | State::Standalone) => Paint::Good,
        Some(State::SecondaryActive | State::SecondaryAlone) => Paint::Accent,
        Some(State::PrimaryUncertain | State::Offline | State::Down) => Paint::Warn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_in_its_column() {
        let sheet = Sheet::new(Look { width: 60, ..Look::plain() }, ["prepare", "1"].into_iter());
        let second = Duration::from_secs(61);
        let page = [
            sheet.heading(second, "1", "Netcopy the database from the old Primary (S1) to the new Secondary"),
            sheet.line(second, Mark::Sent, "S1: admin 'hsb netcopy'"),
            sheet.pair(
                second,
                &[("S1", Some(State::PrimaryAlone), Fresh::Same), ("S2", Some(State::Offline), Fresh::New)],
            ),
        ];
        assert_eq!(
            page.concat(),
            "   01:01  1        Netcopy the database from the old
                   Primary (S1) to the new Secondary
   01:01           > S1: admin 'hsb netcopy'
   01:01           | S1 PRIMARY ALONE      | S2 OFFLINE
"
        );
    }
}
