//! The simulated server as its clients see it: real processes, reached by drivers and clients that we did not write.

mod catalogue;
pub mod client;
mod clients;
mod faults;
mod folder;
mod foreign;
mod leftovers;
mod levels;
mod limits;
mod migration;
mod readings;
mod replication;
mod safeness;
pub mod server;
mod sizes;
mod start;
mod watchdog;
