//! Breadth first: of the stories that need the fewest things to go wrong, the shortest comes first.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::engine::InstrId;

use super::expand::{Explorer, Step};
use super::hash::Quick;
use super::state::{Path, State};
use super::{Bounds, Configuration, Property};

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

/// Every state, and how it was reached first.
#[derive(Debug, Default)]
struct Reached {
    states: IndexSet<State, Quick>,
    parents: Vec<(u32, u16)>,
}

const ROOT: (u32, u16) = (u32::MAX, 0);

impl Reached {
    /// The number of a state that was not known.
    fn add(&mut self, state: State, parent: (u32, u16)) -> Option<u32> {
        let (at, new) = self.states.insert_full(state);
        if !new {
            return None;
        }
        self.parents.push(parent);
        Some(u32::try_from(at).expect("because the bound on states is below 2^32"))
    }
}

/// A path from the start: each state and the step taken from it.
pub(super) fn path_to(found: &Found, state: u32) -> Vec<(State, u16)> {
    let mut path = Vec::new();
    let mut at = state;
    while let Some((parent, step)) = Some(found.reached.parents[at as usize]).filter(|parent| *parent != ROOT) {
        path.push((found.reached.states[parent as usize], step));
        at = parent;
    }
    path.reverse();
    path
}

/// The first state at which the run stands at a statement.
pub(super) fn first_at(explorer: &Explorer<'_>, found: &Found, at: InstrId) -> Option<u32> {
    let stands = |state: &State| explorer.nodes.get(state.node).at == at;
    found.reached.states.iter().position(stands).and_then(|at| u32::try_from(at).ok())
}

pub(super) fn state(found: &Found, at: u32) -> State {
    found.reached.states[at as usize]
}

/// Every state that was reached.
pub(super) fn states(found: &Found) -> impl Iterator<Item = State> {
    found.reached.states.iter().copied()
}

/// Explores one configuration; none where its start states cannot stand beside each other.
pub(super) fn search(explorer: &mut Explorer<'_>, configuration: &Configuration, bounds: Bounds) -> Option<Found> {
    let start = configuration.start()?;
    let first = State { node: explorer.nodes.first(), pair: explorer.pairs.id(start), path: Path::default() };
    Some(search_from(explorer, &[first], bounds))
}

/// Explores everything behind those states.
pub(super) fn search_from(explorer: &mut Explorer<'_>, roots: &[State], bounds: Bounds) -> Found {
    let mut search = Search {
        found: Found {
            broken: Vec::new(),
            states: 0,
            steps: 0,
            whole: true,
            succeeds: false,
            reached: Reached::default(),
        },
        seen: HashMap::default(),
        queues: vec![Vec::new(); usize::from(bounds.faults) + usize::from(bounds.kills) + 1],
        bounds,
    };
    roots.iter().for_each(|root| search.add(explorer, *root, ROOT));
    search.run(explorer);
    search.found.states = search.found.reached.states.len();
    search.found
}

struct Search {
    found: Found,
    /// What was reported already: the place, and whether the interpreter had been killed.
    seen: HashMap<(Property, InstrId, bool), (), Quick>,
    /// By price.
    queues: Vec<Vec<u32>>,
    bounds: Bounds,
}

impl Search {
    fn run(&mut self, explorer: &mut Explorer<'_>) {
        let mut steps: Vec<Step> = Vec::new();
        for price in 0..self.queues.len() {
            let mut next = 0;
            while let Some(at) = self.queues[price].get(next).copied() {
                next += 1;
                let state = self.found.reached.states[at as usize];
                explorer.expand(state, &mut steps);
                self.found.steps += steps.len() as u64;
                for (ordinal, step) in (0u16..).zip(&steps) {
                    self.judge_step(explorer, at, state, ordinal, step);
                    self.add(explorer, step.to, (at, ordinal));
                }
                if self.found.reached.states.len() >= self.bounds.states {
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

    fn report(&mut self, broken: Broken) {
        let key = (broken.property, broken.at, broken.path.kills > 0);
        if self.seen.insert(key, ()).is_none() {
            self.found.broken.push(broken);
        }
    }
}
