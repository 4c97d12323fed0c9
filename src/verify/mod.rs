//! Verifying: every path of the very program that will run, against every behaviour that the model of the pair allows.
//!
//! A search, breadth first, over where the run stands, what the pair is in, and what has gone wrong so far. The machine is
//! the one that runs and rehearses; here it is fed every answer. What is abstracted, and what is therefore not proven,
//! stands in `docs/verify.md`.

mod answers;
mod coverage;
mod diagnostics;
mod expand;
mod harm;
mod hash;
mod judge;
mod nodes;
mod pairs;
mod property;
mod search;
mod state;
mod story;
mod watchdog;
mod world;

use crate::engine::{Code, InstrId};

use expand::Explorer;
use nodes::Nodes;

pub use coverage::Coverage;
pub use pairs::Happening;
pub use property::{Kind, Property};
pub use story::{Actor, Entry, Story, What};
pub use watchdog::Deed;
pub use world::{Bounds, Configuration, Known, MOST_FAULTS, MOST_KILLS, MOST_STATES, Reference};

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The first of each property and place, by what had to go wrong for it.
    pub broken: Vec<Violation>,
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
    /// Different pairs, and different places of the run.
    pub pairs: usize,
    pub places: usize,
}

/// Explores a program in each configuration.
#[must_use]
pub fn verify(code: &Code, configurations: &[Configuration], bounds: Bounds) -> Report {
    let mut nodes = Nodes::new(code);
    let mut explored = Explored::default();
    let mut broken: Vec<Violation> = Vec::new();
    for configuration in configurations {
        let mut explorer = Explorer::new(&mut nodes, configuration, bounds);
        let Some(found) = search::search(&mut explorer, configuration, bounds) else { continue };
        explored.configurations += 1;
        explored.states += found.states;
        explored.steps += found.steps;
        explored.cut_short += usize::from(!found.whole);
        explored.pairs += explorer.pairs.len();
        for one in &found.broken {
            let known = broken.iter_mut().find(|known| {
                (known.property, known.at, known.kills > 0) == (one.property, one.at, one.path.kills > 0)
            });
            if let Some(known) = known {
                known.configurations += 1;
                continue;
            }
            let story = story::tell(&mut explorer, &found, one);
            broken.push(Violation {
                property: one.property,
                damage: None,
                at: one.at,
                faults: one.path.faults,
                kills: one.path.kills,
                configuration: *configuration,
                configurations: 1,
                story,
            });
        }
    }
    explored.places = nodes.len();
    Report { broken, explored, coverage: nodes.coverage().clone() }
}
