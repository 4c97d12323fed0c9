//! `ADMIN COMMAND '…'`: finds the command in the catalogue, refuses it or does it, answers RC and TEXT.

use std::sync::Arc;

use super::config::Address;
use super::link;
use super::server::Server;
use super::store::SessionId;
use super::wording::{self, Code};
use crate::pair::{self, Command, State};

/// The rows of an answer.
pub(super) type Reply = Vec<(i32, String)>;

/// Does what the command says.
pub(super) async fn execute(server: &Arc<Server>, session: SessionId, text: &str) -> Reply {
    let Some((command, argument)) = Command::with_argument(text) else {
        return vec![unknown(text)];
    };
    if server.ending.has_begun() {
        return refused(wording::SHUTTING_DOWN);
    }
    if let Some(code) = server.hsb().refusal(command) {
        return refused(code);
    }
    match command {
        Command::State => vec![(0, server.hsb().state.word().into())],
        Command::Role => vec![(0, server.hsb().role().into())],
        Command::StatusConnect => vec![server.hsb().link_status()],
        Command::StatusSwitch => vec![server.hsb().switch_status()],
        Command::StatusCatchup => vec![server.hsb().catchup_status()],
        Command::StatusCopy => vec![server.hsb().copy_status()],
        Command::Cominfo => vec![(0, server.hsb().connect.clone().unwrap_or_default())],
        Command::Logpos => logpos(server).await,
        Command::SetPrimaryAlone => set(server, command, State::PrimaryAlone, 30507),
        Command::SetSecondaryAlone => set(server, command, State::SecondaryAlone, 30508),
        Command::SetStandalone => set(server, command, State::Standalone, 30518),
        Command::Shutdown => shutdown(server, session),
        Command::ShutdownForce => shutdown_force(server),
        Command::Close | Command::Open => {
            server.sessions().closed = command == Command::Close;
            done(command)
        }
        Command::Throwout => throwout(server, session, &argument),
        Command::Userlist => userlist(server),
        Command::Version => vec![(0, format!("simulated solidDB Server, version {}", server.version))],
        Command::Pid => vec![(0, std::process::id().to_string())],
        Command::Connect => started(command, link::connect(server).await),
        Command::Netcopy => started(command, link::netcopy(server).await),
        Command::Disconnect => {
            link::disconnect(server);
            done(command)
        }
        Command::SwitchPrimary | Command::SwitchSecondary => {
            link::switch(server);
            done(command)
        }
        Command::HsbParameter => set_connect(server, &argument),
        Command::ServerStatus => report(server),
        Command::Errorcode => vec![errorcode(&argument)],
        Command::Help => Command::texts().map(|text| (0, text.to_owned())).collect(),
        Command::Copy
        | Command::Info
        | Command::Backup
        | Command::StatusBackup
        | Command::Makecp
        | Command::Perfmon
        | Command::Parameter
        | Command::Describe => vec![(wording::FAILED.0, format!("'{}' is not simulated yet", command.text()))],
    }
}

fn unknown(text: &str) -> (i32, String) {
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if first == "hsb" || first == "hotstandby" {
        return row(wording::BAD_HSB_COMMAND);
    }
    (14539, format!("Operation refused. '{}' is not an admin command.", text.trim()))
}

fn refused(code: Code) -> Reply {
    vec![row(code)]
}

fn row(code: Code) -> (i32, String) {
    (code.0, code.text().into())
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
    server.messages.write(message, command.success().unwrap_or_default());
    done(command)
}

fn shutdown(server: &Server, session: SessionId) -> Reply {
    let others = server.sessions().open.keys().any(|id| *id != session);
    if others {
        return refused(wording::USERS_LOGGED_IN);
    }
    shutdown_force(server)
}

fn shutdown_force(server: &Server) -> Reply {
    server.messages.write(30102, "A user issued a shutdown");
    server.ending.ask();
    vec![(0, String::new())]
}

fn throwout(server: &Server, own: SessionId, who: &str) -> Reply {
    let count = if who.eq_ignore_ascii_case("all") {
        server.throw_out(|id, _| id != own);
        return done(Command::Throwout);
    } else if let Ok(wanted) = who.parse::<SessionId>() {
        server.throw_out(|id, _| id == wanted && id != own)
    } else {
        server.throw_out(|id, session| id != own && session.user.eq_ignore_ascii_case(who))
    };
    match count {
        0 if who.parse::<SessionId>().is_ok() => refused(wording::BAD_USER_ID),
        0 => refused(wording::BAD_USER_NAME),
        _ => done(Command::Throwout),
    }
}

/// `hsb parameter connect STRING`. Source: 100,200 HOTSTANDBY; 14550 RCL.
fn set_connect(server: &Server, argument: &str) -> Reply {
    let (name, value) = argument.split_once(' ').unwrap_or((argument, ""));
    let value = value.trim().trim_matches(['"', '\'']);
    if !name.eq_ignore_ascii_case("connect") || Address::parse(value).is_err() {
        return refused(wording::INVALID_ARGUMENT);
    }
    let mut hsb = server.hsb();
    if hsb.connected() || hsb.busy.is_some() {
        return refused(wording::NOT_WHILE_CONNECTED);
    }
    hsb.connect = Some(value.to_owned());
    let text = Command::HsbParameter.success().unwrap_or_default();
    vec![(0, text.replace("%s", value))]
}

/// `status`: lines RCL.
fn report(server: &Server) -> Reply {
    let size = |name: &str| std::fs::metadata(server.config.dir.join(name)).map_or(0, |file| file.len() / 1024);
    let lines = [
        format!("Current directory is {}", server.config.dir.display()),
        format!("Database size is {} KB", size("solid.db")),
        format!("Log size is {} KB", size("solid.db-wal")),
        format!("Users: {}", server.sessions().open.len()),
    ];
    lines.into_iter().map(|line| (0, line)).collect()
}

fn errorcode(argument: &str) -> (i32, String) {
    match argument.trim().parse().ok().and_then(pair::code) {
        Some(code) => (0, format!("{}: {}", code.number, code.text)),
        None => row(wording::INVALID_ARGUMENT),
    }
}

/// Layout RCL: name, id, since.
fn userlist(server: &Server) -> Reply {
    let sessions = server.sessions();
    sessions.open.iter().map(|(id, session)| (0, format!("{} {id} {}", session.user, session.since))).collect()
}
