//! Pairs by number, each with everything that can happen to it by itself, worked out once.

use std::rc::Rc;

use indexmap::IndexSet;

use crate::pair::model::{Fault, Model, Move, Side};

use super::Reference;
use super::harm::Harms;
use super::watchdog::{Deed, deeds};
use crate::engine::Quick;

/// Which pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PairId(pub(super) u32);

/// Something that happens without hsbrun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Happening {
    /// What is in progress gets on.
    Move(Move),
    /// The application commits a transaction.
    Commit(Side),
    Watchdog(Deed),
    Fault(Fault),
    /// hsbrun's line to a server breaks; the server goes on.
    LineBreaks(Side),
    LineHeals(Side),
    /// Something takes longer than its limit.
    Slow,
}

/// One thing that can happen to a pair, and what comes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) what: Happening,
    pub(super) to: PairId,
    pub(super) harms: Harms,
}

/// What can happen to a pair.
#[derive(Debug)]
pub(super) struct Changes {
    /// Costs nothing.
    pub(super) free: Box<[Change]>,
    /// Costs a fault each.
    pub(super) faults: Box<[Change]>,
    /// Something in progress, or the watchdog, could still change the pair.
    pub(super) in_progress: bool,
    /// A command was accepted, and what it set going has not begun.
    pub(super) only_accepted: bool,
}

/// Every pair that was met.
#[derive(Debug)]
pub(super) struct Pairs {
    known: IndexSet<Model, Quick>,
    changes: Vec<Option<Rc<Changes>>>,
    reference: Reference,
}

impl Pairs {
    pub(super) fn new(reference: Reference) -> Pairs {
        Pairs { known: IndexSet::default(), changes: Vec::new(), reference }
    }

    pub(super) fn id(&mut self, model: Model) -> PairId {
        let (at, new) = self.known.insert_full(model);
        if new {
            self.changes.push(None);
        }
        PairId(u32::try_from(at).expect("because there are far fewer pairs than 2^32"))
    }

    pub(super) fn get(&self, pair: PairId) -> &Model {
        &self.known[pair.0 as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn changes(&mut self, pair: PairId) -> Rc<Changes> {
        if let Some(known) = &self.changes[pair.0 as usize] {
            return Rc::clone(known);
        }
        let changes = Rc::new(self.work_out(pair));
        self.changes[pair.0 as usize] = Some(Rc::clone(&changes));
        changes
    }

    fn work_out(&mut self, pair: PairId) -> Changes {
        let model = *self.get(pair);
        let moves: Vec<(Happening, Model)> =
            model.moves().into_iter().map(|step| (Happening::Move(step), applied(&model, step))).collect();
        let deeds = deeds(&model, self.reference).into_iter().map(|(deed, to)| (Happening::Watchdog(deed), to));
        let goes_on: Vec<(Happening, Model)> = moves.into_iter().chain(deeds).collect();
        let in_progress = !goes_on.is_empty();
        let heals = model
            .can_fail(Fault::LinkHeals)
            .then(|| (Happening::Fault(Fault::LinkHeals), failed(&model, Fault::LinkHeals)));
        let commits = Side::BOTH.into_iter().filter_map(|side| {
            let mut to = model;
            to.commit(side).ok()?;
            Some((Happening::Commit(side), to))
        });
        let free = goes_on.into_iter().chain(commits).chain(heals).collect::<Vec<_>>();
        let faults = FAULTS.into_iter().map(|fault| (Happening::Fault(fault), failed(&model, fault)));
        Changes {
            free: self.kept(&model, free),
            faults: self.kept(&model, faults),
            in_progress,
            only_accepted: model.operation().is_some_and(|it| it.stage == crate::pair::model::Stage::Accepted),
        }
    }

    /// Those that change something.
    fn kept(&mut self, from: &Model, all: impl IntoIterator<Item = (Happening, Model)>) -> Box<[Change]> {
        all.into_iter()
            .filter(|(_, to)| to != from)
            .map(|(what, to)| Change { what, to: self.id(to), harms: Harms::of(from, &to) })
            .collect()
    }
}

const FAULTS: [Fault; 13] = [
    Fault::Crash { side: Side::First, pending: false },
    Fault::Crash { side: Side::First, pending: true },
    Fault::Crash { side: Side::Second, pending: false },
    Fault::Crash { side: Side::Second, pending: true },
    Fault::LinkBreaks { pending: false },
    Fault::LinkBreaks { pending: true },
    Fault::CopyFails,
    Fault::CatchupFails,
    Fault::SwitchFails,
    Fault::MaxLogSize(Side::First),
    Fault::MaxLogSize(Side::Second),
    Fault::LogDiskFull(Side::First),
    Fault::LogDiskFull(Side::Second),
];

fn applied(model: &Model, step: Move) -> Model {
    let mut to = *model;
    to.apply(step);
    to
}

fn failed(model: &Model, fault: Fault) -> Model {
    let mut to = *model;
    to.fail(fault);
    to
}
