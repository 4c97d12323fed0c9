//! What a twin starts from.

use std::time::Duration;

use crate::engine::Releases;
use crate::pair::model::{Model, Settings};
use crate::pair::transition::{ERROR_PAIRS, LEGAL_PAIRS};
use crate::pair::{State, Version};
use crate::program::{Bindings, Expected, Program, Term, Value};

use super::Watchdog;

/// Everything that decides how a rehearsal goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwinSettings {
    /// How long things take, and which answers are lost on the way.
    pub seed: u64,
    pub model: Settings,
    /// In the order of the runbook's servers.
    pub states: [State; 2],
    /// The software of each at the start.
    pub versions: [Version; 2],
    /// What `install` and `install previous` bring.
    pub releases: Releases,
    /// Of the application, on whoever accepts writes.
    pub commits_per_second: u32,
    /// The site's `call_limit`: how long a question to a server that does not answer takes.
    pub call_limit: Duration,
    /// Approvals that are declined; all others are granted.
    pub declined: Vec<String>,
    /// What happens while the watchdog is on.
    pub watchdog: Watchdog,
}

impl TwinSettings {
    /// A pair in the start states of a program: the first of them that fit together, in the order in which the manuals
    /// list states. None where no two of them do.
    #[must_use]
    pub fn for_program(program: &Program, bindings: &Bindings, seed: u64) -> Option<TwinSettings> {
        let releases = Releases::bound(program, bindings);
        let wanted = |at: usize| program.servers.get_index(at).map(|(_, server)| &server.from);
        let states = fitting([states(wanted(0)), states(wanted(1))])?;
        let versions = [0, 1].map(|at| version(wanted(at), bindings).unwrap_or(releases.old));
        Some(TwinSettings { seed, states, versions, releases, ..TwinSettings::default() })
    }
}

impl Default for TwinSettings {
    fn default() -> Self {
        let releases = Releases::version_level();
        Self {
            seed: 1,
            model: Settings::default(),
            states: [State::PrimaryActive, State::SecondaryActive],
            versions: [releases.old; 2],
            releases,
            commits_per_second: 20,
            call_limit: Duration::from_secs(30),
            declined: Vec::new(),
            watchdog: Watchdog::Idle,
        }
    }
}

fn states(wanted: Option<&Expected>) -> Vec<State> {
    let set = wanted.and_then(|expected| expected.states);
    State::ALL.into_iter().filter(|state| set.is_none_or(|set| set.contains(*state))).collect()
}

fn version(wanted: Option<&Expected>, bindings: &Bindings) -> Option<Version> {
    let value = match &wanted?.version.as_ref()?.term {
        Term::Known(value) => value,
        Term::Param(param) => bindings.get(*param),
        Term::Formal(_) => return None,
    };
    match value {
        Value::Version(version) => Some(*version),
        Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Word(_) | Value::Number(_) => None,
    }
}

/// The first two that belong together, else that can stand beside each other.
fn fitting([first, second]: [Vec<State>; 2]) -> Option<[State; 2]> {
    let pairs: Vec<[State; 2]> = first.iter().flat_map(|one| second.iter().map(|two| [*one, *two])).collect();
    let listed =
        |table: &[(State, State)], [one, two]: [State; 2]| table.contains(&(one, two)) || table.contains(&(two, one));
    let stands = |pair: &&[State; 2]| Model::new(Settings::default(), **pair, [Version::new(7, 0, 0); 2]).is_some();
    let legal = pairs.iter().find(|pair| listed(&LEGAL_PAIRS, **pair));
    let wrong = || pairs.iter().find(|pair| listed(&ERROR_PAIRS, **pair));
    legal.or_else(wrong).or_else(|| pairs.iter().find(stands)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_that_fit_are_chosen_before_states_that_can_only_stand_beside_each_other() {
        let any = State::ALL.to_vec();
        assert_eq!(fitting([any.clone(), any.clone()]), Some([State::PrimaryActive, State::SecondaryActive]));
        assert_eq!(fitting([any, vec![State::Down, State::SecondaryAlone]]), Some([State::PrimaryAlone, State::Down]));
        assert_eq!(fitting([vec![State::Down], vec![State::Down]]), Some([State::Down, State::Down]));
        assert_eq!(fitting([vec![State::PrimaryActive], vec![State::Down]]), None);
    }
}
