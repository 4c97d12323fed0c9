//! A connected pair, seen from one of the two: replication, switches, the end of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::frame::{Connection, Frame, Lost, Message};
use super::operations::LOST_IN_SWITCH;
use super::outbox::Outbox;
use crate::pair::State;
use crate::simserver::config::AckPolicy;
use crate::simserver::fault::FaultKind;
use crate::simserver::hsb::{Busy, Link, Progress};
use crate::simserver::server::{Server, alone_mode};
use crate::simserver::store::{Mode, Parcel, Position, Record, Store};

/// What this server's own commands ask of its link.
#[derive(Debug)]
pub(in crate::simserver) enum LinkCommand {
    Say(Message),
    /// Parts in good order.
    Part,
    Switch,
}

/// The end that commands hold.
#[derive(Debug)]
pub(in crate::simserver) struct LinkHandle {
    commands: mpsc::UnboundedSender<LinkCommand>,
    task: JoinHandle<()>,
}

impl LinkHandle {
    pub(super) fn new(commands: mpsc::UnboundedSender<LinkCommand>, task: JoinHandle<()>) -> LinkHandle {
        LinkHandle { commands, task }
    }

    pub fn tell(&self, command: LinkCommand) {
        let _ = self.commands.send(command);
    }

    /// Has not come to its end.
    pub fn goes_on(&self) -> bool {
        !self.task.is_finished()
    }

    /// Ends without a word.
    pub fn abandon(self) {
        self.task.abort();
    }

    /// Parts in good order if the two are connected, and waits for it that long; else just ends.
    pub async fn end(mut self, limit: Duration) {
        self.tell(LinkCommand::Part);
        if tokio::time::timeout(limit, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

/// The connected pair.
pub(super) struct Live {
    server: Arc<Server>,
    store: Store,
    connection: Connection,
    commands: mpsc::UnboundedReceiver<LinkCommand>,
    /// On the Primary: commits that the Secondary is to have.
    outbox: Option<Outbox>,
    last_heard: Instant,
    /// The next sign of life to the other one, whatever else is going on.
    ping_at: Instant,
    /// On a Primary that hands its role over: comes when nothing is under way any more.
    draining: Option<oneshot::Receiver<Position>>,
    /// Parting in good order was asked for; until when the peer may take to agree.
    parting: Option<Instant>,
    /// What is said to part when the Secondary holds everything: nothing stays unsent.
    farewell: Option<(Farewell, oneshot::Receiver<()>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Farewell {
    /// This server was told to part.
    Ask,
    /// The other one asked.
    Agree,
}

/// Whether the link goes on.
enum Next {
    Go,
    /// Both have agreed to part.
    Parted,
    /// This end has left already.
    Left,
}

impl Live {
    /// `records` are the commits of a Primary; a Secondary has none.
    pub fn new(
        server: Arc<Server>,
        store: Store,
        connection: Connection,
        commands: mpsc::UnboundedReceiver<LinkCommand>,
        records: Option<mpsc::UnboundedReceiver<Parcel>>,
    ) -> Live {
        let (last_heard, ping_at) = (Instant::now(), Instant::now());
        let outbox = records.map(Outbox::new);
        let (draining, parting, farewell) = (None, None, None);
        Live { server, store, connection, commands, outbox, last_heard, ping_at, draining, parting, farewell }
    }

    /// Until the two part or the link is lost.
    pub async fn replicate(mut self) {
        loop {
            match self.turn().await {
                Ok(Next::Go) => {}
                Ok(Next::Parted) => return self.part(),
                Ok(Next::Left) => return,
                Err(Lost) if self.parting.is_some() => return self.part(),
                Err(Lost) => return self.lost(),
            }
        }
    }

    async fn turn(&mut self) -> Result<Next, Lost> {
        let deadline = self.last_heard + self.server.config().ping_timeout;
        let deadline = self.parting.map_or(deadline, |parting| parting.min(deadline));
        tokio::select! {
            frame = self.connection.receive() => {
                self.last_heard = Instant::now();
                match frame? {
                    Frame::Message(message) => self.hear(message).await,
                    Frame::Block(_) => Err(Lost),
                }
            }
            () = ready(&mut self.outbox) => self.send_records().await,
            Some(command) = self.commands.recv() => self.obey(command).await,
            position = drained(&mut self.draining) => self.hand_over(position).await,
            farewell = shipped(&mut self.farewell) => self.say(farewell).await,
            () = sleep_until(self.ping_at) => self.ping().await,
            () = sleep_until(deadline) => {
                self.server.messages.note(30555);
                Err(Lost)
            }
        }
    }

    /// A commit has come, or waited long enough. Of a server that parts or hands over, none waits.
    async fn send_records(&mut self) -> Result<Next, Lost> {
        let config = self.server.config();
        let (delay, ack) = (config.ship_delay(), config.ack_policy);
        let leaves = self.draining.is_some() || self.farewell.is_some();
        let due = self.outbox.as_mut().map(|outbox| if leaves { outbox.take() } else { outbox.take_due(delay) });
        for records in due.unwrap_or_default() {
            self.connection.send(&Message::Records { records, ack }).await?;
        }
        Ok(Next::Go)
    }

    async fn ping(&mut self) -> Result<Next, Lost> {
        self.ping_at = Instant::now() + self.server.config().ping_interval;
        self.connection.send(&Message::Ping).await.map(|()| Next::Go)
    }

    async fn begin_farewell(&mut self, farewell: Farewell) -> Result<Next, Lost> {
        self.parting = Some(Instant::now() + self.server.config().ping_timeout);
        self.farewell = Some((farewell, self.store.shipped()));
        self.send_records().await
    }

    async fn say(&mut self, farewell: Farewell) -> Result<Next, Lost> {
        self.farewell = None;
        if farewell == Farewell::Agree {
            // Before it is said: whoever sees that the other server has parted, or is gone, finds this one alone.
            self.part();
            let _ = self.connection.send(&Message::Parted).await;
            return Ok(Next::Left);
        }
        self.connection.send(&Message::Disconnect).await?;
        Ok(Next::Go)
    }

    async fn begin_handing_over(&mut self) -> Result<Next, Lost> {
        self.draining = Some(self.store.drain());
        self.send_records().await
    }

    async fn obey(&mut self, command: LinkCommand) -> Result<Next, Lost> {
        match command {
            LinkCommand::Say(message) => self.connection.send(&message).await?,
            LinkCommand::Part => return self.begin_farewell(Farewell::Ask).await,
            LinkCommand::Switch if self.server.faults.file().strike(FaultKind::SwitchFails) => return Err(Lost),
            LinkCommand::Switch if self.outbox.is_some() => return self.begin_handing_over().await,
            LinkCommand::Switch => self.connection.send(&Message::SwitchNow).await?,
        }
        Ok(Next::Go)
    }

    async fn hear(&mut self, message: Message) -> Result<Next, Lost> {
        match message {
            Message::Records { records, ack } => self.apply(records, ack).await?,
            Message::Ack(seq) => self.store.acknowledged(seq),
            Message::Disconnecting => {
                let mut hsb = self.server.hsb();
                hsb.begin(Busy::Disconnect);
                hsb.link = Link::Disconnecting;
            }
            Message::Disconnect => return self.begin_farewell(Farewell::Agree).await,
            Message::Parted => return Ok(Next::Parted),
            Message::Switching => {
                let mut hsb = self.server.hsb();
                hsb.begin(Busy::Switch);
                hsb.switch = Progress::Active;
            }
            Message::SwitchNow => return self.begin_handing_over().await,
            Message::YourTurn { position } => self.offer_to_take(&position).await?,
            Message::Taking => self.connection.send(&Message::Take).await?,
            Message::Take => self.take_over().await?,
            Message::Switched => self.server.hsb().end_switch(Ok(())),
            Message::Ping => {}
            Message::Failed
            | Message::Hello { .. }
            | Message::Welcome { .. }
            | Message::Refuse { .. }
            | Message::Begin
            | Message::Go
            | Message::Active
            | Message::CopyEnd
            | Message::CopyReceived
            | Message::CopyFailed { .. } => return Err(Lost),
        }
        Ok(Next::Go)
    }

    /// What was received is executed, whether the Primary can still hear of it or not.
    async fn apply(&mut self, records: Vec<Record>, ack: AckPolicy) -> Result<(), Lost> {
        let ping = self.server.config().ping_interval;
        let received = match records.last() {
            Some(last) if ack == AckPolicy::Received => self.connection.send(&Message::Ack(last.position.seq)).await,
            Some(_) | None => Ok(()),
        };
        match self.connection.while_alive(ping, self.store.apply(records)).await? {
            Ok(_) if ack == AckPolicy::Received => received,
            Ok(position) => self.connection.send(&Message::Ack(position.seq)).await,
            Err(stop) => {
                self.server.messages.write(10080, format!("a replicated transaction cannot be executed: {stop:?}"));
                let _ = self.connection.send(&Message::Failed).await;
                Err(Lost)
            }
        }
    }

    /// The old Primary: everything is on the Secondary, which may take the role.
    async fn hand_over(&mut self, position: Position) -> Result<Next, Lost> {
        self.draining = None;
        self.outbox = None;
        self.store.set_mode(alone_mode(State::SecondaryActive));
        self.server.hsb().go(State::SecondaryActive);
        self.server.messages.note(30504);
        self.connection.send(&Message::YourTurn { position }).await?;
        Ok(Next::Go)
    }

    /// The old Secondary holds everything. It asks once more before it takes the role: the offer may be old, and the
    /// other one may have been told something else since.
    async fn offer_to_take(&mut self, position: &Position) -> Result<(), Lost> {
        if self.store.position().await != *position {
            return Err(Lost);
        }
        self.connection.send(&Message::Taking).await
    }

    async fn take_over(&mut self) -> Result<(), Lost> {
        let (secondary, records) = mpsc::unbounded_channel();
        self.outbox = Some(Outbox::new(records));
        self.store.set_mode(Mode::Connected { secondary });
        {
            let mut hsb = self.server.hsb();
            hsb.go(State::PrimaryActive);
            hsb.end_switch(Ok(()));
        }
        self.server.messages.note(30505);
        self.connection.send(&Message::Switched).await
    }

    /// In good order: never UNCERTAIN, whatever AutoPrimaryAlone says. Source: 100,200 `hsb disconnect`.
    fn part(&self) {
        let state = match self.server.hsb().state() {
            State::Standalone => State::Standalone,
            State::PrimaryActive | State::PrimaryAlone | State::PrimaryUncertain => State::PrimaryAlone,
            State::SecondaryActive | State::SecondaryAlone | State::Offline | State::Down => State::SecondaryAlone,
        };
        self.server.enter(state);
        self.end_of_link();
        self.server.messages.write(30550, format_args!("disconnected; now {state}"));
    }

    /// Source: 100,200 transition table; a broken switch leaves SECONDARY ALONE.
    fn lost(&self) {
        let (state, switching) = {
            let hsb = self.server.hsb();
            (hsb.state(), hsb.busy == Some(Busy::Switch) && hsb.switch == Progress::Active)
        };
        let before = state;
        let state = match before {
            State::PrimaryActive if switching => State::SecondaryAlone,
            State::PrimaryActive if self.server.hsb().busy == Some(Busy::Disconnect) => State::PrimaryAlone,
            State::PrimaryActive if self.server.config().auto_primary_alone => State::PrimaryAlone,
            State::PrimaryActive => State::PrimaryUncertain,
            State::SecondaryActive | State::SecondaryAlone => State::SecondaryAlone,
            State::PrimaryAlone | State::PrimaryUncertain | State::Standalone | State::Offline | State::Down => before,
        };
        self.server.enter(state);
        if switching {
            let message = if before.is_secondary() { 30510 } else { 30509 };
            self.server.messages.note_with(message, LOST_IN_SWITCH);
            self.server.hsb().end_switch(Err(LOST_IN_SWITCH));
        }
        self.end_of_link();
        self.server.messages.write(30550, format_args!("connection broken; now {state}"));
    }

    fn end_of_link(&self) {
        self.server.release();
    }
}

/// There is something to send; never on a Secondary.
async fn ready(outbox: &mut Option<Outbox>) {
    match outbox {
        Some(outbox) => outbox.ready().await,
        None => std::future::pending().await,
    }
}

/// The Secondary holds what a farewell waits for; never where nobody parts. A store that has been closed or told
/// otherwise has nothing left to ship.
async fn shipped(farewell: &mut Option<(Farewell, oneshot::Receiver<()>)>) -> Farewell {
    match farewell {
        Some((farewell, answer)) => {
            let _ = answer.await;
            *farewell
        }
        None => std::future::pending().await,
    }
}

/// The end of draining; never where nothing drains.
async fn drained(draining: &mut Option<oneshot::Receiver<Position>>) -> Position {
    match draining {
        Some(answer) => match answer.await {
            Ok(position) => position,
            Err(_) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
