//! The catchup: the Primary sends what its log holds beyond the Secondary's place, until nothing is left.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::frame::{Connection, Lost, Message};
use crate::simserver::fault::FaultKind;
use crate::simserver::server::Server;
use crate::simserver::store::{Position, Record, Store};

/// Records in the first message, and in any. The batches grow while they come out full: a slow link costs its time once a
/// message, and a writer that is quick must not get away.
const BATCH: usize = 500;
const LARGEST_BATCH: usize = 16_000;

/// Sends everything, then lets the store replicate: from then on each commit waits for the Secondary, and comes out of
/// the channel.
pub async fn send(
    server: &Server,
    store: &Store,
    connection: &mut Connection,
    mut place: i64,
) -> Result<mpsc::UnboundedReceiver<Record>, Lost> {
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
        place = records.last().map_or(place, |last| last.position.seq);
        pace(server, connection, count).await?;
        // None are sent too: the answer says that the Secondary is still there.
        connection.send(&Message::Records(records)).await?;
        await_ack(connection, place, config.ping_timeout).await?;
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
            connection.send(&Message::Active).await?;
            return Ok(records);
        }
    }
}

/// What the store handed over at once: the servers are not connected before the Secondary holds that too.
async fn send_rest(
    connection: &mut Connection,
    records: &mut mpsc::UnboundedReceiver<Record>,
    place: i64,
    end: i64,
    limit: Duration,
) -> Result<(), Lost> {
    let mut rest = Vec::new();
    for _ in place..end {
        rest.push(records.recv().await.ok_or(Lost)?);
    }
    connection.send(&Message::Records(rest)).await?;
    await_ack(connection, end, limit).await
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
    if let Message::Records(records) = message { Ok(records) } else { Err(Lost) }
}
