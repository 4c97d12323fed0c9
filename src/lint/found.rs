//! What the rules have found: each thing once, however many calls lead to it.

use std::collections::HashSet;

use crate::diag::Finding;
use crate::text::Span;

use super::diagnostics;
use super::known::Begun;
use super::walk::Here;

#[derive(Default)]
pub struct Found {
    findings: Vec<Finding>,
    told: HashSet<(&'static str, Option<Span>)>,
}

impl Found {
    pub fn report(&mut self, mut finding: Finding) {
        let place = finding.labels.first().map(|label| label.span);
        // A procedure that is called again may meet itself: one place is told of once.
        let mut first = true;
        finding.labels.retain(|label| std::mem::take(&mut first) || Some(label.span) != place);
        if self.told.insert((finding.rule.code, place)) {
            self.findings.push(finding);
        }
    }

    /// Of something in a procedure it also says which call leads there.
    pub fn report_from(&mut self, finding: Finding, here: &Here) {
        self.report_called(finding, here.call);
    }

    pub fn report_begun(&mut self, finding: Finding, begun: &Begun) {
        self.report_called(finding, begun.call);
    }

    fn report_called(&mut self, finding: Finding, call: Option<Span>) {
        let finding = match call.filter(|call| finding.labels.iter().all(|label| label.span != *call)) {
            Some(call) => finding.and(call, diagnostics::CALLED_FROM),
            None => finding,
        };
        self.report(finding);
    }

    /// In the order of their places.
    pub fn sorted(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| (finding.labels.first().map(|label| label.span), finding.rule.code));
        self.findings
    }
}
