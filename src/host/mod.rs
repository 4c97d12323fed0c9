//! Commands of the machine: argument lists run without a shell, bounded in time and in what is kept of their output;
//! free room on disks; whether a port refuses.
//!
//! A command past its limit is not killed: what it does goes on, and its outcome is unknown. Must not know what a
//! command is for, nor where its words come from.
#![allow(clippy::disallowed_methods, reason = "runs processes, opens sockets, looks at the clock")]

mod child;
mod commands;
mod output;
mod port;
mod space;

pub use commands::{Commands, Outcome, Output};
pub use port::{Port, port};
pub use space::free_space;

/// Bytes that are kept of each output of a command: its end.
pub const KEPT_OUTPUT: usize = 64 * 1024;
