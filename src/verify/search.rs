//! Breadth first: of the stories that need the fewest things to go wrong, the shortest comes first.

use std::collections::HashMap;

use crate::engine::InstrId;

use super::alone::{Alone, Overflow};
use super::crew::Gate;
use super::expand::{Explorer, Step};
use super::reached::{ROOT, Reached};
use super::state::{Path, State};
use super::{Bounds, Configuration, Property};
use crate::engine::Quick;

/// What was found in one configuration.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) broken: Vec<Broken>,
    pub(super) states: usize,
    pub(super) steps: u64,
    /// Everything within the bounds was seen.
    pub(super) whole: bool,
    /// Some path came to success.
    pub(super) succeeds: bool,
    /// One server may work alone for too long.
    pub(super) overflow: Option<Overflow>,
    reached: Reached,
}

/// A property that is broken: by the last step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) property: Property,
    pub(super) at: InstrId,
    /// The state before, and which of its steps; none: the state itself breaks it.
    pub(super) state: u32,
    pub(super) step: Option<u16>,
    pub(super) path: Path,
}

/// A path from the start: each state and the step taken from it.
pub(super) fn path_to(found: &Found, state: u32) -> Vec<(State, u16)> {
    let mut path = Vec::new();
    let mut at = state;
    while let Some((parent, step)) = found.reached.parent(at) {
        path.push((found.reached.get(parent), step));
        at = parent;
    }
    path.reverse();
    path
}

/// The first state at which the run stands at a statement.
pub(super) fn first_at(explorer: &Explorer<'_>, found: &Found, at: InstrId) -> Option<u32> {
    let stands = |state: State| explorer.nodes.get(state.node).at == at;
    states(found).position(stands).and_then(|at| u32::try_from(at).ok())
}

pub(super) fn state(found: &Found, at: u32) -> State {
    found.reached.get(at)
}

/// Every state that was reached.
pub(super) fn states(found: &Found) -> impl Iterator<Item = State> {
    found.reached.iter()
}

/// Explores one configuration; none where its start states cannot stand beside each other.
pub(super) fn search(
    explorer: &mut Explorer<'_>,
    configuration: &Configuration,
    bounds: Bounds,
    gate: &Gate,
) -> Option<Found> {
    let start = configuration.start()?;
    let first = State { node: explorer.nodes.first(), pair: explorer.pairs.id(start), path: Path::default() };
    Some(search_from(explorer, &[first], bounds, gate))
}

/// Explores everything behind those states.
pub(super) fn search_from(explorer: &mut Explorer<'_>, roots: &[State], bounds: Bounds, gate: &Gate) -> Found {
    let mut search = Search {
        found: Found {
            broken: Vec::new(),
            states: 0,
            steps: 0,
            whole: true,
            succeeds: false,
            overflow: None,
            reached: Reached::default(),
        },
        seen: HashMap::default(),
        queues: vec![Vec::new(); usize::from(bounds.faults) + usize::from(bounds.kills) + 1],
        alone: explorer.nodes.code().settings().log_lasts.map(|_| Alone::default()),
        bounds,
    };
    roots.iter().for_each(|root| search.add(explorer, *root, ROOT));
    search.run(explorer, gate);
    search.judge_alone(explorer);
    search.found.states = search.found.reached.len();
    search.found
}

struct Search {
    found: Found,
    /// What was reported already: the place, and whether the interpreter had been killed.
    seen: HashMap<(Property, InstrId, bool), (), Quick>,
    /// By price.
    queues: Vec<Vec<u32>>,
    /// None: nobody says how long a log lasts.
    alone: Option<Alone>,
    bounds: Bounds,
}

impl Search {
    fn run(&mut self, explorer: &mut Explorer<'_>, gate: &Gate) {
        let mut turn = None;
        let mut steps: Vec<Step> = Vec::new();
        for price in 0..self.queues.len() {
            let mut next = 0;
            while let Some(at) = self.queues[price].get(next).copied() {
                next += 1;
                let state = self.found.reached.get(at);
                explorer.expand(state, &mut steps);
                self.found.steps += steps.len() as u64;
                for (ordinal, step) in (0u16..).zip(&steps) {
                    self.judge_step(explorer, at, state, ordinal, step);
                    self.alone.iter_mut().for_each(|alone| alone.goes(explorer, state, step));
                    self.add(explorer, step.to, (at, ordinal));
                }
                turn = turn.or_else(|| gate.pass(self.found.reached.len()));
                if self.found.reached.len() >= self.bounds.states {
                    self.found.whole = false;
                    return;
                }
            }
            self.queues[price] = Vec::new();
        }
    }

    fn add(&mut self, explorer: &mut Explorer<'_>, state: State, parent: (u32, u16)) {
        let Some(at) = self.found.reached.add(state, parent) else { return };
        self.queues[state.path.price()].push(at);
        self.alone.iter_mut().for_each(|alone| alone.stands(explorer, state, at));
        for (property, place) in explorer.broken_by_state(state) {
            self.report(Broken { property, at: place, state: at, step: None, path: state.path });
        }
        self.found.succeeds |= explorer.has_succeeded(state);
    }

    fn judge_step(&mut self, explorer: &mut Explorer<'_>, at: u32, from: State, ordinal: u16, step: &Step) {
        for (property, place) in explorer.broken_by_step(from, step) {
            self.report(Broken { property, at: place, state: at, step: Some(ordinal), path: step.to.path });
        }
    }

    fn judge_alone(&mut self, explorer: &Explorer<'_>) {
        let code = explorer.nodes.code();
        let (Some(alone), Some(log_lasts)) = (&self.alone, code.settings().log_lasts) else { return };
        let Some((overflow, at, state)) = alone.overflow(code, log_lasts, self.bounds.faults) else { return };
        let path = self.found.reached.get(state).path;
        self.found.overflow = Some(overflow);
        self.report(Broken { property: Property::LogOverflow, at, state, step: None, path });
    }

    fn report(&mut self, broken: Broken) {
        let key = (broken.property, broken.at, broken.path.kills > 0);
        if self.seen.insert(key, ()).is_none() {
            self.found.broken.push(broken);
        }
    }
}
