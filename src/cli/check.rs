//! `hsbrun check`

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use crate::diag::{Finding, Severity};
use crate::lint::lint;
use crate::program;
use crate::show::{Look, MOST_FINDINGS, Printer};
use crate::text::SourceMap;

use super::args::CheckArgs;
use super::exit::Exit;
use super::loader::{self, Files};

/// What became of all files.
#[derive(Debug, Default)]
struct Tally {
    /// What was told, and where: what two runbooks use is not told twice.
    told: HashSet<(String, String)>,
    /// Of the findings that are drawn.
    codes: Vec<&'static str>,
    errors: usize,
    warnings: usize,
    unreadable: bool,
}

/// Checks every file and prints what it finds on standard output.
pub fn run(args: &CheckArgs) -> Exit {
    let mut tally = Tally::default();
    let mut report = String::new();
    let look = Look::stdout();
    for file in &args.files {
        report.push_str(&check(file, &look, &mut tally));
    }
    report.push_str(&tally.summary(args.files.len()));
    report.push_str(&Printer::new(&look, &SourceMap::default()).more(tally.codes.iter().copied()));
    // A closed pipe behind `hsbrun check | head` is nobody's mistake.
    let _ = io::stdout().write_all(report.as_bytes());
    tally.exit()
}

fn check(file: &Path, look: &Look, tally: &mut Tally) -> String {
    match loader::read(file) {
        Ok(source) => {
            let resolved = program::resolve(source, &mut Files::of(file));
            let printer = Printer::new(look, &resolved.sources);
            let mut drawn = String::new();
            let linted = resolved.program.as_ref().map(|program| lint(program, &resolved.sources));
            for finding in resolved.findings.iter().chain(linted.iter().flatten()) {
                if tally.counts(finding, &resolved.sources) && tally.is_drawn(finding) {
                    drawn.push_str(&printer.finding(finding));
                }
            }
            drawn
        }
        Err(finding) => {
            tally.unreadable = true;
            tally.codes.push(finding.rule.code);
            Printer::new(look, &SourceMap::default()).finding(&finding)
        }
    }
}

impl Tally {
    /// Whether it was not told before; it is counted then.
    fn counts(&mut self, finding: &Finding, sources: &SourceMap) -> bool {
        let place = finding
            .labels
            .first()
            .map_or(String::new(), |label| format!("{}:{}", sources.get(label.span.source).name, label.span.start));
        let new = self.told.insert((place, format!("{} {}", finding.rule.code, finding.what)));
        match finding.rule.severity {
            Severity::Error => self.errors += usize::from(new),
            Severity::Warning => self.warnings += usize::from(new),
        }
        new
    }

    /// Whether it is one of the first; the others are only counted.
    fn is_drawn(&mut self, finding: &Finding) -> bool {
        let drawn = self.codes.len() < MOST_FINDINGS;
        if drawn {
            self.codes.push(finding.rule.code);
        }
        drawn
    }

    fn exit(&self) -> Exit {
        if self.unreadable {
            Exit::Unusable
        } else if self.errors + self.warnings > 0 {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    fn summary(&self, files: usize) -> String {
        let place = if files == 1 { String::new() } else { format!(" in {files} files") };
        let told = match (self.errors, self.warnings, self.unreadable) {
            (0, 0, true) => return String::new(),
            (0, 0, false) => "no findings".to_owned(),
            (errors, 0, _) => counted(errors, "error"),
            (0, warnings, _) => counted(warnings, "warning"),
            (errors, warnings, _) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        let left = (self.errors + self.warnings).saturating_sub(MOST_FINDINGS);
        let only = if left > 0 { format!("; the first {MOST_FINDINGS} are shown") } else { String::new() };
        format!("{told}{place}{only}\n")
    }
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
