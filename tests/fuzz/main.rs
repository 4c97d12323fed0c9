//! The targets of `targets.rs`, run for as long as one likes: `docs/fuzzing.md` says how, and how often it was done.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "it reads files and clocks, and prints figures")]

mod inputs;
#[path = "../it/format/law.rs"]
mod law;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use inputs::Inputs;
use targets::{Reads, TARGETS};

/// Executions of each target: its name, `=`, a number; and from which seed on.
fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let seed = arguments.iter().position(|argument| argument.starts_with("seed="));
    let from = seed.map_or(0, |at| number(&arguments.remove(at)).1);
    if arguments.is_empty() {
        println!("fuzz [seed=N] TARGET=EXECUTIONS…, with parser, formatter, fixes and site as targets");
        return ExitCode::from(2);
    }
    let (runbooks, sites) = (Inputs::runbooks(), Inputs::sites());
    let mut failed = false;
    for (name, count) in arguments.iter().map(|argument| number(argument)) {
        let target = TARGETS.iter().find(|target| target.name == name).expect("because the target is one of the four");
        let inputs = if target.reads == Reads::Sites { &sites } else { &runbooks };
        let began = Instant::now();
        let mut failures = 0_u64;
        for seed in from..from + count {
            let text = inputs.text(seed);
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&text))).is_err() {
                failures += 1;
                println!("{name}: seed {seed} fails:\n{text}\n---");
            }
        }
        failed |= failures > 0;
        println!("{name}: {count} executions, {failures} failures, {:.0} s", began.elapsed().as_secs_f64());
    }
    ExitCode::from(u8::from(failed))
}

/// `parser=1000`
fn number(argument: &str) -> (&str, u64) {
    let (name, count) = argument.split_once('=').expect("because an argument is NAME=NUMBER");
    (name, count.parse().expect("because an argument is NAME=NUMBER"))
}
