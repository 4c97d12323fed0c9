//! When a commit is acknowledged: what the settings and a session ask for, and what that comes to for one commit.

use std::time::Duration;

/// What a connected Primary does before it acknowledges a commit. Source: 200 (the Primary's value rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Safeness {
    /// It does not wait for the Secondary.
    OneSafe,
    /// The Secondary has it.
    TwoSafe,
}

/// `HotStandby.SafenessLevel`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum SafenessLevel {
    OneSafe,
    TwoSafe,
    /// By the durability level: relaxed is one-safe, strict two-safe (RCL); adaptive is two-safe (INF).
    Auto,
}

/// `Logging.DurabilityLevel`. Source: 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Durability {
    /// A commit is acknowledged before it is written.
    Relaxed,
    /// Relaxed in PRIMARY ACTIVE, strict in every other state.
    Adaptive,
    /// A commit is written before it is acknowledged.
    Strict,
}

/// `HotStandby.2SafeAckPolicy`: what the Secondary does before it tells the Primary that it has a commit. Source: 100, 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::simserver) enum AckPolicy {
    /// 1: it has received it.
    Received,
    /// 2 and 3: it has executed and written it. Policy 2 asks that it be visible there, 3 that it be written: here it is
    /// both at once.
    Executed,
}

/// What the settings of a server ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) struct Levels {
    pub safeness: SafenessLevel,
    pub durability: Durability,
    /// A relaxed commit is written so long after it was acknowledged.
    pub write_delay: Duration,
}

/// What a session asks for its own commits, by `SET SAFENESS` and `SET DURABILITY` (RCL).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::simserver) struct Wishes {
    pub safeness: Option<SafenessLevel>,
    pub durability: Option<Durability>,
}

/// Whether a commit has a Secondary to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Reach {
    Alone,
    Connected,
}

/// What comes before the acknowledgement of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Promise {
    /// Nothing: it is written, and goes to the Secondary, a moment later.
    Nothing,
    /// It is written here.
    Written,
    /// It is written here, and the Secondary has it.
    Everywhere,
}

impl Levels {
    /// What a commit is promised. One that waits for the Secondary is written before, whatever the durability level: that is
    /// more than it asks (INF).
    pub fn promise(self, wishes: Wishes, reach: Reach) -> Promise {
        let durability = wishes.durability.unwrap_or(self.durability);
        let safeness = match wishes.safeness.unwrap_or(self.safeness) {
            SafenessLevel::OneSafe => Safeness::OneSafe,
            SafenessLevel::TwoSafe => Safeness::TwoSafe,
            SafenessLevel::Auto if durability == Durability::Relaxed => Safeness::OneSafe,
            SafenessLevel::Auto => Safeness::TwoSafe,
        };
        match (reach, safeness, durability) {
            (Reach::Connected, Safeness::TwoSafe, _) => Promise::Everywhere,
            (_, _, Durability::Relaxed) | (Reach::Connected, Safeness::OneSafe, Durability::Adaptive) => {
                Promise::Nothing
            }
            (_, _, Durability::Adaptive | Durability::Strict) => Promise::Written,
        }
    }
}

impl SafenessLevel {
    /// The words of the setting.
    pub fn parse(word: &str) -> Option<SafenessLevel> {
        match word.to_ascii_lowercase().as_str() {
            "1safe" => Some(SafenessLevel::OneSafe),
            "2safe" => Some(SafenessLevel::TwoSafe),
            "auto" => Some(SafenessLevel::Auto),
            _ => None,
        }
    }

    /// The word of the setting.
    pub fn word(self) -> &'static str {
        match self {
            SafenessLevel::OneSafe => "1safe",
            SafenessLevel::TwoSafe => "2safe",
            SafenessLevel::Auto => "auto",
        }
    }
}

impl Durability {
    /// The numbers of the setting.
    pub(super) fn of_number(number: u64) -> Option<Durability> {
        match number {
            1 => Some(Durability::Relaxed),
            2 => Some(Durability::Adaptive),
            3 => Some(Durability::Strict),
            _ => None,
        }
    }
}

impl AckPolicy {
    /// The numbers of the setting.
    pub(super) fn of_number(number: u64) -> Option<AckPolicy> {
        match number {
            1 => Some(AckPolicy::Received),
            2 | 3 => Some(AckPolicy::Executed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Durability::{Adaptive, Relaxed, Strict};
    use Promise::{Everywhere, Nothing, Written};

    fn promises(safeness: SafenessLevel, reach: Reach) -> [Promise; 3] {
        [Relaxed, Adaptive, Strict].map(|durability| {
            let levels = Levels { safeness, durability, write_delay: Duration::ZERO };
            levels.promise(Wishes::default(), reach)
        })
    }

    #[test]
    fn adaptive_is_relaxed_in_primary_active_alone_and_auto_goes_by_the_durability() {
        for safeness in [SafenessLevel::OneSafe, SafenessLevel::TwoSafe, SafenessLevel::Auto] {
            assert_eq!(promises(safeness, Reach::Alone), [Nothing, Written, Written]);
        }
        assert_eq!(promises(SafenessLevel::OneSafe, Reach::Connected), [Nothing, Nothing, Written]);
        assert_eq!(promises(SafenessLevel::TwoSafe, Reach::Connected), [Everywhere; 3]);
        assert_eq!(promises(SafenessLevel::Auto, Reach::Connected), [Nothing, Everywhere, Everywhere]);
    }

    #[test]
    fn what_a_session_asks_goes_before_the_settings() {
        let levels = Levels { safeness: SafenessLevel::Auto, durability: Strict, write_delay: Duration::ZERO };
        let relaxed = Wishes { durability: Some(Relaxed), ..Wishes::default() };
        assert_eq!(levels.promise(relaxed, Reach::Connected), Nothing, "auto follows the session's durability");
        let one_safe = Wishes { safeness: Some(SafenessLevel::OneSafe), ..Wishes::default() };
        assert_eq!(levels.promise(one_safe, Reach::Connected), Written);
        assert_eq!(levels.promise(Wishes::default(), Reach::Connected), Everywhere);
    }

    #[test]
    fn words_and_numbers_are_those_of_the_settings() {
        let words = ["1SAFE", "2safe", "Auto"].map(|word| SafenessLevel::parse(word).map(SafenessLevel::word));
        assert_eq!(words, [Some("1safe"), Some("2safe"), Some("auto")]);
        assert_eq!(SafenessLevel::parse("3safe"), None);
        assert_eq!(
            [0, 1, 2, 3, 4].map(Durability::of_number),
            [None, Some(Relaxed), Some(Adaptive), Some(Strict), None]
        );
        let policies = [1, 2, 3].map(AckPolicy::of_number);
        assert_eq!(policies, [AckPolicy::Received, AckPolicy::Executed, AckPolicy::Executed].map(Some));
    }
}
