//! What changes a server's state: the rows of the manuals' transition table, each with its source, and the question
//! which of them refuses a command.
//!
//! The guard asks it with what it sees of a pair, the model with what it knows; the rows are the same.

mod case;
mod conflict;
mod extra;
mod table;

use std::sync::LazyLock;

use super::{Command, Source, StartOptions, State};

pub use case::Case;
pub use conflict::{Conflict, conflicts};

/// What changes a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum On {
    Command(Command),
    Start(StartOptions),
    Event(Event),
}

/// What happens to a server without a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    Crash,
    LinkBroken,
    CatchupAborted,
    CatchupCompleted,
    MaxLogSize,
    LogDiskFull,
    NetcopyStarted,
    NetcopyCompleted,
    NetcopyAborted,
}

/// One row: a server in `from` to which `on` happens in that case goes to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    pub from: State,
    pub on: On,
    pub case: Case,
    /// For an asynchronous command, where it ends.
    pub to: State,
    /// The other server after the same event; none where it stays as it is.
    pub peer_to: Option<State>,
    pub answer: Answered,
    /// How it may be refused, or fail on the way.
    pub fails: &'static [Failing],
    /// What else is to be known, for people.
    pub note: &'static str,
    pub source: Source,
}

/// What is answered: to a command RC and TEXT, by a start an exit status and a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Nothing,
    Reply { rc: i32, text: &'static str },
    Exit { status: i32, text: &'static str },
    Log(&'static str),
}

/// A case in which the command does not do what its row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failing {
    pub case: Case,
    pub code: i32,
    pub to: State,
}

/// The rows of the manuals' table.
#[must_use]
pub fn transitions() -> &'static [Transition] {
    table::ALL
}

/// Rows that the manuals do not have and a complete model needs; each is marked as inferred where it is.
#[must_use]
pub fn extra_transitions() -> &'static [Transition] {
    extra::ALL
}

/// Whether a command is refused by a server in a state, and with which code and by which source. `holds` says of a case
/// whether it holds; what it does not know refuses nothing.
pub fn refused(command: Command, from: State, holds: impl Fn(Case) -> Option<bool>) -> Option<(i32, Source)> {
    let unreachable = match from {
        State::Down => Some((21306, Source("SRC"))),
        State::Offline => Some((14552, Source("SRC symbol; RCL text"))),
        State::PrimaryActive
        | State::PrimaryAlone
        | State::PrimaryUncertain
        | State::SecondaryActive
        | State::SecondaryAlone
        | State::Standalone => None,
    };
    let sure = |case| holds(case) == Some(true);
    unreachable.or_else(|| {
        let whole = of_command(command, from).filter_map(refusing_row);
        let own =
            of_command(command, from).flat_map(|row| row.fails.iter().map(|fail| (fail.case, fail.code, row.source)));
        let shared = conflict::of(command).map(|conflict| (conflict.case, conflict.code, conflict.source));
        whole
            .chain(own)
            .chain(shared)
            .filter(|(case, _, _)| sure(*case))
            .min_by_key(|(case, _, _)| *case)
            .map(|(_, code, source)| (code, source))
    })
}

/// The rows of a command in a state.
pub fn of_command(command: Command, from: State) -> impl Iterator<Item = &'static Transition> {
    OF_COMMANDS[command as usize].iter().copied().filter(move |row| row.from == from)
}

/// The rows of each command, in the order of the commands: a check asks for them thousands of times.
static OF_COMMANDS: LazyLock<Vec<Vec<&'static Transition>>> = LazyLock::new(|| {
    let mut rows: Vec<Vec<&'static Transition>> = Command::all().map(|_| Vec::new()).collect();
    for row in transitions().iter().chain(extra_transitions()) {
        if let On::Command(command) = row.on {
            rows[command as usize].push(row);
        }
    }
    rows
});

/// A row whose whole answer is a refusal.
fn refusing_row(row: &'static Transition) -> Option<(Case, i32, Source)> {
    match row.answer {
        Answered::Reply { rc, .. } if rc != 0 => Some((row.case, rc, row.source)),
        Answered::Reply { .. } | Answered::Nothing | Answered::Exit { .. } | Answered::Log(_) => None,
    }
}

const fn row(from: State, on: On, case: Case, to: State, source: &'static str) -> Transition {
    Transition {
        from,
        on,
        case,
        to,
        peer_to: None,
        answer: Answered::Nothing,
        fails: &[],
        note: "",
        source: Source(source),
    }
}

const fn fail(case: Case, code: i32, to: State) -> Failing {
    Failing { case, code, to }
}

impl Transition {
    const fn peer(self, to: State) -> Transition {
        Transition { peer_to: Some(to), ..self }
    }

    const fn replies(self, rc: i32, text: &'static str) -> Transition {
        Transition { answer: Answered::Reply { rc, text }, ..self }
    }

    const fn exits(self, status: i32, text: &'static str) -> Transition {
        Transition { answer: Answered::Exit { status, text }, ..self }
    }

    const fn logs(self, text: &'static str) -> Transition {
        Transition { answer: Answered::Log(text), ..self }
    }

    const fn fails(self, fails: &'static [Failing]) -> Transition {
        Transition { fails, ..self }
    }

    const fn note(self, note: &'static str) -> Transition {
        Transition { note, ..self }
    }
}

/// Pairs of states that belong together, this server first. Source: 100 "Server state combinations"; RCL where the page
/// was cut.
pub const LEGAL_PAIRS: [(State, State); 9] = [
    (State::PrimaryActive, State::SecondaryActive),
    (State::PrimaryAlone, State::SecondaryAlone),
    (State::PrimaryAlone, State::Offline),
    (State::PrimaryAlone, State::Down),
    (State::PrimaryUncertain, State::SecondaryAlone),
    (State::PrimaryUncertain, State::Down),
    (State::SecondaryAlone, State::SecondaryAlone),
    (State::SecondaryAlone, State::Down),
    (State::Standalone, State::SecondaryAlone),
];

/// Pairs of states that can come about and are wrong. Source: 100 "Server state combinations".
pub const ERROR_PAIRS: [(State, State); 4] = [
    (State::PrimaryAlone, State::PrimaryAlone),
    (State::PrimaryAlone, State::PrimaryUncertain),
    (State::PrimaryAlone, State::Standalone),
    (State::PrimaryUncertain, State::PrimaryUncertain),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn count(wanted: On) -> (usize, usize) {
        let rows = transitions().iter().filter(|row| row.on == wanted);
        rows.fold((0, 0), |(rows, fails), row| (rows + 1, fails + row.fails.len()))
    }

    #[test]
    fn every_row_has_a_source() {
        for row in transitions().iter().chain(extra_transitions()) {
            assert!(row.source.confidence().is_some(), "{row:?}");
        }
        for conflict in conflicts() {
            assert!(conflict.source.confidence().is_some(), "{conflict:?}");
        }
    }

    #[test]
    fn the_table_has_every_row_of_the_facts() {
        let start = |autoconvert, backupserver| On::Start(StartOptions { autoconvert, backupserver });
        let wanted = [
            (start(false, false), (5, 0)),
            (start(false, true), (1, 0)),
            (start(true, false), (2, 0)),
            (On::Command(Command::Shutdown), (1, 1)),
            (On::Command(Command::ShutdownForce), (6, 0)),
            (On::Event(Event::Crash), (3, 0)),
            (On::Event(Event::LinkBroken), (3, 0)),
            (On::Event(Event::CatchupAborted), (1, 0)),
            (On::Event(Event::CatchupCompleted), (1, 0)),
            (On::Event(Event::MaxLogSize), (1, 0)),
            (On::Event(Event::LogDiskFull), (1, 0)),
            (On::Command(Command::Connect), (6, 13)),
            (On::Command(Command::Disconnect), (5, 1)),
            (On::Command(Command::SwitchPrimary), (4, 3)),
            (On::Command(Command::SwitchSecondary), (6, 4)),
            (On::Command(Command::SetPrimaryAlone), (6, 1)),
            (On::Command(Command::SetSecondaryAlone), (6, 2)),
            (On::Command(Command::SetStandalone), (5, 2)),
            (On::Command(Command::Netcopy), (6, 5)),
            (On::Command(Command::Copy), (1, 2)),
            (On::Event(Event::NetcopyStarted), (1, 0)),
            (On::Event(Event::NetcopyCompleted), (1, 0)),
            (On::Event(Event::NetcopyAborted), (2, 0)),
        ];
        for (on, rows_and_fails) in wanted {
            assert_eq!(count(on), rows_and_fails, "{on:?}");
        }
        assert_eq!(transitions().len(), wanted.iter().map(|(_, (rows, _))| rows).sum::<usize>());
    }

    #[test]
    fn every_code_of_the_table_stands_among_the_codes() {
        for row in transitions().iter().chain(extra_transitions()) {
            for fail in row.fails {
                assert!(super::super::code(fail.code).is_some(), "{}", fail.code);
            }
            match row.answer {
                Answered::Reply { rc: 0, .. } | Answered::Nothing | Answered::Log(_) => {}
                Answered::Reply { rc, text } => {
                    assert_eq!(super::super::code(rc).map(|code| code.text), Some(text), "{rc}");
                }
                Answered::Exit { status, .. } => assert!(super::super::exit_code(status).is_some(), "{status}"),
            }
        }
        for conflict in conflicts() {
            assert!(super::super::code(conflict.code).is_some(), "{}", conflict.code);
        }
    }

    #[test]
    fn the_literals_of_success_are_those_of_the_catalogue() {
        for row in transitions().iter().chain(extra_transitions()) {
            if let (On::Command(command), Answered::Reply { rc: 0, text }) = (row.on, row.answer) {
                assert_eq!(command.success(), Some(text), "{row:?}");
            }
        }
    }

    #[test]
    fn no_pair_of_states_is_both_right_and_wrong() {
        assert!(!ERROR_PAIRS.iter().any(|pair| LEGAL_PAIRS.contains(pair)));
    }
}
