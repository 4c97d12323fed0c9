//! One server process at work: its parts, its sessions, its end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::Stop;
use super::config::Config;
use super::fault::Watch;
use super::hsb::Hsb;
use super::ini;
use super::link::{self, LinkHandle};
use super::messages::Messages;
use super::sockets::Sockets;
use super::stop::exit;
use super::store::{Mode, SessionId, Store};
use super::wire;
use super::wording::{self, Code};
use crate::pair::{State, Version};

/// Everything that the tasks of a server share.
#[derive(Debug)]
pub(super) struct Server {
    /// Changed at run time by `parameter`.
    pub config: RwLock<Arc<Config>>,
    pub started: jiff::Timestamp,
    /// When the last checkpoint was made.
    pub checkpoint: Mutex<Option<jiff::Timestamp>>,
    pub version: Version,
    pub messages: Messages,
    /// None while it only listens for a netcopy, or receives one.
    pub store: Mutex<Option<Store>>,
    pub hsb: Mutex<Hsb>,
    pub sessions: Mutex<Sessions>,
    /// Connections of clients, logged in or not, and of the peer.
    pub sockets: Sockets,
    /// The connection to the peer, from the accepted `hsb connect` on.
    pub link: Mutex<Option<LinkHandle>>,
    /// Converts a netcopy of an older format: started with `-x autoconvert`.
    pub autoconvert: bool,
    pub ending: Ending,
    /// What is to go wrong by order.
    pub faults: Watch,
}

/// The clients that are logged in.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    last: SessionId,
    /// Between `close` and `open`.
    pub closed: bool,
    pub open: BTreeMap<SessionId, Session>,
}

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub user: String,
    /// May give admin commands, and manage users.
    pub admin: bool,
    pub since: String,
    /// Ends it.
    pub throw_out: Arc<Notify>,
}

/// Asked for an end.
#[derive(Debug, Default)]
pub(super) struct Ending {
    asked: Notify,
    begun: AtomicBool,
    failed: AtomicBool,
}

impl Ending {
    pub fn ask(&self) {
        self.begun.store(true, Ordering::SeqCst);
        self.asked.notify_one();
    }

    /// An assertion has failed: the process ends where it stands, and closes nothing.
    pub fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
        self.ask();
    }

    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    async fn wait(&self) {
        self.asked.notified().await;
    }
}

impl Server {
    pub fn config(&self) -> Arc<Config> {
        self.config.read().expect("because no holder of the settings panics").clone()
    }

    /// Changes one value of `solid.ini`, in the server and in the file; nothing where the value is not of its type.
    pub fn change_setting(&self, section: &str, name: &str, value: &str) -> Result<(), Stop> {
        let before = self.config();
        let changed = Config::parse(&before.dir, &ini::with_value(&before.text, section, name, value))?;
        let path = before.dir.join("solid.ini");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let unfinished = before.dir.join("solid.ini.new");
            let written = std::fs::write(&unfinished, ini::with_value(&text, section, name, value));
            if written.and_then(|()| std::fs::rename(&unfinished, &path)).is_err() {
                self.messages.write(30100, format_args!("cannot write {}", path.display()));
            }
        }
        self.hsb().readings = changed.readings;
        if let Some(store) = self.store() {
            store.set_levels(changed.levels);
        }
        *self.config.write().expect("because no holder of the settings panics") = Arc::new(changed);
        self.sockets.look_again();
        Ok(())
    }

    pub fn hsb(&self) -> MutexGuard<'_, Hsb> {
        self.hsb.lock().expect("because no holder of the state panics")
    }

    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().expect("because no holder of the sessions panics")
    }

    /// The open database; none in backup server mode.
    pub fn store(&self) -> Option<Store> {
        self.store.lock().expect("because no holder of the store panics").clone()
    }

    /// Goes to a state that has no peer, and lets the store write accordingly.
    pub fn enter(&self, state: State) {
        self.hsb().go(state);
        if let Some(store) = self.store() {
            store.set_mode(alone_mode(state));
        }
    }

    /// Ends the sessions but one, whose own command it is.
    pub fn throw_out(&self, chosen: impl Fn(SessionId, &Session) -> bool) -> usize {
        let sessions = self.sessions();
        let victims = sessions.open.iter().filter(|(id, session)| chosen(**id, session));
        victims.map(|(_, session)| session.throw_out.notify_one()).count()
    }

    /// Takes clients until it is asked to end; then closes its port, its sessions and its database, in this order.
    ///
    /// # Errors
    /// An assertion has failed. Source: SRC exit 100.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> Result<(), Stop> {
        tokio::select! {
            () = self.clone().take_clients(&listener) => {}
            () = self.make_checkpoints() => {}
            () = self.ending.wait() => {}
            () = sleep(self.config().sim.max_lifetime) => self.messages.write(30102, "MaxLifetime is over"),
        }
        if self.ending.failed.load(Ordering::SeqCst) {
            let text = "an assertion has failed: the server ends at once, and its database is not closed";
            self.messages.write(30100, text);
            return Err(Stop::new(exit::FATAL, text));
        }
        drop(listener);
        self.end().await;
        Ok(())
    }

    async fn make_checkpoints(&self) {
        loop {
            sleep(self.config().sim.checkpoint_delay.max(Duration::from_millis(10))).await;
            // One that cannot be made has left its reason in the messages.
            let _ = self.checkpoint().await;
        }
    }

    /// A checkpoint. A log that has reached its greatest size is given up with it. Source: 7,100,200 "Running out of
    /// space for transaction logs"; SRC 30538.
    pub async fn checkpoint(&self) -> Result<(), Code> {
        let limit = self.config().max_log_size;
        let Some(store) = self.store() else { return Ok(()) };
        store.checkpoint().await?;
        *self.checkpoint.lock().expect("because no holder of the time panics") = Some(jiff::Timestamp::now());
        if limit == 0 {
            return Ok(());
        }
        let size = store.log_size().await;
        let mut hsb = self.hsb();
        if size < limit || hsb.state() != State::PrimaryAlone || hsb.busy.is_some() {
            return Ok(());
        }
        hsb.go(State::Standalone);
        store.set_mode(alone_mode(State::Standalone));
        self.messages.note(30538);
        self.messages.note(30518);
        Ok(())
    }

    /// Sockets are bounded beside the sessions: half of them may stand before their login, or be the peer's.
    async fn take_clients(self: Arc<Self>, listener: &TcpListener) {
        loop {
            self.sockets.room(|| self.config().sim.max_connections.saturating_mul(2)).await;
            match listener.accept().await {
                Ok((socket, _)) => {
                    let (server, place) = (self.clone(), self.sockets.take());
                    tokio::spawn(async move {
                        server.take_client(socket).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    self.messages.write(30100, format_args!("cannot accept a connection: {error}"));
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// A client, or the peer: the first byte tells.
    async fn take_client(self: Arc<Self>, socket: TcpStream) {
        let mut first = [0];
        match socket.peek(&mut first).await {
            Ok(1) if first[0] == link::MAGIC[0] => return link::accept(self, socket).await,
            Ok(1) => {}
            Ok(_) | Err(_) => return,
        }
        let throw_out = Arc::new(Notify::new());
        let id = {
            let mut sessions = self.sessions();
            sessions.last += 1;
            sessions.last
        };
        tokio::select! {
            () = wire::serve(self.clone(), id, throw_out.clone(), socket) => {}
            () = throw_out.notified() => {}
        }
        self.sessions().open.remove(&id);
        if let Some(store) = self.store() {
            store.rollback(id);
        }
    }

    pub async fn end(&self) {
        let delay = self.config().sim.stop_delay;
        sleep(delay.min(Duration::from_millis(50))).await;
        self.throw_out(|_, _| true);
        let link = self.link.lock().expect("because no holder of the link panics").take();
        if let Some(link) = link {
            link.end(Duration::from_secs(2)).await;
        }
        sleep(delay).await;
        let clean = self.hsb().state() != State::PrimaryUncertain;
        let store = self.store.lock().expect("because no holder of the store panics").take();
        if let Some(store) = store {
            store.close(clean).await;
        }
        self.messages.note_with(30105, "solidDB server");
    }
}

/// What becomes of writes in a state that has no peer.
pub(super) fn alone_mode(state: State) -> Mode {
    match state {
        State::PrimaryAlone | State::PrimaryActive => Mode::Alone { keep_log: true },
        State::Standalone => Mode::Alone { keep_log: false },
        State::PrimaryUncertain => Mode::Uncertain,
        State::SecondaryActive | State::SecondaryAlone | State::Offline | State::Down => {
            Mode::ReadOnly(wording::SECONDARY_IS_READ_ONLY)
        }
    }
}
