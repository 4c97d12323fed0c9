//! What would hurt a pair or waste a maintenance window, although it can be read and resolved; and the comments that say
//! why one of it is meant. Does no IO.

pub mod allow;
