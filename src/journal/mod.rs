//! The journal: what happened in a run, in JSON Lines that a person can read, written before anything goes on.
//!
//! Its format is its own (`docs/journal.md`): events are turned into records by hand, in `record.rs`, so that the
//! engine's types may change and old journals stay readable. Must not know what is done with what it keeps.
#![allow(clippy::disallowed_methods, reason = "writes and reads files, looks at the clock")]

mod header;
mod line;
mod lock;
mod read;
mod record;
mod stop;
pub mod words;
mod write;

pub use header::Header;
pub use line::Record;
pub use lock::Lock;
pub use read::{Read, TornTail, read};
pub use record::Labels;
pub use stop::Stop;
pub use write::{Journal, Redact};

/// The version of the format that is written; older ones are read.
pub const FORMAT: u64 = 1;
