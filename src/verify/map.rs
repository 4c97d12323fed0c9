//! The map of a runbook: what the pair can be in while the run stands at each statement. For those who must allow it.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::engine::{Code, InstrId, Part};
use crate::pair::State;
use crate::pair::model::{Connection, Model, Phase, Side};

use super::crew::Gate;
use super::expand::Explorer;
use super::nodes::Nodes;
use super::search::{Found, search, states};
use super::{Bounds, Configuration, Explored};

/// Everything that a search reached, by where the run stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// In the order of the program.
    pub stops: Vec<Stop>,
    pub explored: Explored,
}

/// A statement at which a run can stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub at: InstrId,
    pub part: Part,
    /// The run is over, and this was its last statement.
    pub over: bool,
    /// What the pair can be in there: one of each kind that looks different.
    pub pairs: Vec<Model>,
}

/// What of a pair is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Sight {
    phases: [Phase; 2],
    states: [Option<State>; 2],
    has_all: [bool; 2],
    writes: [bool; 2],
}

/// The servers that hold every acknowledged commit, running or not.
///
/// Of connected servers both count: what a 1-safe Primary has not sent yet is what its site has chosen to risk.
pub fn copies(pair: &Model) -> impl Iterator<Item = Side> {
    let connected = pair.connection() == Connection::Connected;
    Side::BOTH.into_iter().filter(move |side| connected || (pair.is_complete(*side) && !pair.is_ahead(side.other())))
}

/// The servers that accept writes.
pub fn writers(pair: &Model) -> impl Iterator<Item = Side> {
    Side::BOTH.into_iter().filter(|side| pair.takes_commits(*side).is_ok())
}

impl Sight {
    fn of(pair: &Model) -> Sight {
        let has = |sides: Vec<Side>| Side::BOTH.map(|side| sides.contains(&side));
        Sight {
            phases: Side::BOTH.map(|side| pair.phase(side)),
            states: Side::BOTH.map(|side| pair.state(side)),
            has_all: has(copies(pair).collect()),
            writes: has(writers(pair).collect()),
        }
    }
}

type Stops = BTreeMap<(bool, InstrId), IndexMap<Sight, Model>>;

/// Explores a program in each configuration and says what was met where.
#[must_use]
pub fn map(code: &Code, configurations: &[Configuration], bounds: Bounds) -> Map {
    let mut nodes = Nodes::new(code);
    let mut explored = Explored::default();
    let mut stops = Stops::new();
    for configuration in configurations {
        let mut explorer = Explorer::new(nodes, configuration, bounds).left_alone();
        if let Some(found) = search(&mut explorer, configuration, bounds, &Gate::default()) {
            explored.add(&found, explorer.pairs.len());
            take_in(&mut stops, &explorer, &found);
        }
        nodes = explorer.into_nodes();
    }
    explored.places = nodes.len();
    let stops = stops.into_iter().map(|((over, at), pairs)| Stop {
        at,
        part: code.place(at).part,
        over,
        pairs: pairs.into_values().collect(),
    });
    Map { stops: stops.collect(), explored }
}

fn take_in(stops: &mut Stops, explorer: &Explorer<'_>, found: &Found) {
    for state in states(found) {
        let over = explorer.nodes.end(state.node).is_some();
        let pair = explorer.pairs.get(state.pair);
        let key = (over, explorer.nodes.get(state.node).at);
        stops.entry(key).or_default().entry(Sight::of(pair)).or_insert(*pair);
    }
}
