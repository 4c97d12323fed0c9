//! What is explored: which pair, which readings of the manuals, and how far.

use crate::pair::model::{Model, Settings};
use crate::pair::{State, Version};

/// The pair at the start, and how it behaves where sites and manuals differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Configuration {
    pub model: Settings,
    pub reference: Reference,
    /// In the order of the runbook's servers.
    pub states: [State; 2],
    /// The software of each at the start.
    pub versions: [Version; 2],
    /// What `install previous` and `install` bring.
    pub releases: Releases,
}

/// The versions before and after an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Releases {
    pub old: Version,
    pub new: Version,
}

/// Whether the watchdog has an external reference (HAC's ERE) by which it tells a lost link from a lost server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// It promotes nobody merely because the other server is silent.
    External,
    /// The silence of the other server is taken for its death.
    Missing,
}

/// How far is explored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Things that go wrong by themselves, on one path.
    pub faults: u8,
    /// How often the interpreter is killed and resumed, on one path.
    pub kills: u8,
    /// States of one configuration; reaching it is said, never silent.
    pub states: usize,
}

/// More states than this need a wish: about a gigabyte.
pub const MOST_STATES: usize = 20_000_000;

impl Default for Bounds {
    fn default() -> Self {
        Self { faults: 1, kills: 1, states: MOST_STATES }
    }
}

impl Configuration {
    /// The pair that a run begins with; none where its states cannot stand beside each other.
    #[must_use]
    pub fn start(&self) -> Option<Model> {
        Model::new(self.model, self.states, self.versions)
    }
}
