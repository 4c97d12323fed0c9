//! What is checked before a machine starts: the site laid beside the program, values, passwords, drivers, approvals. All
//! that is wrong is gathered, so that it can be told together. Start states and `require`s are the machine's.
//!
//! Sends nothing to a server.

#![allow(clippy::disallowed_methods, reason = "looks for driver files")]

mod confirms;
mod diagnostics;
mod drivers;

use crate::diag::{Finding, Severity};
use crate::engine::{Approval, Code, Probe, Reading};
use crate::program::{Bindings, Given, Origin, Program, ServerId, StepId};
use crate::secret::{Secret, Source};
use crate::site::{self, Bound, Password, Site};
use crate::text::Span;

use confirms::confirms;
pub use drivers::drivers;

/// A program with the servers and values that it is to run with.
#[derive(Debug)]
pub struct Laid {
    pub bound: Option<Bound>,
    pub bindings: Option<Bindings>,
    pub findings: Vec<Finding>,
}

/// Lays a site beside a program: which servers are meant, which values, and what the program needs that the site has
/// not got. What the command line says comes before what the site file says.
#[must_use]
pub fn lay(site: &Site, program: &Program, servers: &[(String, String)], set: &[(String, String)]) -> Laid {
    let (bound, mut findings) = site::bind_servers(site, program, servers);
    let of_site = site
        .params
        .iter()
        .filter(|(name, _)| program.params.contains_key(*name))
        .map(|(name, param)| Given { name: name.clone(), text: param.text.clone(), from: Origin::Site(param.span) });
    let of_line =
        set.iter().map(|(name, text)| Given { name: name.clone(), text: text.clone(), from: Origin::CommandLine });
    let (bindings, wrong) = match program.bind(&of_site.chain(of_line).collect::<Vec<Given>>()) {
        Ok(bindings) => (Some(bindings), Vec::new()),
        Err(wrong) => (None, wrong),
    };
    if let Some(bound) = &bound {
        let against = site::check(site, program, bound, bindings.as_ref());
        // What is wrong with a value of the site's it says, too.
        findings.extend(against.into_iter().filter(|finding| !wrong.contains(finding)));
    }
    findings.extend(wrong);
    Laid { bound, bindings, findings }
}

/// Fetches the password of every server of the program.
///
/// # Errors
/// One finding for each that cannot be had.
pub fn passwords(site: &Site, program: &Program, bound: &Bound) -> Result<Vec<Option<Secret>>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut secrets = Vec::new();
    for id in server_ids(program) {
        let server = bound.server(site, id);
        match server.password.as_ref().map(|password| source(password).fetch(site.call_limit)).transpose() {
            Ok(secret) => secrets.push(secret),
            Err(stop) => findings.push(diagnostics::no_password(server.span, bound.name(id), &stop.to_string())),
        }
    }
    if findings.is_empty() { Ok(secrets) } else { Err(findings) }
}

/// Where a password comes from, as `secret` calls it.
fn source(password: &Password) -> Source {
    match password {
        Password::Env(name) => Source::Env(name.clone()),
        Password::File(path) => Source::File(path.clone()),
        Password::Command(argv) => Source::Command(argv.args.clone()),
        Password::Written(text) => Source::Given(Secret::new(text.clone())),
    }
}

/// Whether approvals can be asked for while the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// A person is at the terminal.
    Possible,
    /// The run parks at every approval: none is needed beforehand.
    Parks,
    /// Nobody is there: those on the way must have been given.
    Impossible,
}

/// What is given beforehand.
#[derive(Debug, Clone, Copy)]
pub struct Approvals<'a> {
    pub on_the_line: &'a [String],
    pub in_the_site: &'a [String],
}

/// The approvals on the way that nobody could give, and those given that no `confirm` asks for. One of a branch that is
/// not chosen is no mistake: a habit of approving the same ids for every run is a good one. `first`: the step with which the
/// run begins, if not the first one.
#[must_use]
pub fn approvals(
    program: &Program,
    code: &Code,
    given: Approvals<'_>,
    asking: Asking,
    first: Option<StepId>,
) -> Vec<Finding> {
    let Approvals { on_the_line, in_the_site } = given;
    let mut findings = Vec::new();
    let known = confirms(program);
    for id in on_the_line {
        let plain = id.split('(').next().unwrap_or(id);
        if !known.contains(plain) {
            findings.push(diagnostics::unknown_approval(id, &known.iter().copied().collect::<Vec<_>>()));
        }
    }
    for approval in code.approvals().iter().filter(|approval| on_the_line.contains(&approval.id)) {
        if !approval.beforehand {
            findings.push(diagnostics::not_beforehand(code.place(approval.at).span, &approval.id));
        }
    }
    if asking == Asking::Impossible {
        let given = |id: &String| on_the_line.contains(id) || in_the_site.contains(id);
        let skipped = |approval: &&Approval| code.place(approval.at).step < first;
        let asked = code.approvals().iter().filter(|approval| !skipped(approval));
        let missing = asked.filter(|approval| approval.beforehand && !given(&approval.id));
        let places: Vec<(Span, &str)> =
            missing.map(|approval| (code.place(approval.at).span, approval.id.as_str())).collect();
        findings.extend(diagnostics::missing_approvals(&places));
    }
    findings
}

/// What the site's `status` commands said of the watchdog, where the runbook switches it off and they cannot be asked.
#[must_use]
pub fn watchdog(site: &Site, reading: &Reading) -> Option<Finding> {
    match (&site.watchdog, reading) {
        (site::Watchdog::Commands { span, .. }, Reading::Unknown(why)) => {
            Some(diagnostics::watchdog_not_known(*span, why))
        }
        (site::Watchdog::Commands { .. } | site::Watchdog::None | site::Watchdog::Unsaid, _) => None,
    }
}

/// The probe whose reading `watchdog` judges; none where the runbook leaves the watchdog alone.
#[must_use]
pub fn watchdog_probe(code: &Code) -> Option<Probe> {
    code.silences_watchdog().then_some(Probe::Watchdog)
}

/// What the `running` commands said, where a runbook with steps has to rely on them: `processes` is the reading of each
/// server's process, `states` that of its state.
#[must_use]
pub fn processes(
    site: &Site,
    program: &Program,
    bound: &Bound,
    processes: &[Reading],
    states: &[Reading],
) -> Vec<Finding> {
    let judge = |((id, process), state): ((ServerId, &Reading), &Reading)| {
        let name = bound.name(id);
        let running = bound.server(site, id).running.as_ref().filter(|_| !program.steps.is_empty())?;
        match (process, state) {
            (Reading::Unknown(why), _) => Some(diagnostics::process_not_known(running.span, name, why)),
            (Reading::No, Reading::State(state)) if state.answers() => {
                Some(diagnostics::process_denied(running.span, name, *state))
            }
            (_, _) => None,
        }
    };
    server_ids(program).zip(processes).zip(states).filter_map(judge).collect()
}

/// The versions that the servers told, where a fix pack is to be installed over them.
#[must_use]
pub fn versions(site: &Site, program: &Program, bound: &Bound, bindings: &Bindings, told: &[Reading]) -> Vec<Finding> {
    let Some(target) = program.fix_pack(bindings) else { return Vec::new() };
    let judge = |(id, told): (ServerId, &Reading)| {
        let Reading::Version(has) = told else { return None };
        let other = has.level() != target.level();
        other.then(|| diagnostics::other_level(bound.server(site, id).span, bound.name(id), *has, target))
    };
    server_ids(program).zip(told).filter_map(judge).collect()
}

/// Whether any of them keeps a run from starting.
#[must_use]
pub fn forbid(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.rule.severity == Severity::Error)
}

/// Whether an approval is all that is missing.
#[must_use]
pub fn is_missing_approval(finding: &Finding) -> bool {
    finding.rule == diagnostics::APPROVAL_MISSING
}

/// Whether something has to be installed.
#[must_use]
pub fn is_missing_driver(finding: &Finding) -> bool {
    finding.rule == diagnostics::DRIVER_MISSING
}

fn server_ids(program: &Program) -> impl Iterator<Item = ServerId> + use<> {
    (0..program.servers.len()).map(|at| ServerId(u8::try_from(at).expect("because a program has at most two servers")))
}
