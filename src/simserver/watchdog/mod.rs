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
use decide::Process;
use log::Log;
use look::Seen;
use orders::Orders;
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
    let orders = Arc::new(Orders::default());
    for (at, address) in settings.listen.iter().enumerate() {
        address.iter().try_for_each(|address| port::listen(address, request, at, &orders))?;
    }
    if request.background == Background::Announced {
        announce();
    }
    let mut watch = Watch { request, orders: &orders, log: Log::open(&request.dir), said: None, seen: None };
    watch.log.write("HAC is started");
    let ended = watch.until(|| asked_to_end.load(Ordering::Relaxed) || orders.has_ended() || Instant::now() > end);
    watch.log.write(match &ended {
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
    request: &'a WatchRequest,
    orders: &'a Orders,
    log: Log,
    /// The mode that was acknowledged last.
    said: Option<bool>,
    /// What was seen last.
    seen: Option<[Seen; 2]>,
}

impl Watch<'_> {
    fn until(&mut self, ended: impl Fn() -> bool) -> Result<(), Stop> {
        while !ended() {
            if self.orders.is_suspended() {
                self.rest()?;
                continue;
            }
            let settings = Settings::read(&self.request.dir)?;
            self.round(&settings)?;
            let next = Instant::now() + settings.check_interval;
            while Instant::now() < next
                && !ended()
                && !self.orders.is_suspended()
                && Some(is_on(&self.request.dir)?) == self.said
            {
                std::thread::sleep(BLINK);
            }
        }
        acknowledge(&self.request.dir, false)
    }

    /// Suspended it neither looks nor acts, whatever its mode. Source: 100, 200 `hac suspend`.
    fn rest(&mut self) -> Result<(), Stop> {
        if self.said != Some(false) {
            acknowledge(&self.request.dir, false)?;
            self.said = Some(false);
        }
        std::thread::sleep(BLINK);
        Ok(())
    }

    /// Looks at both servers, says in which mode it is, and then does one thing at most.
    fn round(&mut self, settings: &Settings) -> Result<(), Stop> {
        let dir = &self.request.dir;
        let seen = look::both(dir, settings)?;
        if self.seen != Some(seen) {
            self.log.write(format!("S1 {}, S2 {}", seen[0], seen[1]));
            self.seen = Some(seen);
        }
        let on = is_on(dir)?;
        if self.said != Some(on) {
            acknowledge(dir, on)?;
            self.log.write(if on { "Mode: AUTOMATIC" } else { "Mode: ADMINISTRATIVE" });
            self.said = Some(on);
        }
        // Again: it may have been switched off before the word that it is on could be read.
        if on
            && is_on(dir)?
            && !self.orders.is_suspended()
            && let Some(action) = decide::next(seen, settings, self.orders.processes())
        {
            act::perform(action, self.request, settings, &mut self.log)?;
        }
        Ok(())
    }
}
