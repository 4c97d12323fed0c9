//! Machine, world and record joined: the loop that runs a program, and the real world that answers it.
//!
//! Knows nothing of terminals and of the command line: who looks on comes in as observers, who is asked as a `Desk`.

#![allow(clippy::disallowed_methods, reason = "the real world has a clock, threads and processes")]

mod drive;
mod interrupt;
mod journaled;
mod left;
mod real;

pub use drive::{Finished, Observer, Record, RecordStop, drive};
pub use interrupt::Interrupt;
pub use journaled::{Journaled, Nowhere};
pub use left::Left;
pub use real::{Approval, Desk, Parts, Real};
