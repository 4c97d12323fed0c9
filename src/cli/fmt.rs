//! `hsbrun fmt`

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use crate::diag::Finding;
use crate::format::format;
use crate::show::{Look, Printer};
use crate::syntax::parse;
use crate::text::{Source, SourceId, SourceMap, inert};

use super::args::FmtArgs;
use super::diff::diff;
use super::exit::Exit;
use super::files;
use super::loader;

/// What became of all files.
#[derive(Debug, Default)]
struct Tally {
    /// For standard output.
    out: String,
    /// For standard error.
    told: String,
    changed: usize,
    unusable: bool,
}

/// Formats every file, or shows with `--check` what would change.
pub fn run(args: &FmtArgs) -> Exit {
    let mut tally = Tally::default();
    for given in &args.files {
        match files::runbooks(given) {
            Ok(found) => found.iter().for_each(|file| tally.file(file, args.check)),
            Err(finding) => tally.refuse(&finding),
        }
    }
    // A closed pipe behind `hsbrun fmt --check | head` is nobody's mistake.
    let _ = io::stdout().write_all(tally.out.as_bytes());
    let _ = io::stderr().write_all(tally.told.as_bytes());
    tally.exit(args.check)
}

impl Tally {
    fn file(&mut self, file: &Path, check: bool) {
        match loader::read(file) {
            Ok(source) => self.source(file, &source, check),
            Err(finding) => self.refuse(&finding),
        }
    }

    fn source(&mut self, file: &Path, source: &Source, check: bool) {
        let formatted = format(&source.text);
        self.changed += usize::from(formatted != source.text);
        match (check, file == Path::new("-")) {
            (true, _) => self.out.push_str(&diff(source, &formatted, "formatted")),
            (false, true) => self.out.push_str(&formatted),
            (false, false) if formatted != source.text => self.replace(file, source, &formatted),
            (false, false) => {}
        }
        if !parse(SourceId(0), &source.text).findings.is_empty() {
            let name = inert(&source.name);
            let told =
                writeln!(self.told, "{name}: what cannot be read was left as it stands; `hsbrun check` says why");
            told.expect("because writing to a text does not fail");
        }
    }

    fn replace(&mut self, file: &Path, source: &Source, formatted: &str) {
        match files::replace(file, formatted) {
            Ok(()) => {
                writeln!(self.out, "formatted {}", inert(&source.name))
                    .expect("because writing to a text does not fail");
            }
            Err(finding) => self.refuse(&finding),
        }
    }

    fn refuse(&mut self, finding: &Finding) {
        self.unusable = true;
        self.told.push_str(&Printer::new(&Look::stderr(), &SourceMap::default()).finding(finding));
    }

    fn exit(&self, check: bool) -> Exit {
        if self.unusable {
            Exit::Unusable
        } else if check && self.changed > 0 {
            Exit::Findings
        } else {
            Exit::Done
        }
    }
}
