//! Fixes made round by round, each on a text that was checked again.

use crate::diag::{Applied, Fix, Safety, apply};
use crate::text::SourceId;

use super::Checked;

/// A fix makes room for those that touched it; no text needs more rounds than this.
const MOST_ROUNDS: usize = 20;
/// The codes of the syntax.
const SYNTAX: &str = "HSB1";

/// The text with the fixes made that are at most as unsafe as `most`, until none is left. `check` checks it as source 0.
///
/// A fix that would leave more that cannot be read is not made, whoever proposed it: the text can be read as well as before,
/// or better, after every round.
#[must_use]
pub fn fixed(text: &str, most: Safety, check: impl Fn(&str) -> Checked) -> Applied {
    let mut at_hand = Applied { text: text.to_owned(), made: 0 };
    let mut checked = check(text);
    for _ in 0..MOST_ROUNDS {
        let Some((applied, after)) = round(&at_hand.text, &checked, most, &check) else { break };
        at_hand = Applied { text: applied.text, made: at_hand.made + applied.made };
        checked = after;
    }
    at_hand
}

/// As many fixes as can be made at once; where that does harm, the first one that does none alone.
fn round(text: &str, checked: &Checked, most: Safety, check: &impl Fn(&str) -> Checked) -> Option<(Applied, Checked)> {
    let fixes: Vec<&Fix> = checked.findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    let made = |fixes: &[&Fix]| {
        let applied = apply(text, SourceId(0), most, fixes.iter().copied());
        if applied.made == 0 || applied.text == text {
            return None;
        }
        let after = check(&applied.text);
        (misread(&after) <= misread(checked)).then_some((applied, after))
    };
    made(&fixes).or_else(|| fixes.iter().find_map(|fix| made(&[*fix])))
}

/// How many findings of the syntax there are.
fn misread(checked: &Checked) -> usize {
    checked.findings.iter().filter(|finding| finding.rule.code.starts_with(SYNTAX)).count()
}
