//! The formatter: one canonical style and no options. Text in, text out; knows syntax and nothing of what it means.
//!
//! Tokens are written again as they stand; the tree says where statements begin, how deep they stand, and which pieces
//! were not read soundly. Those keep their lines byte for byte. So no token and no comment can be lost, and formatting
//! twice gives what formatting once gave.

mod flow;
mod kept;
mod outline;
mod page;
mod token;

use crate::syntax::{diagnostics, parse};
use crate::text::SourceId;

use outline::Outline;
use page::Page;

/// No line is longer where it can be broken.
pub const WIDTH: usize = 120;

/// The text in the canonical style. A text of a newer language is given back as it is.
#[must_use]
pub fn format(text: &str) -> String {
    let parsed = parse(SourceId(0), text);
    if parsed.findings.iter().any(|finding| finding.rule == diagnostics::UNKNOWN_LANGUAGE) {
        return text.to_owned();
    }
    let tokens = token::tokens(text);
    let outline = Outline::of(text, &tokens, &parsed);
    let mut page = Page::default();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if let Some(range) = outline.kept_at(token.start) {
            page.keep(&text[range.clone()], token.after_blank);
            at += tokens[at..].partition_point(|token| token.start < range.end);
        } else if token.is_comment() {
            page.comment(token);
            at += 1;
        } else {
            let flow = flow::take(&tokens[at..], &outline);
            page.flow(flow, &outline);
            at += flow.len();
        }
    }
    page.finish()
}
