//! Verifying: every path of the very program that will run, against every behaviour that the model of the pair allows.
//!
//! A search, breadth first, over where the run stands, what the pair is in, and what has gone wrong so far. The machine is
//! the one that runs and rehearses; here it is fed every answer. What is abstracted, and what is therefore not proven,
//! stands in `docs/verify.md`.

mod allowed;
mod alone;
mod answers;
mod behind;
mod coverage;
mod crew;
mod diagnostics;
mod edges;
mod expand;
mod follow;
mod frontier;
mod harm;
mod judge;
mod late;
mod map;
mod nodes;
mod pairs;
mod pauses;
mod property;
mod reached;
mod remedy;
mod search;
mod stand;
mod state;
mod story;
mod watchdog;
mod within;
mod world;
mod wrong;

use crate::engine::{Code, InstrId, Part};
use crate::lint::allow::Allow;

use crew::Gate;
use expand::Explorer;
use nodes::Nodes;
use search::{Broken, Found};

pub use allowed::Allowed;
pub use alone::Overflow;
pub use coverage::Coverage;
pub use expand::Then;
pub use follow::{Follower, happenings};
pub use map::{Map, Stop, copies, map, writers};
pub use pairs::Happening;
pub use property::{Kind, Property};
pub use stand::{Root, Spot, Standing, Stood, Takes, stand, verify_from};
pub use story::{Actor, Entry, Story, What};
pub use watchdog::Deed;
pub use world::{Bounds, Configuration, Known, MOST_FAULTS, MOST_KILLS, MOST_STATES, Reference};

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The first of each property and place, by what had to go wrong for it.
    pub broken: Vec<Violation>,
    /// What is broken where the runbook allows it.
    pub allowed: Vec<Allowed>,
    pub explored: Explored,
    pub coverage: Coverage,
}

/// A property that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub property: Property,
    /// The damage, where the property is that a resumed run does it.
    pub damage: Option<Property>,
    /// The statement at which the run stood, or that it had left for its end.
    pub at: InstrId,
    pub faults: u8,
    pub kills: u8,
    /// The first configuration in which it was found.
    pub configuration: Configuration,
    /// In how many configurations it was found.
    pub configurations: usize,
    /// How long one server may work alone, where the property is that.
    pub overflow: Option<Overflow>,
    pub story: Story,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Explored {
    pub configurations: usize,
    pub states: usize,
    pub steps: u64,
    /// Configurations in which the bound on states was reached before everything was seen.
    pub cut_short: usize,
    /// Configurations in which some path came to success.
    pub succeeded: usize,
    /// Different pairs, and different places of the run.
    pub pairs: usize,
    pub places: usize,
}

/// Explores a program in each configuration; what its comments allow is told apart.
#[must_use]
pub fn verify(code: &Code, configurations: &[Configuration], bounds: Bounds, allows: &[Allow]) -> Report {
    let (nodes, explored, mut broken) = crew::explore(code, configurations, bounds);
    let coverage = nodes.coverage().clone();
    // Before it is told whether a resumed run does what is done anyway: what is meant in one place is not meant in others.
    let mut allowed = allowed::take_out(&mut broken, code, allows);
    let mut broken = resumed_apart(broken);
    if explored.cut_short == 0 && explored.configurations > 0 {
        broken.extend(never(nodes, &configurations[0], bounds, never_so(code, &coverage, &explored)));
    }
    allowed.extend(allowed::take_out(&mut broken, code, allows));
    Report { broken, allowed, explored, coverage }
}

/// What is broken by what is on no path at all, and where.
fn never_so(code: &Code, coverage: &Coverage, explored: &Explored) -> Vec<(Property, InstrId)> {
    let dead = code.ids().filter(|at| code.is_check(*at) && coverage.reached(*at) && !coverage.held(*at));
    let mut never: Vec<(Property, InstrId)> = dead.map(|at| (Property::DeadWait, at)).collect();
    if explored.succeeded == 0 {
        let on_the_way = |at: &InstrId| coverage.reached(*at) && code.place(*at).part == Part::Body;
        let first_dead = never.iter().map(|(_, at)| *at).find(on_the_way);
        let furthest = first_dead.or_else(|| code.ids().filter(on_the_way).last());
        never.extend(furthest.map(|at| (Property::NeverSucceeds, at)));
    }
    never
}

/// Tells how the run comes to stand there.
fn never(
    nodes: Nodes<'_>,
    configuration: &Configuration,
    bounds: Bounds,
    broken: Vec<(Property, InstrId)>,
) -> Vec<Violation> {
    if broken.is_empty() {
        return Vec::new();
    }
    let mut explorer = Explorer::new(nodes, configuration, bounds);
    let Some(found) = search::search(&mut explorer, configuration, bounds, &Gate::default()) else { return Vec::new() };
    let mut told = Vec::new();
    for (property, at) in broken {
        let Some(state) = search::first_at(&explorer, &found, at) else { continue };
        let path = search::state(&found, state).path;
        let one = Broken { property, at, state, step: None, path };
        take_in(&mut told, &mut explorer, configuration, &found, &one);
    }
    told
}

impl Explored {
    fn add(&mut self, found: &Found, pairs: usize) {
        self.configurations += 1;
        self.states += found.states;
        self.steps += found.steps;
        self.cut_short += usize::from(!found.whole);
        self.succeeded += usize::from(found.succeeds);
        self.pairs += pairs;
    }

    /// Takes in what was explored beside it; which places are the same ones is for their keeper.
    fn join(&mut self, other: Explored) {
        self.configurations += other.configurations;
        self.states += other.states;
        self.steps += other.steps;
        self.cut_short += other.cut_short;
        self.succeeded += other.succeeded;
        self.pairs += other.pairs;
    }
}

impl Violation {
    fn is_like(&self, property: Property, at: InstrId, killed: bool) -> bool {
        (self.property, self.at, self.kills > 0) == (property, at, killed)
    }
}

/// The first of its kind is told; of the others it is counted in how many configurations they are.
fn take_in(
    broken: &mut Vec<Violation>,
    explorer: &mut Explorer<'_>,
    configuration: &Configuration,
    found: &Found,
    one: &Broken,
) {
    if let Some(known) = broken.iter_mut().find(|known| known.is_like(one.property, one.at, one.path.kills > 0)) {
        known.configurations += 1;
        return;
    }
    let story = story::tell(explorer, found, one);
    let overflow = found.overflow.as_ref().filter(|_| one.property == Property::LogOverflow).cloned();
    broken.push(Violation {
        property: one.property,
        damage: None,
        at: one.at,
        faults: overflow.as_ref().map_or(one.path.faults, |overflow| overflow.failures),
        kills: one.path.kills,
        configuration: *configuration,
        configurations: 1,
        overflow,
        story,
    });
}

/// Damage that is done only where the interpreter was killed is a property of its own; that which is done anyway, with as
/// many faults and without a kill, is told once.
fn resumed_apart(broken: Vec<Violation>) -> Vec<Violation> {
    let (killed, alive): (Vec<Violation>, Vec<Violation>) = broken.into_iter().partition(|one| one.kills > 0);
    let done_anyway =
        |one: &Violation| alive.iter().any(|other| other.property == one.property && other.faults <= one.faults);
    let apart: Vec<Violation> = killed
        .into_iter()
        .filter(|one| !done_anyway(one))
        .map(|one| match one.property.kind() {
            Kind::Damage => Violation { damage: Some(one.property), property: Property::UnsafeResume, ..one },
            Kind::Mistake => one,
        })
        .collect();
    alive.into_iter().chain(apart).collect()
}
