//! From pest's tree to the syntax tree: takes what the grammar reads freely and says what is strictly wrong with it.
//! Knows nothing of what names mean.

mod block;
mod clause;
mod cond;
mod item;
mod parts;
mod place;
mod stmt;
mod value;

use pest::iterators::Pair;

use crate::diag::Finding;
use crate::text::SourceId;

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

    fn name(&self, node: &Node<'t>) -> super::tree::Name {
        let span = self.span(node);
        super::tree::Name::new(self.snippet(span).to_owned(), span)
    }
}

/// The only child that is not glue.
fn only(node: Node<'_>) -> Pair<'_, Rule> {
    parts(node).next().expect("because the grammar puts one node in this one")
}
