//! The data of both servers, moved as the model says: a netcopy replaces it, a catchup adds to it, a connected pair holds
//! it twice. It is kept apart from the model, so that what the model says of it (`ahead`) can be checked against it.

use crate::pair::model::{Connection, Model, Phase, Safeness, Side};

use super::commits::Commits;

#[derive(Debug, Clone, Default)]
pub(super) struct Data {
    held: [Commits; 2],
    /// What a netcopy brings, as it was when the copy began.
    incoming: [Option<Commits>; 2],
    /// A transaction on its way when the connection broke: its application knows nothing of it.
    pending: [Option<u64>; 2],
    acknowledged: Commits,
    next: u64,
}

/// What became of the application's transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ledger {
    pub acknowledged: u64,
    /// Of these, found on each server.
    pub found: [u64; 2],
    /// Acknowledged and not on the server that accepts writes; where none or two do, on neither.
    pub lost: u64,
    /// Found more than once on a server.
    pub doubled: u64,
}

impl Data {
    /// The same data on both, so many transactions long, with one pending where the model has it so.
    pub(super) fn new(model: &Model, transactions: u64) -> Data {
        let mut data = Data { next: transactions, ..Data::default() };
        data.acknowledged.push(0..transactions);
        data.held = [data.acknowledged.clone(), data.acknowledged.clone()];
        for side in Side::BOTH {
            if !model.is_complete(side) {
                data.held[side as usize] = Commits::default();
            }
            if model.has_pending(side) {
                data.begin_pending(side);
            }
        }
        data
    }

    /// Acknowledged by that server. Connected and 2-safe, the other one has them too.
    pub(super) fn commit(&mut self, model: &Model, side: Side, count: u64) {
        let run = self.next..self.next + count;
        self.next = run.end;
        self.acknowledged.push(run.clone());
        let both = model.connection() == Connection::Connected && model.settings().safeness == Safeness::TwoSafe;
        if both {
            self.held[side.other() as usize].push(run.clone());
        }
        self.held[side as usize].push(run);
    }

    /// A transaction is on its way from that server and will not be acknowledged.
    pub(super) fn begin_pending(&mut self, side: Side) {
        self.pending[side as usize] = Some(self.next);
        self.next += 1;
    }

    /// Moves the data as the model has just moved.
    pub(super) fn follow(&mut self, before: &Model, after: &Model) {
        for side in Side::BOTH {
            self.receive(before, after, side);
            self.resolve_pending(after, side);
        }
        let joined = before.connection() != Connection::Broken || after.connection() == Connection::Connected;
        if joined && !Side::BOTH.iter().any(|side| after.is_ahead(*side) || !after.is_complete(*side)) {
            self.equalise();
        }
        self.presume_agreement(after);
    }

    pub(super) fn held(&self, side: Side) -> &Commits {
        &self.held[side as usize]
    }

    /// How many transactions that server lacks of the other one's.
    pub(super) fn behind(&self) -> u64 {
        self.held[0].len().abs_diff(self.held[1].len())
    }

    pub(super) fn ledger(&self, model: &Model) -> Ledger {
        let found = Side::BOTH.map(|side| self.held(side).count_of(&self.acknowledged));
        let serving: Vec<Side> = Side::BOTH.into_iter().filter(|side| model.serves(*side)).collect();
        let kept = match serving.as_slice() {
            [one] => found[*one as usize],
            _ => self.found_anywhere(),
        };
        let acknowledged = self.acknowledged.len();
        let doubled = self.held.iter().map(Commits::repeated).sum();
        Ledger { acknowledged, found, lost: acknowledged - kept, doubled }
    }

    fn found_anywhere(&self) -> u64 {
        let mut union = self.held[0].clone();
        union.extend_from(&self.held[1], 0);
        union.count_of(&self.acknowledged)
    }

    fn receive(&mut self, before: &Model, after: &Model, side: Side) {
        let receives = |model: &Model| model.phase(side) == Phase::Receiving;
        match (receives(before), receives(after)) {
            (false, true) => {
                self.incoming[side as usize] = Some(self.held(side.other()).clone());
                self.held[side as usize] = Commits::default();
            }
            (true, false) => {
                let incoming = self.incoming[side as usize].take();
                if after.is_complete(side) {
                    self.held[side as usize] = incoming.expect("because a netcopy that ends has begun");
                }
            }
            (true, true) | (false, false) => {}
        }
    }

    /// A pending transaction becomes a commit of its server, or of both when they connect, or never was.
    fn resolve_pending(&mut self, after: &Model, side: Side) {
        if after.has_pending(side) {
            return;
        }
        let Some(number) = self.pending[side as usize].take() else { return };
        let leads = after.connection() == Connection::Connected && after.serves(side);
        if after.is_ahead(side) || leads {
            self.held[side as usize].push(number..number + 1);
        }
    }

    /// The shorter gets what it lacks of the longer.
    fn equalise(&mut self) {
        let [first, second] = &mut self.held;
        let (shorter, longer) = if first.len() < second.len() { (first, second) } else { (second, first) };
        assert!(shorter.is_start_of(longer), "servers whose data has parted were joined");
        let position = shorter.len();
        shorter.extend_from(longer, position);
    }

    /// The model and the data say the same of who lacks what.
    fn presume_agreement(&self, model: &Model) {
        if Side::BOTH.iter().any(|side| !model.is_complete(*side)) {
            return;
        }
        for side in Side::BOTH {
            let ahead = !self.held(side).is_start_of(self.held(side.other()));
            assert_eq!(
                ahead,
                model.is_ahead(side),
                "the model is wrong about the data of {side:?}: {self:?} {model:?}"
            );
        }
    }
}
