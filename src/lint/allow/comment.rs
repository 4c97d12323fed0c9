//! The text of one comment: `# hsbrun: allow(RULE, …) because WHY`.

use crate::diag::{Finding, Severity};
use crate::explain::{Page, page, pages};
use crate::text::Span;

use super::diagnostics;

/// What marks a comment as one for hsbrun.
const MARK: &str = "hsbrun:";
/// The lint rules: judgements, whatever their severity.
const LINT: &str = "HSB3";
/// The rules about these comments.
const OWN: &str = "HSB39";

/// A comment that can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Each rule with its place.
    pub(super) rules: Vec<(Page, Span)>,
    pub(super) reason: String,
}

/// What a comment says, `#` included in `text`; nothing where it is not meant for hsbrun, or where a finding says what is
/// wrong with it.
pub(super) fn read(text: &str, at: Span, findings: &mut Vec<Finding>) -> Option<Said> {
    let body = text.trim_start_matches('#').trim_start();
    let rest = body.strip_prefix(MARK)?.trim_start();
    let mut malformed = |expected: &str| {
        findings.push(diagnostics::malformed(at, expected));
        None
    };
    let Some(list) = rest.strip_prefix("allow").map(str::trim_start).and_then(|rest| rest.strip_prefix('(')) else {
        return malformed("`allow(` is missing");
    };
    let Some((list, rest)) = list.split_once(')') else {
        return malformed("`)` is missing");
    };
    if list.trim().is_empty() {
        return malformed("no rule is named");
    }
    let rest = rest.trim();
    if !rest.is_empty() && rest.split_whitespace().next() != Some("because") {
        return malformed("`because` belongs behind `)`");
    }
    let reason = rest.strip_prefix("because").unwrap_or("").trim();
    if reason.is_empty() {
        findings.push(diagnostics::unexplained(at));
        return None;
    }
    let rules = words(text, list, at).into_iter().filter_map(|(word, at)| rule(word, at, findings)).collect();
    Some(Said { rules, reason: reason.to_owned() })
}

/// The words of the list, each with its place.
fn words<'t>(text: &'t str, list: &'t str, at: Span) -> Vec<(&'t str, Span)> {
    let mut from = at.start as usize + text.find('(').map_or(0, |open| open + 1);
    let mut words = Vec::new();
    for piece in list.split(',') {
        let word = piece.trim();
        let start = from + (piece.len() - piece.trim_start().len());
        words.push((word, Span::new(at.source, start, start + word.len())));
        from += piece.len() + 1;
    }
    words
}

fn rule(word: &str, at: Span, findings: &mut Vec<Finding>) -> Option<(Page, Span)> {
    let Some(page) = page(word) else {
        let known: Vec<&str> = pages().filter(may_be_allowed).map(|page| page.name).collect();
        findings.push(diagnostics::unknown(at, word, &known));
        return None;
    };
    if !may_be_allowed(&page) {
        findings.push(diagnostics::error(at, page.name));
        return None;
    }
    Some((page, at))
}

/// Warnings and lint are judgements, and the author may know better; anything else keeps a runbook from meaning anything.
fn may_be_allowed(page: &Page) -> bool {
    let judgement = page.severity == Severity::Warning || page.code.starts_with(LINT);
    judgement && !page.code.starts_with(OWN)
}
