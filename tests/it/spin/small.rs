//! Small runbooks: the part of the language that is written for SPIN, too. Commands, waits, assertions and branches on
//! states, handlers that rescue or retry, endings. Both servers are of one version.

use hsbrun::pair::model::Safeness;
use hsbrun::pair::{Command, State, StateSet};
use hsbrun::verify::Reference;

/// What a statement sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    WatchdogOn,
    WatchdogOff,
    Admin(Command),
    Start,
    /// A start with `backupserver`.
    Listen,
}

/// How long a wait may last: whether it can be the wait of an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Short,
    Long,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    And,
    Or,
}

/// States of one server or of both, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cond {
    pub tests: Vec<(usize, StateSet)>,
    pub joined: Joined,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stmt {
    /// To which server; the watchdog has none.
    Send(Sent, usize),
    Wait(Cond, Limit),
    Assert(Cond),
    If {
        cond: Cond,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
        unknown: Option<Vec<Stmt>>,
    },
    Notify,
    Stop,
    /// In a handler: once.
    Retry,
    LeaveWatchdogOff,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub body: Vec<Stmt>,
    /// Ends with a stop on every way.
    pub handler: Option<Vec<Stmt>>,
}

/// A runbook with the pair that it is explored with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    pub starts: [State; 2],
    /// None: any.
    pub ends: [Option<StateSet>; 2],
    pub steps: Vec<Step>,
    pub success: Vec<Stmt>,
    pub failure: Vec<Stmt>,
    pub auto_primary_alone: bool,
    pub safeness: Safeness,
    pub reference: Reference,
    pub faults: u8,
}

const NAMES: [&str; 2] = ["S1", "S2"];

impl Small {
    /// As a runbook.
    pub fn text(&self) -> String {
        let mut text = String::from("language 1\nrunbook \"A small one\"\n\n");
        for (server, name) in NAMES.into_iter().enumerate() {
            let end = self.ends[server].map_or_else(|| "any".to_owned(), |set| set.to_string());
            text.push_str(&format!("server {name}: {} -> {end}\n", self.starts[server]));
        }
        for (at, step) in self.steps.iter().enumerate() {
            text.push_str(&format!("\nstep {} \"One of them\" {{\n", at + 1));
            block(&mut text, &step.body, 1);
            if let Some(handler) = &step.handler {
                text.push_str("    if this step fails {\n");
                block(&mut text, handler, 2);
                text.push_str("    }\n");
            }
            text.push_str("}\n");
        }
        for (word, ending) in [("success", &self.success), ("failure", &self.failure)] {
            text.push_str(&format!("\non {word} {{\n"));
            block(&mut text, ending, 1);
            text.push_str("}\n");
        }
        text
    }
}

fn block(text: &mut String, stmts: &[Stmt], depth: usize) {
    let margin = "    ".repeat(depth);
    for stmt in stmts {
        let line = match stmt {
            Stmt::Send(Sent::WatchdogOn, _) => "watchdog on".to_owned(),
            Stmt::Send(Sent::WatchdogOff, _) => "watchdog off".to_owned(),
            Stmt::Send(Sent::Admin(command), server) => {
                format!("on {} {{ admin '{}' }}", NAMES[*server], command.text())
            }
            Stmt::Send(Sent::Start, server) => format!("on {} {{ start }}", NAMES[*server]),
            Stmt::Send(Sent::Listen, server) => format!("on {} {{ start with backupserver }}", NAMES[*server]),
            Stmt::Wait(cond, limit) => {
                let within = if *limit == Limit::Long { "20m" } else { "1m" };
                format!("wait until {} within {within}", cond.text())
            }
            Stmt::Assert(cond) => format!("assert {} else \"it is not so\"", cond.text()),
            Stmt::Notify => "notify \"It is over.\"".to_owned(),
            Stmt::Stop => "stop \"No further.\"".to_owned(),
            Stmt::Retry => "retry at most 1 time".to_owned(),
            Stmt::LeaveWatchdogOff => "leave watchdog off because \"a person looks first\"".to_owned(),
            Stmt::If { cond, then, otherwise, unknown } => {
                branch(text, cond, [then, otherwise], unknown.as_deref(), depth);
                continue;
            }
        };
        text.push_str(&format!("{margin}{line}\n"));
    }
}

fn branch(text: &mut String, cond: &Cond, [then, otherwise]: [&[Stmt]; 2], unknown: Option<&[Stmt]>, depth: usize) {
    let margin = "    ".repeat(depth);
    text.push_str(&format!("{margin}if {} {{\n", cond.text()));
    block(text, then, depth + 1);
    text.push_str(&format!("{margin}}} else {{\n"));
    block(text, otherwise, depth + 1);
    if let Some(unknown) = unknown {
        text.push_str(&format!("{margin}}} unknown {{\n"));
        block(text, unknown, depth + 1);
    }
    text.push_str(&format!("{margin}}}\n"));
}

impl Cond {
    fn text(&self) -> String {
        let test = |(server, set): &(usize, StateSet)| format!("{} is {set}", NAMES[*server]);
        let word = if self.joined == Joined::And { " and " } else { " or " };
        self.tests.iter().map(test).collect::<Vec<_>>().join(word)
    }

    /// A wait for this goes on where that server is proven DOWN.
    pub fn speaks_of_down(&self, server: usize) -> bool {
        self.tests.iter().any(|(asked, set)| *asked == server && set.contains(State::Down))
    }
}
