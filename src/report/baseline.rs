//! The baseline: the findings that were there when checking began. They are counted and not shown; new ones are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Report, Status};

/// Is raised when older hsbruns cannot read the file any more.
const FORMAT: u32 = 1;

/// The findings that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    fingerprints: BTreeSet<String>,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    findings: Vec<Known>,
}

/// Only the fingerprint is read; the rest is there for whoever reviews the file.
#[derive(Serialize, Deserialize)]
struct Known {
    file: String,
    code: String,
    what: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// Why it is none, in a few words.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.format != FORMAT {
            return Err(format!("its format is {}, and this hsbrun reads {FORMAT}", file.format));
        }
        Ok(Self { fingerprints: file.findings.into_iter().map(|known| known.fingerprint).collect() })
    }

    /// The text of a baseline with every open finding of a report, one a line.
    #[must_use]
    pub fn write(report: &Report) -> String {
        let mut known: Vec<Known> = report
            .findings
            .iter()
            .filter(|told| !matches!(told.status, Status::Allowed { .. }))
            .map(|told| Known {
                file: told.file.clone(),
                code: told.code.to_owned(),
                what: told.what.clone(),
                fingerprint: told.fingerprint.clone(),
            })
            .collect();
        known.sort_by(|one, other| {
            (&one.file, &one.code, &one.fingerprint).cmp(&(&other.file, &other.code, &other.fingerprint))
        });
        let lines: Vec<String> =
            known.iter().map(|known| serde_json::to_string(known).expect("because texts are JSON")).collect();
        let body = if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) };
        format!("{{\"format\": {FORMAT}, \"findings\": [{body}]}}\n")
    }

    /// Marks what is known in a report. How many of the known findings are not in it any more.
    pub fn mark(&self, report: &mut Report) -> usize {
        let mut met = BTreeSet::new();
        for told in &mut report.findings {
            if told.status == Status::Open && self.fingerprints.contains(&told.fingerprint) {
                told.status = Status::Baseline;
                met.insert(told.fingerprint.clone());
            }
        }
        self.fingerprints.len() - met.len()
    }
}
