//! The states that were reached, and how: some thirty bytes each, of which there are millions.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::state::State;
use crate::engine::Quick;

/// Of a state in which the search began: no parent, and none of its steps.
pub(super) const ROOT: (u32, u16) = (NONE, 0);

const NONE: u32 = u32::MAX;

/// Every state that was reached first, and not beside one in which less had gone wrong.
#[derive(Debug, Default)]
pub(super) struct Reached {
    states: Vec<Link>,
    /// Of each spot the number of the state that was reached last, found by the spot's hash.
    known: HashTable<u32>,
    parents: Vec<u32>,
    /// Which of the parent's steps.
    steps: Vec<u16>,
}

/// Side by side, as the one is looked at for the other.
#[derive(Debug, Clone, Copy)]
struct Link {
    state: State,
    /// The state that was reached before at the same spot.
    before: u32,
}

impl Reached {
    /// The number of a state that was not known, and that no known one covers.
    pub(super) fn add(&mut self, state: State, parent: (u32, u16)) -> Option<u32> {
        let Reached { states, known, .. } = self;
        let at = u32::try_from(states.len()).expect("because the bound on states is below 2^32");
        let same = |other: &u32| states[*other as usize].state.is_beside(state);
        let hash_of = |other: &u32| hash(states[*other as usize].state);
        let before = match known.entry(hash(state), same, hash_of) {
            Entry::Vacant(free) => {
                free.insert(at);
                NONE
            }
            Entry::Occupied(mut last) => {
                let mut other = *last.get();
                while other != NONE {
                    let Link { state: known, before } = states[other as usize];
                    if known.path.covers(state.path) {
                        return None;
                    }
                    other = before;
                }
                std::mem::replace(last.get_mut(), at)
            }
        };
        states.push(Link { state, before });
        self.parents.push(parent.0);
        self.steps.push(parent.1);
        Some(at)
    }

    pub(super) fn get(&self, at: u32) -> State {
        self.states[at as usize].state
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = State> {
        self.states.iter().map(|link| link.state)
    }

    /// The state from which one was reached, and by which of its steps; none: the search began there.
    pub(super) fn parent(&self, at: u32) -> Option<(u32, u16)> {
        let parent = (self.parents[at as usize], self.steps[at as usize]);
        (parent != ROOT).then_some(parent)
    }
}

fn hash(state: State) -> u64 {
    Quick::default().hash_one(state.spot())
}
