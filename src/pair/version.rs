//! Versions of the server's software.

use std::fmt;

/// Numbers joined by dots; missing parts are 0, so that `7.0` equals `7.0.0`. `7.0.3` is 7.0 Fix Pack 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    pub major: u16,
    pub minor: u16,
    pub fix: u16,
    pub build: u16,
}

impl Version {
    #[must_use]
    pub fn new(major: u16, minor: u16, fix: u16) -> Self {
        Self { major, minor, fix, build: 0 }
    }

    /// Reads `6.5`, `7.0.3`, `7.0.0.1`; at most four parts. None where it is not such a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = [0u16; 4];
        let mut count = 0;
        for (at, part) in text.trim().split('.').enumerate() {
            *parts.get_mut(at)? = part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()))?;
            count = at + 1;
        }
        (count > 0).then_some(Version { major: parts[0], minor: parts[1], fix: parts[2], build: parts[3] })
    }

    /// Reads it out of the reply to `version`: the first word that looks like one, with a dot in it. Source: layout RCL.
    #[must_use]
    pub fn in_reply(text: &str) -> Option<Version> {
        text.split(|c: char| !c.is_ascii_digit() && c != '.')
            .map(|word| word.trim_matches('.'))
            .filter(|word| word.contains('.'))
            .find_map(Version::parse)
    }

    /// The version level, which decides on the format of the database: `7.0` of `7.0.3`.
    #[must_use]
    pub fn level(self) -> (u16, u16) {
        (self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.fix > 0 || self.build > 0 {
            write!(f, ".{}", self.fix)?;
        }
        if self.build > 0 {
            write!(f, ".{}", self.build)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn missing_parts_are_zero() {
        assert_eq!(Version::parse("7.0"), Version::parse("7.0.0.0"));
        assert!(Version::parse("7.0.3") > Version::parse("7.0"));
        assert_eq!(Version::parse("7.0.3").map(|version| version.to_string()), Some("7.0.3".into()));
        for wrong in ["", "7.", "a", "7.0.0.0.0", "+7", "70000"] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_version_is_found_in_the_reply_of_a_server() {
        assert_eq!(Version::in_reply("solidDB Server v.7.0.3 (Linux 64bit)"), Version::parse("7.0.3"));
        assert_eq!(Version::in_reply("6.5"), Version::parse("6.5"));
        assert_eq!(Version::in_reply("no version"), None);
    }
}
