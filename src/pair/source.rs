//! Where a fact about solidDB comes from, and how sure it is.

/// The places that a fact was taken from, as short tags with the page or number where known:
///
/// | tag | source | confidence |
/// | --- | --- | --- |
/// | `SEED` | HAG 7.0, the page "Hot migration procedure using netcopy" | read |
/// | `7`, `100`, `200` | the vendor's manuals of that version | read |
/// | `SRC` | numbers and literals of the vendor's GPL release of the engine core (6.x) | read |
/// | `EXP` | a public client of a real server | read |
/// | `RCL` | recalled from the manuals, not read again | recalled |
/// | `INF` | inferred: a design choice, not a fact | inferred |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source(pub &'static str);

/// How sure a fact is; the greatest is the least sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Read in a manual or in the vendor's own tables.
    Read,
    /// Recalled; check it before relying on it.
    Recalled,
    /// Inferred; nobody has read it anywhere.
    Inferred,
}

impl Source {
    /// As sure as its weakest tag; none where the text names no source at all.
    #[must_use]
    pub fn confidence(self) -> Option<Confidence> {
        self.0.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(confidence_of_tag).max()
    }
}

impl Confidence {
    /// For tables that people read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Read => "read",
            Confidence::Recalled => "recalled",
            Confidence::Inferred => "inferred",
        }
    }
}

fn confidence_of_tag(tag: &str) -> Option<Confidence> {
    match tag {
        "SEED" | "7" | "100" | "200" | "SRC" | "EXP" => Some(Confidence::Read),
        "RCL" => Some(Confidence::Recalled),
        "INF" => Some(Confidence::Inferred),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Source};

    #[test]
    fn a_row_is_as_sure_as_its_weakest_source() {
        assert_eq!(Source("100,200 table").confidence(), Some(Confidence::Read));
        assert_eq!(Source("SRC symbol; RCL text").confidence(), Some(Confidence::Recalled));
        assert_eq!(Source("SRC literal; row INF").confidence(), Some(Confidence::Inferred));
        assert_eq!(Source("somebody said so").confidence(), None);
    }
}
