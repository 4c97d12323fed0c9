//! `hsbrun check`

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use crate::diag::{Finding, Severity};
use crate::program;
use crate::show::{Look, Printer};
use crate::text::SourceMap;

use super::args::CheckArgs;
use super::exit::Exit;
use super::loader::{self, Files};

/// What became of all files.
#[derive(Debug, Default)]
struct Tally {
    /// Findings as they were told: what two runbooks use is not told twice.
    told: HashSet<String>,
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
            resolved.findings.iter().filter_map(|finding| tally.count(finding, printer.finding(finding))).collect()
        }
        Err(finding) => {
            tally.unreadable = true;
            tally.codes.push(finding.rule.code);
            Printer::new(look, &SourceMap::default()).finding(&finding)
        }
    }
}

impl Tally {
    /// The finding's words, unless they were told before.
    fn count(&mut self, finding: &Finding, words: String) -> Option<String> {
        if !self.told.insert(words.clone()) {
            return None;
        }
        self.codes.push(finding.rule.code);
        match finding.rule.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        Some(words)
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
        match (self.errors, self.warnings, self.unreadable) {
            (0, 0, true) => String::new(),
            (0, 0, false) => format!("no findings{place}\n"),
            (errors, 0, _) => format!("{}{place}\n", counted(errors, "error")),
            (0, warnings, _) => format!("{}{place}\n", counted(warnings, "warning")),
            (errors, warnings, _) => {
                format!("{}, {}{place}\n", counted(errors, "error"), counted(warnings, "warning"))
            }
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
