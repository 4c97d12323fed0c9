//! What verifying came to, for programs. The format is described in `docs/verify-json.md`; fields are added, and never
//! change their meaning within a version.

use std::time::Duration;

use indexmap::IndexMap;
use serde::Serialize;

use crate::diag::Finding;
use crate::engine::InstrId;
use crate::journal::Labels;
use crate::pair::model::Side;
use crate::pair::{Assumption, assumptions};
use crate::program::Program;
use crate::replay::{self, Trace};
use crate::text::SourceMap;
use crate::verify::{Allowed, Kind, Overflow, Property, Violation};

use super::handlers::{Handler, handlers};
use super::reached::{Written, written};
use super::telling::{Kind as RowKind, Place, Row, name_of, place, rows, server_name, state_word};
use super::verdict::{Verified, stories};
use super::words::Words;

const FORMAT: &str = "hsbrun-verify";
const VERSION: u32 = 1;

/// The report of everything that was explored.
#[must_use]
pub fn verdict_json(program: &Program, sources: &SourceMap, verified: &[Verified], unused: &[Finding]) -> String {
    let broken = verified.iter().any(|one| !one.report.broken.is_empty());
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    let mut numbers = stories(verified).map(|(number, _, _)| number);
    let report = Report {
        format: FORMAT,
        version: VERSION,
        hsbrun: env!("CARGO_PKG_VERSION"),
        runbook: verified.first().map_or("", |one| one.code.title()),
        holds: !broken && whole,
        explored_to_the_end: whole,
        properties: Property::ALL.into_iter().map(|property| judged(property, verified)).collect(),
        runs: verified.iter().map(|one| Run::of(program, sources, one, &mut numbers)).collect(),
        unused_allows: unused.iter().filter_map(|finding| Unused::of(sources, finding)).collect(),
        coverage: written(program, sources, verified),
        handlers: handlers(program, sources, verified),
        assumptions: assumptions().iter().map(Rests::on).collect(),
        not_proven: NOT_PROVEN,
    };
    serde_json::to_string_pretty(&report).expect("because it is made of texts and numbers") + "\n"
}

/// What no exploration of the model says anything about.
const NOT_PROVEN: [&str; 5] = [
    "how long anything takes",
    "room on disks",
    "what the data says",
    "other commands of the machines",
    "bugs of servers",
];

#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    version: u32,
    hsbrun: &'static str,
    runbook: &'a str,
    holds: bool,
    explored_to_the_end: bool,
    properties: Vec<Judged>,
    runs: Vec<Run>,
    /// Comments that allow what nothing breaks there.
    unused_allows: Vec<Unused>,
    coverage: Vec<Written>,
    handlers: Vec<Handler>,
    assumptions: Vec<Rests>,
    not_proven: [&'static str; 5],
}

#[derive(Serialize)]
struct Judged {
    code: &'static str,
    name: &'static str,
    kind: &'static str,
    verdict: Verdict,
    /// Numbers of stories.
    stories: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Holds,
    /// Broken only where the runbook allows it.
    Allowed,
    Broken,
    /// Not broken so far, and not everything was explored.
    Open,
    /// Nobody says what it is judged by.
    NotJudged,
    NotAsked,
}

fn judged(property: Property, verified: &[Verified]) -> Judged {
    let broken = stories(verified).filter(|(_, _, violation)| violation.property == property);
    let stories: Vec<usize> = broken.map(|(number, _, _)| number).collect();
    let asked = verified.iter().all(|one| one.asked.is_empty() || one.asked.contains(&property));
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    let allowed = verified.iter().flat_map(|one| &one.report.allowed).any(|it| it.violation.property == property);
    let verdict = match (asked, stories.is_empty(), whole) {
        (false, _, _) => Verdict::NotAsked,
        (true, false, _) => Verdict::Broken,
        (true, true, true) if allowed => Verdict::Allowed,
        (true, true, true) if is_left_out(property, verified) => Verdict::NotJudged,
        (true, true, true) => Verdict::Holds,
        (true, true, false) => Verdict::Open,
    };
    let kind = match property.kind() {
        Kind::Damage => "damage",
        Kind::Mistake => "mistake",
    };
    Judged { code: property.rule().code, name: property.word(), kind, verdict, stories }
}

/// How long a log lasts only a site says.
pub(super) fn is_left_out(property: Property, verified: &[Verified]) -> bool {
    property == Property::LogOverflow && verified.iter().all(|one| one.code.settings().log_lasts.is_none())
}

/// One choice of the parameters' words, in every configuration.
#[derive(Serialize)]
struct Run {
    parameters: String,
    given: IndexMap<String, String>,
    faults: u8,
    kills: u8,
    late: bool,
    most_states: usize,
    configurations: usize,
    succeeded: usize,
    states: usize,
    steps: u64,
    cut_short: usize,
    explored: Vec<replay::Pair>,
    broken: Vec<Broken>,
    allowed: Vec<Meant>,
}

/// What is broken where the runbook allows it.
#[derive(Serialize)]
struct Meant {
    code: &'static str,
    property: &'static str,
    damage: Option<&'static str>,
    what: String,
    reason: String,
    file: String,
    line: usize,
    statement: String,
    faults: u8,
    kills: u8,
    with: String,
    configurations: usize,
}

#[derive(Serialize)]
struct Unused {
    what: String,
    file: String,
    line: usize,
}

#[derive(Serialize)]
struct Broken {
    number: usize,
    code: &'static str,
    property: &'static str,
    damage: Option<&'static str>,
    what: String,
    why: Option<String>,
    /// What would have prevented it; null where that cannot be told.
    help: Option<String>,
    file: String,
    line: usize,
    statement: String,
    faults: u8,
    kills: u8,
    with: String,
    configurations: usize,
    /// How long one server may work alone, and how long its log room lasts; null of other properties.
    alone: Option<WorksAlone>,
    story: Vec<Happened>,
    /// As `--trace` writes it; null where no single path leads there.
    trace: Option<Trace>,
}

#[derive(Serialize)]
struct WorksAlone {
    server: String,
    at_most_seconds: u64,
    log_lasts_seconds: u64,
    /// The statements that take time, in their order.
    way: Vec<Waits>,
}

#[derive(Serialize)]
struct Waits {
    file: String,
    line: usize,
    statement: String,
    seconds: u64,
}

impl WorksAlone {
    fn of(words: Words<'_>, overflow: &Overflow) -> WorksAlone {
        let waits = |(at, limit): &(InstrId, Duration)| {
            let Place { file, line, .. } = place(words, *at);
            Waits { file, line, statement: words.statement(*at), seconds: limit.as_secs() }
        };
        WorksAlone {
            server: server_name(words, overflow.side).to_owned(),
            at_most_seconds: overflow.at_most.as_secs(),
            log_lasts_seconds: overflow.log_lasts.as_secs(),
            way: overflow.way.iter().map(waits).collect(),
        }
    }
}

#[derive(Serialize)]
struct Happened {
    who: String,
    what: String,
    kind: RowKind,
    file: Option<String>,
    line: Option<usize>,
    servers: Vec<Server>,
    watchdog: bool,
}

#[derive(Serialize)]
struct Server {
    name: String,
    /// A state of the pair, or what its process is doing.
    state: &'static str,
    ahead: bool,
}

#[derive(Serialize)]
struct Rests {
    name: &'static str,
    says: &'static str,
    source: &'static str,
}

impl Rests {
    fn on(assumption: &Assumption) -> Rests {
        Rests { name: assumption.name, says: assumption.says, source: assumption.source.0 }
    }
}

impl Run {
    fn of(program: &Program, sources: &SourceMap, one: &Verified, numbers: &mut impl Iterator<Item = usize>) -> Run {
        let words = Words { program, code: &one.code, sources };
        let names: Vec<&str> = one.code.servers().iter().map(|server| server.name.as_str()).collect();
        let explored = one.report.explored;
        let broken = one.report.broken.iter().zip(numbers);
        Run {
            parameters: one.words.clone(),
            given: one.parameters.clone(),
            faults: one.bounds.faults,
            kills: one.bounds.kills,
            late: one.bounds.late,
            most_states: one.bounds.states,
            configurations: explored.configurations,
            succeeded: explored.succeeded,
            states: explored.states,
            steps: explored.steps,
            cut_short: explored.cut_short,
            explored: one.configurations.iter().map(|it| replay::Pair::of(it, &names)).collect(),
            broken: broken.map(|(violation, number)| Broken::of(words, one, violation, number)).collect(),
            allowed: one.report.allowed.iter().map(|allowed| Meant::of(words, allowed)).collect(),
        }
    }
}

impl Meant {
    fn of(words: Words<'_>, allowed: &Allowed) -> Meant {
        let Allowed { violation, reason, .. } = allowed;
        let Place { file, line, .. } = place(words, violation.at);
        Meant {
            code: violation.property.rule().code,
            property: violation.property.word(),
            damage: violation.damage.map(Property::word),
            what: violation.finding(words.code).what,
            reason: reason.clone(),
            file,
            line,
            statement: words.statement(violation.at),
            faults: violation.faults,
            kills: violation.kills,
            with: violation.configuration.words(),
            configurations: violation.configurations,
        }
    }
}

impl Unused {
    fn of(sources: &SourceMap, finding: &Finding) -> Option<Unused> {
        let span = finding.labels.first()?.span;
        let source = sources.get(span.source);
        let line = source.line_column(span.start).line;
        Some(Unused { what: finding.what.clone(), file: source.name.clone(), line })
    }
}

impl Broken {
    fn of(words: Words<'_>, one: &Verified, violation: &Violation, number: usize) -> Broken {
        let rule = violation.property.rule();
        let Place { file, line, .. } = place(words, violation.at);
        let finding = violation.finding(words.code);
        Broken {
            number,
            code: rule.code,
            property: rule.name,
            damage: violation.damage.map(Property::word),
            what: finding.what,
            why: finding.why,
            help: finding.help,
            file,
            line,
            statement: words.statement(violation.at),
            faults: violation.faults,
            kills: violation.kills,
            with: violation.configuration.words(),
            configurations: violation.configurations,
            alone: violation.overflow.as_ref().map(|overflow| WorksAlone::of(words, overflow)),
            story: rows(words, &violation.story).into_iter().map(|row| Happened::of(words, row)).collect(),
            trace: trace(words, one, violation),
        }
    }
}

/// The trace of a story; none where no single path leads to what is broken.
#[must_use]
pub fn trace(words: Words<'_>, one: &Verified, violation: &Violation) -> Option<Trace> {
    if violation.story.entries.is_empty() {
        return None;
    }
    let labels = labels(words);
    Some(Trace::of(violation, words.code, &labels, one.parameters.clone()))
}

/// Names and places for a trace.
#[must_use]
pub fn labels(words: Words<'_>) -> Labels<'_> {
    Labels::new(words.program, move |at| {
        let Place { file, line, .. } = place(words, at);
        format!("{file}:{line}")
    })
}

impl Happened {
    fn of(words: Words<'_>, row: Row) -> Happened {
        let sides = Side::BOTH.into_iter().take(words.code.servers().len());
        let servers = sides.map(|side| Server {
            name: server_name(words, side).to_owned(),
            state: state_word(&row.pair, side),
            ahead: row.pair.is_ahead(side),
        });
        Happened {
            who: name_of(words, row.who).to_owned(),
            what: row.what,
            kind: row.kind,
            file: row.place.as_ref().map(|place| place.file.clone()),
            line: row.place.as_ref().map(|place| place.line),
            servers: servers.collect(),
            watchdog: row.pair.watchdog_is_on(),
        }
    }
}
