//! How a property is broken, from the start: data, which `show` turns into words and a replay into answers.

use crate::engine::{Answer, Event, InstrId, Request};
use crate::pair::model::{Fault, Model, Side};

use super::expand::{Explorer, Label, Step, Then};
use super::pairs::Happening;
use super::search::{Broken, Found, path_to, state};
use super::state::State;
use super::watchdog::Deed;
use super::within::Within;

/// A shortest path to what must never be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The pair at the start.
    pub start: Model,
    pub entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub what: What,
    /// The statement at which the run stood when it happened.
    pub at: InstrId,
    /// The pair afterwards.
    pub pair: Model,
    /// Whether hsbrun's line to each server is cut afterwards.
    pub lines_cut: [bool; 2],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// hsbrun asked, and was answered; then it went on.
    Answered {
        request: Request,
        answer: Answer,
        /// What happened between the first probe and the last one.
        during: Option<Happening>,
        events: Vec<Event>,
    },
    /// hsbrun sent a start command, which runs.
    Begun { request: Request },
    /// A command that got no answer, and was not done when hsbrun asked, is done now.
    ComesLate { request: Request },
    /// Not hsbrun's doing.
    Happens(Happening),
    /// The interpreter was killed, and the run resumed or backed out.
    Killed {
        /// What it had sent was done, and nobody wrote down that it was.
        performed: Option<Request>,
        /// So many of the events that the last answer led to are recorded (`Event::first`); none: all of them.
        recorded: Option<u8>,
        then: Then,
        /// What the run that goes on does first.
        events: Vec<Event>,
    },
    /// The operator stopped the run; a command under way is finished first.
    Stopped { events: Vec<Event> },
    /// The operator backs the run out, which is over.
    BacksOut { events: Vec<Event> },
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    Hsbrun,
    Server(Side),
    Application,
    Watchdog,
    /// Nobody's: something goes wrong.
    Fault,
}

impl Story {
    /// The pair when it is over.
    #[must_use]
    pub fn end(&self) -> Model {
        self.entries.last().map_or(self.start, |entry| entry.pair)
    }
}

impl Entry {
    #[must_use]
    pub fn actor(&self) -> Actor {
        match &self.what {
            What::Answered { .. } | What::Begun { .. } | What::Stopped { .. } | What::BacksOut { .. } => Actor::Hsbrun,
            What::Killed { .. } | What::ComesLate { .. } => Actor::Fault,
            What::Happens(happening) => happening.actor(&self.pair),
        }
    }
}

impl Happening {
    /// Whose doing it is; of what both servers do together, the one that was commanded.
    #[must_use]
    pub fn actor(self, after: &Model) -> Actor {
        use crate::pair::model::Move;
        match self {
            Happening::Move(Move::Started(side) | Move::Stopped(side) | Move::Ships(side)) => Actor::Server(side),
            Happening::Move(Move::Begins | Move::CatchesUp | Move::Ends) => {
                Actor::Server(after.operation().map_or(Side::First, |operation| operation.by))
            }
            Happening::Commit(_) => Actor::Application,
            Happening::Watchdog(Deed::Promotes(_) | Deed::Starts(_) | Deed::Connects(_) | Deed::Netcopies(_)) => {
                Actor::Watchdog
            }
            Happening::Fault(_) | Happening::LineBreaks(_) | Happening::LineHeals(_) | Happening::Slow => Actor::Fault,
        }
    }
}

/// Tells how something was reached, by going there again.
pub(super) fn tell(explorer: &mut Explorer<'_>, found: &Found, broken: &Broken) -> Story {
    let mut path = path_to(found, broken.state);
    path.extend(broken.step.map(|step| (state(found, broken.state), step)));
    let start = path.first().map_or_else(|| state(found, broken.state), |(state, _)| *state);
    let mut story = Story { start: *explorer.pairs.get(start.pair), entries: Vec::new() };
    let mut steps = Vec::new();
    for (state, ordinal) in path {
        explorer.expand(state, &mut steps);
        explorer.retell(state, &steps[ordinal as usize], &mut story.entries);
    }
    story
}

impl Explorer<'_> {
    fn back_out_events(&self, from: State) -> Vec<Event> {
        self.nodes.back_out_turn(from.node).expect("because it was backed out when it was explored").1
    }

    fn retell(&self, from: State, step: &Step, entries: &mut Vec<Entry>) {
        let node = self.nodes.get(from.node);
        let entry = |what| Entry {
            what,
            at: node.at,
            pair: *self.pairs.get(step.to.pair),
            lines_cut: Side::BOTH.map(|side| step.to.path.cut().has(side)),
        };
        let request = || self.nodes.request(node.request).clone();
        match step.label {
            Label::Happens(happening) => entries.push(entry(What::Happens(happening))),
            Label::ComesLate(request) => {
                entries.push(entry(What::ComesLate { request: self.nodes.request(request).clone() }));
            }
            Label::Begun => entries.push(entry(What::Begun { request: request() })),
            Label::Killed { performed, then } => {
                let events = match then {
                    Then::Resumes => Vec::new(),
                    Then::BacksOut => self.back_out_events(from),
                };
                entries.push(entry(What::Killed { performed: performed.then(request), recorded: None, then, events }));
            }
            Label::Stopped => {
                let turn = self.nodes.stop_turn(from.node).expect("because it was stopped when it was explored");
                entries.push(entry(What::Stopped { events: turn.1 }));
            }
            Label::BacksOut => entries.push(entry(What::BacksOut { events: self.back_out_events(from) })),
            Label::Answered { paused, answer, during, killed } => {
                let mut asked = from.node;
                let waits = !matches!(self.nodes.answer(answer), Answer::Outcome(_));
                let struck = matches!(during, Some(Happening::Fault(fault)) if fault != Fault::LinkHeals);
                let slow = waits && step.to.path.faults > from.path.faults + u8::from(struck);
                if slow {
                    entries.push(Entry { pair: *self.pairs.get(from.pair), ..entry(What::Happens(Happening::Slow)) });
                }
                if let Some(woke) = paused {
                    let (_, events, _) = self.nodes.turn(asked, woke);
                    let what = What::Answered {
                        request: request(),
                        answer: self.nodes.answer(woke).clone(),
                        during: None,
                        events,
                    };
                    entries.push(Entry { pair: *self.pairs.get(from.pair), ..entry(what) });
                    asked = self.nodes.followed(asked, woke);
                }
                let (_, all, _) = self.nodes.turn(asked, answer);
                let cut_short = killed.map(|within| (within, self.nodes.recorded(asked, answer, within)));
                let events = cut_short.as_ref().map_or(all, |(_, (_, recorded))| recorded.clone());
                let request = self.nodes.request(self.nodes.get(asked).request).clone();
                entries.push(entry(What::Answered {
                    request,
                    answer: self.nodes.answer(answer).clone(),
                    during,
                    events,
                }));
                if let Some((Within { recorded, then }, (durable, _))) = cut_short {
                    let events = match then {
                        Then::Resumes => Vec::new(),
                        Then::BacksOut => self.nodes.back_out_of(&durable).map(|turn| turn.1).unwrap_or_default(),
                    };
                    entries.push(entry(What::Killed { performed: None, recorded: Some(recorded), then, events }));
                }
            }
        }
    }
}
