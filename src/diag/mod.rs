//! Findings: what is wrong with a user's text, as data. How one is drawn is `show`'s business.
//!
//! Codes are stable for ever: `HSB1xxx` syntax, `2xxx` names and types, `3xxx` lint, `4xxx` verify, `5xxx` run,
//! `6xxx` journal, `7xxx` site and command line. Each floor keeps its rules and all their wording in one
//! `diagnostics.rs`; callers hand over what they have.

use crate::text::Span;

/// What kind of mistake a finding speaks of: its stable code and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    /// `HSB1001`
    pub code: &'static str,
    /// `missing-within`
    pub name: &'static str,
    pub severity: Severity,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// One mistake: where, what, why it matters for this pair, and one remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// What is wrong, in one line, without a full stop at its end.
    pub what: String,
    /// The first is the place of the mistake; others are the other ends. Empty where there is no text to point at.
    pub labels: Vec<Label>,
    /// Why it matters for this pair.
    pub why: Option<String>,
    /// The one remedy.
    pub help: Option<String>,
    /// The remedy as a change of the text, where it can be made without asking.
    pub fix: Option<Fix>,
}

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

/// A place and what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Finding {
    /// A finding at a place.
    #[must_use]
    pub fn at(rule: Rule, span: Span, what: impl Into<String>, label: impl Into<String>) -> Self {
        Self::nowhere(rule, what).and(span, label)
    }

    /// A finding about something that has no text (a missing file, the command line).
    #[must_use]
    pub fn nowhere(rule: Rule, what: impl Into<String>) -> Self {
        Self { rule, what: what.into(), labels: Vec::new(), why: None, help: None, fix: None }
    }

    /// Adds the other end.
    #[must_use]
    pub fn and(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: label.into() });
        self
    }

    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
