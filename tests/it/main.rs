//! All integration tests in one binary.

#![allow(clippy::disallowed_methods, reason = "tests read files, start processes and look at the clock")]

mod agreement;
mod check;
mod cli;
mod corpus;
mod dice;
mod durability;
mod explain;
mod faults;
mod format;
mod fuzz;
mod host;
mod journal;
mod lint;
mod locate;
mod machine;
mod migration;
mod mishaps;
mod mutants;
mod odbc;
mod pair;
mod parse;
mod rehearsal;
mod resolve;
mod rows;
mod run;
mod sim;
mod site;
mod spin;
mod support;
mod tidy;
mod twin;
mod verify;
