//! When a commit of a connected Primary is acknowledged.

/// What `HotStandby.SafenessLevel` comes to. Source: 200 (the Primary's value rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simserver) enum Safeness {
    /// Before the Secondary has it.
    OneSafe,
    /// Once the Secondary has it.
    TwoSafe,
}

/// `Logging.DurabilityLevel` 1: relaxed. Source: 200.
const RELAXED: u64 = 1;

impl Safeness {
    /// The words of the setting. `auto` goes by the durability level: relaxed is one-safe, strict two-safe (RCL); adaptive
    /// is two-safe (INF).
    pub(super) fn parse(word: &str, durability: u64) -> Option<Safeness> {
        match word.to_ascii_lowercase().as_str() {
            "1safe" => Some(Safeness::OneSafe),
            "2safe" => Some(Safeness::TwoSafe),
            "auto" if durability == RELAXED => Some(Safeness::OneSafe),
            "auto" => Some(Safeness::TwoSafe),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_goes_by_the_durability_level() {
        let read = |word| [1, 2, 3].map(|durability| Safeness::parse(word, durability));
        assert_eq!(read("1SAFE"), [Some(Safeness::OneSafe); 3]);
        assert_eq!(read("2safe"), [Some(Safeness::TwoSafe); 3]);
        assert_eq!(read("auto"), [Some(Safeness::OneSafe), Some(Safeness::TwoSafe), Some(Safeness::TwoSafe)]);
        assert_eq!(read("3safe"), [None; 3]);
    }
}
