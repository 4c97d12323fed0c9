//! A story that was found by exploring, written down and gone again: the machine on the twin, step for step, with data.
//!
//! The explorer tells what can happen; here it happens once more, in a world that shares none of the explorer's
//! bookkeeping. Where the two part, that is an error, and it is said at which step.

mod events;
mod record;
mod rehearse;
mod told;
mod trace;

pub use rehearse::{Departure, Replayed, replay};
pub use trace::{FORMAT, Pair, Server, Trace, Unreadable, VERSION};
