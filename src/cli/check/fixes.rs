//! `--fix`, `--unsafe-fixes` and `--diff`: fixes made round by round, each round on a text that was checked again, and the
//! file replaced once, when nothing is left to be made.

use std::fmt::Write as _;
use std::path::Path;

use crate::check;
use crate::diag::{Applied, Safety};
use crate::show::{Look, Printer};
use crate::text::{Source, SourceMap, inert};

use super::super::args::CheckArgs;
use super::super::diff::diff;
use super::super::files;
use super::super::loader::Files;
use super::Wanted;

/// What came of the fixes.
#[derive(Debug, Default)]
pub(super) struct Fixed {
    /// How many were made, or with `--diff` would be.
    pub(super) made: usize,
    /// For standard output: the diff, or the text that came from standard input.
    pub(super) out: String,
    /// For standard error.
    pub(super) told: String,
    /// A file could not be replaced.
    pub(super) unwritable: bool,
}

/// Makes the fixes in every file that was named, the site file too. Files that are only used stay as they are.
pub(super) fn make(wanted: &mut Wanted, most: Safety, args: &CheckArgs) -> Fixed {
    let mut fixed = Fixed::default();
    let site_name = wanted.site_name();
    if let Some((path, text)) = &mut wanted.site {
        let Applied { text: new, made } = in_site(&site_name, text, most, &args.servers);
        let source = Source::new(site_name.clone(), text.clone());
        if fixed.finish(path, &source, &new, made, args.diff) {
            *text = new;
        }
    }
    let Wanted { files, site, .. } = wanted;
    for (path, source) in files {
        let beside = Wanted::beside(site.as_ref(), &site_name, &args.servers);
        let again = |text: &str| {
            let source = Source::new(source.name.clone(), text);
            check::runbook(source, &mut Files::of(path), beside.as_ref())
        };
        let Applied { text, made } = check::fixed(&source.text, most, again);
        if fixed.finish(path, source, &text, made, args.diff) {
            *source = Source::new(source.name.clone(), text);
        }
    }
    fixed
}

fn in_site(name: &str, text: &str, most: Safety, servers: &[(String, String)]) -> Applied {
    check::fixed(text, most, |text| check::site_alone(&check::Beside { name, text, servers }))
}

impl Fixed {
    /// Writes what was made. Whether the text at hand is the new one now.
    fn finish(&mut self, path: &Path, source: &Source, text: &str, made: usize, only_diff: bool) -> bool {
        let is_input = path == Path::new("-");
        if is_input && !only_diff {
            self.out.push_str(text);
        }
        if made == 0 || *text == source.text {
            return false;
        }
        if only_diff {
            self.made += made;
            self.out.push_str(&diff(source, text, "fixed"));
            return false;
        }
        if !is_input && let Err(finding) = files::replace(path, text) {
            self.unwritable = true;
            self.told.push_str(&Printer::new(&Look::stderr(), &SourceMap::default()).finding(&finding));
            return false;
        }
        self.made += made;
        let (name, plural) = (inert(&source.name), if made == 1 { "" } else { "es" });
        writeln!(self.told, "{name}: {made} fix{plural} made").expect("because writing to a text does not fail");
        true
    }
}
