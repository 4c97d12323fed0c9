//! Who notices a mutant: `check`, by its findings.

use std::collections::BTreeSet;

use hsbrun::check;
use hsbrun::text::Source;

use crate::rehearsal::Files;

/// The codes of what `check` finds, warnings included.
pub fn codes(files: &Files) -> BTreeSet<String> {
    let (name, text) = files.0.first().expect("because there is a runbook");
    let checked = check::runbook(Source::new(name.as_str(), text.as_str()), &mut files.clone(), None);
    checked.findings.iter().map(|finding| finding.rule.code.to_owned()).collect()
}
