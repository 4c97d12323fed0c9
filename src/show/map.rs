//! The map of a runbook: what the pair can be in at each step, and from where to where only one server holds everything,
//! or none accepts writes.

use std::time::Duration;

use serde::Serialize;

use crate::engine::{Code, InstrId, Part};
use crate::pair::model::{Model, Side};
use crate::program::{Program, StepId};
use crate::text::SourceMap;
use crate::verify::{Bounds, Map, Stop, copies, writers};

use super::clock::took;
use super::ledger::grouped;
use super::look::{Look, Paint};
use super::page::Page;
use super::telling::{Place, place, server_name, state_word};
use super::words::Words;
use super::wrap::{cut, lines};

/// A runbook's map with one choice of its parameters' words.
#[derive(Debug)]
pub struct Mapped {
    /// `upgrade = fix_pack`; empty where there is nothing to choose.
    pub words: String,
    pub code: Code,
    pub map: Map,
    pub bounds: Bounds,
}

/// What can be wrong with a pair for a while, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Lack {
    OneCopy,
    NoWrites,
    TwoWriters,
}

impl Lack {
    const ALL: [Lack; 3] = [Lack::OneCopy, Lack::NoWrites, Lack::TwoWriters];

    fn of(self, pair: &Model) -> bool {
        match self {
            Lack::OneCopy => copies(pair).count() < 2,
            Lack::NoWrites => writers(pair).count() == 0,
            Lack::TwoWriters => writers(pair).count() == 2,
        }
    }

    fn says(self) -> &'static str {
        match self {
            Lack::OneCopy => "only one server holds every commit",
            Lack::NoWrites => "no server accepts writes",
            Lack::TwoWriters => "both servers accept writes",
        }
    }

    /// Beside a pair in the table.
    fn note(self) -> &'static str {
        match self {
            Lack::OneCopy => "one copy",
            Lack::NoWrites => "no writes",
            Lack::TwoWriters => "TWO WRITERS",
        }
    }
}

/// From one statement to another one.
#[derive(Debug, Serialize)]
struct Window {
    lack: Lack,
    says: &'static str,
    from: Spot,
    to: Spot,
    /// The limits of all waits and commands in it, together; none of them lasts longer.
    at_most_seconds: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Spot {
    step: Option<String>,
    file: String,
    line: usize,
    statement: String,
}

/// One part of a step: its body, its handler; an ending; the end.
#[derive(Debug, Serialize)]
struct Stage {
    step: Option<String>,
    part: &'static str,
    title: String,
    file: String,
    line: usize,
    pairs: Vec<Pair>,
}

#[derive(Debug, Serialize)]
struct Pair {
    states: Vec<&'static str>,
    /// The servers that hold every acknowledged commit whatever the application did, and those that accept writes.
    copies: Vec<String>,
    writers: Vec<String>,
    /// What may be lacking.
    lacks: Vec<Lack>,
}

/// A map in words.
#[derive(Debug, Serialize)]
struct Told {
    parameters: String,
    faults: u8,
    kills: u8,
    configurations: usize,
    states: usize,
    cut_short: usize,
    servers: Vec<String>,
    windows: Vec<Window>,
    steps: Vec<Stage>,
}

fn told(program: &Program, sources: &SourceMap, mapped: &Mapped) -> Told {
    let words = Words { program, code: &mapped.code, sources };
    let sides = || Side::BOTH.into_iter().take(mapped.code.servers().len().max(1));
    Told {
        parameters: mapped.words.clone(),
        faults: mapped.bounds.faults,
        kills: mapped.bounds.kills,
        configurations: mapped.map.explored.configurations,
        states: mapped.map.explored.states,
        cut_short: mapped.map.explored.cut_short,
        servers: sides().map(|side| server_name(words, side).to_owned()).collect(),
        windows: Lack::ALL.into_iter().flat_map(|lack| windows(words, &mapped.map, lack)).collect(),
        steps: stages(words, &mapped.map),
    }
}

/// On the way itself: handlers, back-outs and endings have no place in an order of time.
fn windows(words: Words<'_>, map: &Map, lack: Lack) -> Vec<Window> {
    let way: Vec<&Stop> = map.stops.iter().filter(|stop| stop.part == Part::Body && !stop.over).collect();
    let lacks = |stop: &&Stop| stop.pairs.iter().any(|pair| lack.of(pair));
    way.chunk_by(|one, two| lacks(one) == lacks(two))
        .filter(|run| run.first().is_some_and(lacks))
        .filter_map(|run| Some((run, run.first()?, run.last()?)))
        .map(|(run, first, last)| Window {
            lack,
            says: lack.says(),
            from: spot(words, first.at),
            to: spot(words, last.at),
            at_most_seconds: run.iter().map(|stop| words.code.lasts_at_most(stop.at)).sum::<Duration>().as_secs(),
        })
        .collect()
}

fn spot(words: Words<'_>, at: InstrId) -> Spot {
    let Place { file, line, .. } = place(words, at);
    let step = words.step_of(at).map(|step| words.step(step).to_owned());
    Spot { step, file, line, statement: words.statement(at) }
}

fn stages(words: Words<'_>, map: &Map) -> Vec<Stage> {
    let key = |stop: &Stop| {
        (stop.over, words.step_of(stop.at).filter(|_| !stop.over), Some(stop.part).filter(|_| !stop.over))
    };
    let mut stages: Vec<Stage> = Vec::new();
    let mut keys = Vec::new();
    for stop in &map.stops {
        let at = keys.iter().position(|known| *known == key(stop)).unwrap_or_else(|| {
            keys.push(key(stop));
            stages.push(stage(words, stop, key(stop).1));
            stages.len() - 1
        });
        for pair in stop.pairs.iter().map(|pair| seen(words, pair)) {
            let same = |known: &&mut Pair| (&known.states, &known.writers) == (&pair.states, &pair.writers);
            match stages[at].pairs.iter_mut().find(same) {
                Some(known) => known.join(pair),
                None => stages[at].pairs.push(pair),
            }
        }
    }
    stages
}

impl Pair {
    /// What may be lacking, where two look the same to whoever looks at their states.
    fn join(&mut self, other: Pair) {
        self.copies.retain(|copy| other.copies.contains(copy));
        other.lacks.into_iter().for_each(|lack| {
            if !self.lacks.contains(&lack) {
                self.lacks.push(lack);
            }
        });
    }
}

fn stage(words: Words<'_>, stop: &Stop, step: Option<StepId>) -> Stage {
    let Place { file, line, .. } =
        step.map_or_else(|| place(words, stop.at), |step| place(words, words.code.step(step).begin));
    let part = if stop.over { "over" } else { part(stop.part) };
    let title = match (stop.over, step) {
        (true, _) => "The run is over".to_owned(),
        (false, Some(step)) => words.title(step),
        (false, None) => part.to_owned(),
    };
    Stage { step: step.map(|step| words.step(step).to_owned()), part, title, file, line, pairs: Vec::new() }
}

pub(super) fn part(part: Part) -> &'static str {
    use crate::engine::EndingKind;
    match part {
        Part::Preflight => "before the start",
        Part::Body => "body",
        Part::Handler => "if this step fails",
        Part::BackOut => "back out",
        Part::Ending(EndingKind::Success) => "on success",
        Part::Ending(EndingKind::Failure) => "on failure",
        Part::Ending(EndingKind::BackOut) => "on back out",
        Part::EndStates => "the end states",
    }
}

fn seen(words: Words<'_>, pair: &Model) -> Pair {
    let sides = || Side::BOTH.into_iter().take(words.code.servers().len().max(1));
    let names = |sides: Vec<Side>| sides.into_iter().map(|side| server_name(words, side).to_owned()).collect();
    Pair {
        states: sides().map(|side| state_word(pair, side)).collect(),
        copies: names(copies(pair).collect()),
        writers: names(writers(pair).collect()),
        lacks: Lack::ALL.into_iter().filter(|lack| lack.of(pair)).collect(),
    }
}

/// What a server is in; `PRIMARY UNCERTAIN`, and a gap.
const STATE: usize = 19;
const INDENT: usize = 4;

/// For people.
#[must_use]
pub fn map(look: &Look, program: &Program, sources: &SourceMap, mapped: &[Mapped]) -> String {
    let mut page = Page::new(look);
    for one in mapped {
        let told = told(program, sources, one);
        page.headline(Paint::Accent, &headline(&told));
        let names: String = told.servers.iter().map(|name| format!("{:<STATE$}", cut(name, STATE - 1, "~"))).collect();
        page.text(&format!("{}\n", look.paint(Paint::Strong, format!("{:INDENT$}{names}", "").trim_end())));
        for stage in &told.steps {
            table(look, &mut page, stage);
        }
        if told.windows.is_empty() {
            page.row("always", "two servers hold every commit, and one accepts writes");
        }
        for window in &told.windows {
            page.row(window.lack.note(), &in_words(window));
        }
        page.row("with", &bounds(&told));
        page.blank();
    }
    page.done()
}

fn headline(told: &Told) -> String {
    let chosen = if told.parameters.is_empty() { String::new() } else { format!(", with {}", told.parameters) };
    format!("What the pair can be in at each step{chosen}")
}

fn table(look: &Look, page: &mut Page<'_>, stage: &Stage) {
    let title = stage_title(stage);
    for line in lines(&title, look.width.saturating_sub(1)) {
        page.text(&format!("{}\n", look.paint(Paint::Strong, &line)));
    }
    for pair in &stage.pairs {
        let states: String = pair.states.iter().map(|state| format!("{state:<STATE$}")).collect();
        let notes: Vec<&str> = pair.lacks.iter().map(|lack| lack.note()).collect();
        let paint = if pair.lacks.contains(&Lack::TwoWriters) { Paint::Bad } else { Paint::Warn };
        let notes = look.paint(paint, &notes.join(", "));
        page.text(&format!("{}\n", format!("{:INDENT$}{states}{notes}", "").trim_end()));
    }
    page.blank();
}

fn stage_title(stage: &Stage) -> String {
    match (&stage.step, stage.part) {
        (Some(step), "body") => format!("step {step}: {} (line {})", stage.title, stage.line),
        (Some(step), part) => format!("step {step}, `{part}`"),
        (None, "over") => stage.title.clone(),
        (None, part) => part.to_owned(),
    }
}

fn in_words(window: &Window) -> String {
    let spot = |spot: &Spot| {
        let step = spot.step.as_ref().map(|step| format!("step {step}, ")).unwrap_or_default();
        format!("{step}line {} ({})", spot.line, spot.statement)
    };
    let limit = took(Duration::from_secs(window.at_most_seconds));
    format!("{} from {} to {}; by its limits {limit} at most", window.says, spot(&window.from), spot(&window.to))
}

fn bounds(told: &Told) -> String {
    let count = |count: u8, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let pairs = if told.configurations == 1 { "kind of pair" } else { "kinds of pair" };
    let short = if told.cut_short > 0 { "; cut short: not everything was explored" } else { "" };
    let wrong = match (told.faults, told.kills) {
        (0, 0) => "nothing going wrong by itself".to_owned(),
        (faults, kills) => format!("up to {} and {}", count(faults, "fault"), count(kills, "kill")),
    };
    format!("{wrong}; {} {pairs}, {} states{short}", told.configurations, grouped(told.states as u64))
}

/// For programs.
#[must_use]
pub fn map_json(program: &Program, sources: &SourceMap, mapped: &[Mapped]) -> String {
    #[derive(Serialize)]
    struct Report<'a> {
        format: &'static str,
        version: u32,
        runbook: &'a str,
        maps: Vec<Told>,
    }
    let title = mapped.first().map_or("", |one| one.code.title());
    let maps = mapped.iter().map(|one| told(program, sources, one)).collect();
    let report = Report { format: "hsbrun-map", version: 1, runbook: title, maps };
    serde_json::to_string_pretty(&report).expect("because it is made of texts and numbers") + "\n"
}

/// To be pasted into a change request.
#[must_use]
pub fn map_markdown(program: &Program, sources: &SourceMap, mapped: &[Mapped]) -> String {
    let mut out = String::new();
    for one in mapped {
        let told = told(program, sources, one);
        out.push_str(&format!("## {}: {}\n\n", plain(one.code.title()), plain(&headline(&told))));
        for window in &told.windows {
            out.push_str(&format!("- **{}**: {}\n", window.lack.note(), plain(&in_words(window))));
        }
        if told.windows.is_empty() {
            out.push_str("- At every moment two servers hold every commit, and one accepts writes.\n");
        }
        out.push_str(&format!(
            "\n| step | {} | |\n| --- | {}--- |\n",
            told.servers.join(" | "),
            "--- | ".repeat(told.servers.len())
        ));
        for stage in &told.steps {
            for (at, pair) in stage.pairs.iter().enumerate() {
                let title = if at == 0 { plain(&stage_title(stage)) } else { String::new() };
                let notes: Vec<&str> = pair.lacks.iter().map(|lack| lack.note()).collect();
                out.push_str(&format!("| {title} | {} | {} |\n", pair.states.join(" | "), notes.join(", ")));
            }
        }
        out.push_str(&format!("\nExplored by `hsbrun verify --map` with {}.\n\n", bounds(&told)));
    }
    out
}

/// A text that Markdown does not act on.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if matches!(character, '\\' | '|' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '~') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
