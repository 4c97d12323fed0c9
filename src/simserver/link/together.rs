//! From an accepted `hsb connect` to the end of the catchup, on both servers.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::catchup;
use super::frame::{Connection, Lost, Message};
use super::live::{LinkCommand, LinkHandle, Live};
use crate::pair::State;
use crate::simserver::hsb::Link;
use crate::simserver::server::Server;
use crate::simserver::store::{Parcel, Store};

/// Goes on after `hsb connect` was accepted here.
pub fn lead(server: Arc<Server>, connection: Connection) {
    begin(server, connection, Begins::Here);
}

/// Goes on after the peer's `hsb connect` was accepted here.
pub fn follow(server: Arc<Server>, connection: Connection) {
    begin(server, connection, Begins::There);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Here,
    There,
}

fn begin(server: Arc<Server>, connection: Connection, begins: Begins) {
    {
        let mut hsb = server.hsb();
        if hsb.readings.begins_at_once {
            hsb.link = Link::Connecting;
        }
    }
    let (commands, inbox) = mpsc::unbounded_channel();
    let task = tokio::spawn(run(server.clone(), connection, begins, inbox));
    let handle = LinkHandle::new(commands, task);
    *server.link.lock().expect("because no holder of the link panics") = Some(handle);
}

async fn run(
    server: Arc<Server>,
    mut connection: Connection,
    begins: Begins,
    commands: mpsc::UnboundedReceiver<LinkCommand>,
) {
    let Some(store) = server.store() else { return server.release() };
    match come_together(&server, &store, &mut connection, begins).await {
        Ok(records) => Live::new(server, store, connection, commands, records).replicate().await,
        Err(Lost) => {
            let state = server.hsb().state();
            server.enter(state);
            server.release();
            server.messages.note(30535);
        }
    }
}

/// From the accepted command to the end of the catchup; the channel of commits on the Primary.
async fn come_together(
    server: &Server,
    store: &Store,
    connection: &mut Connection,
    begins: Begins,
) -> Result<Option<mpsc::UnboundedReceiver<Parcel>>, Lost> {
    let sim = server.config().sim.clone();
    if begins == Begins::Here {
        connection.pause(sim.accept_delay, server.config().ping_interval).await?;
        connection.send(&Message::Begin).await?;
    } else {
        expect(server, connection, |message| matches!(message, Message::Begin)).await?;
    }
    server.hsb().link = Link::Connecting;
    if begins == Begins::Here {
        connection.pause(sim.connect_delay, server.config().ping_interval).await?;
        connection.send(&Message::Go).await?;
    } else {
        expect(server, connection, |message| matches!(message, Message::Go)).await?;
    }
    server.hsb().link = Link::Catchup;
    let primary = server.hsb().state().is_primary();
    server.messages.note(if primary { 30553 } else { 30552 });
    let records = if primary {
        lead_catchup(server, store, connection).await.map(Some)?
    } else {
        let place = store.position().await;
        connection.send(&Message::Ack(place.seq)).await?;
        catchup::receive(server, store, connection).await?;
        None
    };
    let mut hsb = server.hsb();
    hsb.go(if primary { State::PrimaryActive } else { State::SecondaryActive });
    hsb.link = Link::Connected;
    hsb.busy = None;
    server.messages.note(30531);
    Ok(records)
}

/// An UNCERTAIN Primary's pending transaction is committed now: the Secondary gets it by the catchup, or has it.
async fn lead_catchup(
    server: &Server,
    store: &Store,
    connection: &mut Connection,
) -> Result<mpsc::UnboundedReceiver<Parcel>, Lost> {
    if server.hsb().state() == State::PrimaryUncertain {
        server.enter(State::PrimaryAlone);
    }
    let Message::Ack(place) = connection.message_within(server.config().ping_timeout).await? else { return Err(Lost) };
    catchup::send(server, store, connection, place).await
}

async fn expect(server: &Server, connection: &mut Connection, wanted: fn(&Message) -> bool) -> Result<(), Lost> {
    let message = connection.message_within(server.config().ping_timeout).await?;
    wanted(&message).then_some(()).ok_or(Lost)
}
