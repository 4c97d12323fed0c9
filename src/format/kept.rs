//! Which lines stay as they are: those of every piece that was not read soundly, and of what shares a line with one.
//! The innermost statement is kept; where its lines are not its own, the one around it.

use std::ops::Range;

use super::outline::{Inside, Unit};
use super::token::{Token, start};

pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token<'t>],
    /// Places of findings, in their order.
    pub(super) problems: Vec<usize>,
}

impl Lines<'_> {
    /// Whole lines, in their order.
    pub(super) fn of_file(&self, items: Vec<Unit>) -> Vec<Range<usize>> {
        self.inside(Inside { span: start(self.text)..self.text.len(), units: items }, None)
    }

    /// The kept lines between two braces. `braces` is where the `{` of a `choose` is one of its tokens.
    fn inside(&self, mut inside: Inside, skip: Option<&str>) -> Vec<Range<usize>> {
        self.add_uncovered(&mut inside, skip);
        let mut groups: Vec<Group> = Vec::new();
        for unit in inside.units {
            let lines = self.lines(&unit.span);
            let kept = self.unit(unit);
            match groups.last_mut().filter(|last| last.lines.end > lines.start) {
                Some(last) => last.join(lines, kept),
                None => groups.push(Group { lines, kept, shared: false }),
            }
        }
        groups.into_iter().flat_map(Group::kept).collect()
    }

    /// The kept lines of a unit: none, all, or some of its blocks.
    fn unit(&self, unit: Unit) -> Vec<Range<usize>> {
        let lines = self.lines(&unit.span);
        if unit.kept || self.has_problem(&unit) {
            return vec![lines];
        }
        let mut kept = Vec::new();
        for inside in unit.blocks {
            let span = inside.span.clone();
            let is_choose = !self.text[..span.start].ends_with('{');
            let found = self.inside(inside, is_choose.then_some("{"));
            if found.iter().any(|range| range.start <= span.start || range.end > span.end) {
                return vec![lines];
            }
            kept.extend(found);
        }
        kept
    }

    /// Whether a finding stands in a unit and in none of the units in its blocks.
    fn has_problem(&self, unit: &Unit) -> bool {
        let end = self.lines(&unit.span).end;
        let from = self.problems.partition_point(|place| *place < unit.span.start);
        let to = self.problems.partition_point(|place| *place < end);
        let inner = |place: usize| {
            let mut units = unit.blocks.iter().flat_map(|inside| &inside.units);
            units.any(|inner| inner.span.start <= place && place <= inner.span.end.max(self.line_end(inner.span.end)))
        };
        from < to && self.problems[from..to].iter().any(|place| !inner(*place))
    }

    /// Words between two braces that belong to no statement are pieces of their own, and kept.
    fn add_uncovered(&self, inside: &mut Inside, mut skip: Option<&str>) {
        let from = self.tokens.partition_point(|token| token.start < inside.span.start);
        let to = self.tokens.partition_point(|token| token.start < inside.span.end);
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        let mut next = 0;
        for token in &self.tokens[from..to] {
            next += inside.units[next..].partition_point(|unit| unit.span.end <= token.start);
            let covered = inside.units.get(next).is_some_and(|unit| unit.span.start <= token.start);
            if covered || token.is_comment() || skip.take_if(|skip| *skip == token.text).is_some() {
                continue;
            }
            match found.last_mut().filter(|(before, _)| *before == next) {
                Some((_, span)) => span.end = token.end(),
                None => found.push((next, token.start..token.end())),
            }
        }
        inside.units.extend(found.into_iter().map(|(_, span)| Unit { span, blocks: Vec::new(), kept: true }));
        inside.units.sort_by_key(|unit| unit.span.start);
    }

    /// The whole lines of a piece.
    fn lines(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text[..span.start].rfind('\n').map_or(start(self.text), |end| end + 1);
        start..self.line_end(span.end)
    }

    /// Behind the end of the line of a place.
    fn line_end(&self, place: usize) -> usize {
        self.text[place..].find('\n').map_or(self.text.len(), |end| place + end + 1)
    }
}

/// Pieces that share lines.
struct Group {
    lines: Range<usize>,
    kept: Vec<Range<usize>>,
    shared: bool,
}

impl Group {
    fn join(&mut self, lines: Range<usize>, kept: Vec<Range<usize>>) {
        self.lines.end = self.lines.end.max(lines.end);
        self.kept.extend(kept);
        self.shared = true;
    }

    fn kept(self) -> Vec<Range<usize>> {
        if self.shared && !self.kept.is_empty() { vec![self.lines] } else { self.kept }
    }
}
