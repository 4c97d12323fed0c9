//! The simulated server as its clients see it: real processes, reached by drivers and clients that we did not write.

mod catalogue;
mod client;
mod clients;
mod folder;
mod limits;
mod migration;
mod readings;
mod replication;
mod server;
mod start;
