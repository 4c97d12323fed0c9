//! Goes along with a run in another world, and says whether the explorer knows each of its steps.

use std::collections::HashSet;

use crate::engine::{Code, Machine, Request};
use crate::pair::model::Model;

use super::expand::{Explorer, Label, Step};
use super::hash::Quick;
use super::nodes::Nodes;
use super::pairs::{Happening, Pairs};
use super::state::{Path, State};
use super::{Bounds, Configuration, Reference};

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
        let mut seen: HashSet<State, Quick> = self.states.iter().copied().collect();
        self.before.clone_from(&self.states);
        let mut level = std::mem::take(&mut self.states);
        // The nearest ways: what else has happened unseen can be found to have happened when it is seen.
        while !level.is_empty() && self.states.is_empty() && seen.len() < self.most {
            let mut next = Vec::new();
            for state in level {
                self.ways_on(state, (machine, request, pair), &mut seen, &mut next);
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
        from: State,
        (machine, request, pair): (&Machine, &Request, &Model),
        seen: &mut HashSet<State, Quick>,
        next: &mut Vec<State>,
    ) {
        if self.is_there(from, machine, request, pair) {
            self.states.push(from);
        }
        let mut steps: Vec<Step> = Vec::new();
        self.explorer.expand(from, &mut steps);
        for step in steps {
            if matches!(step.label, Label::Happens(_) | Label::Begun) {
                if seen.insert(step.to) {
                    next.push(step.to);
                }
            } else if self.is_there(step.to, machine, request, pair) && !self.states.contains(&step.to) {
                self.states.push(step.to);
            }
        }
    }

    /// Where the explorer stands and where the run does, in full: for whoever looks for the difference.
    #[must_use]
    pub fn why(&self, machine: &Machine) -> String {
        let stands = self.before.iter().map(|state| self.explorer.nodes.described(state.node));
        let stands = stands.collect::<Vec<_>>().join("\n");
        format!("the explorer stood at\n{stands}\nand the run is at\n{}", self.explorer.nodes.forgotten(machine))
    }

    fn is_there(&self, state: State, machine: &Machine, request: &Request, pair: &Model) -> bool {
        self.explorer.pairs.get(state.pair) == pair && self.explorer.nodes.find(machine, request) == Some(state.node)
    }
}
