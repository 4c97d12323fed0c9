//! Fixes: changes of a text that put mistakes right, and how those that do not get in each other's way are made.

use crate::text::{SourceId, Span};

/// A change of the text that puts a mistake right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `write \`hsb connect\``.
    pub what: String,
    pub safety: Safety,
    /// Do not overlap, and lie in one file.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be made without its author reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Safety {
    /// The runbook does what it was meant to do, or what it did before.
    Safe,
    /// The runbook does something else; a person should read it.
    Unsafe,
}

/// A piece of text and what stands there instead; an empty span is a place to insert at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Fix {
    /// Puts another text where one stands.
    #[must_use]
    pub fn replace(safety: Safety, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { what: format!("write `{}`", text.trim()), safety, edits: vec![Edit { span, text }] }
    }

    /// Takes a piece of text away.
    #[must_use]
    pub fn remove(safety: Safety, span: Span, what: impl Into<String>) -> Self {
        Self { what: what.into(), safety, edits: vec![Edit { span, text: String::new() }] }
    }

    fn source(&self) -> Option<SourceId> {
        self.edits.first().map(|edit| edit.span.source)
    }

    fn start(&self) -> u32 {
        self.edits.iter().map(|edit| edit.span.start).min().unwrap_or(0)
    }

    fn end(&self) -> u32 {
        self.edits.iter().map(|edit| edit.span.end).max().unwrap_or(0)
    }
}

/// A text with fixes made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub text: String,
    /// How many fixes were made; one that several findings ask for counts once.
    pub made: usize,
}

/// Makes the fixes of one source that are at most as unsafe as `most`.
///
/// They are made whole or not at all, from the beginning of the text on; of two that touch each other the first is made,
/// the shorter one where both begin together. What is left over is found by checking the text again.
#[must_use]
pub fn apply<'f>(text: &str, source: SourceId, most: Safety, fixes: impl IntoIterator<Item = &'f Fix>) -> Applied {
    let mut wanted: Vec<&Fix> =
        fixes.into_iter().filter(|fix| fix.safety <= most && fix.source() == Some(source)).collect();
    wanted.sort_by_key(|fix| (fix.start(), fix.end(), fix.what.as_str()));
    let mut made: Vec<&Fix> = Vec::new();
    for fix in wanted {
        if made.last().is_none_or(|last| last.end() < fix.start()) {
            made.push(fix);
        }
    }
    let mut edits: Vec<&Edit> = made.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.span.start as usize]);
        out.push_str(&edit.text);
        done = edit.span.end as usize;
    }
    out.push_str(&text[done..]);
    Applied { text: out, made: made.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span::new(SourceId(0), start, end)
    }

    fn safe(start: usize, end: usize, text: &str) -> Fix {
        Fix::replace(Safety::Safe, span(start, end), text)
    }

    #[test]
    fn fixes_apart_are_made_together_whatever_their_order() {
        let fixes = [safe(4, 7, "TWO"), safe(0, 3, "1"), safe(8, 8, "and ")];
        let applied = apply("one two three", SourceId(0), Safety::Safe, &fixes);
        assert_eq!(applied, Applied { text: "1 TWO and three".into(), made: 3 });
    }

    #[test]
    fn of_fixes_that_touch_the_first_is_made_and_of_equal_ones_one() {
        let fixes = [safe(2, 5, "x"), safe(0, 3, "y"), safe(0, 3, "y"), safe(5, 6, "z")];
        let applied = apply("abcdefg", SourceId(0), Safety::Safe, &fixes);
        assert_eq!(applied, Applied { text: "ydezg".into(), made: 2 });
    }

    #[test]
    fn an_unsafe_fix_is_made_only_where_it_is_asked_for_and_one_of_another_file_never() {
        let other = Fix::replace(Safety::Safe, Span::new(SourceId(1), 0, 1), "b");
        let fixes = [Fix::replace(Safety::Unsafe, span(0, 1), "x"), other];
        assert_eq!(apply("a", SourceId(0), Safety::Safe, &fixes), Applied { text: "a".into(), made: 0 });
        assert_eq!(apply("a", SourceId(0), Safety::Unsafe, &fixes), Applied { text: "x".into(), made: 1 });
    }
}
