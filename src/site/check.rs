//! A site laid beside a program: which of its servers are meant, and what the program needs that it has not got.

use crate::diag::Finding;
use crate::program::{Bindings, Given, Origin, Program, ServerId, StmtKind};
use crate::text::{Span, nearest};

use super::uses::{Need, Use, uses};
use super::{Argv, Param, Server, Site, Watchdog, diagnostics};

/// The site's server for each of a program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    names: Vec<String>,
}

impl Bound {
    /// The site's name of a server.
    #[must_use]
    pub fn name(&self, server: ServerId) -> &str {
        &self.names[server.0 as usize]
    }

    /// What the site says of a server.
    #[must_use]
    pub fn server<'s>(&self, site: &'s Site, server: ServerId) -> &'s Server {
        site.servers.get(self.name(server)).expect("because only names of this site are bound")
    }
}

/// Binds a program's servers to a site's: as `given` (`--server P=S1`), others by equal names. None where one stays
/// unbound or two are bound to one server.
#[must_use]
pub fn bind_servers(site: &Site, program: &Program, given: &[(String, String)]) -> (Option<Bound>, Vec<Finding>) {
    let mut findings = given_wrongly(site, program, given);
    let site_names: Vec<&str> = site.servers.keys().map(String::as_str).collect();
    let mut names: Vec<Option<String>> = Vec::new();
    for (name, server) in &program.servers {
        let wanted = given.iter().find(|(known, _)| known == name).map_or(name, |(_, wanted)| wanted);
        let known = site.servers.contains_key(wanted);
        if !known && wanted == name {
            let free: Vec<&str> =
                site_names.iter().copied().filter(|free| !program.servers.contains_key(*free)).collect();
            findings.push(diagnostics::unbound_server(server.span, site.span, name, &free));
        }
        names.push(known.then(|| wanted.clone()));
    }
    findings.extend(bound_twice(program, &names));
    let names: Option<Vec<String>> = names.into_iter().collect();
    (names.filter(|_| findings.is_empty()).map(|names| Bound { names }), findings)
}

fn given_wrongly(site: &Site, program: &Program, given: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let known: Vec<&str> = program.servers.keys().map(String::as_str).collect();
    let site_names: Vec<&str> = site.servers.keys().map(String::as_str).collect();
    for (at, (name, value)) in given.iter().enumerate() {
        if given[..at].iter().any(|(earlier, _)| earlier == name) {
            findings.push(diagnostics::binding_twice(name));
        }
        if !known.contains(&name.as_str()) {
            let near = nearest(name, known.iter().copied());
            let what = format!("the runbook declares no server {name}");
            findings.push(diagnostics::unknown_binding(name, value, &what, near, &known));
        } else if !site_names.contains(&value.as_str()) {
            let near = nearest(value, site_names.iter().copied());
            let what = format!("the site has no server {value}");
            findings.push(diagnostics::unknown_binding(name, value, &what, near, &site_names));
        }
    }
    findings
}

fn bound_twice(program: &Program, names: &[Option<String>]) -> Option<Finding> {
    let (at, name) = names.iter().enumerate().find(|(at, name)| name.is_some() && names[..*at].contains(name))?;
    let first = names.iter().position(|earlier| earlier == name)?;
    let declared = |at: usize| program.servers.get_index(at).map(|(name, server)| (name.as_str(), server.span));
    let ((first_name, first_span), (second_name, second_span)) = (declared(first)?, declared(at)?);
    Some(diagnostics::bound_twice(first_span, second_span, (first_name, second_name), name.as_deref()?))
}

/// What a program needs of a site that has not got it. With bindings only the chosen branches count.
#[must_use]
pub fn check(site: &Site, program: &Program, bound: &Bound, bindings: Option<&Bindings>) -> Vec<Finding> {
    let against = Against { site, program };
    let mut findings = against.approvals();
    if bindings.is_none() {
        findings.extend(against.values());
    }
    findings.extend(against.needs(bound, bindings));
    findings
}

struct Against<'a> {
    site: &'a Site,
    program: &'a Program,
}

impl Against<'_> {
    fn needs(&self, bound: &Bound, bindings: Option<&Bindings>) -> Vec<Finding> {
        uses(self.program, bindings)
            .iter()
            .flat_map(|used| match used.server {
                Some(id) => self.server(used, bound.name(id), bound.server(self.site, id)),
                None => self.watchdog(used),
            })
            .collect()
    }

    /// Values of the site that the runbook cannot take. One that is missing may come from the command line.
    fn values(&self) -> Vec<Finding> {
        let given = |(name, param): (&String, &Param)| Given {
            name: name.clone(),
            text: param.text.clone(),
            from: Origin::Site(param.span),
        };
        // A value for another runbook is none of this one's, unless it is misspelt.
        let known = |name: &str| self.program.params.contains_key(name);
        let free =
            || self.program.params.keys().map(String::as_str).filter(|name| !self.site.params.contains_key(*name));
        let meant = |name: &str| known(name) || nearest(name, free()).is_some();
        let given: Vec<Given> = self.site.params.iter().filter(|(name, _)| meant(name)).map(given).collect();
        self.program.check_given(&given)
    }

    /// Approvals that nothing asks for, where one is asked for by nearly that name; others may serve another runbook.
    fn approvals(&self) -> Vec<Finding> {
        let mut asked: Vec<(&str, Span)> = Vec::new();
        let procedures = self.program.procedures.values().map(|procedure| &procedure.body);
        for block in self.program.runbook_blocks().chain(procedures) {
            block.each(&mut |stmt| {
                if let StmtKind::Confirm { id, .. } = &stmt.kind {
                    asked.push((id, stmt.span));
                }
            });
        }
        let unasked = self.site.approve.iter().filter_map(|approval| {
            // In a procedure it is named after its servers, too.
            let id = approval.value.split('(').next().unwrap_or(&approval.value);
            let near = nearest(id, asked.iter().map(|(known, _)| *known)).filter(|near| *near != id)?;
            let (_, span) = asked.iter().find(|(known, _)| *known == near)?;
            Some(diagnostics::misspelt_approval(approval.span, id, near, *span))
        });
        unasked.collect()
    }

    fn server(&self, used: &Use, name: &str, server: &Server) -> Vec<Finding> {
        let space = |key, path: &Option<_>| {
            let missing = path.is_none().then(|| diagnostics::missing_space(used.span, server.span, name, key));
            missing.into_iter().collect()
        };
        match &used.need {
            Need::Start { with_options } => self.start(used, name, server, *with_options),
            Need::Install => {
                let mut findings = self.command(used.span, server.span, name, "install", server.install.as_ref());
                if server.installed.is_none() {
                    findings.push(diagnostics::installed_not_known(used.span, server.span, name));
                }
                findings
            }
            Need::Previous => self.command(used.span, server.span, name, "previous", server.previous.as_ref()),
            Need::Run(command) => self.run(used, name, server, command),
            Need::Down => down(used, name, server),
            Need::LogSpace => space("log", &server.space.log),
            Need::DatabaseSpace => space("database", &server.space.database),
            Need::WatchdogOff | Need::WatchdogOn | Need::WatchdogStatus => self.watchdog(used),
        }
    }

    fn start(&self, used: &Use, name: &str, server: &Server, with_options: bool) -> Vec<Finding> {
        let mut findings = self.command(used.span, server.span, name, "start", server.start.as_ref());
        if let Some(argv) = server.start.as_ref().filter(|argv| with_options && !argv.takes_options()) {
            findings.push(diagnostics::no_place_for_options(used.span, argv.span, name));
        }
        findings
    }

    fn run(&self, used: &Use, name: &str, server: &Server, command: &str) -> Vec<Finding> {
        match server.commands.get(command) {
            Some(argv) => self.places(used.span, argv),
            None => {
                let near = nearest(command, server.commands.keys().map(String::as_str));
                let key = format!("commands: {command}");
                vec![diagnostics::missing_command(used.span, server.span, name, &key, near)]
            }
        }
    }

    fn command(&self, used: Span, site: Span, name: &str, key: &str, argv: Option<&Argv>) -> Vec<Finding> {
        match argv {
            Some(argv) => self.places(used, argv),
            None => vec![diagnostics::missing_command(used, site, name, key, None)],
        }
    }

    /// Places of a command that nothing fills.
    fn places(&self, used: Span, argv: &Argv) -> Vec<Finding> {
        let known: Vec<&str> = self.program.params.keys().map(String::as_str).collect();
        argv.places()
            .filter(|place| !known.contains(place))
            .map(|place| diagnostics::unknown_placeholder(argv.span, used, place, &known))
            .collect()
    }

    fn watchdog(&self, used: &Use) -> Vec<Finding> {
        let (off, on, status, span) = match &self.site.watchdog {
            Watchdog::None => return Vec::new(),
            Watchdog::Unsaid => return vec![diagnostics::missing_watchdog(used.span, self.site.span, "watchdog")],
            Watchdog::Commands { off, on, status, span } => (off, on, status, *span),
        };
        let (key, argvs) = match used.need {
            Need::WatchdogOff => ("off", off),
            Need::WatchdogOn => ("on", on),
            Need::WatchdogStatus => ("status", status),
            Need::Start { .. }
            | Need::Install
            | Need::Previous
            | Need::Run(_)
            | Need::Down
            | Need::LogSpace
            | Need::DatabaseSpace => return Vec::new(),
        };
        if argvs.is_empty() {
            return vec![diagnostics::missing_watchdog(used.span, span, key)];
        }
        argvs.iter().flat_map(|argv| self.places(used.span, argv)).collect()
    }
}

/// DOWN is proven by no process and a port that refuses: both must be known.
fn down(used: &Use, name: &str, server: &Server) -> Vec<Finding> {
    let running = server.running.is_none().then_some("running");
    let address = server.address.is_none().then_some("address");
    running
        .into_iter()
        .chain(address)
        .map(|key| diagnostics::down_not_provable(used.span, server.span, name, key))
        .collect()
}
