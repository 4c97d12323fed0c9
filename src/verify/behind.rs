//! Where a run goes on that was killed, that is backed out, or that the operator stops. For the first two only what survives a
//! kill counts, which many nodes have in common.

use std::collections::HashMap;

use crate::engine::{Answer, Clocks, Durable, Event, Machine, Request, Resume, RunResult, StoredDurable};

use super::nodes::{NodeId, Nodes};
use crate::engine::Quick;

/// What is known of it: by node, as it is asked for at each visit; and by what survives a kill.
#[derive(Debug, Default)]
pub(super) struct Behind {
    nodes: Vec<BehindNode>,
    durables: HashMap<StoredDurable, BehindDurable, Quick>,
}

/// Of one node.
#[derive(Debug, Clone, Copy, Default)]
struct BehindNode {
    resumed: Option<NodeId>,
    /// Within: none where it cannot be backed out.
    backed_out: Option<Option<NodeId>>,
    stopped: Option<Option<NodeId>>,
}

/// Of a run of which that much is recorded.
#[derive(Debug, Clone, Copy, Default)]
struct BehindDurable {
    resumed: Option<NodeId>,
    backed_out: Option<Option<NodeId>>,
}

impl Behind {
    fn node(&mut self, node: NodeId) -> &mut BehindNode {
        let at = node.0 as usize;
        if at >= self.nodes.len() {
            self.nodes.resize(at + 1, BehindNode::default());
        }
        &mut self.nodes[at]
    }
}

impl Nodes<'_> {
    /// Where a run goes on that was killed at this node, before what it asks for was done.
    pub(super) fn resumed(&mut self, node: NodeId) -> NodeId {
        if let Some(known) = self.behind.node(node).resumed {
            return known;
        }
        let resumed = self.resumed_from(self.stored(node).durable());
        self.behind.node(node).resumed = Some(resumed);
        resumed
    }

    /// Where a run goes on that was killed when that much of it was recorded.
    pub(super) fn resumed_from(&mut self, recorded: StoredDurable) -> NodeId {
        if let Some(known) = self.behind.durables.entry(recorded).or_default().resumed {
            return known;
        }
        let machine = Machine::from(self.code(), self.durable_of(recorded), Resume::Killed);
        let resumed = self.begin(machine, Some(recorded));
        self.behind.durables.entry(recorded).or_default().resumed = Some(resumed);
        resumed
    }

    /// Where a run goes that is backed out: one that failed or was stopped, or that was killed at this node before what it
    /// asks for was done.
    pub(super) fn backed_out(&mut self, node: NodeId) -> Option<NodeId> {
        if let Some(known) = self.behind.node(node).backed_out {
            return known;
        }
        let backed_out = self.backed_out_from(self.stored(node).durable());
        self.behind.node(node).backed_out = Some(backed_out);
        backed_out
    }

    /// Where a run goes that is backed out when that much of it is recorded.
    pub(super) fn backed_out_from(&mut self, recorded: StoredDurable) -> Option<NodeId> {
        if let Some(known) = self.behind.durables.entry(recorded).or_default().backed_out {
            return known;
        }
        let turn = self.back_out_of(&self.durable_of(recorded));
        let backed_out = turn.map(|turn| self.arrive(turn, Some(recorded)));
        self.behind.durables.entry(recorded).or_default().backed_out = Some(backed_out);
        backed_out
    }

    /// What a back-out does first.
    pub(super) fn back_out_turn(&self, node: NodeId) -> Option<(Machine, Vec<Event>, Request)> {
        self.back_out_of(&self.durable(node))
    }

    /// What a back-out does first of a run of which that much is recorded.
    pub(super) fn back_out_of(&self, durable: &Durable) -> Option<(Machine, Vec<Event>, Request)> {
        let mut machine = Machine::back_out(self.code(), durable.clone()).ok().filter(|_| has_failed(durable))?;
        let (events, request) = self.run(&mut machine, &Answer::Begin);
        Some((machine, events, request))
    }

    /// Where a run goes that the operator stops at this node, to back it out; none where it cannot be backed out.
    ///
    /// A command that is under way is finished first.
    pub(super) fn stopped(&mut self, node: NodeId) -> Option<NodeId> {
        if let Some(known) = self.behind.node(node).stopped {
            return known;
        }
        let stored = self.stored(node).durable();
        let stopped = self.stop_turn(node).map(|turn| self.arrive(turn, Some(stored)));
        self.behind.node(node).stopped = Some(stopped);
        stopped
    }

    /// What a run does first that the operator stops.
    pub(super) fn stop_turn(&self, node: NodeId) -> Option<(Machine, Vec<Event>, Request)> {
        let mut machine = self.machine(node);
        if machine.durable().back_out_refused(self.code()).is_some() {
            return None;
        }
        machine.interrupt();
        let (events, request) = if machine.can_stop(self.code()) {
            self.run(&mut machine, &Answer::Woke(Clocks::NONE))
        } else {
            (Vec::new(), self.request(self.get(node).request).clone())
        };
        Some((machine, events, request))
    }
}

/// It is under way, or came to no good end: nobody backs out a run that has succeeded, or that was backed out.
fn has_failed(durable: &Durable) -> bool {
    durable.ended().is_none_or(|end| match end.result {
        RunResult::Failed | RunResult::InDoubt | RunResult::Stopped | RunResult::Parked => true,
        RunResult::Done | RunResult::AlreadyDone | RunResult::NotStarted | RunResult::BackedOut => false,
    })
}
