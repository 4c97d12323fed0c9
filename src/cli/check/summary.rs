//! The last lines of a check: how many findings there are, how many are not shown and why, and what `--fix` can do.

use crate::diag::{Safety, Severity};
use crate::report::{Status, Told};

use super::Outcome;

/// The lines, each with its end. Nothing where files could not be read and there is nothing else.
pub(super) fn line(outcome: &Outcome<'_>) -> String {
    let mut lines = vec![counts(outcome)];
    lines.extend(set_aside(outcome));
    lines.extend(fixable(outcome));
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

/// What stands behind a diff.
pub(super) fn would(outcome: &Outcome<'_>) -> String {
    match outcome.fixed.made {
        0 => format!("nothing would change; {}\n", line(outcome).trim_end()),
        1 => "1 fix would be made\n".to_owned(),
        made => format!("{made} fixes would be made\n"),
    }
}

fn counts(outcome: &Outcome<'_>) -> String {
    let report = &outcome.gathered.report;
    let readable = report.files.len();
    // What cannot be read has a finding of its own, which is no finding about a text.
    let of_texts = |told: &&Told| !told.code.starts_with("HSB79");
    let count = |severity| report.open().filter(of_texts).filter(|told| told.severity == severity).count();
    let told = match (count(Severity::Error), count(Severity::Warning), outcome.gathered.unreadable) {
        (0, 0, true) => return String::new(),
        (0, 0, false) => "no findings".to_owned(),
        (errors, 0, _) => counted(errors, "error"),
        (0, warnings, _) => counted(warnings, "warning"),
        (errors, warnings, _) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    };
    let place = if readable == 1 { String::new() } else { format!(" in {readable} files") };
    let most = outcome.args.max_findings;
    let only = if report.open().count() > most {
        format!("; the first {most} are shown (--max-findings)")
    } else {
        String::new()
    };
    format!("{told}{place}{only}")
}

/// What is silenced, known or gone.
fn set_aside(outcome: &Outcome<'_>) -> Vec<String> {
    let findings = &outcome.gathered.report.findings;
    let allowed = findings.iter().filter(|told| matches!(told.status, Status::Allowed { .. })).count();
    let known = findings.iter().filter(|told| told.status == Status::Baseline).count();
    let mut parts = Vec::new();
    if allowed > 0 {
        parts.push(format!("{allowed} allowed where they stand"));
    }
    if known > 0 {
        parts.push(format!("{known} of the baseline"));
    }
    let mut lines = Vec::new();
    if !parts.is_empty() {
        lines.push(format!("not shown: {}", parts.join(", ")));
    }
    match outcome.gone {
        0 => {}
        1 => lines.push("1 finding of the baseline is gone: --write-baseline takes it out".to_owned()),
        gone => lines.push(format!("{gone} findings of the baseline are gone: --write-baseline takes them out")),
    }
    lines
}

fn fixable(outcome: &Outcome<'_>) -> Vec<String> {
    let count = |safety| {
        outcome.gathered.report.open().filter(|told| told.fix.as_ref().is_some_and(|fix| fix.safety == safety)).count()
    };
    let told = match (count(Safety::Safe), count(Safety::Unsafe)) {
        (0, 0) => return Vec::new(),
        (safe, 0) => format!("--fix puts {safe} right"),
        (0, risky) => format!("--unsafe-fixes puts {risky} right, to be read afterwards"),
        (safe, risky) => format!("--fix puts {safe} right; --unsafe-fixes {risky} more, to be read afterwards"),
    };
    vec![told]
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
