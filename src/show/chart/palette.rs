//! The colours of a chart. Each state differs in lightness and has its word beside it, so that nothing hangs on colour
//! alone and a grey print can be read.

use crate::pair::State;
use crate::pair::model::{Model, Phase, Side};

pub(super) const INK: &str = "#1c2430";
pub(super) const FAINT: &str = "#667085";
pub(super) const RULE: &str = "#d8dde5";
pub(super) const STRIPE: &str = "#f3f5f8";
pub(super) const WRONG: &str = "#b42318";
pub(super) const WRONG_GROUND: &str = "#fdeceb";
pub(super) const HSBRUN: &str = "#175cd3";
pub(super) const WATCHDOG: &str = "#b54708";
pub(super) const USERS: &str = "#475467";

/// The colour of a band, and whether it is drawn as an outline only.
pub(super) fn band(pair: &Model, side: Side) -> (&'static str, bool) {
    let passing = ("#98a2b3", true);
    match (pair.phase(side), pair.state(side)) {
        (Phase::Starting | Phase::StartingToListen | Phase::Stopping, _) | (_, None) => passing,
        (Phase::Receiving, _) => ("#98a2b3", false),
        (Phase::Down | Phase::Up | Phase::Listening, Some(state)) => of(state),
    }
}

fn of(state: State) -> (&'static str, bool) {
    match state {
        State::PrimaryActive => ("#12805c", false),
        State::PrimaryAlone => ("#7ac29a", false),
        State::PrimaryUncertain => ("#dc6803", true),
        State::SecondaryActive => ("#2e5fa8", false),
        State::SecondaryAlone => ("#a3bfe3", false),
        State::Standalone => ("#8a6d3b", false),
        State::Offline => ("#98a2b3", false),
        State::Down => ("#1c2430", true),
    }
}
