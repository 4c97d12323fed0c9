//! What the machine asks of its world.

use std::time::Duration;

use crate::pair::{self, Act, Measure, StartOptions, Status};
use crate::program::{ServerId, Value};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Request {
    /// Ask these, one after another, and answer all of them, in this order (`Answer::Looked`). When one of these clocks
    /// is over, or was over before, the world waits a moment more (200 ms), and what has not answered by then is
    /// unknown: a frozen server does not hold up a wait whose limit is over. Without clocks each probe has its own
    /// limit, the site's `call_limit`.
    Look(Vec<Probe>, Clocks),
    /// Perform a command, once (`Answer::Outcome`). Its intent stands in the events of the same turn.
    Send(Command),
    /// Start a clock anew (`Answer::Set`).
    Set(Clock, Duration),
    /// Let time pass until it is worth looking again, or one of these clocks is over (`Answer::Woke`).
    Pause(Clocks),
    /// Ask a person, or look whether the approval was given beforehand (`Answer::Decided`).
    Ask(Question),
    /// Tell people. Never fails (`Answer::Set`).
    Notify(String),
    /// The run is over; nothing is answered.
    End(super::End),
}

/// Something that is asked and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Probe {
    /// Any state of the six, OFFLINE, or DOWN where it is proven.
    State(ServerId),
    /// `Link`, `Copy`, `Switch`, `Catchup`; never `Activity`, which the machine makes of the four.
    Status(ServerId, Status),
    Measure(ServerId, Measure),
    /// Gives the query at least one row?
    Answers(ServerId, String, Vec<Value>),
    Watchdog,
    /// The version that the site's `installed` command prints.
    Installed(ServerId),
    /// Does a server process exist? (the site's `running` command, without the port)
    Process(ServerId),
    /// Does anybody listen on its port? No: its machine answered that nobody does.
    Listens(ServerId),
    /// Is a host command that this run started for that server still running?
    HostCommand(ServerId),
    /// Has a command to that server, for whose answer this run waits no longer, not been answered yet? It may still be done.
    /// No: there is none, or its call has come back.
    Unanswered(ServerId),
}

/// A command to a server, its machine, or the watchdog.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Command {
    /// None for the watchdog.
    pub server: Option<ServerId>,
    pub action: Action,
    /// How long its answer may take; after that its outcome is unknown.
    pub limit: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// `ADMIN COMMAND 'text'`
    Admin {
        text: String,
    },
    Sql {
        text: String,
        values: Vec<Value>,
    },
    Start {
        options: Vec<String>,
    },
    Install {
        previous: bool,
    },
    Run {
        name: String,
    },
    Watchdog {
        on: bool,
    },
}

impl Action {
    /// The command as the pair sees it; none outside the catalogue.
    #[must_use]
    pub fn act(&self) -> Option<Act> {
        match self {
            Action::Admin { text } => pair::Command::lookup(text).map(Act::Admin),
            Action::Start { options } => Some(Act::Start(StartOptions::of(options.iter().map(String::as_str)))),
            Action::Install { .. } => Some(Act::Install),
            Action::Sql { .. } | Action::Run { .. } | Action::Watchdog { .. } => None,
        }
    }
}

/// The clocks of a machine. Setting one starts it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// The `within` of a wait, an ensure.
    Limit,
    /// The limit of a command whose outcome is being settled; runs beside the other two.
    Settle,
    /// The site's `look_limit`.
    Look,
    /// The `after` of a retry.
    Delay,
}

/// A set of clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Clocks {
    pub limit: bool,
    pub settle: bool,
    pub look: bool,
    pub delay: bool,
}

impl Clocks {
    pub const NONE: Clocks = Clocks { limit: false, settle: false, look: false, delay: false };

    #[must_use]
    pub fn of(clock: Clock) -> Clocks {
        Clocks::NONE.with(clock)
    }

    #[must_use]
    pub fn with(mut self, clock: Clock) -> Clocks {
        match clock {
            Clock::Limit => self.limit = true,
            Clock::Settle => self.settle = true,
            Clock::Look => self.look = true,
            Clock::Delay => self.delay = true,
        }
        self
    }

    #[must_use]
    pub fn contains(self, clock: Clock) -> bool {
        match clock {
            Clock::Limit => self.limit,
            Clock::Settle => self.settle,
            Clock::Look => self.look,
            Clock::Delay => self.delay,
        }
    }
}

/// A `confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// As given with `--approve`: `users_told`, or `converting(S2)` in a procedure.
    pub id: String,
    pub text: String,
    pub limit: Duration,
    /// May be given before the run; false in handlers, retries, `unknown` branches and back-outs.
    pub beforehand: bool,
}
