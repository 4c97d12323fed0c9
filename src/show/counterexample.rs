//! How a property is broken, as a table: what happens, in its order, and what both servers are in afterwards.

use crate::engine::{Event, FailureKind, InstrId, Outcome, Request, SettledVerdict};
use crate::engine::model::server_of;
use crate::pair::model::{Fault, Model, Move, Phase, Side};
use crate::pair::State;
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

/// A violation: the finding, and the story of how it comes about.
#[must_use]
pub fn counterexample(look: &Look, printer: &Printer<'_>, words: Words<'_>, violation: &Violation) -> String {
    let finding = violation.finding(words.code);
    let mut out = printer.finding(&finding);
    out.pop();
    out.push_str(&printer.said("with", &violation.circumstances()));
    out.push('\n');
    out.push_str(&table(look, words, violation));
    out.push('\n');
    out
}

fn table(look: &Look, words: Words<'_>, violation: &Violation) -> String {
    let servers: Vec<Side> = Side::BOTH.into_iter().take(words.code.servers().len()).collect();
    let text_width = look.width.saturating_sub(LEAD + servers.len() * STATE + 1).max(LEAST_TEXT);
    let mut out = String::new();
    let names: String = servers.iter().map(|side| format!("{:<STATE$}", words.server(server_of(*side)))).collect();
    let head = format!("{:LEAD$}{:text_width$} {}", "", "", names.trim_end());
    out.push_str(&format!("{}\n", look.paint(Paint::Strong, head.trim_end())));
    let mut shown: Option<Vec<String>> = None;
    let mut number = 0;
    for (who, text, pair) in rows(words, violation) {
        let states: Vec<String> = servers.iter().map(|side| state(&pair, *side)).collect();
        for (at, line) in lines(&text, text_width).iter().enumerate() {
            if at == 0 {
                number += 1;
            }
            let lead = if at == 0 { format!("{number:>4}  {who:<9} ") } else { " ".repeat(LEAD) };
            let columns: String = (0..states.len())
                .map(|side| {
                    let changed = shown.as_ref().is_none_or(|shown| shown[side] != states[side]);
                    let cell = if at > 0 || !changed { look.sign("│", "|").to_owned() } else { states[side].clone() };
                    format!("{cell:<STATE$}")
                })
                .collect();
            let painted = look.paint(paint(&who), lead.trim_end());
            let lead = format!("{painted}{}", " ".repeat(LEAD.saturating_sub(lead.trim_end().chars().count())));
            out.push_str(format!("{lead}{line:<text_width$} {}", columns).trim_end());
            out.push('\n');
        }
        shown = Some(states);
    }
    out
}

fn paint(who: &str) -> Paint {
    match who {
        "fault" => Paint::Bad,
        "watchdog" => Paint::Warn,
        "hsbrun" => Paint::Accent,
        _ => Paint::Faint,
    }
}

/// Whose doing it is, what it is, and the pair afterwards. What changes nothing that can be seen is left out.
fn rows<'a>(words: Words<'a>, violation: &'a Violation) -> Vec<(String, String, Model)> {
    let mut rows = vec![("start".to_owned(), violation.configuration.words(), violation.story.start)];
    for entry in &violation.story.entries {
        let who = actor(words, entry.actor());
        rows.extend(texts(words, entry).into_iter().map(|text| (who.clone(), text, entry.pair)));
    }
    rows
}

fn actor(words: Words<'_>, actor: Actor) -> String {
    match actor {
        Actor::Hsbrun => "hsbrun".to_owned(),
        Actor::Server(side) => words.server(server_of(side)).to_owned(),
        Actor::Application => "users".to_owned(),
        Actor::Watchdog => "watchdog".to_owned(),
        Actor::Fault => "fault".to_owned(),
    }
}

fn texts(words: Words<'_>, entry: &Entry) -> Vec<String> {
    match &entry.what {
        What::Happens(happening) => vec![happens(words, *happening, &entry.pair)],
        What::Begun { request } => vec![format!("{}: it runs", sent(words, request))],
        What::Killed { performed: None } => vec!["hsbrun is killed, and resumed".to_owned()],
        What::Killed { performed: Some(request) } => {
            vec![format!("{}: it is done; hsbrun is killed before it knows, and resumed", sent(words, request))]
        }
        What::Answered { request, events, during, .. } => {
            let mut texts: Vec<String> = during
                .iter()
                .map(|happening| format!("while hsbrun looks: {}", happens(words, *happening, &entry.pair)))
                .collect();
            texts.extend(events.iter().filter_map(|event| told(words, request, event)));
            texts
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

/// `41: admin 'hsb disconnect' on S1`
fn at_line(words: Words<'_>, at: InstrId) -> String {
    let span = words.code.place(at).span;
    let line = words.sources.get(span.source).line_column(span.start).line;
    format!("line {line}: {}", words.statement(at))
}

fn told(words: Words<'_>, request: &Request, event: &Event) -> Option<String> {
    match event {
        Event::StepBegan { step, attempt: 1 } => Some(format!("step {} begins", words.step(*step))),
        Event::StepBegan { step, .. } => Some(format!("step {} begins again", words.step(*step))),
        Event::Outcome { at, outcome } => {
            let _ = request;
            Some(format!("{}: {}", at_line(words, *at), came_to(outcome)))
        }
        Event::WaitDone { at } => Some(format!("line {}: sees {}", line(words, *at), words.held(*at))),
        Event::AlreadySo { at } => Some(format!("line {}: {}", line(words, *at), words.already(*at))),
        Event::Settled { at, verdict } => Some(format!("line {}: {}", line(words, *at), settled(*verdict))),
        Event::Failed { failure } => {
            Some(format!("line {}: fails, {}", line(words, failure.at), failed(words, &failure.kind)))
        }
        Event::Handler { step } => Some(format!("goes to what step {} does when it fails", words.step(*step))),
        Event::Retry { from, nth, of, .. } => Some(format!("goes back to step {} ({nth} of {of})", words.step(*from))),
        Event::Ending { ending } => Some(format!("goes to `on {}`", ending_word(*ending))),
        Event::BackingOut { step } => Some(format!("backs out step {}", words.step(*step))),
        Event::Ended { end } => Some(format!("the run is over: {}", result(end.result))),
        Event::Preflight { failures } if !failures.is_empty() => Some("does not start".to_owned()),
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

fn line(words: Words<'_>, at: InstrId) -> u32 {
    let span = words.code.place(at).span;
    u32::try_from(words.sources.get(span.source).line_column(span.start).line).unwrap_or(u32::MAX)
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
        Outcome::Unknown { .. } => "no answer".to_owned(),
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
