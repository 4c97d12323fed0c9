//! What a twin starts from.

use std::time::Duration;

use crate::pair::model::{Model, Settings};
use crate::pair::transition::{ERROR_PAIRS, LEGAL_PAIRS};
use crate::pair::{State, Version};
use crate::program::{Bindings, Expected, Given, ParamId, ParamType, Program, Term, Value};

use super::Watchdog;

/// The versions before and after an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Releases {
    pub old: Version,
    pub new: Version,
}

impl Releases {
    /// 6.5 to 7.0.
    #[must_use]
    pub fn version_level() -> Releases {
        Releases { old: Version::new(6, 5, 0), new: Version::new(7, 0, 0) }
    }

    /// 7.0 Fix Pack 2 to 3.
    #[must_use]
    pub fn fix_pack() -> Releases {
        Releases { old: Version::new(7, 0, 2), new: Version::new(7, 0, 3) }
    }

    /// By what was given for the words of the runbook's parameters, else by their defaults, else by their first words: a
    /// fix pack where one of them says `fix_pack`.
    #[must_use]
    pub fn sample(program: &Program, given: &[Given]) -> Releases {
        let fix_pack = program.params.iter().any(|(name, param)| {
            let ParamType::Words(words) = &param.ty else { return false };
            let told = given.iter().rev().find(|given| given.name == *name).map(|given| given.text.as_str());
            let default = match &param.default {
                Some(Value::Word(word)) => Some(word.as_str()),
                Some(_) | None => words.first().map(String::as_str),
            };
            told.or(default) == Some("fix_pack")
        });
        if fix_pack { Releases::fix_pack() } else { Releases::version_level() }
    }

    /// By the values of the parameters: the new version is that of the parameter of type `version`, `target` before
    /// others; the old one lies just before it.
    #[must_use]
    pub fn bound(program: &Program, bindings: &Bindings) -> Releases {
        let values: Vec<(&str, &Value)> =
            (0..).zip(program.params.keys()).map(|(at, name)| (name.as_str(), bindings.get(ParamId(at)))).collect();
        let fix_pack = values.iter().any(|(_, value)| **value == Value::Word("fix_pack".to_owned()));
        let sample = if fix_pack { Releases::fix_pack() } else { Releases::version_level() };
        let versions = values.iter().filter_map(|(name, value)| match value {
            Value::Version(version) => Some((*name, *version)),
            Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Word(_) | Value::Number(_) => None,
        });
        let target = versions.clone().find(|(name, _)| *name == "target").or_else(|| versions.clone().next());
        target.map_or(sample, |(_, new)| Releases { old: just_before(new, sample, fix_pack), new })
    }
}

fn just_before(new: Version, sample: Releases, fix_pack: bool) -> Version {
    if fix_pack && new.fix > 0 {
        return Version { fix: new.fix - 1, build: 0, ..new };
    }
    let fits = sample.old < new && (sample.old.level() == new.level()) == fix_pack;
    if fits { sample.old } else { Version::new(new.major.saturating_sub(1), new.minor, 0) }
}

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

    #[test]
    fn the_old_version_lies_just_before_the_new_one() {
        let level = Releases::version_level();
        let fix = Releases::fix_pack();
        assert_eq!(just_before(Version::new(7, 0, 0), level, false), Version::new(6, 5, 0));
        assert_eq!(just_before(Version::new(7, 0, 5), fix, true), Version::new(7, 0, 4));
        assert_eq!(just_before(Version::new(6, 0, 0), level, false), Version::new(5, 0, 0));
    }
}
