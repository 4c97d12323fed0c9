//! How two servers meet: each says what it is, and each may refuse.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::frame::{Connection, Introduction, MAGIC, Message, Purpose};
use super::{netcopy, together};
use crate::pair::State;
use crate::simserver::config::Address;
use crate::simserver::hsb::Busy;
use crate::simserver::server::Server;
use crate::simserver::store::Located;
use crate::simserver::wording::{self, Code};

/// To reach the peer and to hear its answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reaches the peer and agrees with it. The peer has then kept itself free for what is to come.
pub async fn call(server: &Server, purpose: Purpose) -> Result<Connection, Code> {
    let text = server.hsb().connect.clone().ok_or(wording::NO_CONNECT_STRING)?;
    let address = Address::parse(&text).map_err(|_| wording::NO_SERVER)?;
    let unreachable = match purpose {
        Purpose::Connect => wording::COMMUNICATION,
        Purpose::Netcopy => wording::NO_SERVER,
    };
    if server.faults.is_cut() {
        return Err(unreachable);
    }
    let reach = TcpStream::connect((address.host.as_str(), address.port));
    let mut socket = timeout(PATIENCE, reach).await.ok().and_then(Result::ok).ok_or(unreachable)?;
    socket.write_all(MAGIC).await.map_err(|_| wording::COMMUNICATION)?;
    let mut connection = Connection::new(socket, server.faults.gate());
    let own = introduce(server).await;
    let hello = Message::Hello { purpose, introduction: own.clone() };
    connection.send(&hello).await.map_err(|_| wording::COMMUNICATION)?;
    match connection.message_within(PATIENCE).await {
        Ok(Message::Welcome { introduction }) => {
            if purpose == Purpose::Connect {
                judge_history(server, &own, &introduction).await?;
            }
            Ok(connection)
        }
        Ok(Message::Refuse { code }) => Err(Code(code)),
        Ok(_) | Err(_) => Err(wording::COMMUNICATION),
    }
}

/// A peer has reached this server.
pub async fn accept(server: Arc<Server>, mut socket: TcpStream) {
    let mut magic = [0; MAGIC.len()];
    if server.faults.is_cut() || socket.read_exact(&mut magic).await.is_err() || magic != *MAGIC {
        return;
    }
    let mut connection = Connection::new(socket, server.faults.gate());
    let Ok(Message::Hello { purpose, introduction }) = connection.message_within(PATIENCE).await else { return };
    let own = introduce(&server).await;
    let verdict = match purpose {
        Purpose::Connect => judge_connect(&server, &own, &introduction).await,
        Purpose::Netcopy => judge_netcopy(&server, &own, &introduction),
    };
    if let Err(code) = verdict {
        server.messages.note_with(30516, code.0);
        let _ = connection.send(&Message::Refuse { code: code.0 }).await;
        return;
    }
    if connection.send(&Message::Welcome { introduction: own }).await.is_err() {
        server.release();
        return;
    }
    match purpose {
        Purpose::Connect => together::follow(server, connection),
        Purpose::Netcopy => netcopy::receive(server, connection).await,
    }
}

async fn introduce(server: &Server) -> Introduction {
    let state = server.hsb().state();
    let files = server.config().files.len();
    match server.store() {
        Some(store) => Introduction::new(state, server.version, &store.identity.base, store.position().await, files),
        None => Introduction::new(state, server.version, "", Default::default(), files),
    }
}

/// Whether the peer that called may connect; if so, this server is busy with it.
async fn judge_connect(server: &Server, own: &Introduction, peer: &Introduction) -> Result<(), Code> {
    {
        let mut hsb = server.hsb();
        match (hsb.state(), hsb.busy) {
            (State::Offline, _) if hsb.readings.listener_names_itself => return Err(wording::IN_BACKUP_SERVER_MODE),
            (State::Offline, _) => return Err(wording::COMMUNICATION),
            (State::Standalone, _) => return Err(wording::NOT_IN_STANDALONE),
            (_, Some(Busy::Copy | Busy::Connect | Busy::Disconnect | Busy::Switch)) => return Err(wording::CONFLICT),
            (_, None) if hsb.connected() => return Err(wording::CONFLICT),
            (_, None) => {}
        }
        judge_roles(own, peer)?;
        hsb.begin(Busy::Connect);
    }
    let verdict = judge_history(server, own, peer).await;
    if verdict.is_err() {
        server.release();
    }
    verdict
}

/// `peer` is the one on which `hsb connect` was issued. Source: SEED note of step 8 (never on the newer Secondary);
/// the code INF.
fn judge_roles(own: &Introduction, peer: &Introduction) -> Result<(), Code> {
    match (own.state().is_primary(), peer.state().is_primary()) {
        (true, true) => Err(wording::BOTH_PRIMARY),
        (false, false) => Err(wording::BOTH_SECONDARY),
        (true, false) if peer.version() > own.version() => Err(wording::FAILED),
        (true, false) | (false, true) => Ok(()),
    }
}

/// Whether the Primary can bring the Secondary up to date from its log; asked on the Primary.
async fn judge_history(server: &Server, own: &Introduction, peer: &Introduction) -> Result<(), Code> {
    if own.base != peer.base {
        return Err(wording::OTHER_BASE);
    }
    let Some(store) = server.store().filter(|_| own.state().is_primary()) else { return Ok(()) };
    match store.locate(peer.position.clone()).await {
        Located::Here => Ok(()),
        Located::NotInLog => Err(wording::NOT_IN_LOG),
        Located::Elsewhere => Err(wording::NOT_SYNCHRONIZED),
    }
}

/// Whether this server lets its database be overwritten; if so, it is busy with it.
fn judge_netcopy(server: &Server, own: &Introduction, peer: &Introduction) -> Result<(), Code> {
    let mut hsb = server.hsb();
    match (hsb.state(), hsb.busy) {
        (State::Offline | State::SecondaryAlone, None) => {}
        (_, Some(Busy::Copy | Busy::Connect | Busy::Disconnect | Busy::Switch)) => return Err(wording::CONFLICT),
        (State::Standalone, None) => return Err(wording::NOT_IN_STANDALONE),
        (_, None) => return Err(wording::BOTH_PRIMARY),
    }
    if peer.version().level() > own.version().level() {
        return Err(wording::VERSION_MISMATCH);
    }
    // Source: 7 (FileSpec must be the same on both); the number INF.
    if peer.files != own.files {
        return Err(wording::FAILED);
    }
    hsb.begin(Busy::Copy);
    Ok(())
}
