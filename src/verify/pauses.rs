//! What comes of a pause: another look, or clocks that are over, and what that costs.

use crate::engine::{Clock, Clocks, InstrId, Request};

use super::edges::Edge;
use super::expand::{Explorer, Here, Label, Step};
use super::nodes::{AnswerId, NodeId};
use super::state::State;

impl Explorer<'_> {
    /// Looks again; or clocks are over. A limit is free where nothing in progress could still change the pair and nothing has
    /// changed since the last look, and the look limit where a command is not only accepted; else something is slow.
    pub(super) fn pause(&mut self, here: &Here, clocks: Clocks, steps: &mut Vec<Step>) {
        let woken = self.answers.woken(&mut self.nodes, here.node.request, clocks);
        let late_change = clocks.limit && !here.changes.in_progress && self.would_go_on(here, &woken);
        for (over, woke) in woken.iter().copied() {
            let waits_for_limit = over.limit || over.settle;
            let slow = (waits_for_limit && here.changes.in_progress)
                || (over.limit && late_change)
                || (over.look && here.changes.only_accepted);
            // Where nothing goes on the shorter clock is over first.
            let too_early = over.limit && clocks.look && !over.look && self.is_long(here.node.at);
            if too_early && !here.changes.in_progress {
                continue;
            }
            if slow && !self.may_fail(here.node.part, here.state.path) {
                continue;
            }
            let path = if slow { here.faulted } else { here.state.path };
            let Edge { to, .. } = self.nodes.follow(here.state.node, woke);
            let state = State { node: to, path, ..here.state };
            if let Request::Look(..) = self.nodes.request(self.nodes.get(to).request) {
                self.look(here, state, Some(woke), steps);
            } else {
                let label = Label::Answered { paused: None, answer: woke, during: None, killed: None };
                self.answered(State { path, ..here.state }, woke, here.state.pair, label, steps);
            }
        }
    }

    /// Whatever another look shows, the run does not wait on, or not for longer than the look limit: so the last look has shown
    /// something else, and what was in progress then has lasted to the end of the limit.
    fn would_go_on(&mut self, here: &Here, woken: &[(Clocks, AnswerId)]) -> bool {
        let paused = here.state.node;
        self.looks_and(here, (paused, woken), Clocks::NONE, |own, to| {
            own.nodes.get(to).at != here.node.at || own.goes_by_old_news(here, to)
        })
    }

    /// The look before this pause has shown old news: where it stays the same for the look limit it counts as it stands, and the
    /// run does not wait on.
    fn goes_by_old_news(&mut self, here: &Here, paused: NodeId) -> bool {
        let request = self.nodes.get(paused).request;
        let Request::Pause(clocks) = *self.nodes.request(request) else { return false };
        if !clocks.look || !self.is_long(here.node.at) {
            return false;
        }
        let woken = self.answers.woken(&mut self.nodes, request, clocks);
        self.looks_and(here, (paused, &woken), Clocks::of(Clock::Look), |own, to| own.nodes.get(to).at != here.node.at)
    }

    /// The pause is over with those clocks, the run looks, and whatever it sees leads to what is asked.
    fn looks_and(
        &mut self,
        here: &Here,
        (paused, woken): (NodeId, &[(Clocks, AnswerId)]),
        clocks: Clocks,
        mut asked: impl FnMut(&mut Self, NodeId) -> bool,
    ) -> bool {
        let Some((_, woke)) = woken.iter().find(|(over, _)| *over == clocks) else { return false };
        let looks = self.nodes.follow(paused, *woke).to;
        let request = self.nodes.get(looks).request;
        if !matches!(self.nodes.request(request), Request::Look(..)) {
            return false;
        }
        let place = (request, here.state.pair, here.state.path.cut());
        let looked = self.answers.looked(&mut self.nodes, &self.pairs, place, &here.changes.free);
        looked.whole.iter().all(|answer| {
            let to = self.nodes.follow(looks, *answer).to;
            asked(self, to)
        })
    }

    /// The limit of that statement is longer than the look limit.
    fn is_long(&self, at: InstrId) -> bool {
        let code = self.nodes.code();
        code.limit(at).is_some_and(|limit| limit > code.settings().look_limit)
    }
}
