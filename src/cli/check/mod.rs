//! `hsbrun check`: what is checked, in which form it is told, and the exit code.

mod fixes;
mod gathered;
mod summary;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::check::Beside;
use crate::diag::{Finding, Safety};
use crate::report::{Baseline, Report, Warnings, json, junit, sarif, short, unreadable_baseline};
use crate::show::{Look, Printer};
use crate::site;
use crate::text::{Source, SourceMap};

use super::args::{CheckArgs, Deny, Format};
use super::exit::Exit;
use super::files;
use super::loader;
use super::log::tell;
use fixes::Fixed;
use gathered::Gathered;

/// What is checked: texts under their names, read once.
struct Wanted {
    files: Vec<(PathBuf, Source)>,
    site: Option<(PathBuf, String)>,
    /// Of what cannot be read, with the name that was given.
    unreadable: Vec<(String, Finding)>,
}

/// Checks every file and prints what it finds on standard output.
pub fn run(args: &CheckArgs) -> Exit {
    let known = match args.baseline.as_deref().filter(|_| !args.write_baseline).map(baseline).transpose() {
        Ok(known) => known,
        Err(finding) => {
            tell(&Printer::new(&Look::stderr(), &SourceMap::default()).findings(&[*finding]));
            return Exit::Unusable;
        }
    };
    let mut wanted = Wanted::read(args);
    let fixed = most(args).map_or_else(Fixed::default, |most| fixes::make(&mut wanted, most, args));
    let mut gathered = Gathered::of(&wanted, &args.servers);
    let gone = known.map_or(0, |known| known.mark(&mut gathered.report));
    let outcome = Outcome { args, fixed: &fixed, gathered: &gathered, gone };
    outcome.print();
    if args.write_baseline
        && let Some(path) = &args.baseline
        && let Err(finding) = write_baseline(path, &gathered.report)
    {
        tell(&Printer::new(&Look::stderr(), &SourceMap::default()).findings(&[*finding]));
        return Exit::Unusable;
    }
    outcome.exit()
}

/// The most unsafe fixes that are asked for; none where no fixes are.
fn most(args: &CheckArgs) -> Option<Safety> {
    match (args.unsafe_fixes, args.fix || args.diff) {
        (true, _) => Some(Safety::Unsafe),
        (false, true) => Some(Safety::Safe),
        (false, false) => None,
    }
}

fn baseline(path: &Path) -> Result<Baseline, Box<Finding>> {
    let source = loader::read(path)?;
    Baseline::read(&source.text).map_err(|why| Box::new(unreadable_baseline(&source.name, &why)))
}

fn write_baseline(path: &Path, report: &Report) -> Result<(), Box<Finding>> {
    files::write(path, &Baseline::write(report))
}

impl Wanted {
    fn read(args: &CheckArgs) -> Self {
        let mut wanted = Self { files: Vec::new(), site: None, unreadable: Vec::new() };
        for given in &args.files {
            match files::runbooks(given) {
                Ok(found) => found.into_iter().for_each(|path| wanted.file(path)),
                Err(finding) => wanted.unreadable.push((given.to_string_lossy().into_owned(), *finding)),
            }
        }
        if let Some(path) = &args.site {
            match site::text(path) {
                Ok(text) => wanted.site = Some((path.clone(), text)),
                Err(finding) => wanted.unreadable.push((path.to_string_lossy().into_owned(), *finding)),
            }
        }
        wanted
    }

    fn file(&mut self, path: PathBuf) {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.files.iter().any(|(known, _)| real(known) == real(&path)) {
            return;
        }
        match loader::read(&path) {
            Ok(source) => self.files.push((path, source)),
            Err(finding) => self.unreadable.push((path.to_string_lossy().into_owned(), *finding)),
        }
    }

    /// The site, to be laid beside a program.
    fn beside<'w>(
        site: Option<&'w (PathBuf, String)>,
        name: &'w str,
        servers: &'w [(String, String)],
    ) -> Option<Beside<'w>> {
        site.map(|(_, text)| Beside { name, text, servers })
    }

    /// The name of the site file, as given.
    fn site_name(&self) -> String {
        self.site.as_ref().map_or_else(String::new, |(path, _)| path.to_string_lossy().into_owned())
    }
}

/// What came of it all.
struct Outcome<'a> {
    args: &'a CheckArgs,
    fixed: &'a Fixed,
    gathered: &'a Gathered,
    /// How many findings of the baseline are not there any more.
    gone: usize,
}

impl Outcome<'_> {
    fn warnings(&self) -> Warnings {
        match self.args.deny {
            Some(Deny::Warnings) => Warnings::Denied,
            None => Warnings::Tolerated,
        }
    }

    fn print(&self) {
        let report = &self.gathered.report;
        let text = match self.args.format {
            Format::Terminal | Format::Short => self.for_people(),
            Format::Json => json(report),
            Format::Sarif => sarif(report),
            Format::Junit => junit(report, self.warnings()),
        };
        tell(&self.fixed.told);
        // With fixes, standard output is for the texts: a diff, or what was on standard input.
        if self.fixed.out.is_empty() {
            put(&text);
        } else {
            put(&self.fixed.out);
            tell(&text);
        }
    }

    fn for_people(&self) -> String {
        if self.args.diff {
            return summary::would(self);
        }
        let look = if self.fixed.out.is_empty() { Look::stdout() } else { Look::stderr() };
        let (mut out, codes) = match self.args.format {
            Format::Short => {
                let shown = self.gathered.report.open().take(self.args.max_findings);
                (shown.map(short).collect(), Vec::new())
            }
            Format::Terminal | Format::Json | Format::Sarif | Format::Junit => {
                self.gathered.drawn(&look, self.args.max_findings)
            }
        };
        out.push_str(&summary::line(self));
        out.push_str(&Printer::new(&look, &SourceMap::default()).more(codes));
        out
    }

    fn exit(&self) -> Exit {
        let fails = self.gathered.report.open().any(|told| self.warnings().fails(told.severity));
        let would_change = self.args.diff && self.fixed.made > 0;
        if self.gathered.unreadable || self.fixed.unwritable {
            Exit::Unusable
        } else if (fails && !self.args.write_baseline) || would_change {
            Exit::Findings
        } else {
            Exit::Done
        }
    }
}

fn put(text: &str) {
    // A closed pipe behind `hsbrun check | head` is nobody's mistake.
    let _ = io::stdout().write_all(text.as_bytes());
}
