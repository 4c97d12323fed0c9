//! What each state means to the one who reads it, and what to do in it.

use super::{Source, State};

/// A state in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateMeaning {
    pub state: State,
    /// In a sentence or two.
    pub meaning: &'static str,
    /// In a sentence or two.
    pub remedy: &'static str,
    pub source: Source,
}

/// The row of a state.
#[must_use]
pub fn state_meaning(state: State) -> &'static StateMeaning {
    ALL.iter().find(|row| row.state == state).expect("because every state has a row, which a test checks")
}

const fn row(state: State, meaning: &'static str, remedy: &'static str, source: &'static str) -> StateMeaning {
    StateMeaning { state, meaning, remedy, source: Source(source) }
}

#[rustfmt::skip]
const ALL: &[StateMeaning] = &[
    row(State::PrimaryActive, "The server is Primary and connected; what it commits goes to the Secondary.",
        "Nothing needs doing.", "7 HAG HotStandby server states"),
    row(State::PrimaryAlone, "The server is Primary and works without the other one, keeping its log for a later catchup. \
        During a catchup it shows this state, too.",
        "Connect the servers again with `hsb connect` before the room for its log is gone; `hsb status catchup` tells of a catchup.",
        "7 HAG HotStandby server states; 200 Bringing the secondary server back online"),
    row(State::PrimaryUncertain, "The Primary lost its Secondary and does not know whether the last transactions arrived there.",
        "Where the other server answers and is no Primary, give `hsb connect`. Where it is surely not serving, give `hsb set primary alone`, \
        which commits what is pending. Never promote both.",
        "200 HotStandby server states; SRC 10089"),
    row(State::SecondaryActive, "The server is Secondary and connected; it receives what the Primary commits.",
        "Nothing needs doing.", "7 HAG HotStandby server states"),
    row(State::SecondaryAlone, "The server is Secondary and not connected, so what it shows may be old. Every server is in this state \
        after its start, whatever it was before, and during a catchup.",
        "Connect it from the Primary. Where no server is Primary, find out which one has every commit (`hsb logpos` of both) and \
        give `hsb set primary alone` there only.",
        "100 Verifying states note 1; 200 Choosing which server"),
    row(State::Standalone, "The server works as if there were no pair, and keeps no log for the other one: a catchup is not possible any more.",
        "To make a pair again give `hsb set primary alone` on it and make a full copy with `hsb netcopy`.",
        "200 Bringing the secondary server back online"),
    row(State::Offline, "The process runs with `backupserver` and waits for a netcopy.",
        "Send it a copy with `hsb netcopy` from the Primary.", "7 backupserver; 200 diagram note"),
    row(State::Down, "There is no server process: the site's `running` command says so and its port refuses. Silence alone is not DOWN.",
        "Start it; it comes up as SECONDARY ALONE.", "INF; 100 Verifying states note 1"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_one_row_with_a_source() {
        assert_eq!(ALL.iter().map(|row| row.state).collect::<Vec<_>>(), State::ALL);
        assert!(State::ALL.into_iter().all(|state| state_meaning(state).source.confidence().is_some()));
    }
}
