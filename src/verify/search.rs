//! Breadth first: of the stories that need the fewest things to go wrong, the shortest comes first.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::mpsc;
use std::thread;

use crate::engine::InstrId;

use super::alone::{Alone, Overflow};
use super::crew::Gate;
use super::expand::{Explorer, Step};
use super::frontier::{Batch, Expanded, Frontier};
use super::reached::Reached;
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
        broken: Vec::new(),
        succeeds: false,
        seen: HashMap::default(),
        alone: explorer.nodes.code().settings().log_lasts.map(|_| Alone::default()),
        met: Vec::new(),
    };
    let frontier = search.run(explorer, Frontier::new(roots, bounds), gate);
    let overflow = search.judge_alone(explorer, &frontier, bounds);
    let Search { broken, succeeds, .. } = search;
    let (whole, steps) = (frontier.is_whole(), frontier.steps());
    let reached = frontier.into_reached();
    Found { broken, states: reached.len(), steps, whole, succeeds, overflow, reached }
}

struct Search {
    broken: Vec<Broken>,
    succeeds: bool,
    /// What was reported already: the place, and whether the interpreter had been killed.
    seen: HashMap<(Property, InstrId, bool), (), Quick>,
    /// None: nobody says how long a log lasts.
    alone: Option<Alone>,
    /// What breaks a property in the batch that is looked at, each with the place of its state in it; empty between two.
    met: Vec<(usize, Broken)>,
}

impl Search {
    /// Looks at everything. To tell what is new from what is not takes nearly as long as to work out what comes next: on a thread
    /// of its own where there is much of it.
    fn run(&mut self, explorer: &mut Explorer<'_>, mut frontier: Frontier, gate: &Gate) -> Frontier {
        while frontier.len() < gate.large {
            let Some(batch) = frontier.take() else { return frontier };
            frontier.add(&self.expand(explorer, &batch));
        }
        let _turn = gate.pass();
        thread::scope(|scope| {
            let (expanded, to_add) = mpsc::channel();
            let (to_expand, batches) = mpsc::channel();
            let kept = scope.spawn(move || {
                frontier.serve(&to_expand, &to_add);
                frontier
            });
            for batch in batches {
                // Behind the bound on states nobody takes in what comes of the last batch.
                let _ = expanded.send(self.expand(explorer, &batch));
            }
            kept.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    /// What comes next of each, and whether anything of it is broken. States at the same place of the run one after another: what
    /// is known of that place is at hand then.
    fn expand(&mut self, explorer: &mut Explorer<'_>, batch: &Batch) -> Expanded {
        let spots = batch.iter().map(|(_, state)| u128::from(state.spot().0));
        let mut order: Vec<u128> = spots.zip(0u128..).map(|(spot, at)| spot << 64 | at).collect();
        order.sort_unstable();
        let mut expanded = Expanded::of(batch);
        let mut steps = Vec::new();
        for at in order.into_iter().map(|spot| spot as u64 as usize) {
            let (number, state) = batch[at];
            explorer.expand(state, &mut steps);
            self.judge(explorer, (at, number), state, &steps);
            expanded.put(at, steps.iter().map(|step| step.to));
        }
        self.met.sort_by_key(|(at, _)| *at);
        for (_, broken) in std::mem::take(&mut self.met) {
            self.report(broken);
        }
        expanded
    }

    fn judge(&mut self, explorer: &mut Explorer<'_>, (at, number): (usize, u32), state: State, steps: &[Step]) {
        self.alone.iter_mut().for_each(|alone| alone.stands(explorer, state, number));
        for (property, place) in explorer.broken_by_state(state) {
            self.met.push((at, Broken { property, at: place, state: number, step: None, path: state.path }));
        }
        self.succeeds |= explorer.has_succeeded(state);
        for (ordinal, step) in (0u16..).zip(steps) {
            for (property, place) in explorer.broken_by_step(state, step) {
                let path = step.to.path;
                self.met.push((at, Broken { property, at: place, state: number, step: Some(ordinal), path }));
            }
            self.alone.iter_mut().for_each(|alone| alone.goes(explorer, state, step));
        }
    }

    fn judge_alone(&mut self, explorer: &Explorer<'_>, frontier: &Frontier, bounds: Bounds) -> Option<Overflow> {
        let code = explorer.nodes.code();
        let log_lasts = code.settings().log_lasts?;
        let (overflow, at, state) = self.alone.as_ref()?.overflow(code, log_lasts, bounds.faults)?;
        let path = frontier.get(state).path;
        self.report(Broken { property: Property::LogOverflow, at, state, step: None, path });
        Some(overflow)
    }

    fn report(&mut self, broken: Broken) {
        let key = (broken.property, broken.at, broken.path.kills > 0);
        if self.seen.insert(key, ()).is_none() {
            self.broken.push(broken);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::verify::crew::tests::sample;
    use crate::verify::nodes::Nodes;

    use super::*;

    #[test]
    fn the_same_is_found_wherever_a_search_becomes_large() {
        let (code, kinds) = sample();
        let everything = Bounds::default();
        for bounds in [everything, Bounds { states: 300, ..everything }] {
            let found = |large: usize| {
                let mut explorer = Explorer::new(Nodes::new(&code), &kinds[0], bounds);
                let start = kinds[0].start().expect("because its states can stand beside each other");
                let root =
                    State { node: explorer.nodes.first(), pair: explorer.pairs.id(start), path: Path::default() };
                let found = search_from(&mut explorer, &[root], bounds, &Gate::of(large));
                (states(&found).collect::<Vec<_>>(), found.steps, found.whole, found.broken)
            };
            let on_one_thread = found(usize::MAX);
            assert_eq!(on_one_thread.2, bounds == everything, "{} states", on_one_thread.0.len());
            assert!(bounds != everything || !on_one_thread.3.is_empty(), "something is broken");
            for large in [0, 1, 100] {
                let on_two = found(large);
                assert!(on_two == on_one_thread, "{large}: {:?} and not {:?}", on_two.3, on_one_thread.3);
            }
        }
    }
}
