//! What verifying a runbook came to.

use indexmap::{IndexMap, IndexSet};

use crate::diag::Finding;
use crate::engine::Code;
use crate::program::Program;
use crate::text::SourceMap;
use crate::verify::{Allowed, Bounds, Configuration, Property, Report, Violation};

use super::counterexample::counterexample;
use super::finding::Printer;
use super::handlers::{handlers, never_entered, refusals};
use super::ledger::grouped;
use super::look::{Look, Paint};
use super::page::{Page, paragraph};
use super::reached::{in_short, written};
use super::report::is_left_out;
use super::telling::{Place, place};
use super::words::Words;

/// More stories than this nobody reads at once.
const MOST_STORIES: usize = 10;

/// A runbook explored with one choice of its parameters' words.
#[derive(Debug)]
pub struct Verified {
    /// `upgrade = fix_pack`; empty where there is nothing to choose.
    pub words: String,
    /// Everything that the runbook was given, as `--set` takes it.
    pub parameters: IndexMap<String, String>,
    pub code: Code,
    pub configurations: Vec<Configuration>,
    pub report: Report,
    pub bounds: Bounds,
    /// What was asked for; empty: every property.
    pub asked: Vec<Property>,
}

/// Every story of a report with its number, which files are named by.
pub fn stories(verified: &[Verified]) -> impl Iterator<Item = (usize, &Verified, &Violation)> {
    let all = verified.iter().flat_map(|one| one.report.broken.iter().map(move |violation| (one, violation)));
    (1..).zip(all).map(|(number, (one, violation))| (number, one, violation))
}

/// The stories, and the last words. `unused`: the comments that allow what nothing breaks.
#[must_use]
pub fn verdict(
    look: &Look,
    program: &Program,
    sources: &SourceMap,
    verified: &[Verified],
    unused: &[Finding],
) -> String {
    let printer = Printer::new(look, sources);
    let mut page = Page::new(look);
    let mut told = 0;
    let mut codes = Vec::new();
    for (number, one, violation) in stories(verified) {
        codes.push(violation.property.rule().code);
        told = number;
        if told <= MOST_STORIES {
            let words = Words { program, code: &one.code, sources };
            page.text(&counterexample(look, &printer, words, violation, (number, &one.words)));
        }
    }
    if told > MOST_STORIES {
        let more = told - MOST_STORIES;
        let which = "`--property NAME` chooses, and `--chart` and `--format json` have them all";
        page.text(&paragraph(look, &format!("{more} more stories are not shown: {which}")));
        page.blank();
    }
    for finding in unused {
        codes.push(finding.rule.code);
        page.text(&printer.finding(finding));
    }
    headline(&mut page, verified, told);
    for one in verified {
        let explored = one.report.explored;
        let pairs = if explored.configurations == 1 { "kind of pair" } else { "kinds of pair" };
        let states = format!("{} {pairs}, {} states", explored.configurations, grouped(explored.states as u64));
        page.row(if one.words.is_empty() { "explored" } else { "with" }, &join(&[one.words.as_str(), &states]));
        if explored.cut_short > 0 {
            let most = grouped(one.bounds.states as u64);
            let text = format!("in {} kinds of pair the bound of {most} states was reached", explored.cut_short);
            page.row("cut short", &text);
        }
    }
    for text in allowed(program, sources, verified) {
        page.row("allowed", &text);
    }
    let written = written(program, sources, verified);
    page.row("reached", &in_short(&written));
    page.row("refused", &refusals(&written).unwrap_or_default());
    page.row("handlers", &never_entered(&handlers(program, sources, verified)).unwrap_or_default());
    if is_left_out(Property::LogOverflow, verified) {
        page.row("not judged", "log-overflow: no site says how long its log lasts (`log_lasts`)");
    }
    page.row("not proven", "times, room on disks, what the data says: docs/verify.md");
    page.text(&printer.more(codes));
    page.done()
}

/// What the runbook does on purpose: by which comment, why, and where it happens.
fn allowed(program: &Program, sources: &SourceMap, verified: &[Verified]) -> Vec<String> {
    let mut texts: IndexMap<String, IndexSet<String>> = IndexMap::new();
    let all = verified.iter().flat_map(|one| one.report.allowed.iter().map(move |allowed| (one, allowed)));
    for (one, Allowed { violation, reason, named }) in all {
        let Place { file, line, .. } = place(Words { program, code: &one.code, sources }, violation.at);
        let source = sources.get(named.source);
        let comment = source.line_column(named.start).line;
        let said = format!("{} by {}:{comment}: {reason}", violation.property.word(), source.name);
        let happens = if file == source.name { format!("line {line}") } else { format!("{file}:{line}") };
        texts.entry(said).or_default().insert(happens);
    }
    let text = |(said, places): (String, IndexSet<String>)| {
        format!("{said} (it happens at {})", places.into_iter().collect::<Vec<_>>().join(", "))
    };
    texts.into_iter().map(text).collect()
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(": ")
}

fn headline(page: &mut Page<'_>, verified: &[Verified], broken: usize) {
    let bounds = verified.first().map(|one| one.bounds).unwrap_or_default();
    let count = |count: u8, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let within = match (bounds.faults, bounds.kills) {
        (0, 0) => "where nothing goes wrong by itself".to_owned(),
        (faults, kills) => format!("with up to {} and {}", count(faults, "fault"), count(kills, "kill")),
    };
    let within = if bounds.late { format!("{within}, effects coming late") } else { within };
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    let allows = verified.iter().any(|one| !one.report.allowed.is_empty());
    match (broken, whole) {
        (0, true) if allows => {
            page.headline(Paint::Good, &format!("It holds, but for what the runbook allows, {within}."));
        }
        (0, true) => page.headline(Paint::Good, &format!("It holds: nothing that must not be is reached {within}.")),
        (0, false) => page.headline(Paint::Warn, &format!("Not explored to the end {within}: nothing broken so far.")),
        (1, _) => page.headline(Paint::Bad, &format!("It does not hold: a story tells how, {within}.")),
        (many, _) => page.headline(Paint::Bad, &format!("It does not hold: {many} stories tell how, {within}.")),
    }
}
