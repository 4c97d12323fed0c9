//! `hsbrun run`: everything that can be known beforehand is checked and told together; then the machine starts.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::diag::Finding;
use crate::engine::{self, Answer, Clocks, Code, Probe, Reading, Request, Settings, World};
use crate::journal::{Header, Journal, Labels, Lock, Stop};
#[cfg(feature = "sim")]
use crate::odbc::{Password, Target};
use crate::preflight::{self, Approvals, Asking, Laid};
use crate::program::{Bindings, ParamId, Program, ServerId};
use crate::run::{self, Desk, Interrupt, Journaled, Parts, Real};
use crate::secret::{Redactor, Secret};
use crate::show::{Look, Nobody, Progress, Terminal, inert, opening};
use crate::site::{self, Bound, Site};

use super::args::RunArgs;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::log;
use super::perform::{self, Performance};

/// Beside the site file, unless `--journal` says where.
const JOURNAL_FOLDER: &str = ".hsbrun";

/// Everything that a run needs, checked.
pub struct Ready {
    loaded: Loaded,
    site: Site,
    bound: Bound,
    bindings: Bindings,
    code: Code,
    secrets: Vec<Option<Secret>>,
}

pub fn run(args: &RunArgs) -> Exit {
    loaded::load(&args.file)
        .and_then(|loaded| ready(loaded, args))
        .and_then(|ready| start(args, &ready))
        .unwrap_or_else(|exit| exit)
}

/// Reads and checks everything; what is wrong is told, all of it together.
pub fn ready(mut loaded: Loaded, args: &RunArgs) -> Result<Ready, Exit> {
    let (site, findings) = site::load(&args.site, &mut loaded.sources);
    let Some(site) = site else {
        loaded::tell(&findings, &loaded.sources);
        return Err(not_started(if findings.iter().any(unreadable) { Exit::Unusable } else { Exit::Findings }));
    };
    let Laid { bound, bindings, findings: mut wrong } =
        preflight::lay(&site, &loaded.program, &args.servers, &args.set);
    let misfits = preflight::forbid(&wrong);
    wrong.splice(0..0, findings);
    let code = bindings.as_ref().map(|bindings| engine::lower(&loaded.program, bindings, &settings(args, &site)));
    if let Some(code) = &code {
        let in_the_site = site_approvals(&site);
        let given = Approvals { on_the_line: &args.approve, in_the_site: &in_the_site };
        wrong.extend(preflight::approvals(&loaded.program, code, given, asking(args)));
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

/// The last words of a run that has not begun.
fn not_started(exit: Exit) -> Exit {
    let (code, name) = (exit.code(), exit.row().name);
    log::tell(&format!("Not started: nothing was sent to a server. (exit code {code}, {name})\n"));
    exit
}

impl Ready {
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

fn settings(args: &RunArgs, site: &Site) -> Settings {
    Settings {
        command_limit: site.command_limit,
        call_limit: site.call_limit,
        look_limit: site.look_limit,
        park: args.park,
        no_guard: args.no_guard.clone(),
        log_lasts: site.log_lasts,
    }
}

fn site_approvals(site: &Site) -> Vec<String> {
    site.approve.iter().map(|id| id.value.clone()).collect()
}

fn asking(args: &RunArgs) -> Asking {
    let person = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    match (args.park, person) {
        (true, _) => Asking::Parks,
        (false, true) => Asking::Possible,
        (false, false) => Asking::Impossible,
    }
}

/// Starts the machine.
pub fn start(args: &RunArgs, ready: &Ready) -> Result<Exit, Exit> {
    let Ready { loaded, site, bound, bindings, code, secrets } = ready;
    let redactor = Redactor::new(secrets.iter().flatten());
    log::hide(redactor.clone());
    let look = perform::look(args.plain);
    let interrupt = Interrupt::listen().unwrap_or_else(|error| {
        tracing::warn!(%error, "signals cannot be handled: an interrupt kills");
        Interrupt::default()
    });
    let mut world = Real::new(Parts {
        site,
        program: &loaded.program,
        bound,
        bindings,
        passwords: secrets.clone(),
        approvals: approvals(args, site),
        desk: desk(args, look),
        interrupt: interrupt.clone(),
    });
    let folder = journal_folder(args);
    // Held to the end of the run.
    let _lock = Lock::take(&folder, &site.pair.value).map_err(|stop| no_journal(&stop))?;
    ask_machines(ready, &mut world)?;
    let header = header(args, ready);
    let journal = Journal::create(&folder, &header, Box::new(move |text| redactor.redact(text)))
        .map_err(|stop| no_journal(&stop))?;
    let place = journal.path().display().to_string();
    perform::say(&opening(&look, &inert(code.title()), &rows(args, ready, &place)));
    let show =
        Performance { loaded, code, look: &look, progress: Progress::ByClock, journal: Some(&place), rehearsal: false };
    let mut record = Journaled::new(journal, Labels::new(&loaded.program, |at| loaded.place(code.place(at).span)));
    match show.perform(&mut world, &mut record, None, &interrupt) {
        Ok((finished, story)) => Ok(show.sum_up(&finished, &story)),
        Err(stop) => {
            log::tell(&format!("\nhsbrun: {stop}\n\n{}\n", no_record(&look)));
            Err(Exit::JournalFailed)
        }
    }
}

/// No run without a record, and none beside another one.
fn no_journal(stop: &Stop) -> Exit {
    log::tell(&format!("hsbrun: {stop}\n\n"));
    not_started(match stop {
        Stop::Locked { .. } => Exit::Locked,
        Stop::NotCreated { .. }
        | Stop::NotWritten { .. }
        | Stop::Unreadable { .. }
        | Stop::NotAJournal { .. }
        | Stop::Newer { .. }
        | Stop::Damaged { .. } => Exit::Preflight,
    })
}

/// The watchdog must be in sight where the runbook silences it, and the processes of the servers where it has steps.
fn ask_machines(ready: &Ready, world: &mut Real<'_>) -> Result<(), Exit> {
    let Ready { loaded, site, bound, code, .. } = ready;
    let watchdog = look(world, preflight::watchdog_probe(code).into_iter().collect());
    let mut wrong: Vec<Finding> = watchdog.iter().filter_map(|reading| preflight::watchdog(site, reading)).collect();
    let ids = || (0u8..).map(ServerId).take(loaded.program.servers.len());
    let processes = look(world, ids().map(Probe::Process).collect());
    let states = look(world, ids().map(Probe::State).collect());
    wrong.extend(preflight::processes(site, &loaded.program, bound, &processes, &states));
    if wrong.is_empty() {
        return Ok(());
    }
    loaded::tell(&wrong, &loaded.sources);
    Err(not_started(Exit::Preflight))
}

fn look(world: &mut Real<'_>, probes: Vec<Probe>) -> Vec<Reading> {
    match world.answer(&Request::Look(probes, Clocks::NONE)) {
        Answer::Looked(readings) => readings,
        Answer::Begin | Answer::Set | Answer::Woke(_) | Answer::Decided(_) | Answer::Outcome(_) => Vec::new(),
    }
}

fn approvals(args: &RunArgs, site: &Site) -> Vec<run::Approval> {
    let who = who();
    let of_line = args.approve.iter().map(|id| run::Approval { id: id.clone(), by: format!("{who} with --approve") });
    let of_site = site_approvals(site).into_iter().map(|id| run::Approval { id, by: "the site file".to_owned() });
    of_line.chain(of_site).collect()
}

fn desk(args: &RunArgs, look: Look) -> Box<dyn Desk> {
    match asking(args) {
        Asking::Possible => Box::new(Terminal::new(look, who())),
        Asking::Parks | Asking::Impossible => Box::new(Nobody),
    }
}

/// The user's name, or the number where there is none.
fn who() -> String {
    let uid = rustix::process::getuid().as_raw();
    let told =
        ["LOGNAME", "USER"].into_iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    let known = || {
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        let line = users.lines().find(|line| line.split(':').nth(2) == Some(uid.to_string().as_str()))?;
        line.split(':').next().map(str::to_owned)
    };
    told.or_else(known).unwrap_or_else(|| format!("user {uid}"))
}

fn journal_folder(args: &RunArgs) -> PathBuf {
    let beside = || args.site.parent().unwrap_or(Path::new("")).join(JOURNAL_FOLDER);
    args.journal.clone().unwrap_or_else(beside)
}

fn header(args: &RunArgs, ready: &Ready) -> Header {
    let Ready { loaded, site, bound, bindings, .. } = ready;
    Header {
        tool: env!("CARGO_PKG_VERSION").into(),
        who: who(),
        machine: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        pid: std::process::id(),
        arguments: std::env::args().collect(),
        pair: site.pair.value.clone(),
        runbook: args.file.display().to_string(),
        fingerprint: loaded.program.fingerprint(),
        sources: loaded.sources.iter().map(|(_, source)| source.name.clone()).collect(),
        servers: servers(&loaded.program, bound),
        params: params(&loaded.program, bindings),
    }
}

fn servers(program: &Program, bound: &Bound) -> Vec<(String, String)> {
    let ids = (0u8..).map(ServerId);
    program.servers.keys().zip(ids).map(|(name, id)| (name.clone(), bound.name(id).to_owned())).collect()
}

/// Every parameter with its value.
fn params(program: &Program, bindings: &Bindings) -> Vec<(String, String)> {
    let ids = (0u16..).map(ParamId);
    program.params.keys().zip(ids).map(|(name, id)| (name.clone(), bindings.get(id).to_string())).collect()
}

/// What is worth knowing before it begins.
fn rows(args: &RunArgs, ready: &Ready, journal: &str) -> Vec<(&'static str, String)> {
    let program = &ready.loaded.program;
    let binding = |(name, site_name): (String, String)| {
        let server = &ready.site.servers[&site_name];
        let place = server.address.as_ref().map(|address| format!(" at {address}")).unwrap_or_default();
        if name == site_name { format!("{name}{place}") } else { format!("{name} is {site_name}{place}") }
    };
    let servers: Vec<String> = servers(program, &ready.bound).into_iter().map(binding).collect();
    let mut rows = vec![
        ("follows", program.source.clone().unwrap_or_default()),
        ("runbook", args.file.display().to_string()),
        ("pair", format!("{} ({}): {}", ready.site.pair.value, args.site.display(), servers.join(", "))),
        ("with", changed(program, &ready.bindings, |_| false)),
        ("journal", journal.to_owned()),
    ];
    if let Some(reason) = &args.no_guard {
        rows.push(("no guard", reason.clone()));
    }
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

fn no_record(look: &Look) -> String {
    let text = "A run without a record is not continued: it has stopped before the next command. What was sent until then \
                is in the journal; a watchdog that was silenced still is. Ask both servers with ADMIN COMMAND 'hsb state' \
                before doing anything else.";
    opening(look, text, &[])
}
