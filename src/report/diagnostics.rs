//! The finding about baselines, and its wording.

use crate::diag::{Finding, Rule, Severity};

const UNREADABLE_BASELINE: Rule = Rule { code: "HSB7912", name: "unreadable-baseline", severity: Severity::Error };

/// A baseline is not one.
#[must_use]
pub fn unreadable_baseline(name: &str, why: &str) -> Finding {
    Finding::nowhere(UNREADABLE_BASELINE, format!("`{name}` is no baseline: {why}"))
        .help("write it with `hsbrun check … --baseline FILE --write-baseline`")
}
