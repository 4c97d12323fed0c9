//! "Did you mean": the candidate that a mistyped word most likely stands for.

/// Letters of a word in which a slip is told from another word.
const SHORTEST_SLIP: usize = 4;

/// The most similar candidate, whatever its case, or none where every one is too far away (more than a third of its
/// letters, at least one, differ, or nothing is alike).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let (own, other) = (lower.chars().count(), candidate.chars().count());
            *distance <= (own.max(other) / 3).max(1) && *distance < own.max(other)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether a word is another one with a slip of the finger: one letter too few, too many, wrong, or two exchanged. Of short
/// words that says little, for many differ by a letter.
#[must_use]
pub fn is_slip(word: &str, meant: &str) -> bool {
    let (word, meant) = (word.to_lowercase(), meant.to_lowercase());
    word.chars().count() >= SHORTEST_SLIP && strsim::damerau_levenshtein(&word, &meant) <= 1
}

#[cfg(test)]
mod tests {
    use super::{is_slip, nearest};

    #[test]
    fn a_typo_finds_its_word_and_a_stranger_none() {
        let words = ["PRIMARY ALONE", "PRIMARY ACTIVE", "SECONDARY ALONE"];
        assert_eq!(nearest("PRIMRY ALONE", words), Some("PRIMARY ALONE"));
        assert_eq!(nearest("primary active", words), Some("PRIMARY ACTIVE"));
        assert_eq!(nearest("zebra", words), None);
        assert_eq!(nearest("9", ["1", "2"]), None);
    }

    #[test]
    fn a_slip_is_one_letter_of_a_word_that_is_long_enough() {
        assert!(is_slip("wiat", "wait") && is_slip("Admin", "admin") && is_slip("notifyy", "notify"));
        assert!(!is_slip("stp", "stop") && !is_slip("begin", "retry"));
    }
}
