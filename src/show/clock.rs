//! Times for people.

use std::time::Duration;

/// How long something took: `0.4s`, `12s`, `3m 05s`, `2h 10m`, `3d 4h`.
#[must_use]
pub fn took(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 if duration.subsec_millis() > 0 => format!("{:.1}s", tenths_up(duration)),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// A limit as a runbook writes it: `30s`, `5m`, `4h`; mixed where it must be.
#[must_use]
pub fn limit(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_millis() > 0 || seconds == 0 {
        return took(duration);
    }
    [(86_400, "d"), (3600, "h"), (60, "m")]
        .into_iter()
        .find(|(unit, _)| seconds.is_multiple_of(*unit))
        .map_or_else(|| took(duration), |(unit, name)| format!("{}{name}", seconds / unit))
}

/// A place on the run's clock: `03:12`, `1:03:12`.
#[must_use]
pub fn stamp(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// What took any time at all took at least a tenth.
fn tenths_up(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).ceil() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_exact_enough() {
        let millis = Duration::from_millis;
        let seconds = Duration::from_secs;
        assert_eq!(took(millis(30)), "0.1s");
        assert_eq!(took(seconds(12)), "12s");
        assert_eq!(took(seconds(185)), "3m 05s");
        assert_eq!(took(seconds(7800)), "2h 10m");
        assert_eq!(limit(seconds(14_400)), "4h");
        assert_eq!(limit(seconds(90)), "1m 30s");
        assert_eq!(stamp(seconds(3792)), "1:03:12");
        assert_eq!(stamp(millis(59_900)), "00:59");
    }
}
