//! Findings about a run that is to begin at a later step: HSB5018, HSB5019.

use crate::diag::{Finding, Rule, Severity};
use crate::text::{Span, nearest};

const STEP_NOT_OFFERED: Rule = Rule { code: "HSB5018", name: "step-not-offered", severity: Severity::Error };
const UNKNOWN_STEP: Rule = Rule { code: "HSB5019", name: "unknown-step", severity: Severity::Error };

/// `why`: everything that speaks against it, a sentence each.
#[must_use]
pub fn not_offered(span: Span, id: &str, seen: &str, why: &[String]) -> Finding {
    Finding::at(STEP_NOT_OFFERED, span, format!("no run may begin with step {id} on this pair"), seen)
        .why(why.join("\n"))
        .help("`hsbrun locate` says where the procedure may stand, and with which step a run may begin")
}

#[must_use]
pub fn unknown_step(id: &str, known: &[&str]) -> Finding {
    let help = match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean --from {near}?"),
        None => format!("its steps are: {}", known.join(", ")),
    };
    Finding::nowhere(UNKNOWN_STEP, format!("--from {id}: this runbook has no step `{id}`")).help(help)
}
