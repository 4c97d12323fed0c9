//! The states of a server, as the server itself writes them.

use std::fmt;

/// What a server is in. The first six are what `hsb state` answers; `Offline` is a process that waits for a netcopy and
/// takes no connections; `Down` is proven absence of the process, never silence.
///
/// Source: HAG 7.0 "HotStandby server states"; `-x backupserver` 7.0, 200 diagram note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    PrimaryActive,
    PrimaryAlone,
    PrimaryUncertain,
    SecondaryActive,
    SecondaryAlone,
    Standalone,
    Offline,
    Down,
}

/// What a server in a state does with a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Reads and writes.
    Writes,
    /// Reads only.
    Reads,
    /// Takes no connections.
    Nothing,
}

impl State {
    pub const ALL: [State; 8] = [
        State::PrimaryActive,
        State::PrimaryAlone,
        State::PrimaryUncertain,
        State::SecondaryActive,
        State::SecondaryAlone,
        State::Standalone,
        State::Offline,
        State::Down,
    ];

    /// As `hsb state` writes it, and as a runbook does.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::PrimaryActive => "PRIMARY ACTIVE",
            State::PrimaryAlone => "PRIMARY ALONE",
            State::PrimaryUncertain => "PRIMARY UNCERTAIN",
            State::SecondaryActive => "SECONDARY ACTIVE",
            State::SecondaryAlone => "SECONDARY ALONE",
            State::Standalone => "STANDALONE",
            State::Offline => "OFFLINE",
            State::Down => "DOWN",
        }
    }

    /// The state of that word, exactly as written.
    #[must_use]
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Source: the table of states in HAG 7.0; writes on a Secondary 10045, on an UNCERTAIN Primary 10089.
    #[must_use]
    pub fn access(self) -> Access {
        match self {
            State::PrimaryActive | State::PrimaryAlone | State::Standalone => Access::Writes,
            State::PrimaryUncertain | State::SecondaryActive | State::SecondaryAlone => Access::Reads,
            State::Offline | State::Down => Access::Nothing,
        }
    }

    /// Accepts writes: what a runbook calls `SERVING`.
    #[must_use]
    pub fn serves(self) -> bool {
        self.access() == Access::Writes
    }

    #[must_use]
    pub fn is_primary(self) -> bool {
        matches!(self, State::PrimaryActive | State::PrimaryAlone | State::PrimaryUncertain)
    }

    #[must_use]
    pub fn is_secondary(self) -> bool {
        matches!(self, State::SecondaryActive | State::SecondaryAlone)
    }

    /// A process that answers statements.
    #[must_use]
    pub fn answers(self) -> bool {
        self.access() != Access::Nothing
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A set of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StateSet(u8);

impl StateSet {
    pub const EMPTY: StateSet = StateSet(0);

    /// PRIMARY ACTIVE, PRIMARY ALONE and STANDALONE.
    #[must_use]
    pub fn serving() -> StateSet {
        State::ALL.into_iter().filter(|state| state.serves()).collect()
    }

    #[must_use]
    pub fn of(state: State) -> StateSet {
        StateSet(1 << state as u8)
    }

    #[must_use]
    pub fn with(self, state: State) -> StateSet {
        StateSet(self.0 | 1 << state as u8)
    }

    #[must_use]
    pub fn union(self, other: StateSet) -> StateSet {
        StateSet(self.0 | other.0)
    }

    #[must_use]
    pub fn contains(self, state: State) -> bool {
        self.0 & (1 << state as u8) != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = State> {
        State::ALL.into_iter().filter(move |state| self.contains(*state))
    }
}

impl FromIterator<State> for StateSet {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        states.into_iter().fold(StateSet::EMPTY, StateSet::with)
    }
}

impl fmt::Display for StateSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(State::word).collect();
        f.write_str(&words.join(" or "))
    }
}
