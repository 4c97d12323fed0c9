//! What must never be reached.

/// A property of a runbook; a path that reaches what it forbids is told as a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// Both servers accept writes.
    TwoPrimaries,
    /// Acknowledged commits are overwritten, or each server holds some that the other one lacks.
    LostCommits,
    /// A server is promoted while the other one holds commits that it lacks.
    StalePromotion,
    /// The run is over, nobody accepts writes, and a server could.
    NobodyServes,
    /// A long wait that nothing in progress can end, while nobody accepts writes.
    OutageWait,
    /// Damage that is done only where the interpreter was killed and went on.
    UnsafeResume,
    /// Every command is done, nothing is slow, and the run fails.
    FailsUnprovoked,
    /// No path comes to success.
    NeverSucceeds,
    /// Software on a database that it cannot open, an installation over a running server, a connect from the newer one.
    WrongVersion,
    /// A command that the pair refuses where it stands, and no handler expects it.
    RefusedCommand,
    /// A wait or an assertion that no behaviour of the pair satisfies.
    DeadWait,
    /// Success is reported, and a server is not in its declared end state and version.
    EndState,
    /// The watchdog is left off, and the runbook does not say so.
    WatchdogLeft,
    /// A database is converted for good without an approval or a backup on the way.
    ConversionUnguarded,
    /// One server may work alone for longer than its log room lasts, by the limits on the way.
    LogOverflow,
}

/// When a property is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// On every path.
    Damage,
    /// Where nothing goes wrong by itself.
    Mistake,
}

impl Property {
    pub const ALL: [Property; 15] = [
        Property::TwoPrimaries,
        Property::LostCommits,
        Property::StalePromotion,
        Property::NobodyServes,
        Property::OutageWait,
        Property::UnsafeResume,
        Property::FailsUnprovoked,
        Property::NeverSucceeds,
        Property::WrongVersion,
        Property::RefusedCommand,
        Property::DeadWait,
        Property::EndState,
        Property::WatchdogLeft,
        Property::ConversionUnguarded,
        Property::LogOverflow,
    ];

    /// As a runbook's `allow(…)` and `--property` write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.rule().name
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Property> {
        Property::ALL.into_iter().find(|property| property.word() == word)
    }

    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Property::TwoPrimaries
            | Property::LostCommits
            | Property::StalePromotion
            | Property::NobodyServes
            | Property::OutageWait
            | Property::UnsafeResume => Kind::Damage,
            Property::FailsUnprovoked
            | Property::NeverSucceeds
            | Property::WrongVersion
            | Property::RefusedCommand
            | Property::DeadWait
            | Property::EndState
            | Property::WatchdogLeft
            | Property::ConversionUnguarded
            | Property::LogOverflow => Kind::Mistake,
        }
    }
}
