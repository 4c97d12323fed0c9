//! What of the source a search reached, over all choices of words: each statement as it is written, once.

use serde::Serialize;

use crate::engine::{Code, InstrId, Part};
use crate::program::Program;
use crate::text::{SourceMap, Span};

use super::telling::place;
use super::verdict::Verified;
use super::words::Words;

/// A statement of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    pub file: String,
    pub line: usize,
    pub step: Option<String>,
    pub part: &'static str,
    pub statement: String,
    /// Some path began it.
    pub reached: bool,
    /// Of a wait, an `ensure` or an assertion: what it says was so on some path.
    pub held: Option<bool>,
    /// The codes with which it was refused; null: without one.
    pub refused: Vec<Option<i32>>,
    #[serde(skip)]
    span: Span,
    #[serde(skip)]
    kind: Part,
}

/// Every statement, in the order of writing.
#[must_use]
pub fn written(program: &Program, sources: &SourceMap, verified: &[Verified]) -> Vec<Written> {
    let mut all: Vec<Written> = Vec::new();
    for one in verified {
        let words = Words { program, code: &one.code, sources };
        for at in one.code.ids().filter(|at| counts(&one.code, *at)) {
            let new = of(words, one, at);
            match all.iter_mut().find(|known| (known.span, known.kind) == (new.span, new.kind)) {
                Some(known) => known.join(new),
                None => all.push(new),
            }
        }
    }
    all.sort_by_key(|one| (one.span.source.0, one.span.start));
    all
}

/// A statement that somebody wrote.
fn counts(code: &Code, at: InstrId) -> bool {
    let written = match code.place(at).part {
        Part::Preflight | Part::EndStates => false,
        Part::Body | Part::Handler | Part::BackOut | Part::Ending(_) => true,
    };
    written && code.is_statement(at)
}

fn of(words: Words<'_>, one: &Verified, at: InstrId) -> Written {
    let coverage = &one.report.coverage;
    let place_of = place(words, at);
    let part = words.code.place(at).part;
    Written {
        file: place_of.file,
        line: place_of.line,
        step: words.step_of(at).map(|step| words.step(step).to_owned()),
        part: super::map::part(part),
        statement: words.statement(at),
        reached: coverage.reached(at),
        held: words.code.limit(at).map(|_| coverage.held(at)),
        refused: coverage.refused(at).iter().copied().collect(),
        span: words.code.place(at).span,
        kind: part,
    }
}

impl Written {
    fn join(&mut self, other: Written) {
        self.reached |= other.reached;
        self.held = match (self.held, other.held) {
            (Some(own), Some(other)) => Some(own || other),
            (own, other) => own.or(other),
        };
        other.refused.into_iter().for_each(|code| {
            if !self.refused.contains(&code) {
                self.refused.push(code);
            }
        });
    }
}

/// How much was reached, and which lines never are: `41 of 52 statements; never: 30, 41-43`.
#[must_use]
pub fn in_short(written: &[Written]) -> String {
    let reached = written.iter().filter(|one| one.reached).count();
    if reached == written.len() {
        return format!("every statement of the source, {reached} in all");
    }
    let mut files: Vec<&str> = written.iter().map(|one| one.file.as_str()).collect();
    files.dedup();
    let never = |file: &str| {
        let lines = written.iter().filter(|one| one.file == file && !one.reached).map(|one| one.line);
        let name = file.rsplit('/').next().unwrap_or(file);
        let lines = ranges(lines);
        if lines.is_empty() { None } else { Some(format!("{name}: {lines}")) }
    };
    let never: Vec<String> = files.into_iter().filter_map(never).collect();
    format!("{reached} of {} statements; never {}", written.len(), never.join("; "))
}

/// `30, 41-43`
fn ranges(lines: impl Iterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if line <= *last + 1 => *last = (*last).max(line),
            Some(_) | None => runs.push((line, line)),
        }
    }
    let texts = runs.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beside_each_other_are_one_range() {
        assert_eq!(ranges([30, 41, 42, 42, 43, 50].into_iter()), "30, 41-43, 50");
        assert_eq!(ranges([].into_iter()), "");
    }
}
