//! What was reached, and what of it is still to be looked at. Neither the machine nor the pair is asked for that, so that it
//! can be kept on another thread than the one on which they are.

use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender};

use super::Bounds;
use super::reached::{ROOT, Reached};
use super::state::State;

/// As many states are looked at before what comes next of them is added: so many that those at the same place of the run can be
/// looked at one after another.
const BATCH: usize = 16_384;

/// States that are to be looked at, each with its number.
pub(super) type Batch = Vec<(u32, State)>;

/// What comes next of a batch.
#[derive(Debug)]
pub(super) struct Expanded {
    /// Of each state of the batch, in its order: its number, and which of the steps below are its own.
    from: Vec<(u32, Range<usize>)>,
    to: Vec<State>,
}

impl Expanded {
    /// Nothing is known yet.
    pub(super) fn of(batch: &Batch) -> Expanded {
        Expanded { from: batch.iter().map(|(number, _)| (*number, 0..0)).collect(), to: Vec::new() }
    }

    /// What comes next of one of the batch's states.
    pub(super) fn put(&mut self, at: usize, to: impl Iterator<Item = State>) {
        let before = self.to.len();
        self.to.extend(to);
        self.from[at].1 = before..self.to.len();
    }
}

/// What was reached, and what of it is still to be looked at: in the order in which it was reached, of states for which as
/// much had to go wrong; fewer things first. Into how many batches that falls changes nothing.
#[derive(Debug)]
pub(super) struct Frontier {
    reached: Reached,
    /// By price.
    queues: Vec<Vec<u32>>,
    /// The queue from which states are taken, and the next one of it.
    price: usize,
    next: usize,
    /// So many batches were taken and not added yet, not counting empty ones.
    out: usize,
    bounds: Bounds,
    steps: u64,
    whole: bool,
}

impl Frontier {
    pub(super) fn new(roots: &[State], bounds: Bounds) -> Frontier {
        let mut frontier = Frontier {
            reached: Reached::default(),
            queues: vec![Vec::new(); usize::from(bounds.faults) + usize::from(bounds.kills) + 1],
            price: 0,
            next: 0,
            out: 0,
            bounds,
            steps: 0,
            whole: true,
        };
        roots.iter().for_each(|root| frontier.reach(*root, ROOT));
        frontier
    }

    pub(super) fn len(&self) -> usize {
        self.reached.len()
    }

    pub(super) fn get(&self, at: u32) -> State {
        self.reached.get(at)
    }

    /// The steps of all that was looked at.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// The bound on states was not met.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    pub(super) fn into_reached(self) -> Reached {
        self.reached
    }

    /// What to look at next; empty where that depends on what is being looked at, none where there is nothing left.
    pub(super) fn take(&mut self) -> Option<Batch> {
        while self.whole {
            let rest = &self.queues.get(self.price)?[self.next..];
            if !rest.is_empty() {
                let batch: Batch = rest.iter().take(BATCH).map(|at| (*at, self.reached.get(*at))).collect();
                self.next += batch.len();
                self.out += 1;
                return Some(batch);
            }
            if self.out > 0 {
                return Some(Batch::new());
            }
            self.queues[self.price] = Vec::new();
            (self.price, self.next) = (self.price + 1, 0);
        }
        None
    }

    /// Takes in what comes next of a batch, up to the bound on states.
    pub(super) fn add(&mut self, Expanded { from, to }: &Expanded) {
        self.out -= usize::from(!from.is_empty());
        for (parent, own) in from {
            self.steps += own.len() as u64;
            for (ordinal, state) in (0u16..).zip(&to[own.clone()]) {
                self.reach(*state, (*parent, ordinal));
            }
            if self.reached.len() >= self.bounds.states {
                self.whole = false;
                return;
            }
        }
    }

    /// Hands out what to look at, and takes in what comes of it: a batch is looked at while another one is added.
    pub(super) fn serve(&mut self, to_expand: &Sender<Batch>, expanded: &Receiver<Expanded>) {
        let Some(first) = self.take() else { return };
        let mut open = to_expand.send(first).is_ok();
        while open && let Some(batch) = self.take() {
            open = to_expand.send(batch).is_ok();
            match expanded.recv() {
                Ok(expanded) => self.add(&expanded),
                Err(_) => return,
            }
        }
    }

    fn reach(&mut self, state: State, parent: (u32, u16)) {
        if let Some(at) = self.reached.add(state, parent) {
            self.queues[state.path.price()].push(at);
        }
    }
}
