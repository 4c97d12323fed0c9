//! One state of a search: where the run stands, what the pair is in, and what has gone wrong so far. 96 bits.

use crate::pair::model::Side;

use super::late::OnItsWay;
use super::nodes::NodeId;
use super::pairs::PairId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) node: NodeId,
    pub(super) pair: PairId,
    pub(super) path: Path,
}

impl State {
    /// Where the run stands, what the pair is in, and what of the path decides what can be seen and done: two words to hash.
    pub(super) fn spot(self) -> (u64, u16) {
        let decides = u16::from_be_bytes([self.path.late.number(), self.path.marks & DECIDES]);
        (u64::from(self.node.0) << 32 | u64::from(self.pair.0), decides)
    }

    /// At the same spot.
    pub(super) fn is_beside(self, other: State) -> bool {
        self.spot() == other.spot()
    }
}

/// What matters of the path that led to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Path {
    pub(super) faults: u8,
    pub(super) kills: u8,
    marks: u8,
    /// A command that got no answer, was not done so far, and may still be; `Bounds::late`.
    pub(super) late: OnItsWay,
}

/// A bit of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// hsbrun's line to the first server is cut.
    FirstLineCut = 1,
    SecondLineCut = 2,
    /// Something went wrong by itself, an answer was lost, or a person said no: mistakes are not judged any more.
    Provoked = 4,
    /// A fault since a handler or the end assertion began.
    Late = 8,
    /// The start command that was sent has not ended.
    Starting = 16,
    /// A fault in an ending, which met two connected servers: what the watchdog makes of it is not the runbook's doing.
    Afterwards = 32,
    /// A person has approved something in this step, or a backup was begun.
    Guarded = 64,
    /// The operator has stopped the run, which comes to its end: nothing else goes wrong until it is backed out.
    Stopped = 128,
}

/// The marks on which it depends what can come next, and not only what of it is judged or is still allowed to go wrong.
const DECIDES: u8 = Mark::FirstLineCut as u8 | Mark::SecondLineCut as u8 | Mark::Starting as u8;

impl Path {
    /// At the same spot everything that can come behind the other path can come behind this one too, and is judged at least as
    /// hard: as little or less has gone wrong, and each mark that this one has exempts the other one as well.
    pub(super) fn covers(self, other: Path) -> bool {
        self.faults <= other.faults && self.kills <= other.kills && self.marks & !other.marks == 0
    }

    pub(super) fn has(self, mark: Mark) -> bool {
        self.marks & mark as u8 != 0
    }

    pub(super) fn with(self, mark: Mark) -> Path {
        Path { marks: self.marks | mark as u8, ..self }
    }

    pub(super) fn without(self, mark: Mark) -> Path {
        Path { marks: self.marks & !(mark as u8), ..self }
    }

    pub(super) fn with_fault(self) -> Path {
        Path { faults: self.faults + 1, ..self.with(Mark::Provoked) }
    }

    /// So much has gone wrong on it.
    pub(super) fn having(self, faults: u8, kills: u8) -> Path {
        Path { faults, kills, ..self }
    }

    pub(super) fn with_kill(self) -> Path {
        Path { kills: self.kills + 1, ..self.with(Mark::Provoked) }
    }

    pub(super) fn with_late(self, late: OnItsWay) -> Path {
        Path { late, ..self }
    }

    /// Which of hsbrun's lines are cut.
    pub(super) fn cut(self) -> Cut {
        Cut(self.marks & (Mark::FirstLineCut as u8 | Mark::SecondLineCut as u8))
    }

    /// How much had to go wrong: what a search goes by.
    pub(super) fn price(self) -> usize {
        usize::from(self.faults) + usize::from(self.kills)
    }
}

/// Which of hsbrun's lines to the servers are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cut(u8);

impl Cut {
    pub(super) const NONE: Cut = Cut(0);

    pub(super) fn has(self, side: Side) -> bool {
        self.0 & line_mark(side) as u8 != 0
    }
}

pub(super) fn line_mark(side: Side) -> Mark {
    match side {
        Side::First => Mark::FirstLineCut,
        Side::Second => Mark::SecondLineCut,
    }
}
