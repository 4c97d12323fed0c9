//! Text to tree. Parsing does not fail: it returns a tree and findings, and a file with mistakes keeps everything that
//! is sound. pest and its `Rule` do not leave this room.

mod bytes;
mod check;
mod cut;
pub mod diagnostics;
mod explain;
mod grammar;
pub mod keywords;
mod lower;
mod scan;
mod shift;
pub mod tree;
mod vim;

use crate::diag::Finding;
use crate::text::{SourceId, Span};

pub use bytes::{MAX_BYTES, decode};
pub use check::LANGUAGE;
pub use scan::{MAX_NESTING, quoted_end};
pub use vim::{vim_ftdetect, vim_syntax};

/// What came of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    pub tree: tree::File,
    /// In the order of their places.
    pub findings: Vec<Finding>,
}

/// Reads a text. Never fails and never panics; what could not be read is `Broken` in the tree, and a finding says why.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Parsed {
    let span = Span::new(source, 0, text.len());
    let scan = scan::scan(source, text);
    let empty =
        |comments, finding| Parsed { tree: tree::File { items: Vec::new(), comments, span }, findings: vec![finding] };
    if let Some(at) = scan.too_deep {
        return empty(scan.comments, diagnostics::nesting_too_deep(at, MAX_NESTING));
    }
    let (items, mut findings) = match cut::sound_items(source, text, cut::PIECE) {
        Some(items) => (items, Vec::new()),
        None => {
            let Some(file) = grammar::file(text) else {
                return empty(scan.comments, diagnostics::nesting_too_deep(scan.deepest, MAX_NESTING));
            };
            let mut lower = lower::Lower::new(source, text);
            (lower.file(file), lower.findings)
        }
    };
    if let Some(newer) = check::newer_language(&items) {
        findings = vec![newer];
    } else {
        findings.extend(check::file(&items, span));
        findings.sort_by_key(|finding| finding.labels.first().map_or(0, |label| label.span.start));
    }
    Parsed { tree: tree::File { items, comments: scan.comments, span }, findings }
}
