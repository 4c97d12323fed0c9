//! Everything that is said of a runbook, a library or a site file: syntax, names, what could hurt a pair, and the site laid
//! beside the program; in order, each once, without what is silenced where it stands.
//!
//! Reads no file: `use` goes through the `Loader`, the site's text is handed in. Must not know how findings are drawn.

mod fix;

use crate::diag::Finding;
use crate::lint::allow::{self, Allow, Allows, Silenced};
use crate::lint::lint;
use crate::program::{self, Loader, Program, Resolved};
use crate::site::{self, Site};
use crate::text::{Source, SourceId, SourceMap};

pub use fix::fixed;

/// A site file that is laid beside the program.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The path as given.
    pub name: &'a str,
    pub text: &'a str,
    /// Which of its servers are meant: `--server NAME=SITE_NAME`.
    pub servers: &'a [(String, String)],
}

/// What there is to say of one text and all that it uses.
#[derive(Debug)]
pub struct Checked {
    /// The runbook (0), what it uses, and the site file last.
    pub sources: SourceMap,
    /// In the order of their places, those without one first.
    pub findings: Vec<Finding>,
    pub silenced: Vec<Silenced>,
}

/// Checks a runbook with all that it uses, beside a site where there is one; or a library alone.
pub fn runbook(main: Source, loader: &mut dyn Loader, site: Option<&Beside<'_>>) -> Checked {
    let Resolved { program, mut findings, mut sources, trees } = program::resolve(main, loader);
    let mut allows: Vec<Allows> =
        sources.iter().zip(&trees).map(|((_, source), tree)| allow::of_runbook(&source.text, tree)).collect();
    if let Some(program) = &program {
        findings.extend(lint(program, &sources));
    }
    if let Some(beside) = site {
        findings.extend(lay(beside, program.as_ref(), &mut sources, &mut allows));
    }
    let whole = program.is_some();
    let reported = |allow: &Allow| {
        // Another runbook may have a use for what a library or a site file allows.
        whole && allow.named.source == SourceId(0) && (site.is_some() || !is_of_site(allow))
    };
    finish(sources, findings, allows, reported)
}

/// Checks a site file alone.
#[must_use]
pub fn site_alone(beside: &Beside<'_>) -> Checked {
    let mut sources = SourceMap::default();
    let mut allows = Vec::new();
    let findings = lay(beside, None, &mut sources, &mut allows);
    finish(sources, findings, allows, |_| false)
}

/// Reads the site and lays it beside the program, as far as the one and the other can be read.
fn lay(
    beside: &Beside<'_>,
    program: Option<&Program>,
    sources: &mut SourceMap,
    allows: &mut Vec<Allows>,
) -> Vec<Finding> {
    let id = sources.add(Source::new(beside.name, beside.text));
    allows.push(allow::of_site(id, beside.text));
    let (site, mut findings) = site::read(id, beside.text);
    if let (Some(site), Some(program)) = (site, program) {
        findings.extend(against(&site, program, beside.servers));
    }
    findings
}

fn against(site: &Site, program: &Program, servers: &[(String, String)]) -> Vec<Finding> {
    let (bound, mut findings) = site::bind_servers(site, program, servers);
    if let Some(bound) = bound {
        findings.extend(site::check(site, program, &bound, None));
    }
    findings
}

fn is_of_site(allow: &Allow) -> bool {
    allow.rule.code.starts_with("HSB7")
}

fn finish(
    sources: SourceMap,
    findings: Vec<Finding>,
    allows: Vec<Allows>,
    reported: impl Fn(&Allow) -> bool,
) -> Checked {
    let (mut all, mut of_comments) = (Vec::new(), Vec::new());
    for Allows { allows, findings } in allows {
        all.extend(allows);
        of_comments.extend(findings);
    }
    let left = allow::silence(findings, &all);
    let mut findings = left.findings;
    findings.extend(of_comments);
    let unused = all.iter().zip(left.used).filter(|(allow, used)| !used && reported(allow));
    findings.extend(unused.map(|(allow, _)| allow::unused(allow)));
    Checked { sources, findings: ordered(findings), silenced: left.silenced }
}

/// By place, and none twice.
fn ordered(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.labels.first().map(|label| label.span), finding.rule.code));
    findings.dedup();
    findings
}
