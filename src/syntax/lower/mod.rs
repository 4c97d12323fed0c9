//! From pest's tree to the syntax tree: takes what the grammar reads freely and says what is strictly wrong with it.
//! Knows nothing of what names mean.

mod block;
mod clause;
mod cond;
mod item;
mod parts;
mod stmt;
mod value;

use pest::iterators::Pair;

use crate::diag::Finding;
use crate::text::{SourceId, Span};

use super::grammar::{Node, Rule};
pub(super) use block::Previous;
use parts::parts;

/// Lowers one text.
pub(super) struct Lower<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    pub(super) findings: Vec<Finding>,
    /// How many broken pieces are around: what stands in one is read, but not blamed for standing where it does.
    astray: u32,
    /// The statement at hand was torn off by something that could not be read: what it lacks may be in there.
    torn: bool,
}

impl<'t> Lower<'t> {
    pub(super) fn new(source: SourceId, text: &'t str) -> Self {
        Self { source, text, findings: Vec::new(), astray: 0, torn: false }
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports something that is only wrong where the surroundings could be read.
    fn report_placed(&mut self, finding: Finding) {
        if self.astray == 0 {
            self.findings.push(finding);
        }
    }

    /// Where a node stands, without the blanks and line ends that a look ahead leaves in it.
    fn span(&self, node: &Node<'t>) -> Span {
        let pest = node.as_span();
        self.at(pest.start(), pest.end())
    }

    /// A range of bytes, blanks at its end cut off.
    pub(super) fn at(&self, start: usize, end: usize) -> Span {
        let trimmed = self.text[start..end].trim_end().len();
        Span::new(self.source, start, start + trimmed)
    }

    pub(super) fn snippet(&self, span: Span) -> &'t str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The last word of a piece: where something is missing behind it.
    pub(super) fn last_word(&self, span: Span) -> Span {
        let text = self.snippet(span);
        let start = text.rfind([' ', '\t', '\n']).map_or(0, |blank| blank + 1);
        Span { start: span.end - u32::try_from(text.len() - start).expect("because a source is bounded"), ..span }
    }

    /// Whether a line ends between two places.
    fn breaks_between(&self, before: Span, after: Span) -> bool {
        self.text[before.end as usize..after.start as usize].contains('\n')
    }

    fn name(&self, node: &Node<'t>) -> super::tree::Name {
        let span = self.span(node);
        super::tree::Name::new(self.snippet(span).to_owned(), span)
    }
}

/// The only child that is not glue.
fn only(node: Node<'_>) -> Pair<'_, Rule> {
    parts(node).next().expect("because the grammar puts one node in this one")
}
