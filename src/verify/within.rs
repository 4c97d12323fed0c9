//! Kills within a turn: an answer has come, and of what it leads to only the first records are written. A run goes on by its
//! record, so that it may go on from there otherwise than from before the answer, or from behind it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::{Durable, Event, StoredDurable};

use super::expand::Then;
use super::nodes::{AnswerId, NodeId, Nodes};
use super::wrong::undoes;
use crate::engine::Quick;

/// A kill within the turn that an answer leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Within {
    /// So many events are recorded, not counting those that only say what is seen.
    pub(super) recorded: u8,
    pub(super) then: Then,
}

/// Where a run goes on, by the place at which it was answered and by the answer.
pub(super) type Withins = HashMap<(NodeId, AnswerId), Arc<[(Within, NodeId)]>, Quick>;

impl Nodes<'_> {
    /// Every place at which a run can go on that was killed within the turn of an answer, and at which none goes on that was
    /// killed before the answer, or behind all that it leads to.
    pub(super) fn killed_within(&mut self, from: NodeId, answer: AnswerId) -> Arc<[(Within, NodeId)]> {
        if let Some(known) = self.within.get(&(from, answer)) {
            return Arc::clone(known);
        }
        let all: Arc<[(Within, NodeId)]> = self.work_out_within(from, answer).into();
        self.within.insert((from, answer), Arc::clone(&all));
        all
    }

    fn work_out_within(&mut self, from: NodeId, answer: AnswerId) -> Vec<(Within, NodeId)> {
        let events = self.events_of(from, answer);
        let to = self.follow(from, answer).to;
        let around =
            [Some(to), Some(self.resumed(from)), self.resumed_at(to), self.backed_out(from), self.backed_out(to)];
        let mut all: Vec<(Within, NodeId)> = Vec::new();
        let (mut durable, mut before) = (self.durable(from), self.stored(from).durable());
        let mut recorded = 0;
        // Behind the last event all is recorded.
        for event in &events[..events.len().saturating_sub(1)] {
            durable.apply(self.code(), event);
            if event.only_shows() {
                continue;
            }
            recorded += 1;
            let now = self.keep_durable(&durable, before);
            if now != before {
                for (then, node) in self.going_on(&durable, now) {
                    if !around.contains(&Some(node)) && !all.iter().any(|(_, known)| *known == node) {
                        all.push((Within { recorded, then }, node));
                    }
                }
            }
            before = now;
        }
        all
    }

    fn resumed_at(&mut self, node: NodeId) -> Option<NodeId> {
        self.end(node).is_none().then(|| self.resumed(node))
    }

    /// A run of which that much is recorded, resumed and, where there is something to undo, backed out.
    fn going_on(&mut self, durable: &Durable, recorded: StoredDurable) -> impl Iterator<Item = (Then, NodeId)> + use<> {
        let resumed = self.resumed_from(recorded);
        let undone = durable.has_acted() && !undoes(self.code().place(durable.at()).part);
        let backed_out = if undone { self.backed_out_from(recorded) } else { None };
        [(Then::Resumes, resumed)].into_iter().chain(backed_out.map(|node| (Then::BacksOut, node)))
    }

    /// What is recorded of a turn that a kill cuts short.
    pub(super) fn recorded(&self, from: NodeId, answer: AnswerId, within: Within) -> (Durable, Vec<Event>) {
        let (_, events, _) = self.turn(from, answer);
        let kept = Event::first(&events, usize::from(within.recorded));
        let mut durable = self.durable(from);
        kept.iter().for_each(|event| durable.apply(self.code(), event));
        (durable, kept.to_vec())
    }
}
