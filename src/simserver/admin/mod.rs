//! `ADMIN COMMAND '…'`: finds the command in the catalogue, refuses it or does it, answers RC and TEXT.

mod parameters;
mod report;
mod sessions;

use std::sync::Arc;

use super::config::Readings;
use super::server::Server;
use super::store::SessionId;
use super::wording::{self, Code};
use super::{backup, link};
use crate::pair::{self, Arguments, Command, State};

/// The rows of an answer.
pub(super) type Reply = Vec<(i32, String)>;

/// Does what the command says.
pub(super) async fn execute(server: &Arc<Server>, session: SessionId, text: &str) -> Reply {
    let readings = server.hsb().readings;
    let mut rows = answer(server, session, text, readings).await;
    for (rc, text) in &mut rows {
        if readings.already_is_zero && ALREADY.iter().any(|code| code.0 == *rc) {
            *rc = 0;
        }
        if readings.newline_at_end {
            text.push('\n');
        }
    }
    rows
}

/// What a server says that is already as it was told to be.
const ALREADY: [Code; 5] = [
    wording::ALREADY_CONNECTED,
    wording::ALREADY_BROKEN,
    wording::ALREADY_STANDALONE,
    wording::ALREADY_PRIMARY_ALONE,
    wording::ALREADY_SECONDARY_ALONE,
];

async fn answer(server: &Arc<Server>, session: SessionId, text: &str, readings: Readings) -> Reply {
    let Some((command, argument)) = Command::with_argument(text) else {
        return unlisted(session, text);
    };
    if server.ending.has_begun() {
        return refused(wording::SHUTTING_DOWN);
    }
    let refusal = server.hsb().refusal(command);
    match refusal {
        Some(wording::CATCHUP_ACTIVE) if command == Command::Connect && readings.connect_is_started_twice => {
            done(command)
        }
        Some(code) => refused(code),
        None => obey(server, session, command, &argument).await,
    }
}

async fn obey(server: &Arc<Server>, session: SessionId, command: Command, argument: &str) -> Reply {
    match command {
        Command::State => vec![(0, server.hsb().shown_state().word().into())],
        Command::Role => vec![(0, server.hsb().role().into())],
        Command::StatusConnect => vec![server.hsb().link_status()],
        Command::StatusSwitch => vec![server.hsb().switch_status()],
        Command::StatusCatchup => vec![server.hsb().catchup_status()],
        Command::StatusCopy => vec![server.hsb().copy_status()],
        Command::StatusBackup => vec![server.hsb().backup_status()],
        Command::Cominfo => vec![(0, server.hsb().connect.clone().unwrap_or_default())],
        Command::Logpos => logpos(server).await,
        Command::SetPrimaryAlone => set(server, command, State::PrimaryAlone, 30507),
        Command::SetSecondaryAlone => set(server, command, State::SecondaryAlone, 30508),
        Command::SetStandalone => set_standalone(server),
        Command::Connect => started(command, link::connect(server).await),
        Command::Netcopy => started(command, link::netcopy(server).await),
        Command::Disconnect => started(command, link::disconnect(server)),
        Command::SwitchPrimary | Command::SwitchSecondary => {
            link::switch(server);
            done(command)
        }
        Command::Copy => started(command, backup::copy(server, argument)),
        Command::Backup => started(command, backup::backup(server, argument).await),
        Command::Makecp => started(command, server.checkpoint().await),
        Command::Shutdown => sessions::shutdown(server, session),
        Command::ShutdownForce => sessions::shutdown_force(server, session),
        Command::Close => sessions::close(server),
        Command::Open => sessions::open(server),
        Command::Throwout => sessions::throwout(server, session, argument),
        Command::Userlist => sessions::userlist(server),
        Command::Version => vec![(0, format!("simulated solidDB Server, version {}", server.version))],
        Command::Pid => vec![(0, std::process::id().to_string())],
        Command::ServerStatus => report::status(server).await,
        Command::Info => report::info(server, argument).await,
        Command::Perfmon => report::perfmon(server, argument).await,
        Command::HsbParameter => parameters::set_connect(server, argument),
        Command::Parameter => parameters::parameter(server, argument),
        Command::Describe => parameters::describe(server, argument),
        Command::Errorcode => vec![errorcode(argument)],
        Command::Help => help(argument),
    }
}

/// Not in the catalogue: `userid`, `assertexit`, or unknown. Source: 200 grammar; 14539 and its use INF.
fn unlisted(session: SessionId, text: &str) -> Reply {
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["userid"] => vec![(0, session.to_string())],
        ["assertexit"] => panic!("because a user has asked for it: ASSERTEXIT"),
        ["hsb" | "hotstandby", ..] => refused(wording::BAD_HSB_COMMAND),
        _ => {
            let refusal = wording::REFUSED;
            vec![(refusal.0, format!("{} '{}' is not an admin command.", refusal.text(), text.trim()))]
        }
    }
}

fn refused(code: Code) -> Reply {
    vec![(code.0, code.text().into())]
}

/// The reply of the catalogue to a command that is done or started.
fn done(command: Command) -> Reply {
    vec![(0, command.success().unwrap_or_default().into())]
}

fn started(command: Command, outcome: Result<(), Code>) -> Reply {
    match outcome {
        Ok(()) => done(command),
        Err(code) => refused(code),
    }
}

async fn logpos(server: &Server) -> Reply {
    let Some(store) = server.store() else { return refused(wording::BACKUP_SERVER) };
    let position = store.position().await;
    vec![(0, format!("{position}:{}", server.hsb().role()))]
}

fn set(server: &Server, command: Command, state: State, message: i32) -> Reply {
    server.enter(state);
    server.messages.note(message);
    done(command)
}

fn set_standalone(server: &Server) -> Reply {
    let connected = server.hsb().connected();
    if connected {
        link::leave(server);
        server.messages.note(30518);
        return done(Command::SetStandalone);
    }
    set(server, Command::SetStandalone, State::Standalone, 30518)
}

fn errorcode(argument: &str) -> (i32, String) {
    match argument.trim().parse().ok().and_then(pair::code) {
        Some(code) => (0, format!("{}: {}", code.number, code.text)),
        None => (wording::INVALID_ARGUMENT.0, wording::INVALID_ARGUMENT.text().into()),
    }
}

/// Every command, or those that begin with a word. Layout INF.
fn help(word: &str) -> Reply {
    let line = |command: Command| {
        let arguments = match command.arguments() {
            Arguments::None => String::new(),
            Arguments::Optional(what) => format!(" [{what}]"),
            Arguments::Required(what) => format!(" {what}"),
        };
        (0, format!("{}{arguments}: {}", command.text(), command.about()))
    };
    Command::all()
        .filter(|command| word.is_empty() || command.text().split(' ').next() == Some(word))
        .map(line)
        .collect()
}
