//! The versions of an upgrade, where a model stands for the pair: what `install previous` and `install` bring.

use crate::pair::Version;
use crate::program::{Bindings, FIX_PACK, Given, ParamId, ParamType, Program, Value};

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
            told.or(default) == Some(FIX_PACK)
        });
        if fix_pack { Releases::fix_pack() } else { Releases::version_level() }
    }

    /// By the values of the parameters: the new version is that of the parameter of type `version`, `target` before
    /// others; the old one lies just before it.
    #[must_use]
    pub fn bound(program: &Program, bindings: &Bindings) -> Releases {
        let values = || (0..).take(program.params.len()).map(|at| bindings.get(ParamId(at)));
        let fix_pack = values().any(|value| *value == Value::Word(FIX_PACK.to_owned()));
        let sample = if fix_pack { Releases::fix_pack() } else { Releases::version_level() };
        match program.target().map(|target| bindings.get(target)) {
            Some(Value::Version(new)) => Releases { old: just_before(*new, sample, fix_pack), new: *new },
            Some(Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Word(_) | Value::Number(_)) | None => {
                sample
            }
        }
    }
}

fn just_before(new: Version, sample: Releases, fix_pack: bool) -> Version {
    if fix_pack && new.fix > 0 {
        return Version { fix: new.fix - 1, build: 0, ..new };
    }
    if fix_pack && new.build > 0 {
        return Version { build: 0, ..new };
    }
    let fits = sample.old < new && (sample.old.level() == new.level()) == fix_pack;
    if fits { sample.old } else { Version::new(new.major.saturating_sub(1), new.minor, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_version_lies_just_before_the_new_one() {
        let level = Releases::version_level();
        let fix = Releases::fix_pack();
        assert_eq!(just_before(Version::new(7, 0, 0), level, false), Version::new(6, 5, 0));
        assert_eq!(just_before(Version::new(7, 0, 5), fix, true), Version::new(7, 0, 4));
        assert_eq!(just_before(Version { build: 2, ..Version::new(7, 0, 0) }, fix, true), Version::new(7, 0, 0));
        assert_eq!(just_before(Version::new(6, 0, 0), level, false), Version::new(5, 0, 0));
    }
}
