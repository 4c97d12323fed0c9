//! The asynchronous commands: accepted, then begun a little later, then done in their time.

use std::sync::Arc;

use tokio::time::sleep;

use super::frame::{Message, Purpose};
use super::live::{LinkCommand, LinkHandle};
use super::{connect as meeting, netcopy as copying, together};
use crate::pair::State;
use crate::simserver::hsb::{Busy, Link, Progress};
use crate::simserver::server::Server;
use crate::simserver::wording::{self, Code};

/// `hsb connect`: asks the peer first; what it refuses, is refused.
pub(in crate::simserver) async fn connect(server: &Arc<Server>) -> Result<(), Code> {
    server.hsb().begin(Busy::Connect);
    match meeting::call(server, Purpose::Connect).await {
        Ok(connection) => {
            together::lead(server.clone(), connection);
            Ok(())
        }
        Err(code) => {
            server.release();
            server.messages.note_with(30511, code.0);
            match code {
                wording::BOTH_PRIMARY => server.messages.note(30515),
                wording::NOT_SYNCHRONIZED => server.messages.note(30557),
                wording::NOT_IN_LOG => server.messages.note(30533),
                _ => {}
            }
            Err(code)
        }
    }
}

/// `hsb netcopy`: asks the peer first.
pub(in crate::simserver) async fn netcopy(server: &Arc<Server>) -> Result<(), Code> {
    server.hsb().begin(Busy::Copy);
    match meeting::call(server, Purpose::Netcopy).await {
        Ok(connection) => {
            {
                let mut hsb = server.hsb();
                if hsb.readings.begins_at_once {
                    hsb.copy = Progress::Active;
                }
            }
            tokio::spawn(copying::send(server.clone(), connection));
            Ok(())
        }
        Err(code) => {
            server.release();
            Err(code)
        }
    }
}

/// `hsb disconnect`. A connect that is not through yet, it ends at once (INF).
pub(in crate::simserver) fn disconnect(server: &Arc<Server>) -> Result<(), Code> {
    if server.hsb().busy == Some(Busy::Connect) {
        return abandon_connect(server);
    }
    let ticket = server.hsb().begin(Busy::Disconnect);
    let server = server.clone();
    tokio::spawn(async move {
        sleep(server.config().sim.accept_delay).await;
        if !server.hsb().still(ticket, |hsb| hsb.link = Link::Disconnecting) {
            return;
        }
        server.tell_link(LinkCommand::Say(Message::Disconnecting));
        sleep(server.config().sim.disconnect_delay).await;
        if server.hsb().still(ticket, |_| {}) {
            server.tell_link(LinkCommand::Part);
        }
    });
    Ok(())
}

/// The other server sees the line close.
fn abandon_connect(server: &Server) -> Result<(), Code> {
    let link = server.link.lock().expect("because no holder of the link panics").take();
    // None: the two have not agreed yet that they will connect.
    link.filter(LinkHandle::goes_on).ok_or(wording::ALREADY_BROKEN)?.abandon();
    let state = server.hsb().state();
    server.enter(state);
    server.release();
    server.messages.note(30535);
    Ok(())
}

/// `hsb switch primary`, `hsb switch secondary`
pub(in crate::simserver) fn switch(server: &Arc<Server>) {
    let ticket = {
        let mut hsb = server.hsb();
        if hsb.readings.begins_at_once {
            hsb.switch = Progress::Active;
        }
        hsb.begin(Busy::Switch)
    };
    let server = server.clone();
    tokio::spawn(async move {
        sleep(server.config().sim.accept_delay).await;
        if !server.hsb().still(ticket, |hsb| hsb.switch = Progress::Active) {
            return;
        }
        server.tell_link(LinkCommand::Say(Message::Switching));
        sleep(server.config().sim.switch_delay).await;
        if !server.hsb().still(ticket, |_| {}) {
            return;
        }
        if server.hsb().connected() {
            server.tell_link(LinkCommand::Switch);
        } else {
            switch_alone(&server);
        }
    });
}

/// A Primary that is not connected becomes a Secondary; source: 7 Watchdog sample, 200 "Switching a secondary". The
/// other way round is one reading of section 11.3 of the facts.
fn switch_alone(server: &Server) {
    let (state, message) = match server.hsb().state().is_primary() {
        true => (State::SecondaryAlone, 30504),
        false => (State::PrimaryAlone, 30505),
    };
    server.enter(state);
    server.hsb().end_switch(Ok(()));
    server.messages.note(message);
}

/// `hsb set standalone` on PRIMARY ACTIVE, as 100 and 200 have it: the Secondary is left alone.
pub(in crate::simserver) fn leave(server: &Server) {
    server.hsb().begin(Busy::Disconnect);
    server.enter(State::Standalone);
    server.tell_link(LinkCommand::Part);
}

impl Server {
    /// What was begun with the peer is not going on.
    pub(in crate::simserver) fn release(&self) {
        let mut hsb = self.hsb();
        hsb.busy = None;
        hsb.link = Link::Broken;
    }

    fn tell_link(&self, command: LinkCommand) {
        let link = self.link.lock().expect("because no holder of the link panics");
        if let Some(handle) = link.as_ref() {
            handle.tell(command);
        }
    }
}

/// The refusal that a lost link means for a switch. Source: yaml, switch rows.
pub(super) const LOST_IN_SWITCH: i32 = wording::BROKEN.0;
