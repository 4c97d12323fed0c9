//! The difference of two texts, as it is shown.

use similar::TextDiff;

use crate::show::Look;
use crate::text::{Source, inert};

/// What would change, as `diff -u` writes it; on a terminal with nothing that it would act on. `new` says what the other
/// text is.
pub fn diff(source: &Source, text: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(source.text.as_str(), text);
    let mut unified = diff.unified_diff();
    let told = unified.context_radius(3).header(&inert(&source.name), new).to_string();
    if !Look::stdout().terminal {
        return told;
    }
    told.lines().map(|line| inert(line) + "\n").collect()
}
