//! The simulated server as its clients see it: real processes, reached by drivers and clients that we did not write.

mod client;
mod clients;
mod folder;
mod migration;
mod replication;
mod server;
mod start;
