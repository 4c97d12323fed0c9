//! The arguments of every command, with their help.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use crate::pair::model::Safeness;
use crate::verify::{MOST_FAULTS, MOST_KILLS, MOST_STATES, Property};

use super::late::Late;
#[cfg(feature = "sim")]
use super::sim::SimArgs;

/// Upgrade solidDB HotStandby pairs from runbooks that read like the manual.
///
/// A runbook (`.hsbrun`) is the vendor's procedure as a program: checked before it is used, rehearsed against a model
/// of the pair, then run over ODBC with a record of every command.
#[derive(Debug, Parser)]
#[command(name = "hsbrun", version, arg_required_else_help = true)]
#[command(after_help = "Start with `hsbrun demo`, which needs no set-up. Exit codes: docs/exit-codes.md.")]
pub struct Args {
    /// Say more on standard error: -v what is done, -vv everything (or HSBRUN_LOG=debug)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Command,
}

/// Each with its help; its arguments, and what stands behind its help, are in the type beside it.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report every mistake in runbooks and libraries
    ///
    /// Reads the files and all that they `use`, and contacts nothing. Ends with 0 where there are no errors, 1 where there are
    /// (with `--deny warnings` also where there are warnings), 2 where a file cannot be read.
    Check(Late<CheckArgs>),
    /// Explain a code of a finding, a return code or state of solidDB, or an exit code
    ///
    /// Every code of a finding has a page: what it says, why it matters, an example and what to write instead. The pages are
    /// built in; nothing is read or contacted.
    Explain(Late<ExplainArgs>),
    /// Write runbooks and libraries in the one style
    ///
    /// Blanks, line ends and the order of clauses change; words, comments and the program do not. What cannot be read stays
    /// byte for byte. Ends with 0; with --check with 1 where a file would change; with 2 where a file cannot be read or
    /// written.
    Fmt(Late<FmtArgs>),
    /// Run a whole runbook against the model of the pair
    ///
    /// Contacts nothing and takes milliseconds, whatever the waits: the servers are a model's and the clock is a virtual one.
    /// Parameters that are not set get a sample, which is printed; approvals are given. The exit code is that of `run`.
    Rehearse(Late<RehearseArgs>),
    /// Explore every path of a runbook, with everything that can go wrong
    ///
    /// Contacts nothing. Each command is done, refused or left without an answer; servers crash, links break, copies fail,
    /// the watchdog acts, and hsbrun itself is killed and resumed. What must never be reached is told as a story, the one
    /// first that needs the fewest things to go wrong. Ends with 0 where everything holds, 1 where a property is broken, 3
    /// where not everything could be explored.
    ///
    /// Parameters that have no value are explored with every word of their type, others with a sample. What the model
    /// leaves out, and what is therefore not proven: docs/verify.md.
    Verify(Late<VerifyArgs>),
    /// Run a runbook on a pair of servers
    ///
    /// Everything is resolved and checked first: the runbook, the site file, parameters, approvals, start states and
    /// `require`s; all that is wrong is reported together, and nothing was done. Then it runs, and every command is written
    /// to the journal before it is sent. Ctrl-C stops at the next safe point; a second one kills.
    ///
    /// Without a terminal to ask on, each approval on the way must be given with --approve or in the site file, or the run
    /// does not start. The exit code says how it ended and how the pair was left: docs/exit-codes.md.
    Run(Late<RunArgs>),
    /// Find where a half-done procedure stands, and with which step a run may begin
    ///
    /// Looks at the live pair as a run does, and changes nothing. What it sees is laid over everything that the runbook reaches,
    /// also with one thing going wrong and hsbrun killed once; each step at whose beginning the pair may look so is explored from
    /// there. Ends with 0 where a run may begin or nothing is left to do, 4 where no step is offered: docs/locate.md.
    Locate(Late<LocateArgs>),
    /// See a whole migration without any set-up
    ///
    /// The shipped runbook, built into this binary, on the model of a pair, at a pace that can be followed.
    Demo(Late<DemoArgs>),
    /// A simulated pair of servers, each one real process
    ///
    /// They stand in for solidDB: an ODBC driver for PostgreSQL reaches them, and they listen on 127.0.0.1 only. The exit
    /// codes of these commands are those of the programs that they stand in for.
    #[cfg(feature = "sim")]
    Sim(Late<SimArgs>),
    /// Print what hsbrun makes of a file, stage by stage
    Debug(Late<DebugArgs>),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun check migration.hsbrun\n  hsbrun check runbooks/ --site billing.yaml\n  \
                        hsbrun check --fix --diff runbooks/\n  \
                        hsbrun check runbooks/ --format sarif > hsbrun.sarif\n  \
                        git show HEAD:migration.hsbrun | hsbrun check -\n\nIn CI: docs/checking.md.")]
pub struct CheckArgs {
    /// Runbooks and libraries, directories of them, or patterns such as 'runbooks/**/*.hsbrun'; `-` reads standard input
    #[arg(required_unless_present = "site", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Lay this site file beside each runbook: what it lacks is reported, too
    #[arg(long, value_name = "SITE.yaml")]
    pub site: Option<PathBuf>,
    /// Take the site's server for one of the runbook; equal names need no telling
    #[arg(long = "server", value_name = "NAME=SITE_NAME", value_parser = pair, requires = "site")]
    pub servers: Vec<(String, String)>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// At most so many findings are written for a person; all are counted
    #[arg(long, value_name = "N", default_value_t = crate::show::MOST_FINDINGS)]
    pub max_findings: usize,
    /// Make the changes that are known to be right
    #[arg(long)]
    pub fix: bool,
    /// Make also those that change what a runbook does: read the difference
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show as a diff what --fix would change, and change nothing
    #[arg(long, conflicts_with_all = ["write_baseline", "format"])]
    pub diff: bool,
    /// Do not report the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings that there are now into the baseline
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Let warnings fail the check
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source lines, for people
    Terminal,
    /// One line a finding, as compilers write it
    Short,
    /// JSON; docs/findings.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for CI servers
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun explain HSB1030\n  hsbrun explain missing-within\n  \
                        hsbrun explain 14704               a return code of solidDB\n  \
                        hsbrun explain PRIMARY UNCERTAIN   a state of a server\n  \
                        hsbrun explain exit 21             an exit code of hsbrun\n  \
                        hsbrun explain solid 15            an exit status of solidDB's process")]
pub struct ExplainArgs {
    /// A code, a name, a number or a state; see the examples
    #[arg(value_name = "CODE", required_unless_present = "all", conflicts_with = "all")]
    pub words: Vec<String>,
    /// List every code, one a line: code, name, severity
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun fmt migration.hsbrun\n  hsbrun fmt --check runbooks/\n  \
                        hsbrun fmt - < migration.hsbrun")]
pub struct FmtArgs {
    /// Runbooks and libraries, directories of them, or patterns; `-` reads standard input and writes standard output
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Change nothing; show what would change
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun rehearse migration.hsbrun\n  \
                        hsbrun rehearse migration.hsbrun --set upgrade=fix_pack --seed 7\n  \
                        hsbrun rehearse migration.hsbrun --trace stories/01-two-primaries.json")]
pub struct RehearseArgs {
    /// The runbook; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Set a parameter of the runbook
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// What the model leaves open (how long things take, …) follows from this number
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// SafenessLevel of the pair: whether a commit waits until the Secondary has it
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = SafenessWord::TwoSafe)]
    pub safeness: SafenessWord,
    /// Go the way of a story that `verify --trace` wrote, step for step; ends with 1 where it cannot be gone
    #[arg(long, value_name = "TRACE.json", conflicts_with_all = ["set", "seed", "safeness"])]
    pub trace: Option<PathBuf>,
    /// Plain lines in ASCII, as in a log
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SafenessWord {
    /// It does not: what was not sent is lost where the Primary ends and the Secondary is promoted
    #[value(name = "1safe")]
    OneSafe,
    /// It does
    #[value(name = "2safe")]
    TwoSafe,
}

impl SafenessWord {
    /// The model's.
    #[must_use]
    pub fn level(self) -> Safeness {
        match self {
            SafenessWord::OneSafe => Safeness::OneSafe,
            SafenessWord::TwoSafe => Safeness::TwoSafe,
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun verify migration.hsbrun\n  \
                        hsbrun verify migration.hsbrun --site billing.yaml --faults 2\n  \
                        hsbrun verify migration.hsbrun --property two-primaries --chart stories\n  \
                        hsbrun verify migration.hsbrun --map --format markdown")]
pub struct VerifyArgs {
    /// The runbook; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The site file: its parameters, its limits, and what `settings` says of the pair
    #[arg(long, value_name = "SITE.yaml")]
    pub site: Option<PathBuf>,
    /// Set a parameter of the runbook
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// How many things go wrong by themselves on one path [default: 1; with --map 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=i64::from(MOST_FAULTS)))]
    pub faults: Option<u8>,
    /// How often hsbrun is killed and resumed on one path [default: 1; with --map 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=i64::from(MOST_KILLS)))]
    pub kills: Option<u8>,
    /// Let a command that got no answer, and was not done when hsbrun asked, take effect later; one that does is a fault
    #[arg(long)]
    pub late: bool,
    /// Report this property only; may be given several times
    #[arg(long = "property", value_name = "NAME", value_parser = property)]
    pub properties: Vec<Property>,
    /// Give up on a kind of pair behind so many states
    #[arg(long, value_name = "N", default_value_t = MOST_STATES)]
    pub states: usize,
    /// Show what the pair can be in at each step instead, and where only one copy exists or nobody accepts writes
    #[arg(long, conflicts_with_all = ["properties", "chart", "trace"])]
    pub map: bool,
    /// Also draw each story as a sequence chart: an SVG file each, in this directory
    #[arg(long, value_name = "DIR")]
    pub chart: Option<PathBuf>,
    /// Also write each story down, for `rehearse --trace`: a file each, in this directory
    #[arg(long, value_name = "DIR")]
    pub trace: Option<PathBuf>,
    /// For people, for programs (docs/verify-json.md), or, of a map, for a change request
    #[arg(long, value_enum, default_value_t = ReportFormat::Terminal)]
    pub format: ReportFormat,
    /// Plain lines in ASCII, as in a log
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Terminal,
    Json,
    /// With --map only
    Markdown,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun run migration.hsbrun --site billing.yaml\n  \
                        hsbrun run migration.hsbrun --site billing.yaml --set upgrade=fix_pack --approve users_told\n  \
                        hsbrun run switch.hsbrun --site billing.yaml --server P=S2 --server S=S1")]
pub struct RunArgs {
    /// The runbook; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The site file: where the servers are, and the commands of their machines
    #[arg(long, value_name = "SITE.yaml")]
    pub site: PathBuf,
    /// Set a parameter of the runbook
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Take the site's server for one of the runbook; equal names need no telling
    #[arg(long = "server", value_name = "NAME=SITE_NAME", value_parser = pair)]
    pub servers: Vec<(String, String)>,
    /// Give an approval before the run: `users_told`, `converting(S2)`
    #[arg(long = "approve", value_name = "ID")]
    pub approve: Vec<String>,
    /// Stop at every approval with an exit code of its own, instead of asking
    #[arg(long)]
    pub park: bool,
    /// Begin with this step, where others have done those before it and `locate` offers it
    #[arg(long, value_name = "STEP")]
    pub from: Option<String>,
    /// Send commands that the model of the pair forbids; never one that makes two servers accept writes
    #[arg(long, value_name = "REASON", value_parser = NonEmptyStringValueParser::new())]
    pub no_guard: Option<String>,
    /// Where the journal of the run is written [default: .hsbrun beside the site file]
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Plain lines in ASCII, as in a log
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun locate migration.hsbrun --site billing.yaml\n  \
                        hsbrun locate migration.hsbrun --site billing.yaml --format json\n  \
                        hsbrun run migration.hsbrun --site billing.yaml --from 5")]
pub struct LocateArgs {
    /// The runbook; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The site file: where the servers are, and the commands of their machines
    #[arg(long, value_name = "SITE.yaml")]
    pub site: PathBuf,
    /// Set a parameter of the runbook
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Take the site's server for one of the runbook; equal names need no telling
    #[arg(long = "server", value_name = "NAME=SITE_NAME", value_parser = pair)]
    pub servers: Vec<(String, String)>,
    /// For people, or for programs (docs/locate.md)
    #[arg(long, value_enum, default_value_t = LocateFormat::Terminal)]
    pub format: LocateFormat,
    /// Plain lines in ASCII, as in a log
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LocateFormat {
    Terminal,
    Json,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun demo\n  hsbrun demo --live --upgrade fix_pack")]
pub struct DemoArgs {
    /// Over ODBC, on two simulated server processes, while an application goes on committing
    #[arg(long)]
    pub live: bool,
    /// Which branch of the procedure
    #[arg(long, value_enum, default_value_t = Upgrade::VersionLevel)]
    pub upgrade: Upgrade,
    /// How many times faster than meant for reading; 0 does not pause at all
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    pub speed: f64,
    /// Plain lines in ASCII, as in a log
    #[arg(long)]
    pub plain: bool,
}

/// The guide's two branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Upgrade {
    /// To a new version level: 6.5 to 7.0; the databases are converted
    VersionLevel,
    /// To a fix pack: 7.0.2 to 7.0.3
    FixPack,
}

impl Upgrade {
    /// As the parameter of the runbook writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Upgrade::VersionLevel => "version_level",
            Upgrade::FixPack => "fix_pack",
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct DebugArgs {
    /// The stage
    #[arg(value_enum)]
    pub stage: Stage,
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Set a parameter; unset ones get a sample
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// What was written
    Tree,
    /// Names, units, types and steps resolved
    Program,
    /// The flat list of instructions
    Machine,
}

/// The name of a property.
fn property(text: &str) -> Result<Property, String> {
    Property::from_word(text).ok_or_else(|| {
        let names: Vec<&str> = Property::ALL.into_iter().map(Property::word).collect();
        let near = crate::text::nearest(text, names.iter().copied());
        near.map_or_else(|| format!("it is one of {}", names.join(", ")), |near| format!("did you mean {near}?"))
    })
}

/// `NAME=VALUE`
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        Some(_) => Err("there is no name before the `=`".into()),
        None => Err("write it as NAME=VALUE".into()),
    }
}
