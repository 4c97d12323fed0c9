//! Text to tree. Parsing does not fail: it returns a tree and findings, and a file with mistakes keeps everything that
//! is sound. pest and its `Rule` do not leave this room.

pub mod tree;
