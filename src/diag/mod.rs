//! Findings: what is wrong with a user's text, as data. How one is drawn is `show`'s business.
//!
//! Codes are stable for ever: `HSB1xxx` syntax, `2xxx` names and types, `3xxx` lint, `4xxx` verify, `5xxx` run,
//! `6xxx` journal, `7xxx` site and command line. Each floor keeps its rules and all their wording in one
//! `diagnostics.rs`; callers hand over what they have.

mod fix;

use crate::text::Span;

pub use fix::{Applied, Edit, Fix, Safety, apply};

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

    /// The remedy as a change of the text, where there is one.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }
}
