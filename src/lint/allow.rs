//! `# hsbrun: allow(rule-name) because WHY`: a finding silenced where it stands, with a reason.
//!
//! What may be silenced are judgements: warnings and lint. The comment stands on the line of a statement or item, or on
//! lines of its own before it, and reaches as far as that does. In a site file it is a comment of YAML, and reaches as far
//! as the key. Every finding passes here, whichever room it comes from.

mod comment;
mod cover;
mod diagnostics;

use crate::diag::Finding;
use crate::explain::Page;
use crate::syntax::quoted_end;
use crate::syntax::tree::File;
use crate::text::{SourceId, Span};

pub use diagnostics::RULES;

/// One rule that is allowed somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    pub rule: Page,
    pub reason: String,
    /// Where the rule is named.
    pub named: Span,
    /// The comment with the blanks before it; where it has lines of its own, the whole line.
    pub comment: Span,
    /// No other rule is named in the comment.
    pub only: bool,
    /// Where it silences; nowhere where nothing follows the comment.
    pub covers: Option<Span>,
}

/// The comments of one text, and what is wrong with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allows {
    pub allows: Vec<Allow>,
    pub findings: Vec<Finding>,
}

/// A finding that was silenced, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silenced {
    pub finding: Finding,
    pub reason: String,
    /// Where the rule is named.
    pub named: Span,
}

/// What is left of all findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    pub findings: Vec<Finding>,
    pub silenced: Vec<Silenced>,
    /// Of the comments, by their places in the list, which ones silenced something.
    pub used: Vec<bool>,
}

/// The comments of a runbook or library.
#[must_use]
pub fn of_runbook(text: &str, tree: &File) -> Allows {
    let mut found = Allows::default();
    let mut outline = None;
    for comment in &tree.comments {
        let Some(said) = comment::read(&comment.text, comment.span, &mut found.findings) else { continue };
        let outline = outline.get_or_insert_with(|| cover::Outline::new(tree));
        found.add(said, whole(text, comment.span, comment.own_line), outline.covered(text, comment));
    }
    found
}

/// The comments of a site file.
#[must_use]
pub fn of_site(source: SourceId, text: &str) -> Allows {
    let mut found = Allows::default();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let end = line_start + line.len();
        if let Some(at) = yaml_comment(line) {
            let span = Span::new(source, line_start + at, line_start + line.trim_end().len());
            let own_line = line[..at].trim().is_empty();
            if let Some(said) = comment::read(line[at..].trim_end(), span, &mut found.findings) {
                let covered = cover::key(text, if own_line { end } else { line_start });
                let covered = covered.map(|(from, to)| Span::new(source, from, to));
                found.add(said, whole(text, span, own_line), covered);
            }
        }
        line_start = end;
    }
    found
}

/// Silences what is allowed; the others keep their order.
#[must_use]
pub fn silence(findings: Vec<Finding>, allows: &[Allow]) -> Left {
    let mut left = Left { used: vec![false; allows.len()], ..Left::default() };
    for finding in findings {
        match allows.iter().position(|allow| allow.silences(&finding)) {
            None => left.findings.push(finding),
            Some(at) => {
                left.used[at] = true;
                let Allow { reason, named, .. } = &allows[at];
                left.silenced.push(Silenced { finding, reason: reason.clone(), named: *named });
            }
        }
    }
    left
}

/// The finding that a comment silences nothing.
#[must_use]
pub fn unused(allow: &Allow) -> Finding {
    diagnostics::unused(allow.named, allow.rule.name, allow.comment, allow.only)
}

impl Allow {
    fn silences(&self, finding: &Finding) -> bool {
        let place = finding.labels.first().map(|label| label.span);
        let covered = self.covers.zip(place).is_some_and(|(covers, place)| {
            covers.source == place.source && (covers.start..covers.end).contains(&place.start)
        });
        covered && finding.rule.code == self.rule.code
    }
}

impl Allows {
    fn add(&mut self, said: comment::Said, comment: Span, covers: Option<Span>) {
        let only = said.rules.len() == 1;
        self.allows.extend(said.rules.into_iter().map(|(rule, named)| Allow {
            rule,
            reason: said.reason.clone(),
            named,
            comment,
            only,
            covers,
        }));
    }
}

/// What is to be removed with a comment.
fn whole(text: &str, comment: Span, own_line: bool) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let before = text[..start].trim_end_matches([' ', '\t']).len();
    let line_end = text[end..].find('\n').map_or(text.len(), |found| end + found + 1);
    let to = if own_line { line_end } else { end };
    Span::new(comment.source, before, to)
}

/// Where the comment of a line of YAML begins: at a `#` behind a blank that stands in no quotes.
fn yaml_comment(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'#' if at == 0 || matches!(bytes[at - 1], b' ' | b'\t') => return Some(at),
            b'"' | b'\'' => at = quoted_end(line, at).unwrap_or(at + 1),
            _ => at += 1,
        }
    }
    None
}
