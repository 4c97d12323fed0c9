//! Commands about the sessions: who is there, who may come, who must go.

use super::{Reply, done, refused};
use crate::pair::Command;
use crate::simserver::server::Server;
use crate::simserver::store::SessionId;
use crate::simserver::wording;

/// Refused while others are logged in. Source: 14512 SRC and INF.
pub(super) fn shutdown(server: &Server, session: SessionId) -> Reply {
    let others = server.sessions().open.keys().any(|id| *id != session);
    if others {
        return refused(wording::USERS_LOGGED_IN);
    }
    shutdown_force(server, session)
}

pub(super) fn shutdown_force(server: &Server, session: SessionId) -> Reply {
    let user = server.sessions().open.get(&session).map(|session| session.user.clone());
    server.messages.note_with(30102, user.unwrap_or_default());
    server.ending.ask();
    vec![(0, String::new())]
}

pub(super) fn close(server: &Server) -> Reply {
    server.sessions().closed = true;
    server.messages.note(30015);
    done(Command::Close)
}

pub(super) fn open(server: &Server) -> Reply {
    server.sessions().closed = false;
    server.messages.note(30013);
    done(Command::Open)
}

/// Source: 100,200; 14515 and 14516 SRC.
pub(super) fn throwout(server: &Server, own: SessionId, who: &str) -> Reply {
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

/// Layout RCL: name, id, since.
pub(super) fn userlist(server: &Server) -> Reply {
    let sessions = server.sessions();
    sessions.open.iter().map(|(id, session)| (0, format!("{} {id} {}", session.user, session.since))).collect()
}
