//! Where pieces of the text stand: spans without blanks at their ends, first and last lines and words.

use crate::syntax::grammar::Node;
use crate::syntax::scan::quoted_end;
use crate::text::Span;

use super::Lower;

impl<'t> Lower<'t> {
    /// Where a node stands, without the blanks and line ends that a look ahead leaves in it.
    pub(super) fn span(&self, node: &Node<'t>) -> Span {
        let pest = node.as_span();
        self.at(pest.start(), pest.end())
    }

    /// A range of bytes, blanks at its end cut off.
    pub(in crate::syntax) fn at(&self, start: usize, end: usize) -> Span {
        let trimmed = self.text[start..end].trim_end().len();
        Span::new(self.source, start, start + trimmed)
    }

    /// The empty place behind the last word before `at`.
    pub(super) fn behind(&self, at: usize) -> Span {
        let end = self.text[..at].trim_end().len();
        Span::new(self.source, end, end)
    }

    pub(in crate::syntax) fn snippet(&self, span: Span) -> &'t str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The last word of a piece: where something is missing behind it.
    pub(in crate::syntax) fn last_word(&self, span: Span) -> Span {
        let text = self.snippet(span);
        let start = text.rfind([' ', '\t', '\n']).map_or(0, |blank| blank + 1);
        self.at(span.start as usize + start, span.end as usize)
    }

    /// Whether a line ends between two places.
    pub(super) fn breaks_between(&self, before: Span, after: Span) -> bool {
        self.text[before.end as usize..after.start as usize].contains('\n')
    }

    /// The first line of a piece, up to the `{` of its block.
    pub(in crate::syntax) fn head(&self, span: Span) -> Span {
        let text = self.snippet(span);
        let mut end = 0;
        while end < text.len() && !matches!(text.as_bytes()[end], b'\n' | b'{') {
            let quoted = matches!(text.as_bytes()[end], b'"' | b'\'').then(|| quoted_end(text, end)).flatten();
            end = quoted.unwrap_or(end + 1);
        }
        // A block that nothing stands before is its own head.
        self.at(span.start as usize, span.start as usize + if end == 0 { text.len().min(1) } else { end })
    }

    /// The last line of a piece.
    pub(super) fn tail(&self, span: Span) -> Span {
        let text = self.snippet(span);
        let line = text.rfind('\n').map_or(0, |end| end + 1);
        let blanks = text[line..].len() - text[line..].trim_start().len();
        self.at(span.start as usize + line + blanks, span.end as usize)
    }

    /// What stands on the line before a place.
    pub(super) fn line_before(&self, place: Span) -> Span {
        self.tail(Span { start: 0, ..place })
    }
}
