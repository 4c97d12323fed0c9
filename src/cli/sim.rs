//! `hsbrun sim …`: the simulated server and a pair of them. Words in, exit code out; the work is `simserver`'s.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::pair::Version;
use crate::simserver::{self, Background, Running, StartRequest, Stop};

/// What `hsbrun sim` does.
#[derive(Debug, Clone, Subcommand)]
pub enum SimArgs {
    /// A stand-in for `solid`: starts a server that works in a directory, and puts it into the background
    Solid(Solid),
    /// Whether a server works in a directory: exit 0 yes, 1 no, anything else: not known
    Runs { dir: PathBuf },
    /// Installs a version of the software for the server of a directory
    Install { dir: PathBuf, version: String },
    /// Prints the version of the software that is installed for the server of a directory
    Installed { dir: PathBuf },
}

#[derive(Debug, Clone, Args)]
pub struct Solid {
    /// Where the server works: its solid.ini, its database, its log
    #[arg(short = 'c', value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Stay in the foreground
    #[arg(short = 'f')]
    foreground: bool,
    /// autoconvert, convert or backupserver
    #[arg(short = 'x', value_name = "OPTION")]
    options: Vec<String>,
    /// User of the database that is created where there is none
    #[arg(short = 'U', value_name = "USER")]
    user: Option<String>,
    /// Password of that user
    #[arg(short = 'P', value_name = "PASSWORD")]
    password: Option<String>,
    /// The version that this server is, instead of the one that is installed
    #[arg(long, value_name = "VERSION", value_parser = version)]
    version: Option<Version>,
    #[arg(long, hide = true)]
    announce: bool,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text)
        .ok_or_else(|| format!("'{text}' is not a version; write numbers joined by dots, such as 7.0.3"))
}

/// Does it; the exit code of the process.
#[must_use]
pub fn run(args: SimArgs) -> u8 {
    let outcome = match args {
        SimArgs::Solid(solid) => run_solid(solid),
        SimArgs::Runs { dir } => return runs(&dir),
        SimArgs::Install { dir, version } => install(&dir, &version),
        SimArgs::Installed { dir } => simserver::installed(&dir).map(|version| println!("{version}")),
    };
    match outcome {
        Ok(()) => 0,
        Err(stop) => {
            eprintln!("{stop}");
            stop.code
        }
    }
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
        (true, announce) => simserver::serve(&request, if announce { Background::Announced } else { Background::No }),
        (false, _) => simserver::start(&this_program()?, &request),
    }
}

fn this_program() -> Result<PathBuf, Stop> {
    std::env::current_exe().map_err(|error| Stop { code: 1, text: format!("this executable is not found: {error}") })
}

fn runs(dir: &std::path::Path) -> u8 {
    match simserver::running(dir) {
        Running::Yes(_) => 0,
        Running::No => 1,
        Running::Unknown(why) => {
            eprintln!("{why}");
            2
        }
    }
}

fn install(dir: &std::path::Path, text: &str) -> Result<(), Stop> {
    let version = version(text).map_err(|text| Stop { code: 2, text })?;
    simserver::install(dir, version)
}
