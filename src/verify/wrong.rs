//! What goes wrong, and what the operator does about a run.

use crate::engine::{EndingKind, Part};
use crate::pair::model::{Connection, Model, Side};

use super::answers::Sent;
use super::edges::Edge;
use super::expand::{Explorer, Here, Label, Step, Then, quiet};
use super::nodes::{AnswerId, Node, NodeId};
use super::pairs::Happening;
use super::state::{Mark, Path, State, line_mark};

impl Explorer<'_> {
    pub(super) fn goes_wrong(&mut self, here: &Here, steps: &mut Vec<Step>) {
        let path = here.state.path;
        for side in Side::BOTH.into_iter().filter(|side| path.cut().has(*side)) {
            let to = State { path: path.without(line_mark(side)), ..here.state };
            steps.push(quiet(to, Label::Happens(Happening::LineHeals(side))));
        }
        if self.may_fail(here.node.part, path) {
            let faulted = here.faulted;
            steps.extend(here.changes.faults.iter().map(|change| here.happens(change, faulted)));
            for side in Side::BOTH.into_iter().filter(|side| !path.cut().has(*side)) {
                let to = State { path: faulted.with(line_mark(side)), ..here.state };
                steps.push(quiet(to, Label::Happens(Happening::LineBreaks(side))));
            }
        }
        if self.may_be_killed(here.node.part, path) {
            for (then, node) in self.behind_a_kill(here.state.node) {
                let to = State { node, path: killed(path, then), ..here.state };
                steps.push(quiet(to, Label::Killed { performed: false, then }));
            }
        }
    }

    /// The path behind an answer that was lost. That is free; where the same command was sent again and its answer is lost
    /// too, the line is bad, which costs a fault; and in a back-out, by which a person stands.
    pub(super) fn lost(&self, here: &Here, path: Path) -> Option<Path> {
        let costs = here.node.again || undoes(here.node.part) || path.has(Mark::Stopped);
        match (costs, self.may_fail(here.node.part, path)) {
            (false, _) => Some(path.with(Mark::Provoked)),
            (true, true) => Some(here.wrong(self.pairs.get(here.state.pair), path)),
            (true, false) => None,
        }
    }

    /// What was sent is done, and nobody has written down that it is.
    pub(super) fn killed_behind(&mut self, here: &Here, sent: &[Sent], steps: &mut Vec<Step>) {
        let State { node, pair, path } = here.state;
        if !self.may_be_killed(here.node.part, path) {
            return;
        }
        for sent in sent.iter().filter(|sent| sent.to != pair && !sent.lost) {
            for (then, node) in self.behind_a_kill(node) {
                let to = State { node, pair: sent.to, path: killed(path, then) };
                let label = Label::Killed { performed: true, then };
                steps.push(Step { to, label, harms: sent.harms, refused: None });
            }
        }
    }

    /// Where the operator goes on with a run whose interpreter was killed.
    pub(super) fn behind_a_kill(&mut self, node: NodeId) -> impl Iterator<Item = (Then, NodeId)> + use<> {
        let resumed = self.nodes.resumed(node);
        // Before anything was sent there is nothing to undo; a back-out that was killed goes on where it stands.
        let Node { acted, part, .. } = self.nodes.get(node);
        let undone = self.backs_out && acted && !undoes(part);
        let backed_out = if undone { self.nodes.backed_out(node) } else { None };
        [(Then::Resumes, resumed)].into_iter().chain(backed_out.map(|node| (Then::BacksOut, node)))
    }

    /// Of what the answer leads to, only a part was recorded.
    pub(super) fn killed_within(&mut self, from: State, answer: AnswerId, label: Label, steps: &mut Vec<Step>) {
        let Label::Answered { paused, answer: _, during, .. } = label else { return };
        let all = self.nodes.killed_within(from.node, answer);
        for (within, node) in all.iter().filter(|(within, _)| self.backs_out || within.then == Then::Resumes) {
            let label = Label::Answered { paused, answer, during, killed: Some(*within) };
            let on_the_way =
                Edge { to: *node, handler: false, step: false, guard: false, refused: None, cuttable: false };
            let path = killed(self.gone_on(from.path, on_the_way), within.then);
            steps.push(quiet(State { node: *node, path, ..from }, label));
        }
    }

    /// The operator stops a run in which nothing has gone wrong: what a kill besides would lead to costs one.
    pub(super) fn is_stopped(&mut self, here: &Here, steps: &mut Vec<Step>) {
        let State { node, path, .. } = here.state;
        let on_the_way = matches!(here.node.part, Part::Body | Part::Handler);
        if !self.backs_out || !on_the_way || path.has(Mark::Provoked) || path.has(Mark::Stopped) {
            return;
        }
        if let Some(node) = self.nodes.stopped(node).filter(|to| *to != node) {
            let path = self.undone(path).with(Mark::Stopped);
            steps.push(quiet(State { node, path, ..here.state }, Label::Stopped));
        }
    }

    /// The operator backs out a run that is over. Faults of before are not late any more.
    pub(super) fn is_backed_out(&mut self, here: &Here, steps: &mut Vec<Step>) {
        if let Some(node) = self.nodes.backed_out(here.state.node).filter(|_| self.backs_out) {
            let path = self.undone(here.state.path).without(Mark::Late).without(Mark::Stopped);
            steps.push(quiet(State { node, path, ..here.state }, Label::BacksOut));
        }
    }

    /// The path behind the operator's word that this is to be undone.
    fn undone(&self, path: Path) -> Path {
        if self.relies_on_it { path } else { path.with(Mark::Provoked) }
    }

    /// One more fault may be met.
    pub(super) fn may_fail(&self, part: Part, path: Path) -> bool {
        path.faults < self.bounds.faults && self.has_room(part, path)
    }

    /// One more kill may be.
    pub(super) fn may_be_killed(&self, part: Part, path: Path) -> bool {
        path.kills < self.bounds.kills && self.has_room(part, path)
    }

    /// By the time a run is backed out, faults and kills together are no more than the greater of both bounds: a person
    /// stands by who has chosen the hour.
    fn has_room(&self, part: Part, path: Path) -> bool {
        let most = usize::from(self.bounds.faults.max(self.bounds.kills));
        !path.has(Mark::Stopped) && (!undoes(part) || path.price() < most)
    }
}

impl Here {
    /// The path behind one more fault, which meets this pair.
    pub(super) fn wrong(&self, pair: &Model, path: Path) -> Path {
        let connected = pair.connection() == Connection::Connected;
        match self.node.part {
            Part::Ending(_) if connected => path.with(Mark::Late).with(Mark::Afterwards),
            // The watchdog is back at its work, and the back-out finds nothing that it could undo.
            _ if self.node.backs_out() && connected && pair.watchdog_is_on() => path.with(Mark::Afterwards),
            Part::Handler | Part::EndStates | Part::Ending(_) => path.with(Mark::Late),
            Part::Preflight | Part::Body | Part::BackOut => path,
        }
        .with_fault()
    }
}

/// The path behind one more kill: a start command that ran goes on, and nobody waits for it.
fn killed(path: Path, then: Then) -> Path {
    let path = path.with_kill().without(Mark::Starting);
    match then {
        Then::Resumes => path,
        Then::BacksOut => path.without(Mark::Late),
    }
}

/// A back-out is under way there.
pub(super) fn undoes(part: Part) -> bool {
    matches!(part, Part::BackOut | Part::Ending(EndingKind::BackOut))
}
