//! Values: numbers, durations, sizes, versions, texts, names.

use std::time::Duration;

use crate::syntax::diagnostics;
use crate::syntax::grammar::{Node, Rule};
use crate::syntax::tree::{Literal, Name, Piece, StateWords, Text, Value, ValueKind};
use crate::text::{Span, Spanned};

use super::parts::parts;
use super::{Lower, only};

impl<'t> Lower<'t> {
    /// A `value`, `limit`, or one of the rules that these hold.
    pub(super) fn value(&mut self, node: Node<'t>) -> Value {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::value | Rule::limit => return self.value(only(node)),
            Rule::duration => ValueKind::Duration(self.duration(span)),
            Rule::size => ValueKind::Size(self.size(span)),
            Rule::version => ValueKind::Version(self.snippet(span).to_owned()),
            Rule::number => ValueKind::Number(self.number_at(span)),
            Rule::text => ValueKind::Text(self.text(node)),
            Rule::name | Rule::choice => ValueKind::Name(self.snippet(span).to_owned()),
            other => panic!("because the grammar has no {other:?} for a value"),
        };
        Value { kind, span }
    }

    pub(super) fn number(&mut self, node: &Node<'t>) -> Spanned<u64> {
        let span = self.span(node);
        Spanned::new(self.number_at(span), span)
    }

    fn number_at(&mut self, span: Span) -> u64 {
        self.snippet(span).parse().unwrap_or_else(|_| self.too_large(span))
    }

    fn duration(&mut self, span: Span) -> Duration {
        let (count, unit) = self.split_unit(span);
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            other => panic!("because the grammar has no unit {other} of time"),
        };
        Duration::from_millis(count.checked_mul(millis).unwrap_or_else(|| self.too_large(span)))
    }

    fn size(&mut self, span: Span) -> u64 {
        let (count, unit) = self.split_unit(span);
        let shift = match unit {
            "KiB" => 10,
            "MiB" => 20,
            "GiB" => 30,
            "TiB" => 40,
            other => panic!("because the grammar has no unit {other} of size"),
        };
        count.checked_mul(1 << shift).unwrap_or_else(|| self.too_large(span))
    }

    fn split_unit(&mut self, span: Span) -> (u64, &'t str) {
        let text = self.snippet(span);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let count = text[..digits].parse().unwrap_or_else(|_| self.too_large(span));
        (count, text[digits..].trim_start())
    }

    fn too_large(&mut self, span: Span) -> u64 {
        // One number is reported once, even where its unit makes it overflow again.
        if self.findings.last().and_then(|last| last.labels.first()).is_none_or(|label| label.span != span) {
            let finding = diagnostics::number_too_large(span, self.snippet(span));
            self.report(finding);
        }
        u64::MAX
    }

    pub(super) fn literal(&self, node: &Node<'t>) -> Literal {
        let span = self.span(node);
        let quoted = self.snippet(span);
        Literal::new(quoted[1..quoted.len() - 1].replace("''", "'"), span)
    }

    pub(super) fn text(&mut self, node: Node<'t>) -> Text {
        let span = self.span(&node);
        let mut pieces = Vec::new();
        let mut chars = String::new();
        for piece in node.into_inner() {
            // Blanks at the end of a piece belong to it.
            let written = piece.as_str();
            match piece.as_rule() {
                Rule::chars => unescape(written, &mut chars),
                Rule::hole => {
                    if !chars.is_empty() {
                        pieces.push(Piece::Chars(std::mem::take(&mut chars)));
                    }
                    let hole = only(piece);
                    pieces.push(Piece::Hole(self.name(&hole)));
                }
                Rule::odd => {
                    chars.push_str(written);
                    let start = piece.as_span().start();
                    self.odd(start, written, span);
                }
                other => panic!("because the grammar has no {other:?} in a text"),
            }
        }
        if !chars.is_empty() {
            pieces.push(Piece::Chars(chars));
        }
        Text { pieces, span }
    }

    /// A `\`, `{` or `}` that is neither an escape nor a hole.
    fn odd(&mut self, start: usize, written: &str, text: Span) {
        let finding = match written {
            "\\" => {
                let next = self.text[start + 1..].chars().next().map_or(0, char::len_utf8);
                let end = (start + 1 + next).min(text.end as usize - 1);
                let span = Span::new(self.source, start, end);
                diagnostics::bad_escape(span, self.snippet(span))
            }
            "{" => {
                let rest = &self.text[start..text.end as usize - 1];
                let end = rest[1..].find(['{', '}', '"']).map_or(1, |at| at + 1);
                let closed = rest[end..].starts_with('}');
                let span = Span::new(self.source, start, if closed { start + end + 1 } else { start + 1 });
                diagnostics::bad_hole(span, closed.then(|| self.snippet(span)))
            }
            _ => {
                let opener = self.findings.last().filter(|last| last.rule == diagnostics::BAD_HOLE);
                if opener.is_some_and(|last| last.labels[0].span.end as usize == start + 1) {
                    return;
                }
                diagnostics::stray_brace_in_text(Span::new(self.source, start, start + 1))
            }
        };
        self.report(finding);
    }

    /// One to three words, blanks folded into one.
    pub(super) fn state(&self, node: &Node<'t>) -> StateWords {
        let span = self.span(node);
        StateWords::new(self.snippet(span).split_ascii_whitespace().collect::<Vec<_>>().join(" "), span)
    }

    pub(super) fn states(&self, nodes: &[Node<'t>]) -> Vec<StateWords> {
        nodes.iter().map(|node| self.state(node)).collect()
    }

    pub(super) fn names(&self, nodes: &[Node<'t>]) -> Vec<Name> {
        nodes.iter().map(|node| self.name(node)).collect()
    }

    pub(super) fn values(&mut self, nodes: Vec<Node<'t>>) -> Vec<Value> {
        nodes.into_iter().map(|node| self.value(node)).collect()
    }

    /// `( 'literal', value, … )`
    pub(super) fn args(&mut self, node: Node<'t>) -> (Literal, Vec<Value>) {
        let mut inner = parts(node);
        let literal = self.literal(&inner.presume(Rule::literal));
        (literal, self.values(inner.many(Rule::value)))
    }
}

fn unescape(written: &str, into: &mut String) {
    let mut chars = written.chars();
    while let Some(char) = chars.next() {
        into.push(char);
        if matches!(char, '\\' | '{' | '}') {
            // The second of a pair; for `\"` it is the quote itself.
            if let Some(second) = chars.next().filter(|second| *second != char) {
                into.pop();
                into.push(second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_are_undone() {
        let mut out = String::new();
        super::unescape(r#"a \"b\" \\ {{c}}"#, &mut out);
        assert_eq!(out, r#"a "b" \ {c}"#);
    }
}
