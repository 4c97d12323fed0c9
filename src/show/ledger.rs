//! The ledger: what became of the commits of an application that went on writing.

use super::look::{Look, Paint};

/// Commits counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The application was told that they are durable.
    pub acknowledged: u64,
    /// Of these, found on each server, by its name.
    pub found: Vec<(String, u64)>,
    /// Acknowledged and not found where they must be.
    pub lost: u64,
    /// Found more than once.
    pub doubled: u64,
}

/// Draws it, a row each, the numbers under each other.
#[must_use]
pub fn ledger(look: &Look, ledger: &Ledger) -> String {
    let found = ledger.found.iter().map(|(name, count)| (format!("found on {name}"), *count, Paint::Strong));
    let verdict = |count: u64| if count == 0 { Paint::Good } else { Paint::Bad };
    let rows: Vec<(String, u64, Paint)> =
        std::iter::once(("acknowledged".to_owned(), ledger.acknowledged, Paint::Strong))
            .chain(found)
            .chain([
                ("lost".to_owned(), ledger.lost, verdict(ledger.lost)),
                ("doubled".to_owned(), ledger.doubled, verdict(ledger.doubled)),
            ])
            .collect();
    let widest = rows.iter().map(|(label, _, _)| label.chars().count()).max().unwrap_or(0);
    let mut out = format!("\n{}\n", look.paint(Paint::Strong, "Ledger of the application's commits"));
    for (label, count, paint) in rows {
        let count = format!("{:>11}", grouped(count));
        out.push_str(&format!("  {label:<widest$}{}\n", look.paint(paint, &count)));
    }
    out
}

/// `12 345 678`
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_stand_under_each_other() {
        let counted = Ledger {
            acknowledged: 12_345,
            found: vec![("S1".into(), 12_345), ("S2".into(), 12_344)],
            lost: 1,
            doubled: 0,
        };
        assert_eq!(
            ledger(&Look::plain(), &counted),
            "
Ledger of the application's commits
  acknowledged     12 345
  found on S1      12 345
  found on S2      12 344
  lost                  1
  doubled               0
"
        );
    }
}
