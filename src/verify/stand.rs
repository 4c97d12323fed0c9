//! Where a run may stand beside a pair that looks like a given one; and what comes of a run that begins there.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::engine::{Code, Entry, InstrId, Machine, Part, RunResult};
use crate::lint::allow::Allow;
use crate::pair::model::Model;
use crate::program::StepId;

use super::crew::Gate;
use super::expand::Explorer;
use super::nodes::{NodeId, Nodes};
use super::search::{self, Found};
use super::state::{Mark, Path, State};
use super::wrong::undoes;
use super::{Bounds, Configuration, Explored, Reference, Report, allowed, resumed_apart, take_in};
use crate::engine::Quick;

/// A place at which a run may stand, beside one of the pairs that look right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub at: InstrId,
    pub part: Part,
    /// The step under way, or begun last.
    pub step: Option<StepId>,
    pub spot: Spot,
    /// In a back-out, or behind one.
    pub backs_out: bool,
    /// Of this kind of pair, as far as anything can tell from outside.
    pub configuration: Configuration,
    pub pair: Model,
    /// What it takes to come there.
    pub takes: Takes,
}

/// What a way takes: the least of all that lead to the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Takes {
    /// Something went wrong, or was lost, or a person said no, or stopped the run: mistakes are not judged behind it.
    pub wrong: bool,
    pub faults: u8,
    pub kills: u8,
}

/// How far a run is in its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// Nothing of the step is done.
    Begins,
    Within,
    /// The run is over, and succeeded.
    Done,
    /// It is over, and did not.
    Stopped,
}

/// Every place, each with each pair once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    pub standings: Vec<Standing>,
    pub explored: Explored,
}

/// What makes two of them different.
type Key = (InstrId, Option<StepId>, Spot, bool, Model, Reference);

/// Explores a program and gives every place at which it may stand beside a pair of which `looks` says that it looks right.
#[must_use]
pub fn stand(code: &Code, configurations: &[Configuration], bounds: Bounds, looks: impl Fn(&Model) -> bool) -> Stood {
    let mut nodes = Nodes::new(code);
    let mut explored = Explored::default();
    let mut standings: IndexMap<Key, Standing, Quick> = IndexMap::default();
    for configuration in configurations {
        let mut explorer = Explorer::new(nodes, configuration, bounds);
        if let Some(found) = search::search(&mut explorer, configuration, bounds, &Gate::default()) {
            explored.add(&found, explorer.pairs.len());
            gather(&mut standings, &explorer, &found, configuration, &looks);
        }
        nodes = explorer.into_nodes();
    }
    explored.places = nodes.len();
    Stood { standings: standings.into_values().collect(), explored }
}

fn gather(
    standings: &mut IndexMap<Key, Standing, Quick>,
    explorer: &Explorer<'_>,
    found: &Found,
    configuration: &Configuration,
    looks: &impl Fn(&Model) -> bool,
) {
    let mut right: HashMap<super::pairs::PairId, bool, Quick> = HashMap::default();
    for state in search::states(found) {
        let pair = explorer.pairs.get(state.pair);
        if !*right.entry(state.pair).or_insert_with(|| looks(pair)) {
            continue;
        }
        let node = explorer.nodes.get(state.node);
        let backs_out = is_backing_out(explorer, state.node);
        let asked_for = backs_out || state.path.has(Mark::Stopped);
        let (step, spot) = (explorer.nodes.durable(state.node).step(), spot(explorer, state.node));
        let standing = Standing {
            at: node.at,
            part: node.part,
            step,
            spot,
            configuration: *configuration,
            pair: *pair,
            backs_out,
            takes: Takes {
                wrong: asked_for || state.path.has(Mark::Provoked),
                faults: state.path.faults,
                kills: state.path.kills,
            },
        };
        let key = (node.at, step, spot, backs_out, *pair, configuration.reference);
        let known = standings.entry(key).or_insert(standing);
        known.takes = known.takes.min(standing.takes);
    }
}

fn is_backing_out(explorer: &Explorer<'_>, node: NodeId) -> bool {
    let node = explorer.nodes.get(node);
    node.backs_out() || undoes(node.part)
}

fn spot(explorer: &Explorer<'_>, node: NodeId) -> Spot {
    if let Some(end) = explorer.nodes.end(node) {
        let done = matches!(end.result, RunResult::Done | RunResult::AlreadyDone);
        return if done { Spot::Done } else { Spot::Stopped };
    }
    let (code, durable) = (explorer.nodes.code(), explorer.nodes.durable(node));
    let at = explorer.nodes.get(node).at;
    let first = durable.step().and_then(|step| code.stands_first(step));
    let untouched = durable.in_doubt().is_none() && !durable.waits_for_its_effect();
    if first == Some(at) && untouched { Spot::Begins } else { Spot::Within }
}

/// A pair beside which a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    pub configuration: Configuration,
    pub pair: Model,
    /// What had gone wrong before: so much less may go wrong behind it.
    pub takes: Takes,
}

/// Explores a run that begins at a later step, beside each of those pairs; of what it reaches, nothing is expected that a run
/// from the first step would reach. Of what comes of it where it is stopped or backed out only damage is told: nobody has begun it
/// for that.
#[must_use]
pub fn verify_from(code: &Code, entry: &Entry, roots: &[Root], bounds: Bounds, allows: &[Allow]) -> Report {
    let mut nodes = Nodes::new(code);
    let mut explored = Explored::default();
    let mut broken = Vec::new();
    let mut kinds: IndexMap<Configuration, Vec<Root>> = IndexMap::new();
    roots.iter().for_each(|root| kinds.entry(root.configuration).or_default().push(*root));
    for (configuration, roots) in &kinds {
        let mut explorer = Explorer::new(nodes, configuration, bounds).at_a_venture();
        let node = explorer.nodes.begin(Machine::entering(code, entry.clone()), None);
        let states: Vec<State> = roots.iter().map(|root| begins(&mut explorer, node, root)).collect();
        let found = search::search_from(&mut explorer, &states, bounds, &Gate::default());
        explored.add(&found, explorer.pairs.len());
        found.broken.iter().for_each(|one| take_in(&mut broken, &mut explorer, configuration, &found, one));
        nodes = explorer.into_nodes();
    }
    explored.places = nodes.len();
    let coverage = nodes.coverage().clone();
    let allowed = allowed::take_out(&mut broken, code, allows);
    Report { broken: resumed_apart(broken), allowed, explored, coverage }
}

fn begins(explorer: &mut Explorer<'_>, node: NodeId, root: &Root) -> State {
    let Takes { wrong, faults, kills } = root.takes;
    let path = Path::default().having(faults, kills);
    let path = if wrong { path.with(Mark::Provoked) } else { path };
    State { node, pair: explorer.pairs.id(root.pair), path }
}
