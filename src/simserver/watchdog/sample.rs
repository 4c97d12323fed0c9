//! The manuals' sample watchdog: what it does about what it sees. It polls, counts what is not answered, and promotes the
//! server that is left.
//!
//! Source: section 8 of the facts; 100 "Watchdog section", 200 "How the Watchdog sample application works" and its failure
//! situations.

use super::decide::{Action, serves};
use super::look::Seen;
use super::settings::Sample;
use crate::pair::State;

/// How often each server did not answer, one time after the other.
#[derive(Debug, Default)]
pub(super) struct Polls([u32; 2]);

/// What the sample does about what it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advice {
    Do(Action),
    /// `AutoSwitch=no`: a message tells somebody to do it.
    Tell(Action),
}

impl Polls {
    /// Counts one more look. Whoever waits for a netcopy answers nothing either.
    pub fn count(&mut self, seen: [Seen; 2]) {
        for (failures, seen) in self.0.iter_mut().zip(seen) {
            *failures = if matches!(seen, Seen::In(_)) { 0 } else { failures.saturating_add(1) };
        }
    }

    fn is_down(&self, at: usize, sample: &Sample) -> bool {
        self.0[at] >= sample.num_retry.max(1)
    }

    /// What is to be done next, if anything.
    pub fn next(&self, seen: [Seen; 2], sample: &Sample) -> Option<Advice> {
        let action = self.action(seen, sample)?;
        Some(if sample.auto_switch { Advice::Do(action) } else { Advice::Tell(action) })
    }

    fn action(&self, seen: [Seen; 2], sample: &Sample) -> Option<Action> {
        const SECONDARY: Seen = Seen::In(State::SecondaryAlone);
        if seen == [SECONDARY; 2] {
            return sample.dual_sec_auto_switch.then_some(Action::Choose);
        }
        [0, 1].into_iter().find_map(|at| {
            let (local, remote) = (seen[at], seen[1 - at]);
            let gone = self.is_down(1 - at, sample);
            match local {
                Seen::In(State::PrimaryUncertain) if gone || remote == SECONDARY => Some(Action::Promote(at)),
                Seen::In(State::SecondaryAlone) if gone && !serves(remote) => Some(Action::Succeed(at)),
                Seen::In(State::PrimaryAlone) if remote == SECONDARY => Some(Action::Connect(at)),
                Seen::In(_) | Seen::Gone | Seen::Offline | Seen::Silent => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{PrimaryActive, PrimaryAlone, PrimaryUncertain, SecondaryActive, SecondaryAlone};
    use std::time::Duration;

    fn sample() -> Sample {
        Sample { ping_interval: Duration::ZERO, num_retry: 2, auto_switch: true, dual_sec_auto_switch: false }
    }

    fn after(looks: u32, seen: [Seen; 2], sample: &Sample) -> Option<Advice> {
        let mut polls = Polls::default();
        (0..looks).for_each(|_| polls.count(seen));
        polls.next(seen, sample)
    }

    #[test]
    fn a_server_is_down_after_so_many_looks_without_an_answer() {
        for gone in [Seen::Gone, Seen::Silent, Seen::Offline] {
            let primary = [gone, Seen::In(SecondaryAlone)];
            assert_eq!(after(1, primary, &sample()), None);
            assert_eq!(after(2, primary, &sample()), Some(Advice::Do(Action::Succeed(1))), "{gone:?}");
            let secondary = [Seen::In(PrimaryUncertain), gone];
            assert_eq!(after(1, secondary, &sample()), None);
            assert_eq!(after(2, secondary, &sample()), Some(Advice::Do(Action::Promote(0))), "{gone:?}");
        }
        let mut polls = Polls::default();
        for seen in [Seen::Silent, Seen::In(PrimaryActive), Seen::Silent] {
            polls.count([seen, Seen::In(SecondaryAlone)]);
        }
        assert_eq!(
            polls.next([Seen::Silent, Seen::In(SecondaryAlone)], &sample()),
            None,
            "one answer, and it counts anew"
        );
    }

    #[test]
    fn it_starts_nothing_and_connects_what_answers() {
        assert_eq!(after(9, [Seen::In(PrimaryAlone), Seen::Gone], &sample()), None);
        assert_eq!(after(9, [Seen::Gone, Seen::Gone], &sample()), None);
        assert_eq!(after(9, [Seen::Silent, Seen::In(SecondaryActive)], &sample()), None, "they may be connected");
        assert_eq!(after(9, [Seen::In(PrimaryAlone), Seen::In(PrimaryAlone)], &sample()), None);
        let apart = [Seen::In(SecondaryAlone), Seen::In(PrimaryAlone)];
        assert_eq!(after(1, apart, &sample()), Some(Advice::Do(Action::Connect(1))));
        let parted = [Seen::In(PrimaryUncertain), Seen::In(SecondaryAlone)];
        assert_eq!(after(1, parted, &sample()), Some(Advice::Do(Action::Promote(0))), "the line between them is down");
    }

    #[test]
    fn of_two_secondaries_it_chooses_where_it_may_and_without_auto_switch_it_only_tells() {
        let both = [Seen::In(SecondaryAlone), Seen::In(SecondaryAlone)];
        assert_eq!(after(9, both, &sample()), None);
        let chooses = Sample { dual_sec_auto_switch: true, ..sample() };
        assert_eq!(after(1, both, &chooses), Some(Advice::Do(Action::Choose)));
        let tells = Sample { auto_switch: false, ..chooses };
        assert_eq!(after(1, both, &tells), Some(Advice::Tell(Action::Choose)));
    }
}
