//! Where answers lead, as far as they were followed.

use indexmap::IndexSet;

use crate::engine::{InstrId, Refuser};

use super::nodes::{AnswerId, NodeId, index};
use crate::engine::Quick;

/// What an answer led to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) to: NodeId,
    /// A handler was entered on the way.
    pub(super) handler: bool,
    /// A step began on the way.
    pub(super) step: bool,
    /// A person approved something, or a backup was begun.
    pub(super) guard: bool,
    pub(super) refused: Option<Refused>,
    /// More than one record was written on the way that says more than what is seen: a kill may come between.
    pub(super) cuttable: bool,
}

/// A command that was refused, and failed its statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Refused {
    pub(super) at: InstrId,
    pub(super) by: Refuser,
    pub(super) code: Option<i32>,
}

/// Where answers lead, as far as they were followed.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Of each node, by answer: what is asked of one node after another lies side by side.
    known: Vec<Vec<(AnswerId, Way)>>,
    /// Each refusal once; the number of one is the place here, plus one.
    refusals: IndexSet<Refused, Quick>,
}

/// An edge in little room: there are some for each node.
#[derive(Debug, Clone, Copy)]
struct Way {
    to: NodeId,
    refusal: u32,
    marks: u8,
}

const HANDLER: u8 = 1;
const STEP: u8 = 2;
const GUARD: u8 = 4;
const CUTTABLE: u8 = 8;

impl Edges {
    pub(super) fn get(&self, from: NodeId, answer: AnswerId) -> Option<Edge> {
        let ways = self.known.get(from.0 as usize)?;
        let at = find(ways, answer).ok()?;
        let (_, Way { to, refusal, marks }) = ways[at];
        let refused = (refusal as usize).checked_sub(1).map(|at| self.refusals[at]);
        let has = |mark| marks & mark != 0;
        Some(Edge { to, handler: has(HANDLER), step: has(STEP), guard: has(GUARD), cuttable: has(CUTTABLE), refused })
    }

    pub(super) fn insert(
        &mut self,
        from: NodeId,
        answer: AnswerId,
        Edge { to, handler, step, guard, cuttable, refused }: Edge,
    ) {
        let refusal = refused.map_or(0, |refused| index(self.refusals.insert_full(refused).0 + 1));
        let marks = [(handler, HANDLER), (step, STEP), (guard, GUARD), (cuttable, CUTTABLE)];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).sum();
        let way = (answer, Way { to, refusal, marks });
        let node = from.0 as usize;
        self.known.resize_with(self.known.len().max(node + 1), Vec::new);
        let ways = &mut self.known[node];
        match find(ways, answer) {
            Ok(at) => ways[at] = way,
            Err(at) => ways.insert(at, way),
        }
    }
}

fn find(ways: &[(AnswerId, Way)], answer: AnswerId) -> Result<usize, usize> {
    ways.binary_search_by_key(&answer.0, |(answer, _)| answer.0)
}
