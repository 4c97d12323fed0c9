//! `hsbrun run`: everything that can be known beforehand is checked and told together; then the machine starts.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::diag::Finding;
use crate::engine::{Answer, Clocks, Code, Entry, Probe, Reading, Request, Settings, World};
use crate::journal::{Header, Journal, Labels, Lock, Stop};
use crate::pair::Measure;
use crate::preflight::{self, Approvals, Asking};
use crate::program::{ServerId, StepId};
use crate::run::{self, Desk, Interrupt, Journaled, Parts, Real};
use crate::secret::Redactor;
use crate::show::{Look, Nobody, Progress, Terminal, inert, opening};
use crate::site::Site;

use super::args::RunArgs;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::locate;
use super::log;
use super::perform::{self, Performance};
use super::ready::{self, Ready, Wanted, not_started, params, servers};

/// Beside the site file, unless `--journal` says where.
const JOURNAL_FOLDER: &str = ".hsbrun";

pub fn run(args: &RunArgs) -> Exit {
    loaded::load(&args.file)
        .and_then(|loaded| ready(loaded, args))
        .and_then(|ready| start(args, &ready))
        .unwrap_or_else(|exit| exit)
}

/// Reads and checks everything; what is wrong is told, all of it together.
pub fn ready(loaded: Loaded, args: &RunArgs) -> Result<Ready, Exit> {
    let wanted = Wanted { site: &args.site, servers: &args.servers, set: &args.set };
    Ready::new(
        loaded,
        &wanted,
        |site| settings(args, site),
        |loaded, site, code| {
            let from = from(args, code);
            let in_the_site = site_approvals(site);
            let given = Approvals { on_the_line: &args.approve, in_the_site: &in_the_site };
            let first = from.as_ref().ok().copied().flatten();
            let approvals = preflight::approvals(&loaded.program, code, given, asking(args), first);
            approvals.into_iter().chain(from.err().map(|finding| *finding)).collect()
        },
    )
}

/// The later step with which it begins.
fn from(args: &RunArgs, code: &Code) -> Result<Option<StepId>, Box<Finding>> {
    args.from.as_ref().map_or(Ok(None), |id| locate::step_of(code, id))
}

fn settings(args: &RunArgs, site: &Site) -> Settings {
    Settings { park: args.park, no_guard: args.no_guard.clone(), ..ready::limits(site) }
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
    let step = from(args, code).ok().flatten();
    let entry = step.map(|step| locate::enter(ready, &mut world, step)).transpose().map_err(not_started)?;
    let header = header(args, ready);
    let journal = Journal::create(&folder, &header, Box::new(move |text| redactor.redact(text)))
        .map_err(|stop| no_journal(&stop))?;
    let place = journal.path().display().to_string();
    perform::say(&opening(&look, &inert(code.title()), &rows(args, ready, &place, entry.as_ref())));
    let show = Performance {
        loaded,
        code,
        look: &look,
        progress: Progress::ByClock,
        journal: Some(&place),
        entry: entry.as_ref(),
        rehearsal: false,
    };
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

/// The watchdog must be in sight where the runbook silences it, and the processes of the servers where it has steps; a fix
/// pack is for servers of its version level.
fn ask_machines(ready: &Ready, world: &mut Real<'_>) -> Result<(), Exit> {
    let Ready { loaded, site, bound, bindings, code, .. } = ready;
    let watchdog = look(world, preflight::watchdog_probe(code).into_iter().collect());
    let mut wrong: Vec<Finding> = watchdog.iter().filter_map(|reading| preflight::watchdog(site, reading)).collect();
    let ids = || (0u8..).map(ServerId).take(loaded.program.servers.len());
    let processes = look(world, ids().map(Probe::Process).collect());
    let states = look(world, ids().map(Probe::State).collect());
    wrong.extend(preflight::processes(site, &loaded.program, bound, &processes, &states));
    let versions = look(world, ids().map(|server| Probe::Measure(server, Measure::Version)).collect());
    wrong.extend(preflight::versions(site, &loaded.program, bound, bindings, &versions));
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

/// What is worth knowing before it begins.
fn rows(args: &RunArgs, ready: &Ready, journal: &str, entry: Option<&Entry>) -> Vec<(&'static str, String)> {
    let mut rows = ready::rows(ready, &args.file.display().to_string(), &args.site);
    rows.push(("journal", inert(journal)));
    if let Some(Entry { step, .. }) = entry {
        let step = ready.code.step(*step);
        let text = format!("step {} \"{}\": what stands before it counts as done by others", step.id, step.title);
        rows.push(("begins at", inert(&text)));
    }
    if let Some(reason) = &args.no_guard {
        rows.push(("no guard", inert(reason)));
    }
    rows
}

fn no_record(look: &Look) -> String {
    let text = "A run without a record is not continued: it has stopped before the next command. What was sent until then \
                is in the journal; a watchdog that was silenced still is. Ask both servers with ADMIN COMMAND 'hsb state' \
                before doing anything else.";
    opening(look, text, &[])
}
