//! Goes along with a run in another world, and says whether the explorer knows each of its steps.

use std::collections::HashSet;

use crate::engine::{Answer, Code, Machine, Request};
use crate::pair::model::Model;

use super::expand::{Explorer, Label, Step};
use super::nodes::Nodes;
use super::pairs::{Happening, PairId, Pairs};
use super::state::{Path, State};
use super::{Bounds, Configuration, Reference};
use crate::engine::Quick;

/// As many ways in which the explorer may have come to the same are kept: those for which the least went wrong.
const MOST_WAYS: usize = 6;

/// Everything that the explorer knows to happen to a pair by itself, and what comes of it; what costs a fault comes last.
#[must_use]
pub fn happenings(model: &Model, reference: Reference) -> Vec<(Happening, Model)> {
    let mut pairs = Pairs::new(reference);
    let pair = pairs.id(*model);
    let changes = pairs.changes(pair);
    changes.free.iter().chain(changes.faults.iter()).map(|change| (change.what, *pairs.get(change.to))).collect()
}

/// A state that may lie on the way to where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Ahead {
    state: State,
    /// The look that the run waited for is over: what happens then, behind the last probe that could have seen it, happens
    /// before the run asks for more.
    has_looked: bool,
}

/// What had to go wrong at least.
fn least(states: &[State]) -> Option<usize> {
    states.iter().map(|state| state.path.price()).min()
}

/// The states that the explorer could be in beside a run.
#[derive(Debug)]
pub struct Follower<'c> {
    explorer: Explorer<'c>,
    states: Vec<State>,
    /// Those of the step before.
    before: Vec<State>,
    /// The run paused, and has not looked again yet.
    paused: bool,
    most: usize,
}

impl<'c> Follower<'c> {
    /// Beside a run that begins there, in which no more goes wrong than that; for each of its steps so many states are
    /// looked through. None where the start states cannot stand beside each other.
    #[must_use]
    pub fn new(code: &'c Code, configuration: &Configuration, bounds: Bounds) -> Option<Follower<'c>> {
        let mut explorer = Explorer::new(Nodes::new(code), configuration, bounds);
        let pair = explorer.pairs.id(configuration.start()?);
        let node = explorer.nodes.first();
        Some(Follower {
            explorer,
            states: vec![State { node, pair, path: Path::default() }],
            before: Vec::new(),
            paused: false,
            most: bounds.states,
        })
    }

    /// The run went on: its machine has asked for that, and the pair is in this. False where the explorer knows no way
    /// there.
    pub fn knows(&mut self, machine: &Machine, request: &Request, pair: &Model) -> bool {
        // The explorer answers these together with what comes before them.
        if matches!(request, Request::Set(..) | Request::Notify(_)) {
            return true;
        }
        if std::mem::take(&mut self.paused) && matches!(request, Request::Look(..)) {
            return true;
        }
        self.paused = matches!(request, Request::Pause(_));
        let pair = self.explorer.pairs.id(*pair);
        self.before = std::mem::take(&mut self.states);
        let mut level: Vec<Ahead> =
            self.before.iter().map(|state| Ahead { state: *state, has_looked: false }).collect();
        let mut seen: HashSet<Ahead, Quick> = level.iter().copied().collect();
        let mut once_more = false;
        // The nearest ways: what else has happened unseen can be found to have happened when it is seen.
        while !level.is_empty() && seen.len() < self.most {
            // One step can be two things that go wrong, where two steps are only one: a limit that passes and a crash
            // during the look behind it, or the crash and then the look.
            let found = !self.states.is_empty();
            if found && (once_more || least(&self.states) == least(&self.before)) {
                break;
            }
            once_more = found;
            let mut next = Vec::new();
            for ahead in level {
                self.ways_on(ahead, (machine, request, pair), &mut seen, &mut next);
            }
            level = next;
        }
        self.states.sort_by_key(|state| state.path.price());
        self.states.truncate(MOST_WAYS);
        !self.states.is_empty()
    }

    /// Notes where the run may be, as seen from a state; and what may happen first.
    fn ways_on(
        &mut self,
        from: Ahead,
        (machine, request, pair): (&Machine, &Request, PairId),
        seen: &mut HashSet<Ahead, Quick>,
        next: &mut Vec<Ahead>,
    ) {
        let mut steps: Vec<Step> = Vec::new();
        self.explorer.expand(from.state, &mut steps);
        // Only now: it may be a place that nobody has met before.
        let asks_that = self.explorer.nodes.find(machine, request);
        let mut note = |state: State| {
            let is_there = state.pair == pair && Some(state.node) == asks_that;
            if is_there && !self.states.contains(&state) {
                self.states.push(state);
            }
        };
        note(from.state);
        for step in steps {
            let ahead = match step.label {
                Label::Happens(_) => Some(Ahead { state: step.to, ..from }),
                _ if from.has_looked => None,
                Label::Begun => Some(Ahead { state: step.to, ..from }),
                Label::Answered { answer, .. } => {
                    note(step.to);
                    let looked = matches!(self.explorer.nodes.answer(answer), Answer::Looked(_));
                    let goes_there = looked && Some(step.to.node) == asks_that;
                    goes_there.then_some(Ahead { state: step.to, has_looked: true })
                }
                Label::ComesLate(_) | Label::Killed { .. } | Label::Stopped | Label::BacksOut => {
                    note(step.to);
                    None
                }
            };
            next.extend(ahead.filter(|ahead| seen.insert(*ahead)));
        }
    }

    /// Where the explorer stands and where the run does, in full: for whoever looks for the difference.
    #[must_use]
    pub fn why(&self, machine: &Machine) -> String {
        let stands = self.before.iter().map(|state| self.explorer.nodes.described(state.node));
        let stands = stands.collect::<Vec<_>>().join("\n");
        format!("the explorer stood at\n{stands}\nand the run is at\n{}", self.explorer.nodes.forgotten(machine))
    }
}
