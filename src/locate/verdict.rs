//! Whether a run may begin with a step, and if not, why.

use crate::engine::{Entry, Probe, Reading, Unstarted};
use crate::program::ServerId;
use crate::verify::Violation;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Offered(Entry),
    /// Everything that speaks against it.
    Refused(Vec<Why>),
}

/// What speaks against beginning with a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The explorer knows no pair that looks like this one at the beginning of that step.
    Elsewhere,
    /// It is not what it was before it was explored.
    Moves,
    /// A server's state is not known.
    NotInSight { server: ServerId, why: String },
    /// Something is in progress on a server.
    Busy { server: ServerId, readings: Vec<(Probe, Reading)> },
    /// The skipped steps silence the watchdog, and it acts.
    WatchdogActs,
    /// They silence it, and whether it acts is not known.
    WatchdogNotKnown { why: String },
    /// It asks how a copy or a switch went that this run would not have started.
    Unstarted(Unstarted),
    /// What must never be reached is reached from there.
    Breaks(Box<Violation>),
    /// No way from there comes to success.
    NeverSucceeds,
    /// Not everything behind it could be explored.
    NotExplored,
}
