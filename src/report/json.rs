//! JSON of our own. `docs/findings.md` says what each key means, and what may change.

use serde::Serialize;

use crate::diag::Severity;

use super::{Report, Status, TOOL, Told, VERSION};

/// Is raised when a key changes its meaning or goes away; new keys may come without.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct File<'r> {
    format: u32,
    tool: &'static str,
    version: &'static str,
    files: &'r [String],
    summary: Summary,
    findings: &'r [Told],
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    allowed: usize,
    baseline: usize,
}

/// The whole report, with a line end.
#[must_use]
pub fn json(report: &Report) -> String {
    let count = |wanted: &dyn Fn(&Told) -> bool| report.findings.iter().filter(|told| wanted(told)).count();
    let open = |severity| count(&|told| told.status == Status::Open && told.severity == severity);
    let file = File {
        format: FORMAT,
        tool: TOOL,
        version: VERSION,
        files: &report.files,
        summary: Summary {
            errors: open(Severity::Error),
            warnings: open(Severity::Warning),
            allowed: count(&|told| matches!(told.status, Status::Allowed { .. })),
            baseline: count(&|told| told.status == Status::Baseline),
        },
        findings: &report.findings,
    };
    serde_json::to_string_pretty(&file).expect("because texts and numbers are JSON") + "\n"
}
