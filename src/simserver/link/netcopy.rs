//! A netcopy: a snapshot of the Primary's database goes over the link while the Primary serves on; the receiver's old
//! database is gone from the first block on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};

use super::frame::{Connection, Frame, Lost, Message};
use crate::pair::State;
use crate::simserver::database::{self, Unusable};
use crate::simserver::fault::FaultKind;
use crate::simserver::hsb::{Link, Progress};
use crate::simserver::server::{Server, alone_mode};
use crate::simserver::store::{Database, Store};
use crate::simserver::wording::{self, Code};

/// Bytes in one block.
const BLOCK: usize = 256 * 1024;
/// For a receiver to notice that the copy has failed.
const PARTING: Duration = Duration::from_secs(2);

/// How the sender's side failed: the code that `hsb status copy` shows.
struct Failed(i32);

impl From<Lost> for Failed {
    fn from(_: Lost) -> Self {
        Failed(wording::COMMUNICATION.0)
    }
}

impl From<std::io::Error> for Failed {
    fn from(_: std::io::Error) -> Self {
        Failed(wording::DISK_FULL.0)
    }
}

/// The Primary's side, from the accepted command on.
pub async fn send(server: Arc<Server>, mut connection: Connection) {
    let snapshot = server.config().dir.join("netcopy.tmp");
    let outcome = send_all(&server, &mut connection, &snapshot).await;
    let _ = tokio::fs::remove_file(&snapshot).await;
    if outcome.is_err() {
        // Whoever sees that it has failed may copy again: the receiver would refuse while it has not noticed.
        connection.part(PARTING).await;
    }
    let mut hsb = server.hsb();
    hsb.busy = None;
    hsb.copy = match outcome {
        Ok(()) => Progress::Success,
        Err(Failed(code)) => {
            server.messages.write(30583, format_args!("HotStandby copy failed. {code}"));
            Progress::Error(code)
        }
    };
}

async fn send_all(server: &Server, connection: &mut Connection, snapshot: &Path) -> Result<(), Failed> {
    sleep(server.config().sim.accept_delay).await;
    server.hsb().copy = Progress::Active;
    connection.send(&Message::Begin).await?;
    let begun = Instant::now();
    if let Some(store) = server.store() {
        store.checkpoint().await.map_err(|Code(code)| Failed(code))?;
    }
    let ping = server.config().ping_interval;
    let taking = take_snapshot(server, snapshot);
    tokio::pin!(taking);
    let taken = connection.while_alive(ping, &mut taking).await;
    if taken.is_err() {
        // The next copy writes its snapshot in the same place.
        let _ = taking.await;
    }
    taken??;
    stream(server, connection, snapshot).await?;
    let rest = server.config().sim.netcopy_delay.saturating_sub(begun.elapsed());
    connection.pause(rest, server.config().ping_interval).await?;
    connection.send(&Message::CopyEnd).await?;
    let answer = connection.message_within(server.config().netcopy_rpc_timeout).await?;
    if let Message::CopyFailed { code } = answer {
        return Err(Failed(code));
    }
    if matches!(answer, Message::CopyReceived) { Ok(()) } else { Err(Lost.into()) }
}

async fn take_snapshot(server: &Server, snapshot: &Path) -> Result<(), Failed> {
    let source = database::path(&server.config());
    let target = snapshot.to_owned();
    let copied = tokio::task::spawn_blocking(move || Database::snapshot(&source, &target)).await;
    match copied {
        Ok(Ok(())) => {
            server.store().iter().for_each(Store::copied);
            Ok(())
        }
        Ok(Err(error)) => {
            server.messages.write(30583, format_args!("the snapshot failed: {error}"));
            Err(Failed(wording::DISK_FULL.0))
        }
        Err(_) => Err(Failed(wording::FAILED.0)),
    }
}

async fn stream(server: &Server, connection: &mut Connection, snapshot: &Path) -> Result<(), Failed> {
    let mut file = File::open(snapshot).await?;
    let mut block = vec![0; BLOCK];
    loop {
        let length = file.read(&mut block).await?;
        if length == 0 {
            return Ok(());
        }
        let sent = timeout(server.config().netcopy_rpc_timeout, connection.send_block(&block[..length])).await;
        sent.map_err(|_| Lost)??;
        if server.faults.file().strike(FaultKind::CopyFails) {
            return Err(Lost.into());
        }
        if server.config().sim.netcopy_rate > 0 {
            let seconds = length as f64 / 1024.0 / server.config().sim.netcopy_rate as f64;
            connection.pause(Duration::from_secs_f64(seconds), server.config().ping_interval).await?;
        }
    }
}

/// The receiver's side, from the accepted call on.
pub async fn receive(server: Arc<Server>, mut connection: Connection) {
    let begun = connection.message_within(server.config().netcopy_rpc_timeout).await;
    if !matches!(begun, Ok(Message::Begin)) {
        return server.release();
    }
    go_offline(&server).await;
    let outcome = receive_all(&server, &mut connection).await;
    let answer = match outcome {
        Ok(store) => {
            come_back(&server, store);
            Message::CopyReceived
        }
        Err(Failed(code)) => {
            server.messages.write(30573, format_args!("Network backup failed. {code}"));
            server.hsb().busy = None;
            Message::CopyFailed { code }
        }
    };
    let _ = connection.send(&answer).await;
}

/// Sessions are lost, and no new ones taken. Source: 200 note 6; SRC; the state INF. The database then starts anew (SRC
/// 30572): what was known of earlier switches and copies, and that it was closed, is forgotten (INF).
async fn go_offline(server: &Server) {
    server.messages.note(30571);
    {
        let mut hsb = server.hsb();
        hsb.go(State::Offline);
        hsb.link = Link::Broken;
        (hsb.switch, hsb.copy) = (Progress::Never, Progress::Never);
    }
    server.sessions().closed = false;
    let store = server.store.lock().expect("because no holder of the store panics").take();
    server.throw_out(|_, _| true);
    if let Some(store) = store {
        store.close(false).await;
    }
}

async fn receive_all(server: &Server, connection: &mut Connection) -> Result<Store, Failed> {
    let config = server.config();
    database::begin_overwriting(&config)?;
    receive_file(server, connection, &database::path(&config)).await?;
    let (version, convert) = (server.version, server.autoconvert);
    let messages = server.messages.clone();
    let opening = tokio::task::spawn_blocking(move || database::open_received(&config, version, convert, messages));
    match connection.while_alive(server.config().ping_interval, opening).await? {
        Ok(Ok(store)) => Ok(store),
        Ok(Err(Unusable { code, stop })) => {
            server.messages.write(30573, &stop);
            Err(Failed(code.0))
        }
        Err(_) => Err(Failed(wording::FAILED.0)),
    }
}

async fn receive_file(server: &Server, connection: &mut Connection, path: &Path) -> Result<(), Failed> {
    let mut file = File::create(path).await?;
    let silence = server.config().netcopy_rpc_timeout;
    loop {
        let frame = timeout(silence, connection.receive()).await.map_err(|_| Lost)??;
        match frame {
            Frame::Block(block) => file.write_all(&block).await?,
            Frame::Message(Message::Ping) => {}
            Frame::Message(Message::CopyEnd) => break,
            Frame::Message(_) => return Err(Lost.into()),
        }
    }
    file.flush().await?;
    file.sync_all().await?;
    Ok(())
}

fn come_back(server: &Server, store: Store) {
    store.set_mode(alone_mode(State::SecondaryAlone));
    *server.store.lock().expect("because no holder of the store panics") = Some(store);
    let mut hsb = server.hsb();
    hsb.go(State::SecondaryAlone);
    hsb.busy = None;
    server.messages.note(30570);
    server.messages.note(30572);
}
