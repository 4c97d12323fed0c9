//! A trace gone again: the machine asks, the twin answers, and each is held against what the trace says.

use serde_json::Value;
use thiserror::Error;

use crate::engine::model::{self, side_of};
use crate::engine::{Answer, Clocks, Code, Command, Durable, Event, Machine, Outcome, Reading, Request, Resume, Turn};
use crate::journal::Labels;
use crate::pair;
use crate::twin::{Ledger, Stage};
use crate::verify::{Configuration, Deed, Entry, Happening, Story, Then, What};

use super::told;
use super::trace::{Does, How, Lost, Step, Trace, Unreadable, twin};

/// A trace that was gone to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    pub configuration: Configuration,
    /// The same story, told by the machine and the twin.
    pub story: Story,
    /// What became of the application's transactions.
    pub ledger: Ledger,
}

/// Why a trace could not be gone to its end.
#[derive(Debug, Error)]
pub enum Departure {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("its servers cannot stand beside each other as it says")]
    NoSuchPair,
    /// Counted from 1.
    #[error("step {step} of the trace: {why}")]
    At { step: usize, why: String },
}

/// Goes the way of a trace.
///
/// # Errors
/// Where run, twin and trace do not agree; nothing behind that was tried.
pub fn replay(code: &Code, labels: &Labels<'_>, trace: &Trace) -> Result<Replayed, Departure> {
    let configuration = trace.pair.configuration()?;
    let stage = Stage::new(twin(&configuration)).ok_or(Departure::NoSuchPair)?;
    let mut story = Story { start: *stage.model(), entries: Vec::new() };
    let mut replay = Replay::new(code, labels, trace, stage);
    for (at, step) in (1..).zip(&trace.steps) {
        let entry = replay.step(step).map_err(|why| Departure::At { step: at, why })?;
        // What was not recorded of the turn before has not happened to whoever goes on.
        if let What::Killed { recorded: Some(recorded), .. } = entry.what
            && let Some(Entry { what: What::Answered { events, .. }, .. }) = story.entries.last_mut()
        {
            events.truncate(Event::first(events, usize::from(recorded)).len());
        }
        story.entries.push(entry);
    }
    Ok(Replayed { configuration, story, ledger: replay.stage.ledger() })
}

struct Replay<'a> {
    code: &'a Code,
    labels: &'a Labels<'a>,
    trace: &'a Trace,
    stage: Stage,
    machine: Machine,
    request: Request,
    /// The start command that was sent last has not ended.
    runs: bool,
    /// What was recorded before the last answer, and what that led to.
    last: Option<(Durable, Vec<Event>)>,
    /// What was sent and not done, and got no answer.
    on_their_way: Vec<Command>,
}

impl<'a> Replay<'a> {
    fn new(code: &'a Code, labels: &'a Labels<'a>, trace: &'a Trace, stage: Stage) -> Replay<'a> {
        let mut machine = Machine::new(code);
        let (_, request) = turn(code, &mut machine, Answer::Begin);
        Replay { code, labels, trace, stage, machine, request, runs: false, last: None, on_their_way: Vec::new() }
    }

    fn step(&mut self, step: &Step) -> Result<Entry, String> {
        let at = self.machine.at();
        let what = match &step.does {
            Does::Happens(event) => {
                let happening =
                    self.trace.happening(event).ok_or_else(|| format!("nothing is called `{}`", event.what))?;
                self.happens(happening)?;
                What::Happens(happening)
            }
            Does::Begins { asks } => {
                self.asks(asks)?;
                if self.perform()?.is_some() {
                    return Err("the start command has ended at once".to_owned());
                }
                self.runs = true;
                What::Begun { request: self.request.clone() }
            }
            Does::Killed { performed, recorded, operator } => self.killed(*performed, *recorded, *operator)?,
            Does::ComesLate { sent } => What::ComesLate { request: self.comes_late(sent)? },
            Does::Stopped => What::Stopped { events: self.stopped() },
            Does::BackedOut => What::BacksOut { events: self.backs_out(self.machine.durable().clone())? },
            Does::Asks { asks, gets, how } => self.answered(asks, gets, how)?,
        };
        self.compare("the pair is in", &step.then, &told::pair(self.stage.model(), self.stage.lines_cut()))?;
        Ok(Entry { what, at, pair: *self.stage.model(), lines_cut: self.stage.lines_cut() })
    }

    fn happens(&mut self, happening: Happening) -> Result<(), String> {
        let stage = &mut self.stage;
        let could = match happening {
            Happening::Move(step) => stage.moves(step),
            Happening::Commit(side) => stage.commits(side),
            Happening::Watchdog(Deed::Promotes(side)) => stage.watchdog_commands(side, pair::Command::SetPrimaryAlone),
            Happening::Watchdog(Deed::Connects(side)) => stage.watchdog_commands(side, pair::Command::Connect),
            Happening::Watchdog(Deed::Netcopies(side)) => stage.watchdog_commands(side, pair::Command::Netcopy),
            Happening::Watchdog(Deed::Starts(side)) => stage.watchdog_starts(side),
            Happening::Fault(fault) => stage.fails(fault),
            Happening::LineBreaks(side) => {
                stage.line_breaks(side);
                true
            }
            Happening::LineHeals(side) => {
                stage.line_heals(side);
                true
            }
            Happening::Slow => true,
        };
        if could { Ok(()) } else { Err("what it says cannot happen to this pair now".to_owned()) }
    }

    fn killed(&mut self, performed: bool, recorded: Option<u8>, then: Then) -> Result<What, String> {
        let request = self.request.clone();
        if performed {
            self.perform()?;
        } else if let Request::Send(command) = &request {
            self.on_their_way.push(command.clone());
        }
        self.runs = false;
        let durable = self.record(recorded)?;
        let events = match then {
            Then::Resumes => {
                self.machine = Machine::from(self.code, durable, Resume::Killed);
                (_, self.request) = turn(self.code, &mut self.machine, Answer::Begin);
                Vec::new()
            }
            Then::BacksOut => self.backs_out(durable)?,
        };
        Ok(What::Killed { performed: performed.then_some(request), recorded, then, events })
    }

    /// What is written down of the run; where the last turn was cut short, so much of it.
    fn record(&self, recorded: Option<u8>) -> Result<Durable, String> {
        let Some(recorded) = recorded else { return Ok(self.machine.durable().clone()) };
        let (mut durable, events) = self.last.clone().ok_or("nothing was answered before")?;
        Event::first(&events, usize::from(recorded)).iter().for_each(|event| durable.apply(self.code, event));
        Ok(durable)
    }

    /// The operator stops the run: a command under way is finished first.
    fn stopped(&mut self) -> Vec<Event> {
        self.machine.interrupt();
        if !self.machine.can_stop(self.code) {
            return Vec::new();
        }
        let events;
        (events, self.request) = turn(self.code, &mut self.machine, Answer::Woke(Clocks::NONE));
        events
    }

    fn backs_out(&mut self, durable: Durable) -> Result<Vec<Event>, String> {
        let back_out = Machine::back_out(self.code, durable);
        self.machine = back_out.map_err(|why| format!("the run cannot be backed out: {why}"))?;
        let events;
        (events, self.request) = turn(self.code, &mut self.machine, Answer::Begin);
        Ok(events)
    }

    fn answered(&mut self, asks: &Value, gets: &Value, how: &How) -> Result<What, String> {
        self.asks(asks)?;
        let request = self.request.clone();
        let (answer, during) = self.answer(&request, how)?;
        self.compare("hsbrun gets", gets, &told::got(&request, &answer, self.labels))?;
        self.runs = false;
        let before = self.machine.durable().clone();
        let (events, next) = turn(self.code, &mut self.machine, answer.clone());
        self.last = Some((before, events.clone()));
        self.request = next;
        Ok(What::Answered { request, answer, during, events })
    }

    fn answer(&mut self, request: &Request, how: &How) -> Result<(Answer, Option<Happening>), String> {
        match request {
            Request::Look(probes, _) => {
                let further = how.further.as_ref().and_then(|name| self.trace.side(name));
                let split = how.during.as_ref().map_or(probes.len(), |during| during.seen_before.min(probes.len()));
                let look = |stage: &Stage, at: usize| stage.look(&probes[at], further);
                let mut readings: Vec<Reading> = (0..split).map(|at| look(&self.stage, at)).collect();
                let during =
                    how.during.as_ref().map(|during| self.trace.happening(&during.event).ok_or("nothing is called so"));
                let during = during.transpose()?;
                during.map_or(Ok(()), |happening| self.happens(happening))?;
                readings.extend((split..probes.len()).map(|at| look(&self.stage, at)));
                Ok((Answer::Looked(readings), during))
            }
            Request::Send(command) => Ok((Answer::Outcome(self.sent(command, how)?), None)),
            Request::Pause(_) => {
                let over =
                    how.over.as_deref().and_then(told::clocks_of).ok_or("it does not say which clocks are over")?;
                Ok((Answer::Woke(over), None))
            }
            Request::Ask(_) => {
                let decision =
                    how.decides.as_deref().and_then(told::decision).ok_or("it does not say what a person says")?;
                Ok((Answer::Decided(decision), None))
            }
            Request::Set(..) | Request::Notify(_) | Request::End(_) => Err("hsbrun asks nothing any more".to_owned()),
        }
    }

    fn sent(&mut self, command: &Command, how: &How) -> Result<Outcome, String> {
        let broke = || model::unknown("the line broke before the answer");
        if self.runs {
            let side = command.server.map(side_of).ok_or("only a start command of a server runs")?;
            let ended = || model::start_over(self.stage.model(), side);
            return Ok(how.lost.as_ref().map_or_else(ended, |_| model::start_lost()));
        }
        match how.lost {
            Some(Lost::Command) => {
                self.on_their_way.push(command.clone());
                Ok(broke())
            }
            Some(Lost::Answer) => {
                self.perform()?;
                Ok(broke())
            }
            None => self.perform()?.ok_or_else(|| "the start command has not ended at once".to_owned()),
        }
    }

    fn comes_late(&mut self, sent: &Value) -> Result<Request, String> {
        let asked = |command: &Command| told::asked(&Request::Send(command.clone()), self.labels);
        let at = self.on_their_way.iter().rposition(|command| asked(command) == *sent);
        let command = self.on_their_way.remove(at.ok_or("nothing is on its way that it says")?);
        self.stage.perform(&command);
        Ok(Request::Send(command))
    }

    /// What hsbrun asks for is a command, and takes effect.
    fn perform(&mut self) -> Result<Option<Outcome>, String> {
        match &self.request {
            Request::Send(command) => Ok(self.stage.perform(command)),
            Request::Look(..)
            | Request::Set(..)
            | Request::Pause(_)
            | Request::Ask(_)
            | Request::Notify(_)
            | Request::End(_) => Err("hsbrun sends no command here".to_owned()),
        }
    }

    fn asks(&self, asks: &Value) -> Result<(), String> {
        self.compare("hsbrun asks", asks, &told::asked(&self.request, self.labels))
    }

    fn compare(&self, what: &str, trace: &Value, here: &Value) -> Result<(), String> {
        if trace == here { Ok(()) } else { Err(format!("{what} {here}; the trace says {trace}")) }
    }
}

/// Clocks are set and people are told at once, as where it was explored.
fn turn(code: &Code, machine: &mut Machine, answer: Answer) -> (Vec<Event>, Request) {
    let Turn { mut events, mut request } = machine.next(code, answer);
    while let Request::Set(..) | Request::Notify(_) = request {
        let turn = machine.next(code, Answer::Set);
        events.extend(turn.events);
        request = turn.request;
    }
    (events, request)
}
