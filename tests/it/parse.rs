//! Text to tree: fixtures with their findings under the offending words, and what no text may do.

mod bytes;
mod editors;
mod fixtures;
mod limits;
mod mutants;
mod soup;
mod trees;
