//! Conditions of the lowered program: servers and values concrete; which probes they ask, and what they are worth.

use std::fmt::{self, Display};

use indexmap::IndexMap;

use crate::pair::{Measure, State, StateSet, Status, StatusWord};
use crate::program::{Comparison, ServerId, Step, StepId, Value};

use super::truth::{Truth, all, any};
use super::view::View;
use super::{Probe, Reading};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Is { server: ServerId, states: StateSet },
    Status { server: ServerId, status: Status, words: Vec<StatusWord> },
    Answers(Probe),
    Watchdog { on: bool },
    Refused { codes: Vec<u32> },
    Begun { step: StepId, begun: bool },
    Compare { left: Side, op: Comparison, right: Side },
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Side {
    Measure(ServerId, Measure),
    Value(Value),
}

/// The status commands that `activity` is made of.
pub(super) const PARTS: [Status; 4] = [Status::Link, Status::Copy, Status::Switch, Status::Catchup];

impl Test {
    /// What it asks, each once, in the order of writing.
    pub(super) fn probes(&self) -> Vec<Probe> {
        let mut probes = Vec::new();
        self.each(&mut |test| test.own_probes().into_iter().for_each(|probe| add(&mut probes, probe)));
        probes
    }

    /// The servers that it asks, each once.
    pub(super) fn servers(&self) -> Vec<ServerId> {
        let mut servers = Vec::new();
        for probe in self.probes() {
            if let Some(server) = probe.server()
                && !servers.contains(&server)
            {
                servers.push(server);
            }
        }
        servers
    }

    /// Whether one of its tests of that server's state is met by DOWN.
    pub(super) fn speaks_of_down(&self, server: ServerId) -> bool {
        let mut found = false;
        self.each(&mut |test| match test {
            Test::Is { server: asked, states } => found |= *asked == server && states.contains(State::Down),
            Test::And(_)
            | Test::Or(_)
            | Test::Status { .. }
            | Test::Answers(_)
            | Test::Watchdog { .. }
            | Test::Refused { .. }
            | Test::Begun { .. }
            | Test::Compare { .. } => {}
        });
        found
    }

    /// Whether one of its tests is met by a refusal with that code.
    pub(super) fn speaks_of_refusal(&self, code: Option<i32>) -> bool {
        let mut found = false;
        self.each(&mut |test| {
            if let Test::Refused { codes } = test {
                found |= codes.is_empty() || codes.iter().any(|wanted| i32::try_from(*wanted).ok() == code);
            }
        });
        found
    }

    /// What it is worth in what is in view.
    pub(super) fn truth(&self, view: &View<'_>) -> Truth {
        match self {
            Test::And(tests) => all(tests.iter().map(|test| test.truth(view))),
            Test::Or(tests) => any(tests.iter().map(|test| test.truth(view))),
            Test::Is { server, states } => view.state(*server).map(|state| states.contains(state)).into(),
            Test::Status { server, status: Status::Activity, words } => {
                any(words.iter().map(|word| view.activity(*server, *word)))
            }
            Test::Status { server, status, words } => {
                view.status(*server, *status).map(|word| words.contains(&word)).into()
            }
            Test::Answers(probe) => view.reading(probe).and_then(Reading::yes).into(),
            Test::Watchdog { on } => view.reading(&Probe::Watchdog).and_then(Reading::yes).map(|yes| yes == *on).into(),
            Test::Refused { codes } => view.refused(codes).into(),
            Test::Begun { step, begun } => (view.kept.has_begun(*step) == *begun).into(),
            Test::Compare { left, op, right } => compare(view, left, *op, right),
        }
    }

    /// Itself and everything in it.
    pub(super) fn each(&self, visit: &mut dyn FnMut(&Test)) {
        visit(self);
        match self {
            Test::And(tests) | Test::Or(tests) => tests.iter().for_each(|test| test.each(visit)),
            Test::Is { .. }
            | Test::Status { .. }
            | Test::Answers(_)
            | Test::Watchdog { .. }
            | Test::Refused { .. }
            | Test::Begun { .. }
            | Test::Compare { .. } => {}
        }
    }

    fn own_probes(&self) -> Vec<Probe> {
        match self {
            Test::And(_) | Test::Or(_) | Test::Refused { .. } | Test::Begun { .. } => Vec::new(),
            Test::Is { server, .. } => vec![Probe::State(*server)],
            Test::Status { server, status: Status::Activity, .. } => activity_probes(*server).to_vec(),
            Test::Status { server, status, .. } => vec![Probe::Status(*server, *status)],
            Test::Answers(probe) => vec![probe.clone()],
            Test::Watchdog { .. } => vec![Probe::Watchdog],
            Test::Compare { left, right, .. } => [left, right].into_iter().filter_map(Side::probe).collect(),
        }
    }
}

impl Side {
    fn probe(&self) -> Option<Probe> {
        match self {
            Side::Measure(server, measure) => Some(Probe::Measure(*server, *measure)),
            Side::Value(_) => None,
        }
    }

    fn value(&self, view: &View<'_>) -> Option<Reading> {
        match self {
            Side::Measure(server, measure) => view.reading(&Probe::Measure(*server, *measure)).cloned(),
            Side::Value(Value::Version(version)) => Some(Reading::Version(*version)),
            Side::Value(Value::Size(bytes) | Value::Number(bytes)) => Some(Reading::Size(*bytes)),
            Side::Value(Value::Text(text) | Value::Word(text)) => Some(Reading::Position(text.clone())),
            Side::Value(Value::Duration(duration)) => {
                Some(Reading::Size(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
            }
        }
    }
}

/// The four probes behind `S.activity`.
pub(super) fn activity_probes(server: ServerId) -> [Probe; 4] {
    PARTS.map(|status| Probe::Status(server, status))
}

/// Adds a probe that is not asked yet.
pub(super) fn add(probes: &mut Vec<Probe>, probe: Probe) {
    if !probes.contains(&probe) {
        probes.push(probe);
    }
}

fn compare(view: &View<'_>, left: &Side, op: Comparison, right: &Side) -> Truth {
    let (Some(left), Some(right)) = (left.value(view), right.value(view)) else { return Truth::Unknown };
    let Some(ordering) = left.compare(&right) else { return Truth::Unknown };
    op.holds(ordering).into()
}

impl Probe {
    /// The server that is asked; none for the watchdog.
    #[must_use]
    pub fn server(&self) -> Option<ServerId> {
        match self {
            Probe::State(server)
            | Probe::Status(server, _)
            | Probe::Measure(server, _)
            | Probe::Answers(server, ..)
            | Probe::Installed(server)
            | Probe::Process(server)
            | Probe::Listens(server)
            | Probe::HostCommand(server)
            | Probe::Unanswered(server) => Some(*server),
            Probe::Watchdog => None,
        }
    }
}

/// A condition as a person reads it; `names` are the servers', `steps` the runbook's.
pub(super) struct Written<'a> {
    pub(super) test: &'a Test,
    pub(super) names: &'a [String],
    pub(super) steps: &'a IndexMap<String, Step>,
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |server: &ServerId| &self.names[server.0 as usize];
        match self.test {
            Test::And(tests) => self.joined(f, tests, " and "),
            Test::Or(tests) => self.joined(f, tests, " or "),
            Test::Is { server, states } => write!(f, "{} is {states}", name(server)),
            Test::Status { server, status, words } => {
                let words: Vec<&str> = words.iter().map(|word| word.word()).collect();
                write!(f, "{}.{} is {}", name(server), status.word(), words.join(" or "))
            }
            Test::Answers(Probe::Answers(server, sql, _)) => write!(f, "{}.answers('{sql}')", name(server)),
            Test::Answers(_) => f.write_str("answers"),
            Test::Watchdog { on } => write!(f, "watchdog is {}", if *on { "ON" } else { "OFF" }),
            Test::Begun { step, begun } => {
                let (id, _) =
                    self.steps.get_index(step.0 as usize).expect("because a sound program speaks of its own steps");
                write!(f, "step {id} is {}", if *begun { "BEGUN" } else { "NOT BEGUN" })
            }
            Test::Refused { codes } if codes.is_empty() => f.write_str("refused"),
            Test::Refused { codes } => {
                let codes: Vec<String> = codes.iter().map(u32::to_string).collect();
                write!(f, "refused with {}", codes.join(" or "))
            }
            Test::Compare { left, op, right } => {
                self.side(f, left)?;
                write!(f, " {} ", op.symbol())?;
                self.side(f, right)
            }
        }
    }
}

impl Written<'_> {
    fn joined(&self, f: &mut fmt::Formatter<'_>, tests: &[Test], joiner: &str) -> fmt::Result {
        for (at, test) in tests.iter().enumerate() {
            if at > 0 {
                f.write_str(joiner)?;
            }
            let written = Written { test, ..*self };
            if matches!(test, Test::And(_) | Test::Or(_)) { write!(f, "({written})") } else { written.fmt(f) }?;
        }
        Ok(())
    }

    fn side(&self, f: &mut fmt::Formatter<'_>, side: &Side) -> fmt::Result {
        match side {
            Side::Measure(server, measure) => write!(f, "{}.{}", self.names[server.0 as usize], measure.word()),
            Side::Value(value) => super::lower::text::value(f, value),
        }
    }
}
