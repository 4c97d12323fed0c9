//! Findings in the forms that programs read: short lines, JSON, SARIF, JUnit; and the baseline, the list of those that are
//! known already. What a person reads in a terminal is `show`'s.
//!
//! Writes no file and knows no option of the command line. The types of `diag` are not the format of a file: they are
//! converted by hand, in `told`.

mod baseline;
mod diagnostics;
mod json;
mod junit;
mod sarif;
mod short;
mod told;

pub use baseline::Baseline;
pub use diagnostics::unreadable_baseline;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use short::short;
pub use told::{Place, Point, Status, Told, ToldEdit, ToldFix, identify};

use crate::diag::Severity;

/// The name under which reports speak of this program.
const TOOL: &str = env!("CARGO_PKG_NAME");
/// Its version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether warnings fail a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warnings {
    Tolerated,
    Denied,
}

impl Warnings {
    /// Whether a finding that bad fails a check.
    #[must_use]
    pub fn fails(self, severity: Severity) -> bool {
        match severity {
            Severity::Error => true,
            Severity::Warning => self == Warnings::Denied,
        }
    }
}

/// Everything that a check has to report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What was looked at, under the names that were given.
    pub files: Vec<String>,
    /// In the order of the files, then of their places; also those that are allowed or in the baseline.
    pub findings: Vec<Told>,
}

impl Report {
    /// The findings that count.
    pub fn open(&self) -> impl Iterator<Item = &Told> {
        self.findings.iter().filter(|told| told.status == Status::Open)
    }
}
