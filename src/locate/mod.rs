//! Where a procedure stands that others have left half done: the live pair laid over what the explorer reached, and the steps
//! with which a run may begin on it.
//!
//! Looks at the pair and changes nothing. Knows no terminal and no command line.

mod diagnostics;
mod ground;
mod sighting;
mod verdict;

pub use diagnostics::{not_offered, unknown_step};
pub use ground::{Ground, Rank, Seen};
pub use sighting::{Fit, Sighting};
pub use verdict::{Verdict, Why};
