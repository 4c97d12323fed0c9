//! Three values: true, false, and not known.

/// Source of the rules: Kleene's strong logic; `docs/grammar` "Three values".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(known: bool) -> Truth {
        if known { Truth::True } else { Truth::False }
    }
}

/// None: not known.
impl From<Option<bool>> for Truth {
    fn from(known: Option<bool>) -> Truth {
        known.map_or(Truth::Unknown, Truth::from)
    }
}

/// `and`: false if one is false, else unknown if one is. Of none: true.
pub(super) fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Truth::True, |so_far, truth| match (so_far, truth) {
        (Truth::False, _) | (_, Truth::False) => Truth::False,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
        (Truth::True, Truth::True) => Truth::True,
    })
}

/// `or`: true if one is true, else unknown if one is. Of none: false.
pub(super) fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Truth::False, |so_far, truth| match (so_far, truth) {
        (Truth::True, _) | (_, Truth::True) => Truth::True,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
        (Truth::False, Truth::False) => Truth::False,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_and_unknown_is_false_and_true_or_unknown_is_true() {
        use Truth::{False, True, Unknown};
        assert_eq!(all([False, Unknown].into_iter()), False);
        assert_eq!(all([True, Unknown].into_iter()), Unknown);
        assert_eq!(all([True, True].into_iter()), True);
        assert_eq!(any([True, Unknown].into_iter()), True);
        assert_eq!(any([False, Unknown].into_iter()), Unknown);
        assert_eq!(any([False, False].into_iter()), False);
    }
}
