//! A person has done the first steps by hand, and somebody else finds the pair: where it stands, and how a run goes on.

mod by_hand;
mod twin;
