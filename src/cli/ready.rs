//! Everything that is known before anything is asked of a pair: runbook, site and command line, laid beside each other and
//! checked.

use std::path::Path;

use crate::diag::Finding;
use crate::engine::{self, Code, Settings};
#[cfg(feature = "sim")]
use crate::odbc::{Password, Target};
use crate::preflight::{self, Laid};
use crate::program::{Bindings, ParamId, Program, ServerId};
use crate::secret::Secret;
use crate::show::inert;
use crate::site::{self, Bound, Site};

use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::log;

/// Everything that a run needs, checked.
pub struct Ready {
    pub loaded: Loaded,
    pub site: Site,
    pub bound: Bound,
    pub bindings: Bindings,
    pub code: Code,
    pub secrets: Vec<Option<Secret>>,
}

/// What the command line says of the pair.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub site: &'a Path,
    pub servers: &'a [(String, String)],
    pub set: &'a [(String, String)],
}

impl Ready {
    /// For a look only: nobody is asked for anything.
    pub fn to_look(loaded: Loaded, wanted: &Wanted<'_>) -> Result<Ready, Exit> {
        Ready::new(loaded, wanted, limits, |_, _, _| Vec::new())
    }

    /// Reads and checks everything; what is wrong is told, all of it together. `more`: what else may be wrong.
    pub fn new(
        mut loaded: Loaded,
        wanted: &Wanted<'_>,
        settings: impl FnOnce(&Site) -> Settings,
        more: impl FnOnce(&Loaded, &Site, &Code) -> Vec<Finding>,
    ) -> Result<Ready, Exit> {
        let (site, findings) = site::load(wanted.site, &mut loaded.sources);
        let Some(site) = site else {
            loaded::tell(&findings, &loaded.sources);
            return Err(not_started(if findings.iter().any(unreadable) { Exit::Unusable } else { Exit::Findings }));
        };
        let Laid { bound, bindings, findings: mut wrong } =
            preflight::lay(&site, &loaded.program, wanted.servers, wanted.set);
        let misfits = preflight::forbid(&wrong);
        wrong.splice(0..0, findings);
        let code = bindings.as_ref().map(|bindings| engine::lower(&loaded.program, bindings, &settings(&site)));
        if let Some(code) = &code {
            wrong.extend(more(&loaded, &site, code));
        }
        let mut secrets = Vec::new();
        if let Some(bound) = &bound {
            wrong.extend(preflight::drivers(&site, &loaded.program, bound));
            match preflight::passwords(&site, &loaded.program, bound) {
                Ok(found) => secrets = found,
                Err(missing) => wrong.extend(missing),
            }
        }
        loaded::tell(&wrong, &loaded.sources);
        match (bound, bindings, code) {
            (Some(bound), Some(bindings), Some(code)) if !preflight::forbid(&wrong) => {
                Ok(Ready { loaded, site, bound, bindings, code, secrets })
            }
            (_, _, _) => Err(not_started(refusal(misfits, &wrong))),
        }
    }

    /// Where each server of the program is reached.
    #[cfg(feature = "sim")]
    pub fn targets(&self) -> Vec<Target> {
        let ids = (0u8..).map(ServerId);
        let password = |secret: &Option<Secret>| secret.as_ref().map(|secret| Password::new(secret.reveal()));
        ids.zip(&self.secrets)
            .map(|(id, secret)| Target::new(self.bound.server(&self.site, id).odbc.value.to_string(), password(secret)))
            .collect()
    }
}

/// The last words of a command that has not begun.
pub fn not_started(exit: Exit) -> Exit {
    let (code, name) = (exit.code(), exit.row().name);
    log::tell(&format!("Not started: nothing was sent to a server. (exit code {code}, {name})\n"));
    exit
}

/// The site file could not be read at all.
fn unreadable(finding: &Finding) -> bool {
    ["unreadable-site", "site-too-large"].contains(&finding.rule.name)
}

/// The exit code of a run that is not started: what has to be put right first.
fn refusal(misfits: bool, wrong: &[Finding]) -> Exit {
    if misfits {
        Exit::Findings
    } else if wrong.iter().any(preflight::is_missing_driver) {
        Exit::NotInstalled
    } else if wrong.iter().any(preflight::is_missing_approval) {
        Exit::ApprovalMissing
    } else {
        Exit::Preflight
    }
}

/// The limits that the site sets. How long its log lasts is for `verify` to judge, before the window: what has begun must come to
/// its end.
pub fn limits(site: &Site) -> Settings {
    Settings {
        command_limit: site.command_limit,
        call_limit: site.call_limit,
        look_limit: site.look_limit,
        ..Settings::default()
    }
}

pub fn servers(program: &Program, bound: &Bound) -> Vec<(String, String)> {
    let ids = (0u8..).map(ServerId);
    program.servers.keys().zip(ids).map(|(name, id)| (name.clone(), bound.name(id).to_owned())).collect()
}

/// Every parameter with its value.
pub fn params(program: &Program, bindings: &Bindings) -> Vec<(String, String)> {
    let ids = (0u16..).map(ParamId);
    program.params.keys().zip(ids).map(|(name, id)| (name.clone(), bindings.get(id).to_string())).collect()
}

/// What is worth knowing before it begins.
pub fn rows(ready: &Ready, file: &str, site: &Path) -> Vec<(&'static str, String)> {
    let program = &ready.loaded.program;
    let binding = |(name, site_name): (String, String)| {
        let server = &ready.site.servers[&site_name];
        let place = server.address.as_ref().map(|address| format!(" at {address}")).unwrap_or_default();
        if name == site_name { format!("{name}{place}") } else { format!("{name} is {site_name}{place}") }
    };
    let servers: Vec<String> = servers(program, &ready.bound).into_iter().map(binding).collect();
    let rows = vec![
        ("follows", program.source.clone().unwrap_or_default()),
        ("runbook", file.to_owned()),
        ("pair", format!("{} ({}): {}", ready.site.pair.value, site.display(), servers.join(", "))),
        ("with", changed(program, &ready.bindings, |_| false)),
    ];
    rows.into_iter().map(|(label, text)| (label, inert(&text))).collect()
}

/// The parameters that have not their default, some left out.
pub fn changed(program: &Program, bindings: &Bindings, left_out: impl Fn(&str) -> bool) -> String {
    let ids = (0u16..).map(ParamId);
    program
        .params
        .iter()
        .zip(ids)
        .filter(|((name, param), id)| param.default.as_ref() != Some(bindings.get(*id)) && !left_out(name))
        .map(|((name, _), id)| format!("{name} = {}", bindings.get(id)))
        .collect::<Vec<_>>()
        .join(", ")
}
