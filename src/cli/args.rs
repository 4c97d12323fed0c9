//! The arguments of every command, with their help.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand};

/// Upgrade solidDB HotStandby pairs from runbooks that read like the manual.
///
/// A runbook (`.hsbrun`) is the vendor's procedure as a program: checked before it is used, rehearsed against a model
/// of the pair, then run over ODBC with a record of every command.
#[derive(Debug, Parser)]
#[command(name = "hsbrun", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Start with `hsbrun demo`, which needs no set-up. Exit codes: docs/exit-codes.md.")]
pub struct Args {
    /// Say more on standard error: -v what is done, -vv everything (or HSBRUN_LOG=debug)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Check(CheckArgs),
}

/// Report every mistake in runbooks and libraries
///
/// Reads the files and all that they `use`, and contacts nothing. Ends with 0 where there are no findings, 1 where there
/// are, 2 where a file cannot be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hsbrun check migration.hsbrun\n  hsbrun check runbooks/*.hsbrun\n  \
                        git show HEAD:migration.hsbrun | hsbrun check -")]
pub struct CheckArgs {
    /// Runbooks and libraries; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}
