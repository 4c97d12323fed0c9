//! Everything that can come next.

use std::rc::Rc;

use crate::engine::model;
use crate::engine::{Answer, Part, Request};
use crate::pair::model::Side;

use super::answers::{Answers, Torn};
use super::edges::{Edge, Refused};
use super::harm::Harms;
use super::late::Lates;
use super::nodes::{AnswerId, Node, Nodes, RequestId};
use super::pairs::{Change, Changes, Happening, PairId, Pairs};
use super::state::{Mark, Path, State};
use super::within::Within;
use super::{Bounds, Configuration};

/// One way on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) to: State,
    pub(super) label: Label,
    pub(super) harms: Harms,
    pub(super) refused: Option<Refused>,
}

/// What a step is; enough to tell its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Happens(Happening),
    /// What was asked is answered; what a pause was answered with comes before what the look behind it shows.
    Answered {
        paused: Option<AnswerId>,
        answer: AnswerId,
        during: Option<Happening>,
        /// The interpreter was killed before everything that the answer leads to was recorded.
        killed: Option<Within>,
    },
    /// A start command runs, and its answer comes later.
    Begun,
    /// What was sent before is done only now.
    ComesLate(RequestId),
    /// The interpreter is killed; `performed`: what it had sent was done.
    Killed {
        performed: bool,
        then: Then,
    },
    /// The operator stops the run.
    Stopped,
    /// The operator backs the run out, which is over.
    BacksOut,
}

/// What the operator does with a run whose interpreter was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    #[default]
    Resumes,
    BacksOut,
}

/// Where the steps of one configuration come from.
#[derive(Debug)]
pub(super) struct Explorer<'c> {
    pub(super) nodes: Nodes<'c>,
    pub(super) pairs: Pairs,
    pub(super) answers: Answers,
    pub(super) bounds: Bounds,
    /// The operator stops runs and backs them out.
    pub(super) backs_out: bool,
    /// … and expects that this works: mistakes on the way are judged.
    pub(super) relies_on_it: bool,
    /// None: nothing comes late.
    pub(super) lates: Option<Lates>,
}

/// A state with what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Here {
    pub(super) state: State,
    pub(super) node: Node,
    pub(super) changes: Rc<Changes>,
    /// The path behind one more fault.
    pub(super) faulted: Path,
}

impl<'c> Explorer<'c> {
    pub(super) fn new(nodes: Nodes<'c>, configuration: &Configuration, bounds: Bounds) -> Self {
        Explorer {
            nodes,
            pairs: Pairs::new(configuration.reference),
            answers: Answers::new(configuration.releases),
            bounds,
            backs_out: true,
            relies_on_it: true,
            lates: bounds.late.then(|| Lates::new(configuration.releases)),
        }
    }

    /// Nobody stops a run or backs it out: what it comes to by itself.
    pub(super) fn left_alone(self) -> Self {
        Explorer { backs_out: false, ..self }
    }

    /// Whoever stops a run or backs it out does not expect much of it: only damage is judged from there.
    pub(super) fn at_a_venture(self) -> Self {
        Explorer { relies_on_it: false, ..self }
    }

    /// The graph of the machine, for the next configuration.
    pub(super) fn into_nodes(self) -> Nodes<'c> {
        self.nodes
    }

    /// Every step from a state, always in the same order.
    pub(super) fn expand(&mut self, state: State, steps: &mut Vec<Step>) {
        steps.clear();
        let node = self.nodes.get(state.node);
        let changes = self.pairs.changes(state.pair);
        let mut here = Here { state, node, changes, faulted: state.path };
        here.faulted = here.wrong(self.pairs.get(state.pair), state.path);
        if self.nodes.end(state.node).is_none() {
            self.answer(&here, steps);
            self.goes_wrong(&here, steps);
            self.is_stopped(&here, steps);
        } else {
            self.is_backed_out(&here, steps);
        }
        steps.extend(here.changes.free.iter().map(|change| here.happens(change, state.path)));
        if self.lates.is_some() {
            self.come_late(&here, steps);
        }
    }

    fn answer(&mut self, here: &Here, steps: &mut Vec<Step>) {
        match self.nodes.request(here.node.request) {
            Request::Look(..) => self.look(here, here.state, None, steps),
            Request::Send(command) => {
                let starts = command.server.map(crate::engine::model::side_of);
                match starts.filter(|_| here.state.path.has(Mark::Starting)) {
                    Some(side) => self.start_ends(here, side, steps),
                    None => self.send(here, steps),
                }
            }
            Request::Pause(clocks) => {
                let clocks = *clocks;
                self.pause(here, clocks, steps);
            }
            Request::Ask(_) => self.ask(here, steps),
            Request::Set(..) | Request::Notify(_) | Request::End(_) => {
                unreachable!("because clocks are set and people are told at once, and an end asks nothing")
            }
        }
    }

    /// What a look shows; also one during which something happens.
    pub(super) fn look(&mut self, here: &Here, state: State, paused: Option<AnswerId>, steps: &mut Vec<Step>) {
        let (pair, path) = (state.pair, state.path);
        let place = (self.nodes.get(state.node).request, pair, path.cut());
        let looked = self.answers.looked(&mut self.nodes, &self.pairs, place, &here.changes.free);
        for answer in looked.whole.iter() {
            let label = Label::Answered { paused, answer: *answer, during: None, killed: None };
            self.answered(state, *answer, pair, label, steps);
        }
        for Torn { change, answer } in looked.torn.iter() {
            let Change { what, to, .. } = here.changes.free[usize::from(*change)];
            let label = Label::Answered { paused, answer: *answer, during: Some(what), killed: None };
            self.answered(state, *answer, to, label, steps);
        }
        if self.may_fail(here.node.part, path) {
            let struck = self.answers.struck(&mut self.nodes, &self.pairs, place, &here.changes.faults);
            let path = here.wrong(self.pairs.get(pair), path);
            for Torn { change, answer } in struck.iter() {
                let Change { what, to, .. } = here.changes.faults[usize::from(*change)];
                let label = Label::Answered { paused, answer: *answer, during: Some(what), killed: None };
                self.answered(State { path, ..state }, *answer, to, label, steps);
            }
        }
    }

    fn send(&mut self, here: &Here, steps: &mut Vec<Step>) {
        let State { pair, path, .. } = here.state;
        let sent = self.answers.sent(&mut self.nodes, &mut self.pairs, (here.node.request, pair, path.cut()));
        for sent in sent.iter() {
            let Some(path) = (if sent.lost { self.lost(here, path) } else { Some(path) }) else { continue };
            match sent.answer {
                Some(answer) => {
                    let label = Label::Answered { paused: None, answer, during: None, killed: None };
                    let from = State { path, ..here.state };
                    let known = steps.len();
                    self.answered(from, answer, sent.to, label, steps);
                    steps[known..].iter_mut().for_each(|step| step.harms = sent.harms);
                }
                None => steps.push(Step {
                    to: State { pair: sent.to, path: path.with(Mark::Starting), ..here.state },
                    label: Label::Begun,
                    harms: sent.harms,
                    refused: None,
                }),
            }
        }
        self.killed_behind(here, &sent, steps);
    }

    /// The start command ends when the server is there, or its process is gone; or nobody waits for it any longer, or its
    /// answer is lost.
    fn start_ends(&mut self, here: &Here, side: Side, steps: &mut Vec<Step>) {
        let (request, path) = (here.node.request, here.state.path.without(Mark::Starting));
        if let Some(answer) = self.answers.started(&mut self.nodes, &self.pairs, (request, here.state.pair), side) {
            self.start_answers(here, path, answer, steps);
        }
        if let Some(path) = self.lost(here, path) {
            let answer = self.nodes.answer_id(request, Answer::Outcome(model::start_lost()));
            self.start_answers(here, path, answer, steps);
        }
    }

    fn start_answers(&mut self, here: &Here, path: Path, answer: AnswerId, steps: &mut Vec<Step>) {
        let label = Label::Answered { paused: None, answer, during: None, killed: None };
        self.answered(State { path, ..here.state }, answer, here.state.pair, label, steps);
    }

    /// A person says yes; or no, or nothing within the limit.
    fn ask(&mut self, here: &Here, steps: &mut Vec<Step>) {
        for (at, answer) in self.answers.decided(&mut self.nodes, here.node.request).iter().copied().enumerate() {
            let path = if at == 0 { here.state.path } else { here.state.path.with(Mark::Provoked) };
            let label = Label::Answered { paused: None, answer, during: None, killed: None };
            self.answered(State { path, ..here.state }, answer, here.state.pair, label, steps);
        }
    }

    pub(super) fn answered(
        &mut self,
        from: State,
        answer: AnswerId,
        pair: PairId,
        label: Label,
        steps: &mut Vec<Step>,
    ) {
        let edge = self.nodes.follow(from.node, answer);
        let path = self.gone_on(from.path, edge);
        let to = State { node: edge.to, pair, path };
        if to != from {
            steps.push(Step { to, label, harms: Harms::default(), refused: edge.refused });
        }
        if edge.cuttable && self.may_be_killed(self.nodes.get(from.node).part, from.path) {
            self.killed_within(State { pair, ..from }, answer, label, steps);
        }
    }

    /// The run went on: whether faults are late, and whether mistakes are judged still.
    pub(super) fn gone_on(&self, path: Path, edge: Edge) -> Path {
        let blind = path.cut() != super::state::Cut::NONE;
        let anew = edge.handler || self.nodes.get(edge.to).part == Part::Body;
        let path = match (anew, edge.handler && blind) {
            (_, true) => path.with(Mark::Late),
            (true, false) => path.without(Mark::Late),
            (false, false) => path,
        };
        let path = if edge.step { path.without(Mark::Guarded) } else { path };
        let path = if edge.guard { path.with(Mark::Guarded) } else { path };
        if edge.refused.is_some() { path.with(Mark::Provoked) } else { path }
    }
}

impl Here {
    pub(super) fn happens(&self, change: &Change, path: Path) -> Step {
        let to = State { pair: change.to, path, ..self.state };
        Step { to, label: Label::Happens(change.what), harms: change.harms, refused: None }
    }
}

/// A step that does nothing to the pair.
pub(super) fn quiet(to: State, label: Label) -> Step {
    Step { to, label, harms: Harms::default(), refused: None }
}
