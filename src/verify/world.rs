//! What is explored: which pair, which readings of the manuals, and how far.

use crate::engine::{Code, Releases};
use crate::pair::model::{Model, Safeness, Settings};
use crate::pair::transition::{ERROR_PAIRS, LEGAL_PAIRS};
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

/// Whether the watchdog has an external reference (HAC's ERE) by which it tells a lost link from a lost server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// It promotes nobody merely because the other server is silent.
    External,
    /// The silence of the other server is taken for its death.
    Missing,
}

/// What a site says of its pair; what it leaves open is explored both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Known {
    pub auto_primary_alone: Option<bool>,
    pub safeness: Option<Safeness>,
    pub reference: Option<Reference>,
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
    /// A command that got no answer and was not done may be done later, at any time. That is a fault.
    pub late: bool,
}

/// More states than this in one configuration need a wish: they take about a gigabyte.
pub const MOST_STATES: usize = 20_000_000;
/// More faults on one path than this are not explored.
pub const MOST_FAULTS: u8 = 9;
/// More kills on one path than this are not explored.
pub const MOST_KILLS: u8 = 9;

impl Default for Bounds {
    fn default() -> Self {
        Self { faults: 1, kills: 1, states: MOST_STATES, late: false }
    }
}

impl Configuration {
    /// Every configuration in which a program may be run: its start states, and both readings of whatever is open. None
    /// where no two of its start states can stand beside each other.
    #[must_use]
    pub fn all(code: &Code, releases: Releases, known: Known) -> Vec<Configuration> {
        let versions = [0, 1].map(|at| code.servers().get(at).and_then(|it| it.from.version).unwrap_or(releases.old));
        let either = [false, true];
        let mut all = Vec::new();
        for states in starts(code) {
            for (conversion_keeps_base, listener_converts) in both(&either, &either) {
                for (reference, safeness) in both(&references(known), &safenesses(known)) {
                    for auto_primary_alone in
                        either.into_iter().filter(|it| known.auto_primary_alone.is_none_or(|say| say == *it))
                    {
                        let model = Settings { auto_primary_alone, safeness, conversion_keeps_base, listener_converts };
                        all.push(Configuration { model, reference, states, versions, releases });
                    }
                }
            }
        }
        all
    }

    /// The pair that a run begins with; none where its states cannot stand beside each other.
    #[must_use]
    pub fn start(&self) -> Option<Model> {
        Model::new(self.model, self.states, self.versions)
    }
}

fn references(known: Known) -> Vec<Reference> {
    known.reference.map_or_else(|| vec![Reference::External, Reference::Missing], |it| vec![it])
}

fn safenesses(known: Known) -> Vec<Safeness> {
    known.safeness.map_or_else(|| vec![Safeness::TwoSafe, Safeness::OneSafe], |it| vec![it])
}

fn both<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|one| second.iter().map(|two| (*one, *two))).collect()
}

/// The pairs of start states that belong together by the manuals; where no two do, those that can stand beside each other.
fn starts(code: &Code) -> Vec<[State; 2]> {
    let of = |at: usize| {
        let set = code.servers().get(at).and_then(|server| server.from.states);
        State::ALL.into_iter().filter(move |state| set.is_none_or(|set| set.contains(*state))).collect::<Vec<_>>()
    };
    let pairs = both(&of(0), &of(1));
    let listed = |table: &[(State, State)]| {
        let in_it = |(one, two): &&(State, State)| table.contains(&(*one, *two)) || table.contains(&(*two, *one));
        pairs.iter().filter(in_it).map(|(one, two)| [*one, *two]).collect::<Vec<_>>()
    };
    let stands = |pair: &[State; 2]| Model::new(Settings::default(), *pair, [Version::new(7, 0, 0); 2]).is_some();
    let any = || pairs.iter().map(|(one, two)| [*one, *two]).filter(stands).collect();
    [listed(&LEGAL_PAIRS), listed(&ERROR_PAIRS)].into_iter().find(|found| !found.is_empty()).unwrap_or_else(any)
}
