//! What the model of the pair answers to the machine's requests, as far as it needs no data, clock or line of its own:
//! the twin and verifying answer alike.

use crate::pair::model::{Installed, Model, Phase, Side};
use crate::pair::{self, Measure, StartOptions, State, Version, code, exit_code};
use crate::program::ServerId;

use super::{Action, Command, Outcome, Probe, Reading, Refuser, Releases};

/// Free room for the log and for the database, in bytes: enough for any runbook.
const ROOM: u64 = 1 << 40;
/// The exit status of a server that ended without a word.
const ENDED_AT_ONCE: i32 = 100;

/// The server of the model that a runbook's server stands for.
///
/// # Panics
/// On a third server: the resolver lets a runbook have two at most.
#[must_use]
pub fn side_of(server: ServerId) -> Side {
    match server.0 {
        0 => Side::First,
        1 => Side::Second,
        _ => panic!("a runbook has two servers at most"),
    }
}

/// The runbook's server that a server of the model is.
#[must_use]
pub fn server_of(side: Side) -> ServerId {
    ServerId(match side {
        Side::First => 0,
        Side::Second => 1,
    })
}

/// What a probe gives. `position` and `host_command` are not of the model: they are asked of whoever drives it, the
/// position only of a server that answers.
#[must_use]
pub fn reading(
    model: &Model,
    probe: &Probe,
    position: impl FnOnce(Side) -> String,
    host_command: impl FnOnce(Side) -> bool,
) -> Reading {
    let of_answering = |side: Side, reading: &dyn Fn() -> Reading| {
        let answers = model.state(side).is_some_and(State::answers);
        if answers { reading() } else { silent(model, side) }
    };
    match probe {
        Probe::State(server) => model.state(side_of(*server)).map_or_else(closed_port, Reading::State),
        Probe::Status(server, status) => {
            let side = side_of(*server);
            model.status(side, *status).map_or_else(|| silent(model, side), Reading::Status)
        }
        Probe::Measure(server, Measure::Position) => {
            let side = side_of(*server);
            if model.state(side).is_some_and(State::answers) {
                Reading::Position(position(side))
            } else {
                silent(model, side)
            }
        }
        Probe::Measure(server, Measure::Version) => {
            let side = side_of(*server);
            of_answering(side, &|| Reading::Version(model.software(side)))
        }
        Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace) => Reading::Size(ROOM),
        Probe::Answers(server, _, _) => of_answering(side_of(*server), &|| Reading::Yes),
        Probe::Watchdog => Reading::from(model.watchdog_is_on()),
        Probe::Installed(server) => Reading::Version(model.software(side_of(*server))),
        Probe::Listens(server) => Reading::from(model.state(side_of(*server)).is_some_and(|it| it != State::Down)),
        Probe::Process(server) => Reading::from(model.has_process(side_of(*server))),
        Probe::HostCommand(server) => Reading::from(host_command(side_of(*server))),
        // A model does what it is told at once, or never.
        Probe::Unanswered(_) => Reading::No,
    }
}

/// The server whose own line a probe needs; the machine answers the others.
#[must_use]
pub fn line_of(probe: &Probe) -> Option<ServerId> {
    match probe {
        Probe::State(server) | Probe::Status(server, _) | Probe::Answers(server, _, _) | Probe::Listens(server) => {
            Some(*server)
        }
        Probe::Measure(server, Measure::Position | Measure::Version) => Some(*server),
        Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace)
        | Probe::Watchdog
        | Probe::Installed(_)
        | Probe::Process(_)
        | Probe::HostCommand(_)
        | Probe::Unanswered(_) => None,
    }
}

/// Gives a server an `ADMIN COMMAND`. Outside the catalogue the model has nothing to say of it: a HotStandby command is
/// unknown to the server, any other changes nothing.
pub fn admin(model: &mut Model, side: Side, text: &str) -> Outcome {
    let Some(command) = pair::Command::lookup(text) else {
        if model.state(side).is_none_or(|state| !state.answers()) {
            return nobody_listens(model, side);
        }
        let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
        return if first == "hsb" || first == "hotstandby" { refused_with(30758) } else { done("") };
    };
    let Some(reply) = model.command(side, command) else { return nobody_listens(model, side) };
    if pair::is_done(Some(command), reply.code, &reply.text) {
        done(&reply.text)
    } else {
        Outcome::Refused { by: Refuser::Server, code: Some(reply.code), text: reply.text }
    }
}

/// What a statement is answered; none: it is a transaction, which the server takes.
#[must_use]
pub fn statement(model: &Model, side: Side, text: &str) -> Option<Outcome> {
    let is_query = text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"));
    match model.takes_commits(side) {
        Err(21306 | 14552) => Some(nobody_listens(model, side)),
        _ if is_query => Some(done("")),
        Err(number) => Some(refused_with(number)),
        Ok(()) => None,
    }
}

/// Replaces the software on a server's machine.
pub fn install(model: &mut Model, side: Side, version: Version) -> Outcome {
    match model.install(side, version) {
        Installed::InUse => Outcome::Refused {
            by: Refuser::Host,
            code: Some(1),
            text: "the software is in use by a server process".to_owned(),
        },
        Installed::Replaced => done(&format!("{version} is installed")),
    }
}

/// Gives a command to whom it is for, at once; none: a start that has begun, and ends when the server is there or its
/// process is gone.
pub fn perform(model: &mut Model, command: &Command, releases: Releases) -> Option<Outcome> {
    let side = command.server.map(side_of);
    Some(match (&command.action, side) {
        (Action::Admin { text }, Some(side)) => admin(model, side, text),
        (Action::Sql { text, .. }, Some(side)) => statement(model, side, text).unwrap_or_else(|| {
            model.commit(side).expect("because it was asked whether that server takes commits");
            done("")
        }),
        (Action::Start { options }, Some(side)) => {
            let exit = model.start(side, StartOptions::of(options.iter().map(String::as_str)));
            if exit.status == 0 {
                return None;
            }
            start_ended(exit.status, exit.code)
        }
        (Action::Install { previous }, Some(side)) => {
            install(model, side, if *previous { releases.old } else { releases.new })
        }
        (Action::Run { name }, _) => done(&format!("{name}: exit status 0")),
        (Action::Watchdog { on }, _) => {
            model.set_watchdog(*on);
            done(if *on { "the watchdog acts" } else { "the watchdog is silent" })
        }
        (Action::Admin { .. } | Action::Sql { .. } | Action::Start { .. } | Action::Install { .. }, None) => {
            unreachable!("because such a command names its server")
        }
    })
}

/// Nobody waits for a start command any longer, or its answer does not arrive.
#[must_use]
pub fn start_lost() -> Outcome {
    unknown("the line broke while the start command ran")
}

/// What becomes of a start command that nobody waits for any longer, or whose server is there or gone.
#[must_use]
pub fn start_over(model: &Model, side: Side) -> Outcome {
    if is_starting(model, side) {
        start_lost()
    } else if model.has_process(side) {
        done("the server runs")
    } else {
        start_ended(ENDED_AT_ONCE, None)
    }
}

/// Its start command has not ended.
#[must_use]
pub fn is_starting(model: &Model, side: Side) -> bool {
    matches!(model.phase(side), Phase::Starting | Phase::StartingToListen)
}

/// A start whose process ended: its exit status, and what the server's log says of it.
#[must_use]
pub fn start_ended(status: i32, why: Option<i32>) -> Outcome {
    let meaning = exit_code(status).map_or("It ended.", |row| row.meaning);
    let log = why.map_or_else(String::new, |number| format!(" ({number} in solmsg.out)"));
    Outcome::Refused { by: Refuser::Host, code: Some(status), text: format!("{meaning}{log}") }
}

/// It is done, and this was answered.
#[must_use]
pub fn done(text: &str) -> Outcome {
    Outcome::Done { text: text.to_owned() }
}

/// The answer did not arrive.
#[must_use]
pub fn unknown(why: &str) -> Outcome {
    Outcome::Unknown { why: why.to_owned() }
}

/// Nothing was sent: no connection came about.
fn nobody_listens(model: &Model, side: Side) -> Outcome {
    refused_with(if model.state(side) == Some(State::Offline) { 14552 } else { 21306 })
}

fn refused_with(number: i32) -> Outcome {
    let text = code(number).map_or_else(String::new, |code| code.text.to_owned());
    Outcome::Refused { by: Refuser::Server, code: Some(number), text }
}

fn silent(model: &Model, side: Side) -> Reading {
    model
        .state(side)
        .map_or_else(closed_port, |state| Reading::Unknown(format!("the server is {state} and answers nothing")))
}

fn closed_port() -> Reading {
    Reading::Unknown("its port is closed and its process is there".to_owned())
}
