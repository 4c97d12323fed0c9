//! The wing: a simulated solidDB server, one real process a server, and a pair of them in a directory.
//!
//! Shares with the model of the pair the catalogue only (names, versions, command texts). Its replication, catchup and
//! netcopy come from its own data, so that its agreement with the model means something.

#![allow(clippy::disallowed_methods, reason = "a server process lives of files, sockets, clocks and threads")]

mod admin;
mod backup;
mod client;
mod config;
mod database;
mod fault;
mod folder;
mod hsb;
mod ini;
mod link;
mod messages;
mod process;
mod server;
mod sockets;
mod software;
mod sql;
mod start;
mod stop;
mod store;
mod watchdog;
mod wire;
mod wording;

pub use config::Setting;
pub use fault::{Fault, FaultKind, LinkCondition, add_fault, clear_faults, faults};
pub use folder::{Ended, ServerStatus, Switch, Up, UpRequest, Upgrade, down, find_driver, status, up, watchdog};
pub use process::{Running, running};
pub use software::{install, installed};
pub use start::{Background, StartRequest, serve, start};
pub use stop::Stop;
pub use watchdog::{WatchRequest, watch};
