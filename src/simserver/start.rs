//! The start of a server: in the foreground as this process, or as a process of its own in the background.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use tokio::net::TcpListener;

use super::Stop;
use super::config::{Address, Config};
use super::database;
use super::fault::{FaultFile, Watch};
use super::hsb::Hsb;
use super::messages::Messages;
use super::process::Lock;
use super::server::{Server, alone_mode};
use super::software;
use super::stop::exit;
use super::store::{Database, Store};
use super::wording;
use crate::pair::{State, Version};

/// A server's command line.
#[derive(Debug, Clone, Default)]
pub struct StartRequest {
    /// `-c`
    pub dir: PathBuf,
    /// The words after `-x`.
    pub options: Vec<String>,
    /// `-U` and `-P`: a database is created where there is none.
    pub user: Option<String>,
    pub password: Option<String>,
    /// `--version`; else what is installed in the directory.
    pub version: Option<Version>,
}

impl StartRequest {
    /// Whether that word was given after `-x`.
    pub(super) fn has_option(&self, word: &str) -> bool {
        self.options.iter().any(|option| option.eq_ignore_ascii_case(word))
    }

    /// Source: section 5 of the facts (SRC names).
    fn check_options(&self) -> Result<(), Stop> {
        let known = |option: &&String| OPTIONS.iter().any(|known| known.eq_ignore_ascii_case(option));
        match self.options.iter().find(|option| !known(option)) {
            None => Ok(()),
            Some(other) => Err(Stop::new(
                exit::BAD_ARGUMENT,
                format!("-x {other} is not simulated; there are {}", OPTIONS.join(", ")),
            )),
        }
    }
}

/// How a server that goes into the background tells the one who started it that it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// It stays in the foreground and says nothing.
    No,
    /// It leaves its terminal and says `ready` on standard output.
    Announced,
}

/// The words that `-x` takes.
///
/// `migratehsbg2` (SRC) brings a database of the old generation of HotStandby over; there are none of it here, so that it has
/// nothing to do. `exit` (RCL) creates a database and ends. `testblocks` and `testindex` (RCL) test one and end; here both do the
/// same.
const OPTIONS: [&str; 8] =
    ["autoconvert", "backupserver", "convert", "exit", "migratehsbg2", "read-only", "testblocks", "testindex"];

const READY: &str = "ready";
/// Standard error of a server in the background.
const ERRORS: &str = "solid.err";

/// Starts a server in the background: `program` is the executable that has `sim solid`. Comes back when it takes
/// connections, or listens for a netcopy.
///
/// # Errors
/// The server did not start: its exit code, and what it said.
pub fn start(program: &Path, request: &StartRequest) -> Result<(), Stop> {
    if !request.dir.is_dir() {
        return Err(Stop::new(exit::DIRECTORY, format!("{} is not a directory", request.dir.display())));
    }
    background(program, &arguments(request), &request.dir.join(ERRORS))
}

/// Starts a process of that executable that says `ready` on standard output; `errors` takes its standard error. Of several
/// starts at once each has a file of its own until its outcome is known, so that none tells what another's process said.
pub(super) fn background(program: &Path, arguments: &[OsString], errors: &Path) -> Result<(), Stop> {
    static STARTS: AtomicUsize = AtomicUsize::new(0);
    let failed = |what: &str, error: std::io::Error| Stop::new(exit::FAILED, format!("{what}: {error}"));
    let start = STARTS.fetch_add(1, Ordering::Relaxed);
    let own = errors.with_extension(format!("err.{}.{start}", std::process::id()));
    let error_file = File::create(&own).map_err(|error| failed(&own.display().to_string(), error))?;
    let outcome = await_ready(program, arguments, error_file);
    let said = std::fs::read_to_string(&own).unwrap_or_default();
    let _ = std::fs::rename(&own, errors);
    match outcome.map_err(|error| failed(&program.display().to_string(), error))? {
        // It has done what it was started for, such as a conversion.
        None | Some(0) => Ok(()),
        Some(code) => Err(Stop::new(code, said.trim().to_owned())),
    }
}

/// The exit code of a process that ended instead of saying that it is ready.
fn await_ready(program: &Path, arguments: &[OsString], errors: File) -> std::io::Result<Option<u8>> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
    let mut child = command.spawn()?;
    let mut line = String::new();
    let output = child.stdout.take().expect("because it is piped");
    let _ = BufReader::new(output).read_line(&mut line);
    if line.trim() == READY {
        return Ok(None);
    }
    let code = child.wait()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(Some(code.unwrap_or(exit::FAILED)))
}

fn arguments(request: &StartRequest) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec!["sim".into(), "solid".into(), "--announce".into(), "-f".into()];
    words.push("-c".into());
    words.push(request.dir.clone().into());
    for option in &request.options {
        words.extend(["-x".into(), option.into()]);
    }
    let named = [("-U", &request.user), ("-P", &request.password)];
    for (name, value) in named.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value))) {
        words.extend([name.into(), value.into()]);
    }
    if let Some(version) = request.version {
        words.extend(["--version".into(), version.to_string().into()]);
    }
    words
}

/// Is a server until it is told to end.
///
/// # Errors
/// It does not start: the exit code of the process, and why.
pub fn serve(request: &StartRequest, background: Background) -> Result<(), Stop> {
    request.check_options()?;
    let mut config = Config::read(&request.dir)?;
    config.read_only |= request.has_option("read-only");
    let version = request.version.map_or_else(|| software::installed(&request.dir), Ok)?;
    let _lock = Lock::take(&request.dir)?;
    std::thread::sleep(config.sim.start_delay);
    let messages = Messages::open(&request.dir);
    if request.has_option("exit") {
        return database::create_only(request, &config, version, &messages);
    }
    if request.has_option("testblocks") || request.has_option("testindex") {
        return database::test(&config, &messages);
    }
    let database = database::open(request, &config, version, &messages)?;
    let autoconvert = request.has_option("autoconvert") || config.readings.listener_converts;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::new(exit::FAILED, error.to_string()))?;
    let server = assemble(config, version, messages, database, autoconvert)?;
    end_at_a_bug(server.clone());
    if request.has_option("convert") {
        runtime.block_on(server.end());
        return Ok(());
    }
    runtime.block_on(run(server, background))
}

/// The parts of a server, put together. Without a database it is in backup server mode.
fn assemble(
    config: Config,
    version: Version,
    messages: Messages,
    database: Option<Database>,
    autoconvert: bool,
) -> Result<Arc<Server>, Stop> {
    let mut hsb = Hsb::started(&config);
    let failed = |error: String| Stop::database(error);
    let store = match database {
        Some(mut database) => {
            database.begin_use().map_err(|error| failed(error.to_string()))?;
            let store = Store::start(database, config.sim.limits, config.levels, messages.clone());
            let store = store.map_err(|stop| failed(format!("{stop:?}")))?;
            store.set_mode(alone_mode(hsb.state()));
            if config.read_only {
                store.refuse_writes(wording::DATABASE_READ_ONLY);
            }
            messages.note(30151);
            if config.hotstandby {
                messages.note(30501);
            }
            Some(store)
        }
        None => {
            hsb.go(State::Offline);
            messages.note(30585);
            None
        }
    };
    let faults = Watch::new(FaultFile::of(&config.dir));
    Ok(Arc::new(Server {
        config: RwLock::new(Arc::new(config)),
        started: jiff::Timestamp::now(),
        checkpoint: Default::default(),
        faults,
        version,
        messages,
        autoconvert,
        store: store.into(),
        hsb: hsb.into(),
        sessions: Default::default(),
        sockets: Default::default(),
        link: Default::default(),
        ending: Default::default(),
    }))
}

async fn run(server: Arc<Server>, background: Background) -> Result<(), Stop> {
    let Address { host, port } = server.config().listen.clone();
    if !server.config().listen.is_loopback() {
        let warning = "Listening beyond loopback: passwords and data cross the network in clear text";
        server.messages.write(30100, warning);
        let _ = writeln!(std::io::stderr(), "{warning}");
    }
    let addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), port))
        .await
        .map_err(|error| Stop::new(exit::COMMUNICATION, format!("cannot find the address of {host}: {error}")))?
        .collect();
    let listener = TcpListener::bind(&addresses[..])
        .await
        .map_err(|error| Stop::new(exit::LISTEN, format!("cannot listen on {host} {port}: {error}")))?;
    end_at_signal(server.clone());
    let watched = server.clone();
    tokio::spawn(async move { watched.faults.look().await });
    if background == Background::Announced {
        announce();
    }
    server.serve(listener).await
}

/// Leaves the terminal and the session of the one who started it, and tells him.
pub(super) fn announce() {
    let _ = rustix::process::setsid();
    let mut output = std::io::stdout();
    let _ = writeln!(output, "{READY}").and_then(|()| output.flush());
}

/// A broken invariant of ours is to this server what a failed assertion is to the vendor's: no part of it goes on without
/// the one that is gone.
fn end_at_a_bug(server: Arc<Server>) {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |bug| {
        tell(bug);
        server.ending.fail();
    }));
}

fn end_at_signal(server: Arc<Server>) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let Ok(mut signals) = signal(kind) else { continue };
        let server = server.clone();
        tokio::spawn(async move {
            signals.recv().await;
            server.ending.ask();
        });
    }
}
