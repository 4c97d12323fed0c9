//! Rehearsals with everything that can go wrong, judged by the twin's data alone. What decides here shares nothing with the
//! checker and the explorer, so that it can judge what they say.

mod judge;
mod scenario;

pub use judge::{Branch, Danger, Files, Runbook, Verdict, rehearse};
pub use scenario::Scenario;
