//! The rules about `# hsbrun: allow(…)` comments (`HSB39xx`), and all their wording.

use crate::diag::{Finding, Fix, Rule, Safety, Severity};
use crate::text::{Span, nearest};

const MALFORMED: Rule = Rule { code: "HSB3901", name: "malformed-allow", severity: Severity::Error };
const UNEXPLAINED: Rule = Rule { code: "HSB3902", name: "unexplained-allow", severity: Severity::Error };
const UNKNOWN: Rule = Rule { code: "HSB3903", name: "unknown-allowed-rule", severity: Severity::Error };
const ERROR: Rule = Rule { code: "HSB3904", name: "allowed-error", severity: Severity::Error };
const UNUSED: Rule = Rule { code: "HSB3905", name: "unused-allow", severity: Severity::Warning };

/// Every rule of this file.
pub const RULES: [Rule; 5] = [MALFORMED, UNEXPLAINED, UNKNOWN, ERROR, UNUSED];

/// How one is written.
const FORM: &str = "write `# hsbrun: allow(rule-name) because WHY`";

pub(super) fn malformed(at: Span, expected: &str) -> Finding {
    Finding::at(MALFORMED, at, format!("this `# hsbrun:` comment allows nothing: {expected}"), "not understood")
        .why("a finding that was meant to be silenced here is not")
        .help(FORM)
}

pub(super) fn unexplained(at: Span) -> Finding {
    Finding::at(UNEXPLAINED, at, "a rule is allowed without a reason", "`because WHY` belongs behind this")
        .why("who reads the runbook next must know why the danger is none here")
        .help(FORM)
}

pub(super) fn unknown(at: Span, word: &str, known: &[&'static str]) -> Finding {
    let near = nearest(word, known.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`hsbrun explain --all` lists every rule".to_owned(),
    };
    Finding::at(UNKNOWN, at, format!("no rule is called `{word}`"), "neither the name nor the code of a rule")
        .help(help)
        .fix(near.map(|near| Fix::replace(Safety::Unsafe, at, near)))
}

pub(super) fn error(at: Span, name: &str) -> Finding {
    Finding::at(ERROR, at, format!("`{name}` cannot be allowed"), "an error, not a judgement")
        .why("a runbook with this error has no meaning that could be run")
        .help("correct what it reports, and remove this comment")
}

pub(super) fn unused(at: Span, name: &str, whole: Span, only: bool) -> Finding {
    let finding = Finding::at(UNUSED, at, format!("there is no `{name}` to allow here"), "silences nothing")
        .why("it would silence the next one that somebody writes here, unread");
    if only {
        finding.help("remove the comment").fix(Fix::remove(Safety::Safe, whole, "remove the comment"))
    } else {
        finding.help(format!("remove `{name}` from the list"))
    }
}
