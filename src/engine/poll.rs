//! How long to wait before looking again. Pure: the world that pauses knows the time, this file does not.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);
/// About 2 % of the wait so far.
const SHARE: u32 = 50;

/// The pause before the next look of a wait that has lasted so long: 50 ms at first, then about 2 % of the wait so far,
/// at most 5 s. A short operation is seen ending at once, a long copy is not asked ten thousand times.
#[must_use]
pub fn next_interval(waited: Duration) -> Duration {
    (waited / SHARE).clamp(FIRST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_starts_at_fifty_milliseconds_grows_with_the_wait_and_stops_at_five_seconds() {
        assert_eq!(next_interval(Duration::ZERO), Duration::from_millis(50));
        assert_eq!(next_interval(Duration::from_secs(2)), Duration::from_millis(50));
        assert_eq!(next_interval(Duration::from_secs(60)), Duration::from_millis(1200));
        assert_eq!(next_interval(Duration::from_secs(4 * 3600)), Duration::from_secs(5));
    }
}
