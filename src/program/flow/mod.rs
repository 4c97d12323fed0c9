//! Checks that need the whole program: what a path may have done before, what a procedure does to the servers that it
//! is given. Knows resolved programs only, no tree.

mod approvals;
mod fate;
mod looked_at;
mod size;
mod started;

use crate::diag::Finding;
use crate::syntax::tree::EndingKind;
use crate::text::Span;

use super::{Block, Program};

pub use fate::Failing;

/// Whether the program says all that was written. Where a part with an error was left out, only what cannot be a
/// consequence of the gap is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Yes,
    No,
}

/// The lines that the endings begin with.
#[derive(Default)]
pub(super) struct Heads {
    success: Option<Span>,
    failure: Option<Span>,
    back_out: Option<Span>,
}

impl Heads {
    pub fn of(&mut self, ending: EndingKind) -> &mut Option<Span> {
        match ending {
            EndingKind::Success => &mut self.success,
            EndingKind::Failure => &mut self.failure,
            EndingKind::BackOut => &mut self.back_out,
        }
    }
}

/// Adds the findings about the program as a whole.
pub(super) fn check(program: &Program, whole: Whole, heads: &Heads, findings: &mut Vec<Finding>) {
    looked_at::check(program, findings);
    approvals::check(program, findings);
    fate::check_places(program, heads, findings);
    let small = size::check(program, findings);
    if whole == Whole::Yes && small {
        started::check(program, findings);
        fate::check_endings(program, heads, findings);
    }
}

/// The endings that are there, with the lines that they begin with.
fn endings<'p>(program: &'p Program, heads: &Heads) -> impl Iterator<Item = (&'static str, Span, &'p Block)> {
    [
        ("on success", heads.success, &program.on_success),
        ("on failure", heads.failure, &program.on_failure),
        ("on back out", heads.back_out, &program.on_back_out),
    ]
    .into_iter()
    .filter_map(|(name, head, block)| block.as_ref().map(|block| (name, head.unwrap_or(block.span), block)))
}
