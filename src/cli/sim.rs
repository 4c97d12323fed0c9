//! `hsbrun sim …`: the simulated server and a pair of them. Words in, exit code out; the work is `simserver`'s.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::fault::{self, FaultArgs};
use crate::pair::Version;
use crate::simserver::{
    self, Background, Ended, Running, Setting, StartRequest, Stop, Switch, Up, UpRequest, Upgrade, WatchRequest,
};
use crate::text::nearest;

use super::log::tell;
use super::perform::say;

#[derive(Debug, Clone, Args)]
pub struct SimArgs {
    #[command(subcommand)]
    command: SimCommand,
}

// What `hsbrun sim` does; its help stands in `args::Command`.
#[derive(Debug, Clone, Subcommand)]
enum SimCommand {
    /// Makes a connected pair of servers in an empty folder, and the site file to run a runbook on it
    Up {
        dir: PathBuf,
        /// What it is there to be upgraded by: 6.5 to 7.0, or 7.0.2 to 7.0.3
        #[arg(long, value_enum, default_value_t = UpgradeWord::VersionLevel)]
        upgrade: UpgradeWord,
        /// A setting for both servers' solid.ini, such as NetcopyDelay=2000 (milliseconds)
        #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
        set: Vec<Setting>,
        /// Start its watchdog as a process: it restarts, promotes and connects servers while it is on
        #[arg(long)]
        watchdog: bool,
    },
    /// Prints a line for each server of a pair: name, state, version, link
    Status { dir: PathBuf },
    /// Stops both servers of a pair, and its watchdog
    Down { dir: PathBuf },
    /// The stand-in for a pair's watchdog; `status` exits with 0: on, 1: off; `run` is the watchdog until it is stopped
    Watchdog {
        dir: PathBuf,
        switch: SwitchWord,
        #[arg(long, hide = true)]
        announce: bool,
    },
    /// Lets something go wrong on the servers of a pair, by kind, by command and by count
    Fault {
        dir: PathBuf,
        #[command(subcommand)]
        what: FaultArgs,
    },
    /// A stand-in for `solid`: starts a server that works in a directory, and puts it into the background
    #[command(disable_help_flag = true)]
    Solid {
        /// As `solid` takes them; `-h` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
    /// Whether a server works in a directory: exit 0 yes, 1 no, anything else: not known
    Runs { dir: PathBuf },
    /// Installs a version of the software for the server of a directory
    Install {
        dir: PathBuf,
        #[arg(value_parser = version)]
        version: Version,
    },
    /// Prints the version of the software that is installed for the server of a directory
    Installed { dir: PathBuf },
}

/// A simulated solidDB server
#[derive(Debug, Clone, Parser)]
#[command(name = "hsbrun sim solid", no_binary_name = true, disable_help_flag = true)]
struct Solid {
    /// Where the server works: its solid.ini, its database, its log
    #[arg(short = 'c', value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Stay in the foreground
    #[arg(short = 'f')]
    foreground: bool,
    /// autoconvert, convert, backupserver, migratehsbg2 or read-only
    #[arg(short = 'x', value_name = "OPTION")]
    options: Vec<String>,
    /// User of the database that is created where there is none
    #[arg(short = 'U', value_name = "USER")]
    user: Option<String>,
    /// Password of that user
    #[arg(short = 'P', value_name = "PASSWORD")]
    password: Option<String>,
    /// Name of the server; accepted and without effect
    #[arg(short = 'n', value_name = "NAME")]
    _name: Option<String>,
    /// Catalog of a new database; accepted and without effect
    #[arg(short = 'C', value_name = "CATALOG")]
    _catalog: Option<String>,
    /// Print this list; also -?
    #[arg(short = 'h', short_alias = '?', action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// The version that this server is, instead of the one that is installed
    #[arg(long, value_name = "VERSION", value_parser = version)]
    version: Option<Version>,
    #[arg(long, hide = true)]
    announce: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum UpgradeWord {
    VersionLevel,
    FixPack,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SwitchWord {
    Off,
    On,
    Status,
    Run,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text)
        .ok_or_else(|| format!("'{text}' is not a version; write numbers joined by dots, such as 7.0.3"))
}

fn setting(text: &str) -> Result<Setting, String> {
    Setting::parse(text).map_err(|what| {
        let name = text.split('=').next().unwrap_or_default();
        if Setting::names().any(|known| known.eq_ignore_ascii_case(name)) {
            return what;
        }
        match nearest(name, Setting::names()) {
            Some(near) => format!("{what}; did you mean {near}?"),
            None => format!("{what}; there are {}", Setting::names().collect::<Vec<_>>().join(", ")),
        }
    })
}

/// Does it; the exit code of the process.
#[must_use]
pub fn run(args: SimArgs) -> u8 {
    let outcome = match args.command {
        SimCommand::Up { dir, upgrade, set, watchdog } => up(dir, upgrade, set, watchdog),
        SimCommand::Status { dir } => status(&dir),
        SimCommand::Down { dir } => down(&dir),
        SimCommand::Watchdog { dir, switch, announce } => return watchdog(dir, switch, announce),
        SimCommand::Fault { dir, what } => fault::run(&dir, what),
        SimCommand::Solid { words } => return solid(words),
        SimCommand::Runs { dir } => return runs(&dir),
        SimCommand::Install { dir, version } => simserver::install(&dir, version),
        SimCommand::Installed { dir } => simserver::installed(&dir).map(|version| line(&version.to_string())),
    };
    match outcome {
        Ok(()) => 0,
        Err(stop) => {
            tell(&format!("{stop}\n"));
            stop.code
        }
    }
}

fn up(dir: PathBuf, upgrade: UpgradeWord, settings: Vec<Setting>, watchdog: bool) -> Result<(), Stop> {
    let upgrade = match upgrade {
        UpgradeWord::VersionLevel => Upgrade::VersionLevel,
        UpgradeWord::FixPack => Upgrade::FixPack,
    };
    let made = simserver::up(&UpRequest { dir, upgrade, settings, watchdog, program: this_program()? })?;
    let [first, second] = made.ports;
    line(&format!("S1  PRIMARY ACTIVE      {}  127.0.0.1 {first}", made.from));
    line(&format!("S2  SECONDARY ACTIVE    {}  127.0.0.1 {second}", made.from));
    if let Some([first, second]) = made.hac {
        line(&format!("HAC of S1 and S2: 127.0.0.1 {first} and {second}"));
    }
    line(&format!("site file: {}", made.site.display()));
    advise(&made);
    Ok(())
}

fn advise(made: &Up) {
    let site = made.site.display();
    if made.driver.is_none() {
        line(
            "The ODBC driver psqlodbc was not found. Install it (Debian: apt-get install odbc-postgresql), then write",
        );
        line(&format!("its path into {site} as DRIVER=/…/psqlodbcw.so."));
    }
    line(&format!("next: hsbrun run runbooks/hot-migration-netcopy.hsbrun --site {site}"));
}

fn status(dir: &Path) -> Result<(), Stop> {
    for server in simserver::status(dir)? {
        let version = server.version.map_or_else(|| "?".to_owned(), |version| version.to_string());
        let link = server.link.unwrap_or_default();
        line(format!("{}  {:<18}  {version:<6}  {link}", server.name, server.state).trim_end());
    }
    Ok(())
}

fn down(dir: &Path) -> Result<(), Stop> {
    for (name, ended) in simserver::down(dir)? {
        let how = match ended {
            Ended::Already => "did not run",
            Ended::Cleanly => "stopped",
            Ended::Killed => "did not stop and was killed",
        };
        line(&format!("{name}  {how}"));
    }
    Ok(())
}

/// 0: on, or done; 1: off; 2: not known, or not done; 21: not run, for somebody listens on a port of its, as of a server.
fn watchdog(dir: PathBuf, switch: SwitchWord, announced: bool) -> u8 {
    let outcome = match switch {
        SwitchWord::On => switched(&dir, Switch::On),
        SwitchWord::Off => switched(&dir, Switch::Off),
        SwitchWord::Status => switched(&dir, Switch::Status),
        SwitchWord::Run => watch(dir, announced),
    };
    outcome.unwrap_or_else(|stop| {
        tell(&format!("{stop}\n"));
        if stop.is_of_a_taken_port() { stop.code } else { 2 }
    })
}

fn switched(dir: &Path, asked: Switch) -> Result<u8, Stop> {
    let on = simserver::watchdog(dir, asked)?;
    line(if on { "on" } else { "off" });
    Ok(u8::from(asked == Switch::Status && !on))
}

fn watch(dir: PathBuf, announced: bool) -> Result<u8, Stop> {
    let background = if announced { Background::Announced } else { Background::No };
    simserver::watch(&WatchRequest { dir, program: this_program()?, background }).map(|()| 0)
}

/// The exit code of a server's process, whatever its words are. Source: SRC (50: bad argument).
fn solid(words: Vec<OsString>) -> u8 {
    let outcome = match Solid::try_parse_from(words) {
        Ok(solid) => run_solid(solid),
        Err(error) if error.use_stderr() => Err(Stop { code: 50, text: error.to_string().trim_end().to_owned() }),
        Err(help) => {
            say(&help.to_string());
            Ok(())
        }
    };
    outcome.map_or_else(
        |stop| {
            tell(&format!("{stop}\n"));
            stop.code
        },
        |()| 0,
    )
}

fn run_solid(solid: Solid) -> Result<(), Stop> {
    let request = StartRequest {
        dir: solid.dir,
        options: solid.options,
        user: solid.user,
        password: solid.password,
        version: solid.version,
    };
    match (solid.foreground, solid.announce) {
        (true, true) => simserver::serve(&request, Background::Announced),
        (true, false) => simserver::serve(&request, Background::No),
        (false, _) => simserver::start(&this_program()?, &request),
    }
}

fn line(text: &str) {
    say(&format!("{text}\n"));
}

fn this_program() -> Result<PathBuf, Stop> {
    std::env::current_exe().map_err(|error| Stop { code: 1, text: format!("this executable is not found: {error}") })
}

fn runs(dir: &Path) -> u8 {
    match simserver::running(dir) {
        Running::Yes(_) => 0,
        Running::No => 1,
        Running::Unknown(why) => {
            tell(&format!("{why}\n"));
            2
        }
    }
}
