//! Statements to the servers over ODBC: every call bounded in time, whatever the server or its driver does.
//!
//! No timeout of ODBC bounds a frozen server. So a worker thread owns each server's connection; a call that is not
//! answered in time is given up together with its thread, which ends by itself when the driver comes back. Nothing of
//! odbc_api leaves this room. Must not know what the statements mean.
#![allow(clippy::disallowed_methods, reason = "talks to servers from threads of its own")]

mod driver;
mod explain;
mod server;
mod stop;
mod target;
mod worker;

pub use driver::{Driver, drivers, find_driver};
pub use server::Server;
pub use stop::Stop;
pub use target::{Password, Target};

/// One row of an `ADMIN COMMAND`'s reply. Source: `[200 ADMIN COMMAND syntax]`: RC then TEXT, every row with an RC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub rc: i32,
    /// Trailing blanks and line ends removed.
    pub text: String,
}

/// Rows of one reply that are kept; a reply that is longer is cut.
pub const MAX_ROWS: usize = 10_000;
/// Bytes of text of one reply that are kept.
pub const MAX_TEXT: usize = 1024 * 1024;
