//! How a property is broken, as a table: what happens, in its order, and what both servers are in afterwards.

use crate::engine::model::server_of;
use crate::engine::{Event, FailureKind, InstrId, Outcome, Request, SettledVerdict};
use crate::pair::State;
use crate::pair::model::{Fault, Model, Move, Phase, Side};
use crate::verify::{Actor, Deed, Entry, Happening, Violation, What};

use super::finding::Printer;
use super::look::{Look, Paint};
use super::words::Words;
use super::wrap::lines;

/// The number of an entry, and whose doing it is.
const LEAD: usize = 16;
/// What a server is in; `PRIMARY UNCERTAIN` and a gap.
const STATE: usize = 18;
/// The text has at least so much room.
const LEAST_TEXT: usize = 24;

/// One thing that happened, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `hsbrun`, a server's name, `users`, `watchdog`, `fault`.
    pub who: String,
    pub what: String,
    /// Of the runbook or of what it uses, where hsbrun did it.
    pub line: Option<usize>,
    /// The pair afterwards.
    pub pair: Model,
}

/// A violation: the finding, and the story of how it comes about.
#[must_use]
pub fn counterexample(
    look: &Look,
    printer: &Printer<'_>,
    words: Words<'_>,
    violation: &Violation,
    parameters: &str,
) -> String {
    let mut out = printer.finding(&violation.finding(words.code));
    out.pop();
    let parts = [parameters.to_owned(), violation.circumstances()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    out.push_str(&printer.said("with", &parts.join("; ")));
    out.push('\n');
    out.push_str(&table(look, words, violation));
    out.push('\n');
    out
}

fn table(look: &Look, words: Words<'_>, violation: &Violation) -> String {
    let servers: Vec<Side> = Side::BOTH.into_iter().take(words.code.servers().len()).collect();
    let text_width = look.width.saturating_sub(LEAD + servers.len() * STATE + 1).max(LEAST_TEXT);
    let names: String = servers.iter().map(|side| format!("{:<STATE$}", words.server(server_of(*side)))).collect();
    let head = format!("{:LEAD$}{:text_width$} {names}", "", "");
    let mut out = format!("{}\n", look.paint(Paint::Strong, head.trim_end()));
    let mut before: Option<Vec<String>> = None;
    for (number, row) in folded(rows(words, violation)).into_iter().enumerate() {
        let states: Vec<String> = servers.iter().map(|side| state(&row.pair, *side)).collect();
        let lifeline = look.sign("│", "|");
        for (at, line) in lines(&row.what, text_width).iter().enumerate() {
            let lead = if at == 0 { format!("{:>4}  {:<10}", number + 1, row.who) } else { " ".repeat(LEAD) };
            let cell = |side: usize| {
                let same = before.as_ref().is_some_and(|before| before[side] == states[side]);
                let shown = if at > 0 || same { lifeline } else { &states[side] };
                format!("{shown:<STATE$}")
            };
            let cells: String = (0..states.len()).map(cell).collect();
            let rest = format!("{line:<text_width$} {cells}");
            out.push_str(format!("{}{rest}", look.paint(paint(&row.who), &lead)).trim_end());
            out.push('\n');
        }
        before = Some(states);
    }
    out
}

/// The steps that went as they should, before anything of interest, in one row.
fn folded(rows: Vec<Row>) -> Vec<Row> {
    let begins: Vec<usize> = (0..rows.len()).filter(|at| is_step(&rows[*at])).collect();
    let wrong = rows.iter().position(|row| row.who == FAULT || row.what.contains(NO_ANSWER)).unwrap_or(rows.len());
    let shown_from = begins.iter().rev().find(|at| **at < wrong).copied();
    // Where nothing goes wrong the end of the step before tells why.
    let shown_from = if wrong == rows.len() { begins.iter().rev().nth(1).copied() } else { shown_from };
    let (Some(first), Some(from)) = (begins.first().copied(), shown_from) else { return rows };
    if from <= first + 1 {
        return rows;
    }
    let steps = begins.iter().filter(|at| **at < from).count();
    let what = format!(
        "{steps} step{} go{} as written",
        if steps == 1 { "" } else { "s" },
        if steps == 1 { "es" } else { "" }
    );
    let passed = Row { who: "hsbrun".to_owned(), what, line: None, pair: rows[from - 1].pair };
    rows[..first].iter().cloned().chain([passed]).chain(rows[from..].iter().cloned()).collect()
}

fn is_step(row: &Row) -> bool {
    row.what.starts_with("step ") && row.what.ends_with(" begins")
}

const FAULT: &str = "fault";
const NO_ANSWER: &str = "no answer";

fn paint(who: &str) -> Paint {
    match who {
        "fault" => Paint::Bad,
        "watchdog" => Paint::Warn,
        "hsbrun" => Paint::Accent,
        _ => Paint::Faint,
    }
}

/// The whole story in words. What changes nothing that can be seen is left out.
#[must_use]
pub fn rows(words: Words<'_>, violation: &Violation) -> Vec<Row> {
    let start =
        Row { who: "start".to_owned(), what: violation.configuration.words(), line: None, pair: violation.story.start };
    let mut rows = vec![start];
    for entry in &violation.story.entries {
        for (what, line) in texts(words, entry) {
            rows.push(Row { who: actor(words, entry.actor()), what, line, pair: entry.pair });
        }
    }
    rows
}

fn actor(words: Words<'_>, actor: Actor) -> String {
    match actor {
        Actor::Hsbrun => "hsbrun".to_owned(),
        Actor::Server(side) => words.server(server_of(side)).to_owned(),
        Actor::Application => "users".to_owned(),
        Actor::Watchdog => "watchdog".to_owned(),
        Actor::Fault => FAULT.to_owned(),
    }
}

fn texts(words: Words<'_>, entry: &Entry) -> Vec<(String, Option<usize>)> {
    match &entry.what {
        What::Happens(happening) => vec![(happens(words, *happening, &entry.pair), None)],
        What::Begun { request } => vec![(format!("{}: it runs", sent(words, request)), Some(line(words, entry.at)))],
        What::Killed { performed: None } => vec![("hsbrun is killed, and resumed".to_owned(), None)],
        What::Killed { performed: Some(request) } => {
            let text = format!("{}: done; hsbrun is killed before it knows, and resumed", sent(words, request));
            vec![(text, Some(line(words, entry.at)))]
        }
        What::Answered { events, during, .. } => {
            let torn = during
                .map(|happening| (format!("between two looks: {}", happens(words, happening, &entry.pair)), None));
            torn.into_iter().chain(events.iter().filter_map(|event| told(words, event))).collect()
        }
    }
}

fn sent(words: Words<'_>, request: &Request) -> String {
    match request {
        Request::Send(command) => match command.server {
            Some(server) => format!("{} on {}", words.command(command), words.server(server)),
            None => words.command(command),
        },
        Request::Look(..)
        | Request::Set(..)
        | Request::Pause(_)
        | Request::Ask(_)
        | Request::Notify(_)
        | Request::End(_) => String::new(),
    }
}

fn told(words: Words<'_>, event: &Event) -> Option<(String, Option<usize>)> {
    let here = |at: InstrId, text: String| {
        let line = line(words, at);
        Some((format!("{line}: {text}"), Some(line)))
    };
    let there = |text: String| Some((text, None));
    match event {
        Event::StepBegan { step, attempt: 1 } => there(format!("step {} begins", words.step(*step))),
        Event::StepBegan { step, .. } => there(format!("step {} begins again", words.step(*step))),
        Event::Outcome { at, outcome } => here(*at, format!("{}: {}", command(words, *at), came_to(outcome))),
        Event::WaitDone { at } => here(*at, format!("{}: yes", words.held(*at))),
        Event::AlreadySo { at } => here(*at, words.already(*at)),
        Event::Settled { at, verdict } => here(*at, settled(*verdict).to_owned()),
        Event::Failed { failure } => here(failure.at, format!("fails: {}", failed(words, &failure.kind))),
        Event::Handler { step } => there(format!("goes to `if this step fails` of step {}", words.step(*step))),
        Event::Retry { from, nth, of, .. } => there(format!("goes back to step {} ({nth} of {of})", words.step(*from))),
        Event::Ending { ending } => there(format!("goes to `on {}`", ending_word(*ending))),
        Event::BackingOut { step } => there(format!("backs out step {}", words.step(*step))),
        Event::Ended { end } => there(format!("the run is over: {}", result(end.result))),
        Event::Preflight { failures } if !failures.is_empty() => there("does not start".to_owned()),
        Event::Preflight { .. }
        | Event::StepDone { .. }
        | Event::Statement { .. }
        | Event::Seen { .. }
        | Event::Looked { .. }
        | Event::WaitBegan { .. }
        | Event::Intent { .. }
        | Event::Settling { .. }
        | Event::Stands { .. }
        | Event::Approved { .. }
        | Event::Declined { .. }
        | Event::Notified { .. }
        | Event::PointOfNoReturn { .. }
        | Event::LeftWatchdogOff { .. }
        | Event::Interrupted => None,
    }
}

/// The command of a statement, that of an `ensure` too.
fn command(words: Words<'_>, at: InstrId) -> String {
    let Some(command) = words.code.command(at) else { return words.statement(at) };
    match command.server {
        Some(server) => format!("{} on {}", words.command(command), words.server(server)),
        None => words.command(command),
    }
}

fn line(words: Words<'_>, at: InstrId) -> usize {
    let span = words.code.place(at).span;
    words.sources.get(span.source).line_column(span.start).line
}

fn ending_word(ending: crate::engine::EndingKind) -> &'static str {
    match ending {
        crate::engine::EndingKind::Success => "success",
        crate::engine::EndingKind::Failure => "failure",
        crate::engine::EndingKind::BackOut => "back out",
    }
}

fn result(result: crate::engine::RunResult) -> &'static str {
    use crate::engine::RunResult;
    match result {
        RunResult::Done => "done",
        RunResult::AlreadyDone => "there was nothing left to do",
        RunResult::NotStarted => "nothing was done",
        RunResult::Failed => "failed",
        RunResult::InDoubt => "in doubt",
        RunResult::Parked => "parked",
        RunResult::Stopped => "stopped",
        RunResult::BackedOut => "backed out",
    }
}

fn came_to(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done { .. } => "done".to_owned(),
        Outcome::Refused { code: Some(code), .. } => format!("refused, {code}"),
        Outcome::Refused { code: None, text, .. } => format!("refused, {text}"),
        Outcome::Unknown { .. } => NO_ANSWER.to_owned(),
    }
}

fn settled(verdict: SettledVerdict) -> &'static str {
    match verdict {
        SettledVerdict::Done => "by what the pair shows it is done",
        SettledVerdict::NotDone => "by what the pair shows it was not done",
        SettledVerdict::Repeat => "it is sent once more",
        SettledVerdict::InDoubt => "nobody can tell whether it is done",
    }
}

fn failed(words: Words<'_>, kind: &FailureKind) -> String {
    match kind {
        FailureKind::Refused { code: Some(code), .. } => format!("refused with {code}"),
        FailureKind::Refused { code: None, text, .. } => text.clone(),
        FailureKind::Limit { .. } => "its time is over".to_owned(),
        FailureKind::FailIf { .. } => "its failing condition holds".to_owned(),
        FailureKind::Down { server } => format!("{} is DOWN", words.server(*server)),
        FailureKind::AssertFalse { .. } => "it does not hold".to_owned(),
        FailureKind::Unknown { .. } => "it cannot be seen".to_owned(),
        FailureKind::NotFrom { state } => match state {
            Some(state) => format!("its server is {state}"),
            None => "its server is not in sight".to_owned(),
        },
        FailureKind::Declined { .. } => "a person said no".to_owned(),
        FailureKind::ConfirmLate { .. } => "nobody answered in time".to_owned(),
        FailureKind::Stop { .. } => "as the runbook says".to_owned(),
        FailureKind::NotDone => "it was not done".to_owned(),
        FailureKind::InDoubt { .. } => "nobody can tell whether it is done".to_owned(),
        FailureKind::EndState { server, .. } => format!("{} is not where it must be", words.server(*server)),
    }
}

fn happens(words: Words<'_>, happening: Happening, after: &Model) -> String {
    let name = |side: Side| words.server(server_of(side));
    match happening {
        Happening::Move(step) => moved(step, after, &name),
        Happening::Commit(side) => format!("commit on {}", name(side)),
        Happening::Watchdog(Deed::Promotes(side)) => format!("'hsb set primary alone' on {}", name(side)),
        Happening::Watchdog(Deed::Starts(side)) => format!("starts {}", name(side)),
        Happening::Watchdog(Deed::Connects(side)) => format!("'hsb connect' on {}", name(side)),
        Happening::Watchdog(Deed::Netcopies(side)) => format!("'hsb netcopy' on {}", name(side)),
        Happening::Fault(fault) => fault_words(fault, &name),
        Happening::LineBreaks(side) => format!("hsbrun's line to {} breaks", name(side)),
        Happening::LineHeals(side) => format!("hsbrun's line to {} is there again", name(side)),
        Happening::Slow => "it takes longer than its limit".to_owned(),
    }
}

fn moved<'n>(step: Move, after: &Model, name: &dyn Fn(Side) -> &'n str) -> String {
    match step {
        Move::Started(side) => format!("{} is there", name(side)),
        Move::Stopped(side) => format!("the process of {} is gone", name(side)),
        Move::Begins => match Side::BOTH.into_iter().find(|side| after.phase(*side) == Phase::Receiving) {
            Some(side) => format!("the netcopy begins; {} is overwritten", name(side)),
            None => "what was accepted begins".to_owned(),
        },
        Move::CatchesUp => "the servers reach each other".to_owned(),
        Move::Ends => "what was in progress is over".to_owned(),
        Move::Ships(side) => format!("{} sends what it had not sent", name(side)),
    }
}

fn fault_words<'n>(fault: Fault, name: &dyn Fn(Side) -> &'n str) -> String {
    let in_flight = |pending: bool| if pending { ", a transaction on its way" } else { "" };
    match fault {
        Fault::Crash { side, pending } => format!("{} crashes{}", name(side), in_flight(pending)),
        Fault::LinkBreaks { pending } => format!("the link between the servers breaks{}", in_flight(pending)),
        Fault::LinkHeals => "the link between the servers is there again".to_owned(),
        Fault::CopyFails => "the copy breaks".to_owned(),
        Fault::CatchupFails => "the catchup fails".to_owned(),
        Fault::SwitchFails => "the switch fails".to_owned(),
        Fault::MaxLogSize(side) => format!("the log of {} reaches MaxLogSize", name(side)),
        Fault::LogDiskFull(side) => format!("the log disk of {} is full", name(side)),
    }
}

/// What a server is in, and whether it holds commits that the other one lacks.
fn state(pair: &Model, side: Side) -> String {
    let word = match (pair.phase(side), pair.state(side)) {
        (Phase::Starting | Phase::StartingToListen, _) => "starting",
        (Phase::Stopping, _) => "stopping",
        (Phase::Receiving, _) => "receiving a copy",
        (Phase::Down | Phase::Up | Phase::Listening, state) => state.map_or("", State::word),
    };
    if pair.is_ahead(side) { format!("{word}+") } else { word.to_owned() }
}
