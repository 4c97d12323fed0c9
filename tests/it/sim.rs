//! The simulated server as its clients see it: real processes, reached by drivers and clients that we did not write.

pub mod client;
mod clients;
mod faults;
mod folder;
mod migration;
mod replication;
pub mod server;
mod start;
