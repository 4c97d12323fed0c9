//! How a pair was left, in the one respect that matters at night: who accepts writes.

use crate::pair::State;

/// Where a run left its servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Left {
    /// Connected, and one of them accepts writes.
    Safe,
    /// Exactly one accepts writes, and the other one is not connected to it.
    Degraded,
    NobodyServes,
    TwoServe,
    /// A server is not in sight.
    Unknown,
}

impl Left {
    /// What the states of all servers of a program mean; none: not known.
    #[must_use]
    pub fn of(states: &[Option<State>]) -> Left {
        let Some(states) = states.iter().copied().collect::<Option<Vec<State>>>() else { return Left::Unknown };
        let serving = states.iter().filter(|state| state.serves()).count();
        let active = |state: &State| matches!(state, State::PrimaryActive | State::SecondaryActive);
        match (states.len(), serving) {
            (0, _) => Left::Safe,
            _ if serving > 1 => Left::TwoServe,
            _ if states.iter().all(active) && (serving == 1 || states.len() == 1) => Left::Safe,
            (_, 1) => Left::Degraded,
            // Of one server alone nothing is known about who else serves.
            (1, _) => Left::Unknown,
            _ => Left::NobodyServes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State as S;

    #[test]
    fn a_pair_is_judged_by_who_accepts_writes() {
        let of = |one, other| Left::of(&[one, other]);
        assert_eq!(of(Some(S::PrimaryActive), Some(S::SecondaryActive)), Left::Safe);
        assert_eq!(of(Some(S::SecondaryActive), Some(S::PrimaryActive)), Left::Safe);
        assert_eq!(of(Some(S::PrimaryAlone), Some(S::Down)), Left::Degraded);
        assert_eq!(of(Some(S::PrimaryActive), Some(S::SecondaryAlone)), Left::Degraded);
        assert_eq!(of(Some(S::SecondaryAlone), Some(S::SecondaryAlone)), Left::NobodyServes);
        assert_eq!(of(Some(S::PrimaryUncertain), Some(S::Offline)), Left::NobodyServes);
        assert_eq!(of(Some(S::PrimaryAlone), Some(S::PrimaryAlone)), Left::TwoServe);
        assert_eq!(of(Some(S::PrimaryAlone), None), Left::Unknown);
        assert_eq!(of(Some(S::SecondaryActive), Some(S::SecondaryActive)), Left::NobodyServes);
    }

    #[test]
    fn one_server_alone_says_little_about_the_pair() {
        assert_eq!(Left::of(&[Some(S::SecondaryActive)]), Left::Safe);
        assert_eq!(Left::of(&[Some(S::PrimaryAlone)]), Left::Degraded);
        assert_eq!(Left::of(&[Some(S::SecondaryAlone)]), Left::Unknown);
        assert_eq!(Left::of(&[]), Left::Safe);
    }
}
