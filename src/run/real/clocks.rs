//! The machine's clocks against the real one.

use std::time::{Duration, Instant};

use crate::engine::{Clock, Clocks};

const ALL: [Clock; 4] = [Clock::Limit, Clock::Settle, Clock::Look, Clock::Delay];

/// When each clock was set, and for how long.
#[derive(Debug, Default)]
pub struct ClockFace {
    set: [Option<(Instant, Duration)>; 4],
}

impl ClockFace {
    /// Starts a clock anew.
    pub fn set(&mut self, clock: Clock, limit: Duration) {
        self.set[slot(clock)] = Some((Instant::now(), limit));
    }

    /// How long a clock has run; none before it was set.
    #[must_use]
    pub fn waited(&self, clock: Clock) -> Option<Duration> {
        self.set[slot(clock)].map(|(since, _)| since.elapsed())
    }

    /// How long until the first of these clocks is over; nothing where one is over already.
    #[must_use]
    pub fn first_over(&self, clocks: Clocks) -> Option<Duration> {
        let left = |clock: Clock| self.set[slot(clock)].map(|(since, limit)| limit.saturating_sub(since.elapsed()));
        ALL.into_iter().filter(|clock| clocks.contains(*clock)).filter_map(left).min()
    }

    /// Which of these clocks are over.
    #[must_use]
    pub fn over(&self, clocks: Clocks) -> Clocks {
        let over = |clock: Clock| self.set[slot(clock)].is_some_and(|(since, limit)| since.elapsed() >= limit);
        ALL.into_iter().filter(|clock| clocks.contains(*clock) && over(*clock)).fold(Clocks::NONE, Clocks::with)
    }
}

fn slot(clock: Clock) -> usize {
    match clock {
        Clock::Limit => 0,
        Clock::Settle => 1,
        Clock::Look => 2,
        Clock::Delay => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_clocks_that_are_asked_for_count() {
        let mut face = ClockFace::default();
        face.set(Clock::Limit, Duration::from_secs(3600));
        face.set(Clock::Look, Duration::ZERO);
        let both = Clocks::of(Clock::Limit).with(Clock::Look);
        assert_eq!(face.over(both), Clocks::of(Clock::Look));
        assert_eq!(face.first_over(both), Some(Duration::ZERO));
        assert_eq!(face.over(Clocks::of(Clock::Limit)), Clocks::NONE);
        assert!(face.first_over(Clocks::of(Clock::Limit)) > Some(Duration::from_secs(3000)));
        assert_eq!(face.first_over(Clocks::of(Clock::Delay)), None);
    }
}
