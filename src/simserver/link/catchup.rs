//! The catchup: the Primary sends what its log holds beyond the Secondary's place, until nothing is left.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::frame::{Connection, Lost, Message};
use crate::simserver::config::AckPolicy;
use crate::simserver::fault::FaultKind;
use crate::simserver::server::Server;
use crate::simserver::store::{Parcel, Position, Record, Store};

/// Records in the first round, and in any. The rounds grow while they come out full: a slow link costs its time once a
/// message, and a writer that is quick must not get away.
const BATCH: usize = 500;
const LARGEST_BATCH: usize = 4_000;
/// Bytes of statements in one message, well below what ends a link.
pub(super) const MESSAGE: usize = 8 << 20;

/// Sends everything, then lets the store replicate: from then on each commit waits for the Secondary, and comes out of
/// the channel.
pub async fn send(
    server: &Server,
    store: &Store,
    connection: &mut Connection,
    mut place: i64,
) -> Result<mpsc::UnboundedReceiver<Parcel>, Lost> {
    let config = server.config();
    server.messages.write(30530, format_args!("sending catchup, from transaction {place}"));
    if server.faults.file().strike(FaultKind::CatchupFails) {
        return Err(Lost);
    }
    let begun = Instant::now();
    let mut batch = BATCH;
    loop {
        let records = store.fetch(place, batch).await;
        let count = records.len();
        pace(server, connection, count).await?;
        place = transfer(connection, records, place, config.ping_timeout).await?;
        if count == batch {
            batch = (2 * batch).min(LARGEST_BATCH);
            continue;
        }
        let rest = config.sim.catchup_delay.saturating_sub(begun.elapsed());
        if !rest.is_zero() {
            connection.pause(rest, config.ping_interval).await?;
            continue;
        }
        // Under a steady load there is always something new: the store goes over when the Secondary is close.
        let (secondary, mut records) = mpsc::unbounded_channel();
        if let Some(end) = store.attach(place, count, secondary).await {
            send_rest(connection, &mut records, place, end, config.ping_timeout).await?;
            store.acknowledged(end);
            connection.send(&Message::Active).await?;
            return Ok(records);
        }
    }
}

/// What the store handed over at once: the servers are not connected before the Secondary holds that too.
async fn send_rest(
    connection: &mut Connection,
    records: &mut mpsc::UnboundedReceiver<Parcel>,
    place: i64,
    end: i64,
    limit: Duration,
) -> Result<(), Lost> {
    let mut rest = Vec::new();
    for _ in place..end {
        rest.push(records.recv().await.ok_or(Lost)?.record);
    }
    transfer(connection, rest, place, limit).await.map(|_| ())
}

/// Sends records, in as many messages as their bytes want, each acknowledged; the place after them. None are sent too: the
/// answer says that the Secondary is still there.
async fn transfer(
    connection: &mut Connection,
    records: Vec<Record>,
    mut place: i64,
    limit: Duration,
) -> Result<i64, Lost> {
    let mut message = Vec::new();
    let mut bytes = 0;
    for record in records {
        if bytes > 0 && bytes + record.body.len() > MESSAGE {
            connection.send(&executed(std::mem::take(&mut message))).await?;
            await_ack(connection, place, limit).await?;
            bytes = 0;
        }
        bytes += record.body.len();
        place = record.position.seq;
        message.push(record);
    }
    connection.send(&executed(message)).await?;
    await_ack(connection, place, limit).await?;
    Ok(place)
}

/// A catchup is complete when the Secondary holds everything, whatever is enough for a commit.
fn executed(records: Vec<Record>) -> Message {
    Message::Records { records, ack: AckPolicy::Executed }
}

/// Keeps to `CatchupRate`.
async fn pace(server: &Server, connection: &mut Connection, count: usize) -> Result<(), Lost> {
    let rate = server.config().sim.catchup_rate;
    if rate == 0 {
        return Ok(());
    }
    let pause = Duration::from_secs_f64(count as f64 / rate as f64);
    connection.pause(pause, server.config().ping_interval).await
}

async fn await_ack(connection: &mut Connection, place: i64, limit: Duration) -> Result<(), Lost> {
    let answer = connection.message_within(limit).await?;
    if matches!(answer, Message::Ack(seq) if seq == place) { Ok(()) } else { Err(Lost) }
}

/// Takes what the Primary sends until it says that all is there.
pub async fn receive(server: &Server, store: &Store, connection: &mut Connection) -> Result<(), Lost> {
    server.messages.note(30540);
    loop {
        let records = match connection.message_within(server.config().ping_timeout).await? {
            Message::Active => return Ok(()),
            message => records_of(message)?,
        };
        match connection.while_alive(server.config().ping_interval, store.apply(records)).await? {
            Ok(Position { seq, .. }) => connection.send(&Message::Ack(seq)).await?,
            Err(stop) => {
                server.messages.write(10080, format_args!("a replicated transaction cannot be executed: {stop:?}"));
                let _ = connection.send(&Message::Failed).await;
                return Err(Lost);
            }
        }
    }
}

fn records_of(message: Message) -> Result<Vec<Record>, Lost> {
    if let Message::Records { records, .. } = message { Ok(records) } else { Err(Lost) }
}
