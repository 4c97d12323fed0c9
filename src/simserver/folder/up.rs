//! Makes a pair in an empty folder: two databases of one base, started and connected, and the site file for them.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{NAMES, PASSWORD, USER, down, driver, io_stop, port, server_dir, site};
use crate::pair::Version;
use crate::simserver::client::{self, Login};
use crate::simserver::config::{Config, Setting};
use crate::simserver::start::{StartRequest, start};
use crate::simserver::stop::exit;
use crate::simserver::store::Database;
use crate::simserver::{Stop, software, watchdog};

/// What the pair is there to be upgraded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// 6.5 to 7.0
    VersionLevel,
    /// 7.0.2 to 7.0.3
    FixPack,
}

impl Upgrade {
    /// As a runbook's parameter `upgrade` writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Upgrade::VersionLevel => "version_level",
            Upgrade::FixPack => "fix_pack",
        }
    }

    /// Before and after.
    #[must_use]
    pub fn versions(self) -> (Version, Version) {
        match self {
            Upgrade::VersionLevel => (Version::new(6, 5, 0), Version::new(7, 0, 0)),
            Upgrade::FixPack => (Version::new(7, 0, 2), Version::new(7, 0, 3)),
        }
    }
}

/// A pair that is to be made.
#[derive(Debug, Clone)]
pub struct UpRequest {
    /// Made if it is not there; refused if it is not empty.
    pub dir: PathBuf,
    pub upgrade: Upgrade,
    /// For both servers' `solid.ini`.
    pub settings: Vec<Setting>,
    /// Whether its watchdog is a process, or a flag alone.
    pub watchdog: bool,
    /// The executable that has `sim solid` and `sim watchdog`.
    pub program: PathBuf,
}

/// A pair that was made.
#[derive(Debug, Clone)]
pub struct Up {
    /// The folder, without links and dots.
    pub dir: PathBuf,
    pub site: PathBuf,
    pub ports: [u16; 2],
    /// Where the HAC of each server takes commands, where there is one.
    pub hac: Option<[u16; 2]>,
    /// None: psqlodbc was not found, and must be installed before a runbook can run.
    pub driver: Option<PathBuf>,
    pub from: Version,
    pub to: Version,
}

/// For the pair to be connected, beside its own delays.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes it. What was made is left where it is when something fails, its servers stopped.
///
/// # Errors
/// The folder is not empty or cannot be written, or a server does not start or connect.
pub fn up(request: &UpRequest) -> Result<Up, Stop> {
    let dir = make_dir(&request.dir)?;
    let made = make(&dir, request);
    if made.is_err() {
        let _ = down(&dir);
    }
    made
}

fn make(dir: &Path, request: &UpRequest) -> Result<Up, Stop> {
    let (from, to) = request.upgrade.versions();
    make_databases(dir, from)?;
    write_private(&dir.join("password"), &format!("{PASSWORD}\n"))?;
    write(&dir.join("watchdog"), "on\n")?;
    let ports = start_both(dir, request)?;
    connect(dir, ports)?;
    let driver = driver::find();
    let place = site::Place { dir, program: &request.program, ports, driver: driver.as_deref() };
    let site = dir.join("site.yaml");
    let config = Config::read(&server_dir(dir, NAMES[0]))?;
    write(&site, &site::text(&place, request.upgrade, &config))?;
    let hac = if request.watchdog { Some(start_watchdog(dir, request)?) } else { None };
    Ok(Up { dir: dir.to_owned(), site, ports, hac, driver, from, to })
}

fn start_watchdog(dir: &Path, request: &UpRequest) -> Result<[u16; 2], Stop> {
    port::start_on_two(|ports| {
        write(&dir.join(watchdog::SETTINGS), &watchdog::factory_text(ports))?;
        watchdog::start(&request.program, dir)
    })
}

fn make_dir(dir: &Path) -> Result<PathBuf, Stop> {
    fs::create_dir_all(dir).map_err(|error| io_stop(dir, error))?;
    let mut entries = fs::read_dir(dir).map_err(|error| io_stop(dir, error))?;
    if entries.next().is_some() {
        let text = format!("{} is not empty; name a folder that is not there yet", dir.display());
        return Err(Stop::new(exit::FAILED, text));
    }
    dir.canonicalize().map_err(|error| io_stop(dir, error))
}

/// The second database is a copy of the first: they have the same base.
fn make_databases(dir: &Path, version: Version) -> Result<(), Stop> {
    for name in NAMES {
        let server = server_dir(dir, name);
        fs::create_dir(&server).map_err(|error| io_stop(&server, error))?;
        software::install(&server, version)?;
    }
    let [first, second] = NAMES.map(|name| server_dir(dir, name).join("solid.db"));
    Database::create(&first, USER, PASSWORD, version)
        .map_err(|error| Stop::new(exit::NOT_CREATED, format!("{}: {error}", first.display())))?;
    fs::copy(&first, &second).map(|_| ()).map_err(|error| io_stop(&second, error))
}

fn start_both(dir: &Path, request: &UpRequest) -> Result<[u16; 2], Stop> {
    port::start_on_two(|ports| {
        for (at, name) in NAMES.into_iter().enumerate() {
            let text = ini_text(ports[at], ports[1 - at], &request.settings);
            write(&server_dir(dir, name).join("solid.ini"), &text)?;
        }
        let started = NAMES.into_iter().try_for_each(|name| {
            let server = StartRequest { dir: server_dir(dir, name), ..StartRequest::default() };
            start(&request.program, &server)
        });
        // The first must not run on with a peer that has other ports.
        started.inspect_err(|_| drop(down(dir)))
    })
}

fn ini_text(own: u16, peer: u16, settings: &[Setting]) -> String {
    let mut sections = [
        ("Com", format!("Listen=tcp 127.0.0.1 {own}\n")),
        ("HotStandby", format!("HSBEnabled=yes\nConnect=tcp 127.0.0.1 {peer}\n")),
        ("Logging", String::new()),
        ("Sim", String::new()),
    ];
    for setting in settings {
        for (_, lines) in sections.iter_mut().filter(|(name, _)| *name == setting.section()) {
            lines.push_str(&format!("{setting}\n"));
        }
    }
    sections.iter().map(|(name, lines)| format!("[{name}]\n{lines}")).collect()
}

/// S1 becomes the Primary, and the two connect.
fn connect(dir: &Path, ports: [u16; 2]) -> Result<(), Stop> {
    let ask = |at: usize, command: &str| {
        let login = Login { port: ports[at], user: USER, password: PASSWORD };
        client::admin(&login, command, Duration::from_secs(10))
            .map_err(|why| Stop::new(exit::FAILED, format!("{} does not answer '{command}': {why:?}", NAMES[at])))
    };
    for command in ["hsb set primary alone", "hsb connect"] {
        match ask(0, command)? {
            (0, _) => {}
            (rc, text) => return Err(Stop::new(exit::FAILED, format!("S1 refuses '{command}': {rc} {text}"))),
        }
    }
    let sim = Config::read(&server_dir(dir, NAMES[0]))?.sim;
    let deadline = Instant::now() + PATIENCE + sim.accept_delay + sim.connect_delay + sim.catchup_delay;
    loop {
        let states = [ask(0, "hsb state")?.1, ask(1, "hsb state")?.1];
        if states == ["PRIMARY ACTIVE", "SECONDARY ACTIVE"] {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Stop::new(exit::FAILED, format!("the pair does not connect: {states:?}")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    fs::write(path, text).map_err(|error| io_stop(path, error))
}

/// Mode 0600.
fn write_private(path: &Path, text: &str) -> Result<(), Stop> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| io_stop(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_goes_to_its_section() {
        let settings = ["NetcopyDelay=500", "AutoPrimaryAlone=yes", "DurabilityLevel=3"].map(Setting::parse);
        let settings: Vec<Setting> = settings.into_iter().map(|one| one.expect("because all are known")).collect();
        let text = ini_text(20001, 20002, &settings);
        assert_eq!(
            text,
            "[Com]\nListen=tcp 127.0.0.1 20001\n[HotStandby]\nHSBEnabled=yes\nConnect=tcp 127.0.0.1 20002\n\
             AutoPrimaryAlone=yes\n[Logging]\nDurabilityLevel=3\n[Sim]\nNetcopyDelay=500\n"
        );
        assert!(Config::parse(Path::new("/x"), &text).is_ok());
    }
}
