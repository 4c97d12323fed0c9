//! Findings of the preflight: HSB501x.

use crate::diag::{Finding, Rule, Severity};
use crate::pair::{State, Version};
use crate::text::{Span, nearest};

const fn error(code: &'static str, name: &'static str) -> Rule {
    Rule { code, name, severity: Severity::Error }
}

pub(super) const APPROVAL_MISSING: Rule = error("HSB5010", "approval-missing");
pub(super) const DRIVER_MISSING: Rule = error("HSB5011", "driver-missing");
const UNKNOWN_APPROVAL: Rule = error("HSB5012", "unknown-approval");
const APPROVAL_NOT_BEFOREHAND: Rule = error("HSB5013", "approval-not-beforehand");
const NO_PASSWORD: Rule = error("HSB5014", "no-password");
const WATCHDOG_NOT_KNOWN: Rule = error("HSB5015", "watchdog-not-known");
const PROCESS_NOT_KNOWN: Rule = error("HSB5016", "process-not-known");
const PROCESS_DENIED: Rule = error("HSB5017", "process-denied");
const OTHER_LEVEL: Rule = error("HSB5020", "other-version-level");

/// All of them in one finding: they are given in one command line.
pub fn missing_approvals(places: &[(Span, &str)]) -> Option<Finding> {
    let ((first, first_id), others) = places.split_first()?;
    let what = match others {
        [] => format!("there is nobody here to ask for the approval `{first_id}`"),
        _ => format!("there is nobody here to ask for {} approvals", places.len()),
    };
    let finding = Finding::at(APPROVAL_MISSING, head(*first, first_id), what, "asked here");
    let finding = others.iter().fold(finding, |finding, (span, id)| finding.and(head(*span, id), "asked here"));
    let options: Vec<String> = places.iter().map(|(_, id)| option(id)).collect();
    Some(
        finding
            .why("without a terminal the run would stand still there, with the pair half migrated")
            .help(format!("give them beforehand, with {} or under `approve:` in the site file", options.join(" "))),
    )
}

/// `confirm users_told`, of a statement that may be long.
fn head(span: Span, id: &str) -> Span {
    let plain = id.split('(').next().unwrap_or(id);
    let length = "confirm ".len() + plain.len();
    Span::new(span.source, span.start as usize, (span.start as usize + length).min(span.end as usize))
}

/// `--approve users_told`; quoted where a shell would read the parentheses.
fn option(id: &str) -> String {
    if id.contains('(') { format!("--approve '{id}'") } else { format!("--approve {id}") }
}

pub fn unknown_approval(id: &str, known: &[&str]) -> Finding {
    let help = match (nearest(id, known.iter().copied()), known) {
        (Some(near), _) => format!("did you mean --approve {near}?"),
        (None, []) => "leave it out: this runbook asks for none".to_owned(),
        (None, _) => format!("it asks for: {}", known.join(", ")),
    };
    Finding::nowhere(UNKNOWN_APPROVAL, format!("--approve {id}: no `confirm` of this runbook asks for it")).help(help)
}

pub fn not_beforehand(span: Span, id: &str) -> Finding {
    Finding::at(APPROVAL_NOT_BEFOREHAND, span, format!("`{id}` cannot be approved before the run"), "asked here")
        .why("it speaks of what nobody can know beforehand: something has failed, or is not in sight")
        .help(format!("leave --approve {id} out; it is asked when it comes to that"))
}

pub fn driver_missing(span: Span, driver: &str, known: &[&str]) -> Finding {
    let help = if driver.contains("psqlodbc") {
        "install it: apt-get install odbc-postgresql".to_owned()
    } else if known.is_empty() {
        "install the driver, or name its file with an absolute path".to_owned()
    } else {
        format!("name one of odbcinst.ini: {}; or its file, with an absolute path", known.join(", "))
    };
    Finding::at(DRIVER_MISSING, span, format!("the ODBC driver `{driver}` is not installed here"), "named here")
        .why("without it no server can be asked or commanded")
        .help(help)
}

pub fn no_password(span: Span, name: &str, why: &str) -> Finding {
    Finding::at(NO_PASSWORD, span, format!("the password of {name} cannot be had: {why}"), "this server")
        .help("see that its source in the site file gives it to this user")
}

pub fn watchdog_not_known(span: Span, why: &str) -> Finding {
    Finding::at(
        WATCHDOG_NOT_KNOWN,
        span,
        format!("whether the watchdog is on is not known: {why}"),
        "asked by `status`",
    )
    .why("left on, it would restart or promote servers in the middle of the run")
    .help("make its `status` command say it: exit status 0 for on, 1 for off")
}

pub fn process_not_known(span: Span, name: &str, why: &str) -> Finding {
    Finding::at(
        PROCESS_NOT_KNOWN,
        span,
        format!("whether a process of {name} exists is not known: {why}"),
        "asked by its `running`",
    )
    .why("the run would find out half way that it cannot tell a server that is down from one that is stopping")
    .help("make its `running` command say it: exit status 0 for a process, 1 for none")
}

pub fn process_denied(span: Span, name: &str, state: State) -> Finding {
    Finding::at(
        PROCESS_DENIED,
        span,
        format!("{name} answers that it is {state}, and its `running` command says that no process exists"),
        "asked by its `running`",
    )
    .why("it would prove a server DOWN that still holds its files")
    .help("make its `running` command look for this server, on this server's machine")
}

pub fn other_level(server: Span, name: &str, has: Version, target: Version) -> Finding {
    let what = format!("{name} has {has}: a fix pack does not lead from there to {target}");
    Finding::at(OTHER_LEVEL, server, what, "another version level")
        .why("its database would have to be converted, which a fix pack's branch does not do: it would not start again")
        .help(format!("choose an upgrade between version levels, or the target within {}.{}", has.major, has.minor))
}
