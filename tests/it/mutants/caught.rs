//! Who notices a mutant: `check` by its findings, `verify` by a property that it breaks and the runbook holds.

use std::collections::BTreeSet;

use hsbrun::check;
use hsbrun::engine::Releases;
use hsbrun::pair::model::Safeness;
use hsbrun::text::Source;
use hsbrun::verify::{Bounds, Configuration, Known, MOST_STATES, Property, Reference, verify};

use crate::rehearsal::{Files, Runbook};

/// The codes of what `check` finds, warnings included.
pub fn codes(files: &Files) -> BTreeSet<String> {
    let (name, text) = files.0.first().expect("because there is a runbook");
    let checked = check::runbook(Source::new(name.as_str(), text.as_str()), &mut files.clone(), None);
    checked.findings.iter().map(|finding| finding.rule.code.to_owned()).collect()
}

/// How much goes wrong on the paths that are explored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    faults: u8,
    kills: u8,
}

/// From the cheapest to the dearest.
pub const LADDER: [Rung; 3] =
    [Rung { faults: 0, kills: 0 }, Rung { faults: 1, kills: 0 }, Rung { faults: 1, kills: 1 }];

/// The usual pair: no AutoPrimaryAlone, 2-safe, an external reference.
const USUAL: Known =
    Known { auto_primary_alone: Some(false), safeness: Some(Safeness::TwoSafe), reference: Some(Reference::External) };

impl Rung {
    /// The properties that are broken there in the usual pair, in any branch.
    pub fn broken(self, runbook: &Runbook) -> BTreeSet<Property> {
        let bounds = Bounds { faults: self.faults, kills: self.kills, states: MOST_STATES, late: false };
        let mut broken = BTreeSet::new();
        for branch in &runbook.branches {
            let releases = Releases::bound(&runbook.program, &branch.bindings);
            let mut configurations = Configuration::all(&branch.code, releases, USUAL);
            configurations.truncate(1);
            let report = verify(&branch.code, &configurations, bounds, &[]);
            broken.extend(report.broken.iter().map(|violation| violation.property));
        }
        broken
    }

    pub fn words(self) -> &'static str {
        match (self.faults, self.kills) {
            (0, _) => "nothing goes wrong",
            (_, 0) => "1 fault",
            _ => "1 fault, 1 kill",
        }
    }

    pub fn of_words(words: &str) -> Option<Rung> {
        LADDER.into_iter().find(|rung| rung.words() == words)
    }
}

/// What the runbook itself breaks on each rung; nothing, where it holds.
pub fn own(runbook: &Runbook) -> Vec<BTreeSet<Property>> {
    LADDER.iter().map(|rung| rung.broken(runbook)).collect()
}

/// The first rung on which the mutant breaks what the runbook holds.
pub fn caught(runbook: &Runbook, own: &[BTreeSet<Property>]) -> Option<(Property, Rung)> {
    LADDER.iter().zip(own).find_map(|(rung, own)| {
        let broken = rung.broken(runbook);
        broken.difference(own).next().map(|property| (*property, *rung))
    })
}
