//! hsbrun: a runbook language for solidDB HotStandby pairs, and its interpreter.
//!
//! The rooms stand on floors; a room imports only from floors below its own. `ARCHITECTURE.md` has the plan and
//! `tests/it/tidy.rs` guards it.

// They panic where a stream is closed or full, and a terminal that is gone must not end a run.
#![deny(clippy::print_stdout, clippy::print_stderr)]

// Floor 0: text, and where a piece of it stands.
pub mod text;
// Floor 1: findings as data.
pub mod diag;
// Floor 2: text to tree; and, apart from it, the pair as a pure state machine.
pub mod pair;
pub mod syntax;
// Floor 3: the resolved program; and, apart from it, the formatter and the pages that explain codes and states.
pub mod explain;
pub mod format;
pub mod program;
// Floor 4: the machine; and, apart from it, the rules about what could hurt a pair.
pub mod engine;
pub mod lint;
// Floor 5: the worlds and the records; none knows another.
pub mod host;
pub mod journal;
pub mod odbc;
pub mod secret;
pub mod site;
pub mod twin;
pub mod verify;
// Floor 6: machine, world and journal joined; and, apart from them, all that is said of a text, and the forms it is said in.
pub mod check;
pub mod locate;
pub mod preflight;
pub mod replay;
pub mod report;
pub mod run;
// Floor 7: what a person sees.
pub mod show;
// Floor 8: the command line.
pub mod cli;
// The wing: a simulated server, which knows the catalogue of `pair` and nothing else.
#[cfg(feature = "sim")]
pub mod simserver;
