//! `hsbrun sim fault DIR …`: what is to go wrong on a pair's servers, by kind, by command and by count.

use std::path::Path;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::pair::Command;
use crate::simserver::{self, Fault, FaultKind, LinkCondition, Stop};
use crate::text::nearest;

use super::sim::line;

#[derive(Debug, Clone, Subcommand)]
pub enum FaultArgs {
    /// The link between the servers, until `link resume`
    Link {
        condition: ConditionWord,
        /// How much later each message comes, for `slow`
        #[arg(default_value_t = 200)]
        milliseconds: u64,
        #[command(flatten)]
        on: On,
    },
    /// A netcopy breaks after its first block: the receiver is left OFFLINE with an incomplete database
    CopyFails(Counted),
    /// A catchup breaks when it begins
    CatchupFails(Counted),
    /// A switch breaks on its way: both servers end as SECONDARY ALONE
    SwitchFails(Counted),
    /// A command is done, and the connection closed in the place of its answer
    AnswerLost(OfCommand),
    /// The connection is closed in the place of a command
    CommandLost(OfCommand),
    /// Prints what is asked for and not used up
    List,
    /// Nothing goes wrong by order any more
    Clear,
}

#[derive(Debug, Clone, Args)]
pub struct On {
    /// Only on this server; else on both, each with a count of its own
    #[arg(long)]
    server: Option<ServerWord>,
}

#[derive(Debug, Clone, Args)]
pub struct Counted {
    /// How often
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    on: On,
}

#[derive(Debug, Clone, Args)]
pub struct OfCommand {
    /// Such as 'hsb netcopy'
    #[arg(value_parser = command)]
    command: Command,
    #[command(flatten)]
    counted: Counted,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ConditionWord {
    Cut,
    Slow,
    HalfOpen,
    Resume,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ServerWord {
    #[value(name = "S1", alias = "s1")]
    First,
    #[value(name = "S2", alias = "s2")]
    Second,
}

fn command(text: &str) -> Result<Command, String> {
    let bare = || Command::all().find(|command| command.text() == text);
    Command::with_argument(text).map(|(command, _)| command).or_else(bare).ok_or_else(|| {
        match nearest(text, Command::texts()) {
            Some(near) => format!("there is no admin command '{text}'; did you mean '{near}'?"),
            None => format!("there is no admin command '{text}'"),
        }
    })
}

/// Does it.
pub fn run(dir: &Path, args: FaultArgs) -> Result<(), Stop> {
    match args {
        FaultArgs::Link { condition, milliseconds, on } => {
            let condition = match condition {
                ConditionWord::Cut => LinkCondition::Cut,
                ConditionWord::Slow => LinkCondition::Slow(Duration::from_millis(milliseconds)),
                ConditionWord::HalfOpen => LinkCondition::HalfOpen,
                ConditionWord::Resume => LinkCondition::Whole,
            };
            simserver::add_fault(dir, on.name(), Fault::Link(condition))
        }
        FaultArgs::CopyFails(counted) => add(dir, &counted, FaultKind::CopyFails),
        FaultArgs::CatchupFails(counted) => add(dir, &counted, FaultKind::CatchupFails),
        FaultArgs::SwitchFails(counted) => add(dir, &counted, FaultKind::SwitchFails),
        FaultArgs::AnswerLost(of) => add(dir, &of.counted, FaultKind::AnswerLost(of.command)),
        FaultArgs::CommandLost(of) => add(dir, &of.counted, FaultKind::CommandLost(of.command)),
        FaultArgs::List => list(dir),
        FaultArgs::Clear => simserver::clear_faults(dir),
    }
}

impl On {
    fn name(&self) -> Option<&'static str> {
        self.server.map(|server| match server {
            ServerWord::First => "S1",
            ServerWord::Second => "S2",
        })
    }
}

fn add(dir: &Path, counted: &Counted, kind: FaultKind) -> Result<(), Stop> {
    simserver::add_fault(dir, counted.on.name(), Fault::Counted(kind, counted.count))
}

fn list(dir: &Path) -> Result<(), Stop> {
    for (server, fault) in simserver::faults(dir)? {
        line(&format!("{server}  {fault}"));
    }
    Ok(())
}
