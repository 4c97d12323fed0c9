//! Takes secrets out of texts by their value, whatever wrote them there.

use std::borrow::Cow;
use std::fmt;

use super::{MASK, Secret, encodings};

/// Knows what must not leave, in all its encodings.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Longest first, so that no part of a longer form is left.
    needles: Vec<String>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} forms)", self.needles.len())
    }
}

impl Redactor {
    #[must_use]
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let mut redactor = Self::default();
        secrets.into_iter().for_each(|secret| redactor.add(secret));
        redactor
    }

    /// From now on this value is masked.
    pub fn add(&mut self, secret: &Secret) {
        self.needles.extend(encodings::forms(secret.reveal()));
        self.needles.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.needles.dedup();
    }

    /// The text with every secret masked.
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.needles.iter().any(|needle| text.contains(needle.as_str())) {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            match self.needles.iter().find(|needle| rest.starts_with(needle.as_str())) {
                Some(needle) => {
                    clean.push_str(MASK);
                    rest = &rest[needle.len()..];
                }
                None => {
                    clean.push(letter);
                    rest = &rest[letter.len_utf8()..];
                }
            }
        }
        Cow::Owned(clean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_plain_and_encoded() {
        let secret = Secret::new("p\"w/1}ß");
        let redactor = Redactor::new([&secret]);
        let texts = [
            "login p\"w/1}ß failed",
            "PWD={p\"w/1}}ß};",
            "?pw=p%22w%2F1%7D%C3%9F&x",
            "{\"pw\":\"p\\\"w/1}ß\"}",
            "7022772f317dc39f",
        ];
        for text in texts {
            let clean = redactor.redact(text);
            assert!(clean.contains(MASK), "{clean}");
            assert!(!clean.contains("w/1") && !clean.contains("w%2F") && !clean.contains("772f"), "{clean}");
        }
        assert_eq!(redactor.redact("nothing here"), "nothing here");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        assert!(!format!("{redactor:?}").contains("w/1"));
    }

    #[test]
    fn a_secret_within_another_leaves_no_rest() {
        let redactor = Redactor::new([&Secret::new("abc"), &Secret::new("abcdef")]);
        assert_eq!(redactor.redact("xabcdefabcy"), "x******y");
    }
}
