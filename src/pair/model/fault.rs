//! What goes wrong by itself.

use super::super::State;
use super::{Connection, Kind, Model, Operation, Phase, Side};

/// A fault of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A server's process ends at once. With `pending`, transactions were on their way to the Secondary.
    Crash {
        side: Side,
        pending: bool,
    },
    /// The link between the servers breaks.
    LinkBreaks {
        pending: bool,
    },
    LinkHeals,
    /// A copy or netcopy that runs ends with an error.
    CopyFails,
    /// A connect or its catchup ends.
    CatchupFails,
    /// A switch that runs ends with an error.
    SwitchFails,
    /// A Primary that is alone reaches HotStandby.MaxLogSize.
    MaxLogSize(Side),
    /// The log's disk of a server is full.
    LogDiskFull(Side),
}

impl Model {
    /// Whether a fault would change anything now.
    #[must_use]
    pub fn can_fail(&self, fault: Fault) -> bool {
        let running = self.running().map(|operation| operation.kind);
        let alone = |side| self.is_up(side) && self.server(side).hsb == State::PrimaryAlone;
        match fault {
            Fault::Crash { side, pending } => {
                self.has_process(side) && (!pending || self.connection == Connection::Connected)
            }
            Fault::LinkBreaks { pending } => self.link_up && (!pending || self.connection == Connection::Connected),
            Fault::LinkHeals => !self.link_up,
            Fault::CopyFails => matches!(running, Some(Kind::Netcopy | Kind::Copy)),
            Fault::CatchupFails => running == Some(Kind::Connect),
            Fault::SwitchFails => running == Some(Kind::Switch),
            Fault::MaxLogSize(side) => alone(side),
            Fault::LogDiskFull(side) => self.is_up(side) && !self.server(side).full,
        }
    }

    /// Lets a fault happen; one that cannot happen now changes nothing.
    pub fn fail(&mut self, fault: Fault) {
        if !self.can_fail(fault) {
            return;
        }
        match fault {
            Fault::Crash { side, pending } => self.crash(side, pending),
            Fault::LinkBreaks { pending } => {
                self.link_up = false;
                self.cut(pending, None);
            }
            Fault::LinkHeals => self.link_up = true,
            Fault::CopyFails | Fault::CatchupFails | Fault::SwitchFails => self.abandon(),
            Fault::MaxLogSize(side) => {
                self.abandon_of(side);
                let server = self.server_mut(side);
                (server.hsb, server.log) = (State::Standalone, false);
            }
            Fault::LogDiskFull(side) => self.server_mut(side).full = true,
        }
    }

    /// Source: 7 HAC; 200 watchdog; 100,200 table. A database that a netcopy is being written into stays incomplete.
    fn crash(&mut self, side: Side, pending: bool) {
        let holds_files_open = !matches!(self.server(side).phase, Phase::Listening | Phase::StartingToListen);
        let was_receiving = self.server(side).phase == Phase::Receiving;
        self.abandon_of(side);
        self.cut(pending, Some(side));
        let server = self.server_mut(side);
        if holds_files_open || was_receiving {
            server.clean = false;
        }
        server.gone();
    }

    /// What joins the two servers is gone: an operation of both comes to nothing, connected servers are alone. A server
    /// that has `crashed` acknowledges nothing any more: what was on its way from it stays so.
    fn cut(&mut self, pending: bool, crashed: Option<Side>) {
        if self.operation.is_some_and(Operation::is_joint) {
            self.abandon();
        }
        if self.connection != Connection::Connected {
            return;
        }
        self.connection = Connection::Broken;
        let auto = self.settings.auto_primary_alone;
        for side in Side::BOTH {
            let was_primary = self.server(side).hsb == State::PrimaryActive;
            self.server_mut(side).pending |= pending && was_primary;
            self.alone(side, if auto { State::PrimaryAlone } else { State::PrimaryUncertain });
            if auto && was_primary && crashed != Some(side) {
                self.commit_pending(side);
            }
        }
    }
}
