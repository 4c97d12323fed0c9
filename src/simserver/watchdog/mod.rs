//! The stand-in for a pair's watchdog as a process: what the manuals say of HAC in AUTOMATIC mode, for both servers at
//! once. A plain client of theirs: it knows of them what `hsb state` and `hsb logpos` say, and whether they run.
//!
//! Source: section 8 of the facts (7, 100, 200 "Summary of failure scenarios and HAC actions").

mod act;
mod decide;
mod log;
mod look;
mod orders;
mod port;
mod sample;
mod settings;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::Stop;
use super::config::Config;
use super::folder::{NAMES, PID, acknowledge, expect_pair, is_on, server_dir};
use super::process::Lock;
use super::start::{Background, announce, background};
use super::stop::exit;
use decide::{Action, Process};
use look::Seen;
use orders::Orders;
use sample::{Advice, Polls};
pub(super) use settings::FILE as SETTINGS;
use settings::Settings;
pub(super) use settings::factory_text;

/// Between two looks at the flag and at the signals.
const BLINK: Duration = Duration::from_millis(20);

/// A watchdog that is to run.
#[derive(Debug, Clone)]
pub struct WatchRequest {
    /// The folder of the pair.
    pub dir: PathBuf,
    /// The executable that has `sim solid`.
    pub program: PathBuf,
    pub background: Background,
}

/// Starts one in the background: `program` is the executable that has `sim watchdog`.
pub(super) fn start(program: &Path, dir: &Path) -> Result<(), Stop> {
    let words: [OsString; 5] = ["sim".into(), "watchdog".into(), dir.into(), "run".into(), "--announce".into()];
    background(program, &words, &dir.join("watchdog.err"))
}

/// Is the watchdog of a pair until a signal or the `MaxLifetime` of S1 ends it.
///
/// # Errors
/// The folder holds no pair, has a watchdog that runs, or goes away; `watchdog.ini` is broken.
pub fn watch(request: &WatchRequest) -> Result<(), Stop> {
    expect_pair(&request.dir)?;
    let settings = Settings::read(&request.dir)?;
    let end = Instant::now() + Config::read(&server_dir(&request.dir, NAMES[0]))?.sim.max_lifetime;
    let _lock = Lock::take_file(&request.dir, PID, || already_watched(&request.dir))?;
    let asked_to_end = signals()?;
    let orders = Arc::new(Orders::none(request)?);
    for (at, address) in settings.listen.iter().enumerate() {
        address.iter().try_for_each(|address| port::listen(address, at, &orders))?;
    }
    if request.background == Background::Announced {
        announce();
    }
    orders.log.write(if settings.sample.is_some() { "The sample watchdog is started" } else { "HAC is started" });
    let mut watch = Watch { orders: &orders, settings, polls: Polls::default(), said: None, seen: None };
    let ended = watch.until(|| asked_to_end.load(Ordering::Relaxed) || orders.has_ended() || Instant::now() > end);
    orders.log.write(match &ended {
        Ok(()) => "HAC is shut down".into(),
        Err(stop) => format!("HAC ends: {stop}"),
    });
    ended
}

fn already_watched(dir: &Path) -> Stop {
    Stop::new(exit::FAILED, format!("{} has a watchdog that runs: see {PID} in it", dir.display()))
}

fn signals() -> Result<Arc<AtomicBool>, Stop> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, asked.clone())
            .map_err(|error| Stop::new(exit::FAILED, format!("signals: {error}")))?;
    }
    Ok(asked)
}

/// A watchdog at work.
struct Watch<'a> {
    orders: &'a Orders,
    /// Those that were read last and are sound: somebody may be writing them just now.
    settings: Settings,
    /// What the sample counts.
    polls: Polls,
    /// The mode that was acknowledged last.
    said: Option<bool>,
    /// What was seen last.
    seen: Option<[Seen; 2]>,
}

impl Watch<'_> {
    fn until(&mut self, ended: impl Fn() -> bool) -> Result<(), Stop> {
        let dir = &self.orders.request.dir;
        while !ended() {
            if self.orders.is_suspended() {
                self.rest()?;
                continue;
            }
            match Settings::read(dir) {
                Ok(settings) => self.settings = settings,
                Err(stop) => self.orders.log.write(format!("{stop}; what counted before goes on")),
            }
            self.round()?;
            let next = Instant::now() + self.settings.check_interval;
            while Instant::now() < next && !ended() && !self.orders.is_suspended() && Some(is_on(dir)?) == self.said {
                std::thread::sleep(BLINK);
            }
        }
        acknowledge(dir, false)
    }

    /// Suspended it neither looks nor acts, whatever its mode. Source: 100, 200 `hac suspend`.
    fn rest(&mut self) -> Result<(), Stop> {
        if self.said != Some(false) {
            acknowledge(&self.orders.request.dir, false)?;
            self.said = Some(false);
        }
        std::thread::sleep(BLINK);
        Ok(())
    }

    /// Looks at both servers, says in which mode it is, and then does one thing at most.
    fn round(&mut self) -> Result<(), Stop> {
        let (dir, log) = (&self.orders.request.dir, &self.orders.log);
        let seen = self.orders.servers.look(&self.settings);
        self.polls.count(seen);
        if self.seen != Some(seen) {
            log.write(format!("S1 {}, S2 {}", seen[0], seen[1]));
            self.seen = Some(seen);
        }
        let on = is_on(dir)?;
        if self.said != Some(on) {
            acknowledge(dir, on)?;
            log.write(if on { "Mode: AUTOMATIC" } else { "Mode: ADMINISTRATIVE" });
            self.said = Some(on);
        }
        // Again: it may have been switched off before the word that it is on could be read.
        if on
            && is_on(dir)?
            && !self.orders.is_suspended()
            && let Some(action) = self.next(seen)
        {
            act::perform(action, self.orders, &self.settings);
        }
        Ok(())
    }

    fn next(&self, seen: [Seen; 2]) -> Option<Action> {
        let Some(sample) = &self.settings.sample else {
            return decide::next(seen, &self.settings, self.orders.processes());
        };
        match self.polls.next(seen, sample)? {
            Advice::Do(action) => Some(action),
            Advice::Tell(action) => {
                self.orders.log.write(advice(action));
                None
            }
        }
    }
}

/// What the sample tells the one who looks after the pair, with `AutoSwitch=no`.
fn advice(action: Action) -> String {
    match action {
        Action::Choose => "AutoSwitch=no: both servers are Secondaries, set one of them PRIMARY ALONE".into(),
        Action::Promote(at) | Action::Succeed(at) => format!("AutoSwitch=no: set {} PRIMARY ALONE", NAMES[at]),
        Action::Start(at) => format!("AutoSwitch=no: start {}", NAMES[at]),
        Action::Connect(at) => format!("AutoSwitch=no: connect {} to the other server", NAMES[at]),
    }
}
