//! A story in words: a row for each thing that happened, for tables, charts and programs alike.

use serde::Serialize;

use crate::engine::model::side_of;
use crate::engine::{Action, Event, Failure, FailureKind, InstrId, Outcome, Refuser, Request, SettledVerdict};
use crate::pair::model::{Fault, Kind as Operation, Model, Move, Phase, Side};
use crate::pair::{self, State};
use crate::text::inert;
use crate::verify::{Actor, Deed, Entry, Happening, Story, Then, What};

use super::words::Words;

/// One thing that happened, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub who: Who,
    pub what: String,
    /// Where hsbrun stands in the runbook, or in what it uses, where it did something there.
    pub place: Option<Place>,
    /// Whom it is done to: a server, or the watchdog.
    pub to: Option<Who>,
    pub kind: Kind,
    /// The pair afterwards.
    pub pair: Model,
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Start,
    Hsbrun,
    Server(Side),
    Users,
    Watchdog,
    Fault,
}

/// What kind of row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What is so at the start.
    Start,
    /// A step begins.
    Step,
    Done,
    Refused,
    NoAnswer,
    /// The run goes elsewhere, or is over.
    Goes,
    Happens,
    Wrong,
    /// hsbrun itself is killed.
    Killed,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub line: usize,
    /// It is not the runbook itself, but what it uses.
    pub used: bool,
}

impl Place {
    /// `101`, or `pair.hsbrun:41`.
    #[must_use]
    pub fn short(&self) -> String {
        let name = self.file.rsplit('/').next().unwrap_or(&self.file);
        if self.used { format!("{name}:{}", self.line) } else { self.line.to_string() }
    }
}

impl Row {
    /// With the line before it, where there is one.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.place {
            Some(place) => format!("{}: {}", place.short(), self.what),
            None => self.what.clone(),
        }
    }
}

/// What a row's actor is called.
#[must_use]
pub fn name_of(words: Words<'_>, who: Who) -> &str {
    match who {
        Who::Start => "start",
        Who::Hsbrun => "hsbrun",
        Who::Server(side) => server_name(words, side),
        Who::Users => "users",
        Who::Watchdog => "watchdog",
        Who::Fault => "fault",
    }
}

/// The name of a server; a runbook may know only one of the two.
#[must_use]
pub fn server_name(words: Words<'_>, side: Side) -> &str {
    words.code.servers().get(side as usize).map_or("the other server", |server| server.name.as_str())
}

/// The whole story in words. What changes nothing that can be seen is left out.
#[must_use]
pub fn rows(words: Words<'_>, story: &Story) -> Vec<Row> {
    let start = Row {
        who: Who::Start,
        what: "the run begins".to_owned(),
        place: None,
        to: None,
        kind: Kind::Start,
        pair: story.start,
    };
    let mut rows = vec![start];
    let mut before = story.start;
    for entry in &story.entries {
        rows.extend(told_of(words, &before, entry).into_iter().map(|said| said.row(entry)));
        before = entry.pair;
    }
    rows
}

/// A row without whose doing it is.
struct Said {
    /// Where it is not the entry's own actor.
    who: Option<Actor>,
    what: String,
    place: Option<Place>,
    to: Option<Who>,
    kind: Kind,
}

impl Said {
    fn of(kind: Kind, what: String) -> Said {
        Said { who: None, what, place: None, to: None, kind }
    }

    fn at(self, words: Words<'_>, at: InstrId) -> Said {
        let to = self.to.or_else(|| target(words, at));
        Said { place: Some(place(words, at)), to, ..self }
    }

    fn to(self, to: Option<Side>) -> Said {
        Said { to: to.map(Who::Server), ..self }
    }

    fn row(self, entry: &Entry) -> Row {
        let who = match (self.who.unwrap_or_else(|| entry.actor()), self.kind) {
            // Something went wrong while hsbrun looked.
            (_, Kind::Wrong | Kind::Killed) => Who::Fault,
            (Actor::Hsbrun, _) => Who::Hsbrun,
            (Actor::Server(side), _) => Who::Server(side),
            (Actor::Application, _) => Who::Users,
            (Actor::Watchdog, _) => Who::Watchdog,
            (Actor::Fault, _) => Who::Fault,
        };
        Row { who, what: self.what, place: self.place, to: self.to, kind: self.kind, pair: entry.pair }
    }
}

fn told_of(words: Words<'_>, before: &Model, entry: &Entry) -> Vec<Said> {
    match &entry.what {
        What::Happens(happening) => vec![happened(words, *happening, before)],
        What::Begun { request } => {
            let text = format!("{}: it runs", sent(words, request));
            vec![Said::of(Kind::Done, text).at(words, entry.at)]
        }
        What::ComesLate { request } => {
            vec![Said::of(Kind::Wrong, format!("{}: done only now", sent(words, request))).to(receiver(request))]
        }
        What::Killed { performed, recorded, then, events } => {
            let then = goes_on(*then);
            let killed = match performed {
                None if recorded.is_some() => {
                    Said::of(Kind::Killed, format!("hsbrun is killed before it has written down more, and {then}"))
                }
                None => Said::of(Kind::Killed, format!("hsbrun is killed, and {then}")),
                Some(request) => {
                    let text = format!("{}: done; hsbrun is killed before it knows, and {then}", sent(words, request));
                    Said::of(Kind::Killed, text).at(words, entry.at)
                }
            };
            once_more(words, killed, events)
        }
        What::Stopped { events } => {
            once_more(words, Said::of(Kind::Goes, "the operator stops the run".to_owned()), events)
        }
        What::BacksOut { events } => {
            once_more(words, Said::of(Kind::Goes, "the operator backs the run out".to_owned()), events)
        }
        What::Answered { events, during, .. } => {
            let torn = during.map(|happening| {
                let said = happened(words, happening, before);
                let who = Some(happening.actor(&entry.pair));
                Said { who, what: format!("while hsbrun looks: {}", said.what), ..said }
            });
            let refused =
                events.iter().any(|event| matches!(event, Event::Outcome { outcome: Outcome::Refused { .. }, .. }));
            let news = events.iter().filter(|event| !(refused && is_refusal(event)));
            torn.into_iter().chain(news.filter_map(|event| told(words, event))).collect()
        }
    }
}

fn goes_on(then: Then) -> &'static str {
    match then {
        Then::Resumes => "resumed",
        Then::BacksOut => "the run is backed out",
    }
}

/// What the operator did, and what the run does then.
fn once_more(words: Words<'_>, operator: Said, events: &[Event]) -> Vec<Said> {
    [operator].into_iter().chain(events.iter().filter_map(|event| told(words, event))).collect()
}

/// Says once more that a command was refused.
fn is_refusal(event: &Event) -> bool {
    matches!(event, Event::Failed { failure: Failure { kind: FailureKind::Refused { .. }, .. } })
}

fn happened(words: Words<'_>, happening: Happening, before: &Model) -> Said {
    let (kind, to) = match happening {
        Happening::Move(Move::Started(side) | Move::Stopped(side) | Move::Ships(side)) => (Kind::Happens, Some(side)),
        Happening::Move(Move::Begins | Move::CatchesUp | Move::Ends) => (Kind::Happens, None),
        Happening::Commit(side) => (Kind::Happens, Some(side)),
        Happening::Watchdog(
            Deed::Promotes(side) | Deed::Starts(side) | Deed::Connects(side) | Deed::Netcopies(side),
        ) => (Kind::Happens, Some(side)),
        Happening::Fault(Fault::LinkHeals) | Happening::LineHeals(_) => (Kind::Happens, None),
        Happening::Fault(Fault::Crash { side, .. } | Fault::MaxLogSize(side) | Fault::LogDiskFull(side))
        | Happening::LineBreaks(side) => (Kind::Wrong, Some(side)),
        Happening::Fault(Fault::LinkBreaks { .. } | Fault::CopyFails | Fault::CatchupFails | Fault::SwitchFails)
        | Happening::Slow => (Kind::Wrong, None),
    };
    Said::of(kind, happens(words, happening, before)).to(to)
}

fn receiver(request: &Request) -> Option<Side> {
    if let Request::Send(command) = request { command.server.map(side_of) } else { None }
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

fn told(words: Words<'_>, event: &Event) -> Option<Said> {
    let here = |kind: Kind, at: InstrId, text: String| Some(Said::of(kind, text).at(words, at));
    let there = |kind: Kind, text: String| Some(Said::of(kind, text));
    match event {
        Event::StepBegan { step, attempt } => {
            let again = if *attempt > 1 { ", again" } else { "" };
            there(Kind::Step, format!("step {}{again}: {}", words.step(*step), words.title(*step)))
        }
        Event::Outcome { at, outcome } => {
            here(kind_of(outcome), *at, format!("{}: {}", command(words, *at), came_to(outcome)))
        }
        Event::WaitDone { at } => here(Kind::Goes, *at, format!("sees that {}", words.held(*at))).map(unaddressed),
        Event::AlreadySo { at } => here(Kind::Goes, *at, words.already(*at)).map(unaddressed),
        Event::Settled { at, verdict } => here(Kind::Goes, *at, settled(*verdict).to_owned()).map(unaddressed),
        Event::Failed { failure } => {
            here(Kind::Goes, failure.at, format!("fails: {}", failed(words, &failure.kind))).map(unaddressed)
        }
        Event::Handler { step } => {
            there(Kind::Goes, format!("goes on with `if this step fails` of step {}", words.step(*step)))
        }
        Event::Retry { from, nth, of, .. } => {
            there(Kind::Goes, format!("goes back to step {} ({nth} of {of})", words.step(*from)))
        }
        Event::Ending { ending } => there(Kind::Goes, format!("goes on with `on {}`", ending_word(*ending))),
        Event::BackingOut { step } => there(Kind::Goes, format!("backs out step {}", words.step(*step))),
        Event::Ended { end } => there(Kind::Goes, format!("the run is over: {}", result(end.result))),
        Event::Preflight { failures } if !failures.is_empty() => there(Kind::Goes, "does not start".to_owned()),
        Event::Approved { id, .. } => there(Kind::Goes, format!("a person says yes to {id}")),
        Event::Declined { id, .. } => there(Kind::Goes, format!("a person says no to {id}")),
        Event::Entered { .. }
        | Event::Preflight { .. }
        | Event::StepDone { .. }
        | Event::Statement { .. }
        | Event::Seen { .. }
        | Event::Looked { .. }
        | Event::WaitBegan { .. }
        | Event::Intent { .. }
        | Event::Settling { .. }
        | Event::Stands { .. }
        | Event::Notified { .. }
        | Event::PointOfNoReturn { .. }
        | Event::LeftWatchdogOff { .. }
        | Event::Interrupted => None,
    }
}

/// Nothing is done to a server.
fn unaddressed(said: Said) -> Said {
    Said { to: None, ..said }
}

fn kind_of(outcome: &Outcome) -> Kind {
    match outcome {
        Outcome::Done { .. } => Kind::Done,
        Outcome::Refused { .. } => Kind::Refused,
        Outcome::Unknown { .. } => Kind::NoAnswer,
    }
}

/// Whom a statement commands.
fn target(words: Words<'_>, at: InstrId) -> Option<Who> {
    let command = words.code.command(at)?;
    let server = command.server.map(|server| Who::Server(side_of(server)));
    server.or_else(|| matches!(command.action, Action::Watchdog { .. }).then_some(Who::Watchdog))
}

/// The command of a statement, that of an `ensure` too.
fn command(words: Words<'_>, at: InstrId) -> String {
    let Some(command) = words.code.command(at) else { return words.statement(at) };
    match command.server {
        Some(server) => format!("{} on {}", words.command(command), words.server(server)),
        None => words.command(command),
    }
}

pub(super) fn place(words: Words<'_>, at: InstrId) -> Place {
    let span = words.code.place(at).span;
    let source = words.sources.get(span.source);
    let main = words.sources.iter().next().map(|(id, _)| id);
    Place { file: source.name.clone(), line: source.line_column(span.start).line, used: main != Some(span.source) }
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
        Outcome::Refused { by: Refuser::Host, code: Some(status), text } => {
            format!("ends with exit status {status}: {}", inert(text))
        }
        Outcome::Refused { code: Some(code), .. } => {
            let says = pair::code(*code).map(|known| format!(" ({})", known.text.trim_end_matches('.')));
            format!("refused with {code}{}", says.unwrap_or_default())
        }
        Outcome::Refused { code: None, text, .. } => format!("refused: {}", inert(text)),
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

fn happens(words: Words<'_>, happening: Happening, before: &Model) -> String {
    let name = |side: Side| server_name(words, side);
    match happening {
        Happening::Move(step) => moved(step, before, &name),
        Happening::Commit(side) => format!("a commit on {}", name(side)),
        Happening::Watchdog(Deed::Promotes(side)) => format!("promotes {}: 'hsb set primary alone'", name(side)),
        Happening::Watchdog(Deed::Starts(side)) => format!("starts {}", name(side)),
        Happening::Watchdog(Deed::Connects(side)) => format!("connects: 'hsb connect' on {}", name(side)),
        Happening::Watchdog(Deed::Netcopies(side)) => format!("copies: 'hsb netcopy' on {}", name(side)),
        Happening::Fault(fault) => fault_words(fault, &name),
        Happening::LineBreaks(side) => format!("hsbrun's line to {} breaks", name(side)),
        Happening::LineHeals(side) => format!("hsbrun's line to {} is there again", name(side)),
        Happening::Slow => "it takes longer than its limit".to_owned(),
    }
}

fn moved<'n>(step: Move, before: &Model, name: &dyn Fn(Side) -> &'n str) -> String {
    let operation = before.operation();
    match step {
        Move::Started(side) if before.phase(side) == Phase::StartingToListen => {
            format!("{} is there and waits for a netcopy", name(side))
        }
        Move::Started(side) => format!("{} is there", name(side)),
        Move::Stopped(side) => format!("the process of {} is gone", name(side)),
        Move::Begins => operation.map_or_else(String::new, |it| begins(it.kind, name(it.by.other()))),
        Move::CatchesUp => "the servers reach each other; the catchup begins".to_owned(),
        Move::Ends => operation.map_or_else(String::new, |it| ends(it.kind)),
        Move::Ships(side) => format!("{} sends what it had not sent", name(side)),
    }
}

fn begins(kind: Operation, receiver: &str) -> String {
    match kind {
        Operation::Connect => "the servers begin to connect".to_owned(),
        Operation::Disconnect => "the servers begin to part".to_owned(),
        Operation::Switch => "the servers begin to exchange their roles".to_owned(),
        Operation::StepDown => "it begins to become Secondary".to_owned(),
        Operation::Netcopy => format!("the netcopy begins; the database of {receiver} is overwritten"),
        Operation::Copy => "the copy to a directory begins".to_owned(),
    }
}

fn ends(kind: Operation) -> String {
    match kind {
        Operation::Connect => "the servers are connected",
        Operation::Disconnect => "the servers are parted",
        Operation::Switch => "the switch is over",
        Operation::StepDown => "it is Secondary",
        Operation::Netcopy => "the netcopy is over",
        Operation::Copy => "the copy to a directory is over",
    }
    .to_owned()
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

/// What a server is in, or what its process is doing.
#[must_use]
pub fn state_word(pair: &Model, side: Side) -> &'static str {
    match (pair.phase(side), pair.state(side)) {
        (Phase::Starting | Phase::StartingToListen, _) => "starting",
        (Phase::Stopping, _) => "stopping",
        (Phase::Receiving, _) => "receiving a copy",
        (Phase::Down | Phase::Up | Phase::Listening, state) => state.map_or("", State::word),
    }
}
