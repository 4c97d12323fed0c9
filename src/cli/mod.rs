//! The command line: arguments in, an exit code out. The only room that knows clap.

#![allow(clippy::disallowed_methods, reason = "the command line reads files, the environment and the clock")]

#[cfg(feature = "sim")]
mod application;
mod args;
mod bug;
mod builtin;
mod check;
mod debug;
mod demo;
mod diagnostics;
mod diff;
pub mod exit;
mod explain;
#[cfg(feature = "sim")]
mod fault;
mod files;
mod fmt;
mod late;
mod leave;
#[cfg(feature = "sim")]
mod live;
mod loaded;
mod loader;
mod locate;
mod log;
mod out;
mod perform;
mod ready;
mod rehearse;
mod replay;
mod run;
#[cfg(feature = "sim")]
mod sim;
mod verify;

use clap::Parser;

use args::{Args, Command};
use exit::Exit;
use late::Late;

pub use leave::leave;

/// Runs the command line of this process; the result is the exit code.
#[must_use]
pub fn main() -> u8 {
    bug::catch(|| match Args::try_parse() {
        Ok(args) => dispatch(args),
        Err(error) => usage(&error),
    })
}

fn dispatch(args: Args) -> u8 {
    log::init(args.verbose);
    match args.command {
        Command::Check(Late(args)) => check::run(&args).code(),
        Command::Fmt(Late(args)) => fmt::run(&args).code(),
        Command::Rehearse(Late(args)) => rehearse::run(&args).code(),
        Command::Explain(Late(args)) => explain::run(&args).code(),
        Command::Demo(Late(args)) => demo::run(&args).code(),
        Command::Verify(Late(args)) => verify::run(&args).code(),
        Command::Run(Late(args)) => run::run(&args).code(),
        Command::Locate(Late(args)) => locate::run(&args).code(),
        #[cfg(feature = "sim")]
        Command::Sim(Late(args)) => sim::run(args),
        Command::Debug(Late(args)) => debug::run(&args).code(),
    }
}

/// Help and the version are answers; anything else is a wrong command line.
fn usage(error: &clap::Error) -> u8 {
    let exit = if error.use_stderr() { Exit::Unusable } else { Exit::Done };
    // A closed pipe behind `hsbrun --help | head` is nobody's mistake.
    let _ = error.print();
    exit.code()
}
