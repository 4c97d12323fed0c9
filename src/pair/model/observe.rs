//! What can be seen of the pair from outside.

use super::super::{State, Status, StatusWord, Version};
use super::{Connection, Kind, Last, Model, Operation, Phase, Side, Stage};

impl Model {
    /// The state of a server: DOWN only where there is no process; none while its port is closed and its process is
    /// there. A server that receives a netcopy reads OFFLINE (INF).
    #[must_use]
    pub fn state(&self, side: Side) -> Option<State> {
        let server = self.server(side);
        match server.phase {
            Phase::Down => Some(State::Down),
            Phase::Up => Some(server.hsb),
            Phase::Listening | Phase::Receiving => Some(State::Offline),
            Phase::Starting | Phase::StartingToListen | Phase::Stopping => None,
        }
    }

    /// What a status command answers; none where the server answers nothing.
    #[must_use]
    pub fn status(&self, side: Side, status: Status) -> Option<StatusWord> {
        self.is_up(side).then(|| match status {
            Status::Link => self.link_word(),
            Status::Copy => last_or_active(self.server(side).copy, self.copies(side)),
            Status::Switch => last_or_active(self.server(side).switch, self.switch_running(side)),
            Status::Catchup if self.connection == Connection::Catchup => StatusWord::Active,
            Status::Catchup => StatusWord::NotActive,
            Status::Activity => self.activity(side),
        })
    }

    /// A server process exists.
    #[must_use]
    pub fn has_process(&self, side: Side) -> bool {
        self.server(side).phase != Phase::Down
    }

    #[must_use]
    pub fn phase(&self, side: Side) -> Phase {
        self.server(side).phase
    }

    /// The version of the software on the machine, which is also that of the running process.
    #[must_use]
    pub fn software(&self, side: Side) -> Version {
        self.server(side).binary
    }

    /// The version level of its database.
    #[must_use]
    pub fn database_level(&self, side: Side) -> (u16, u16) {
        self.server(side).format
    }

    /// Accepts writes now.
    #[must_use]
    pub fn serves(&self, side: Side) -> bool {
        self.is_up(side) && self.server(side).hsb.serves() && !self.switch_running(side)
    }

    /// Commands that set something going have come to an end, and no process starts or stops.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.moves().is_empty()
    }

    pub(super) fn running(&self) -> Option<Operation> {
        self.operation.filter(|operation| operation.stage == Stage::Running)
    }

    fn copies(&self, side: Side) -> bool {
        self.running()
            .is_some_and(|operation| matches!(operation.kind, Kind::Netcopy | Kind::Copy) && operation.by == side)
    }

    fn link_word(&self) -> StatusWord {
        let running = self.running().map(|operation| operation.kind);
        match self.connection {
            Connection::Catchup => StatusWord::Catchup,
            Connection::Connected if running == Some(Kind::Disconnect) => StatusWord::Disconnecting,
            Connection::Connected => StatusWord::Connected,
            Connection::Broken if running == Some(Kind::Connect) => StatusWord::Connecting,
            Connection::Broken => StatusWord::Broken,
        }
    }

    fn activity(&self, side: Side) -> StatusWord {
        let going_on = [
            (self.link_word() == StatusWord::Connecting, StatusWord::Connect),
            (self.link_word() == StatusWord::Disconnecting, StatusWord::Disconnect),
            (self.connection == Connection::Catchup, StatusWord::Catchup),
            (self.copies(side), StatusWord::Copy),
            (self.switch_running(side), StatusWord::Switch),
        ];
        going_on.into_iter().find(|(now, _)| *now).map_or(StatusWord::None, |(_, word)| word)
    }
}

fn last_or_active(last: Last, active: bool) -> StatusWord {
    if active {
        return StatusWord::Active;
    }
    match last {
        Last::Never => StatusWord::None,
        Last::Success => StatusWord::Success,
        Last::Error => StatusWord::Error,
    }
}
