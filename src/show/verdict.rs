//! What verifying a runbook came to.

use serde::Serialize;

use crate::engine::Code;
use crate::engine::model::server_of;
use crate::pair::State;
use crate::pair::model::Side;
use crate::program::Program;
use crate::text::SourceMap;
use crate::verify::{Bounds, Report, Violation};

use super::counterexample::{Row, counterexample, rows};
use super::finding::Printer;
use super::ledger::grouped;
use super::look::{Look, Paint};
use super::page::Page;
use super::words::Words;

/// More stories than this nobody reads at once.
const MOST_STORIES: usize = 10;

/// A runbook explored with one choice of its parameters' words.
#[derive(Debug)]
pub struct Verified {
    /// `upgrade = fix_pack`; empty where there is nothing to choose.
    pub words: String,
    pub code: Code,
    pub report: Report,
    pub bounds: Bounds,
}

/// The stories, and the last words.
#[must_use]
pub fn verdict(look: &Look, program: &Program, sources: &SourceMap, verified: &[Verified]) -> String {
    let printer = Printer::new(look, sources);
    let mut page = Page::new(look);
    let mut told = 0;
    let mut codes = Vec::new();
    for one in verified {
        for violation in &one.report.broken {
            codes.push(violation.property.rule().code);
            told += 1;
            if told <= MOST_STORIES {
                let words = Words { program, code: &one.code, sources };
                page.text(&counterexample(look, &printer, words, violation, &one.words));
            }
        }
    }
    if told > MOST_STORIES {
        page.text(&format!("{} more stories are not shown\n\n", told - MOST_STORIES));
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
    page.row("not proven", "times, room on disks, what the data says: docs/verify.md");
    page.text(&printer.more(codes));
    page.done()
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(": ")
}

fn headline(page: &mut Page<'_>, verified: &[Verified], broken: usize) {
    let bounds = verified.first().map(|one| one.bounds).unwrap_or_default();
    let count = |count: u8, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let within = format!("with up to {} and {}", count(bounds.faults, "fault"), count(bounds.kills, "kill"));
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    match (broken, whole) {
        (0, true) => page.headline(Paint::Good, &format!("It holds: nothing that must not be is reached {within}.")),
        (0, false) => page.headline(Paint::Warn, &format!("Not explored to the end {within}: nothing broken so far.")),
        (1, _) => page.headline(Paint::Bad, &format!("It does not hold: 1 property is broken {within}.")),
        (many, _) => page.headline(Paint::Bad, &format!("It does not hold: broken in {many} places {within}.")),
    }
}

/// The same for programs.
#[must_use]
pub fn verdict_json(program: &Program, sources: &SourceMap, verified: &[Verified]) -> String {
    let words = |code| Words { program, code, sources };
    let runs: Vec<Run> = verified.iter().map(|one| Run::of(words(&one.code), one)).collect();
    let verdict = Verdict {
        holds: verified.iter().all(|one| one.report.broken.is_empty() && one.report.explored.cut_short == 0),
        runs,
    };
    serde_json::to_string_pretty(&verdict).expect("because it is made of texts and numbers") + "\n"
}

#[derive(Serialize)]
struct Verdict {
    holds: bool,
    runs: Vec<Run>,
}

#[derive(Serialize)]
struct Run {
    parameters: String,
    faults: u8,
    kills: u8,
    configurations: usize,
    states: usize,
    steps: u64,
    cut_short: usize,
    broken: Vec<Broken>,
}

#[derive(Serialize)]
struct Broken {
    code: &'static str,
    property: &'static str,
    damage: Option<&'static str>,
    what: String,
    file: String,
    line: usize,
    faults: u8,
    kills: u8,
    with: String,
    configurations: usize,
    story: Vec<Happened>,
}

#[derive(Serialize)]
struct Happened {
    who: String,
    what: String,
    line: Option<usize>,
    servers: Vec<Server>,
    watchdog: bool,
}

#[derive(Serialize)]
struct Server {
    name: String,
    state: Option<&'static str>,
    ahead: bool,
}

impl Run {
    fn of(words: Words<'_>, one: &Verified) -> Run {
        let explored = one.report.explored;
        Run {
            parameters: one.words.clone(),
            faults: one.bounds.faults,
            kills: one.bounds.kills,
            configurations: explored.configurations,
            states: explored.states,
            steps: explored.steps,
            cut_short: explored.cut_short,
            broken: one.report.broken.iter().map(|violation| Broken::of(words, violation)).collect(),
        }
    }
}

impl Broken {
    fn of(words: Words<'_>, violation: &Violation) -> Broken {
        let rule = violation.property.rule();
        let span = words.code.place(violation.at).span;
        let source = words.sources.get(span.source);
        Broken {
            code: rule.code,
            property: rule.name,
            damage: violation.damage.map(crate::verify::Property::word),
            what: violation.finding(words.code).what,
            file: source.name.clone(),
            line: source.line_column(span.start).line,
            faults: violation.faults,
            kills: violation.kills,
            with: violation.configuration.words(),
            configurations: violation.configurations,
            story: rows(words, violation).into_iter().map(|row| Happened::of(words, row)).collect(),
        }
    }
}

impl Happened {
    fn of(words: Words<'_>, row: Row) -> Happened {
        let sides = Side::BOTH.into_iter().take(words.code.servers().len());
        let servers = sides.map(|side| Server {
            name: words.server(server_of(side)).to_owned(),
            state: row.pair.state(side).map(State::word),
            ahead: row.pair.is_ahead(side),
        });
        Happened {
            who: row.who,
            what: row.what,
            line: row.line,
            servers: servers.collect(),
            watchdog: row.pair.watchdog_is_on(),
        }
    }
}
