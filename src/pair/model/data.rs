//! Which server holds commits that the other one lacks, and who takes a commit.

use super::super::State;
use super::{Connection, Kind, Model, Phase, Safeness, Side, Stage};

impl Model {
    /// An application commits a transaction on that server: it is acknowledged, or refused with a code.
    ///
    /// # Errors
    /// The code that the application gets: 14552 and 21306 where nothing takes connections, 14506 where no user can log in,
    /// 10045 and 10089 by the state, 10013 while the roles are being switched, 10041 with a full log disk.
    pub fn commit(&mut self, side: Side) -> Result<(), i32> {
        self.takes_commits(side)?;
        let everywhere = self.connection == Connection::Connected && self.settings.safeness == Safeness::TwoSafe;
        if !everywhere {
            self.server_mut(side).ahead = true;
        }
        Ok(())
    }

    /// Whether a commit would be acknowledged.
    ///
    /// # Errors
    /// As `commit`.
    pub fn takes_commits(&self, side: Side) -> Result<(), i32> {
        let server = self.server(side);
        match server.phase {
            Phase::Up => {}
            Phase::Listening | Phase::Receiving => return Err(14552),
            Phase::Down | Phase::Starting | Phase::StartingToListen | Phase::Stopping => return Err(21306),
        }
        // Before a statement comes the login.
        if server.emptied {
            return Err(14506);
        }
        match server.hsb {
            State::PrimaryActive | State::PrimaryAlone | State::Standalone => {}
            State::PrimaryUncertain => return Err(10089),
            State::SecondaryActive | State::SecondaryAlone => return Err(10045),
            State::Offline | State::Down => return Err(21306),
        }
        if self.switch_running(side) {
            return Err(10013);
        }
        if server.full { Err(10041) } else { Ok(()) }
    }

    /// Holds an acknowledged commit that the other one's database lacks.
    #[must_use]
    pub fn is_ahead(&self, side: Side) -> bool {
        self.server(side).ahead
    }

    /// Its database can be opened as it is: no netcopy that has not arrived in full.
    #[must_use]
    pub fn is_complete(&self, side: Side) -> bool {
        !self.server(side).incomplete
    }

    /// Holds transactions of which it does not know whether the other one has them.
    #[must_use]
    pub fn has_pending(&self, side: Side) -> bool {
        self.server(side).pending
    }

    /// The pending transactions become commits of that server alone.
    pub(super) fn commit_pending(&mut self, side: Side) {
        let server = self.server_mut(side);
        server.ahead |= server.pending;
        server.pending = false;
    }

    /// Both hold the same.
    pub(super) fn equalise(&mut self) {
        for side in Side::BOTH {
            let server = self.server_mut(side);
            (server.ahead, server.pending, server.log) = (false, false, true);
        }
    }

    pub(super) fn switch_running(&self, side: Side) -> bool {
        self.operation.is_some_and(|operation| {
            let switches = operation.kind == Kind::Switch || (operation.kind == Kind::StepDown && operation.by == side);
            operation.stage == Stage::Running && switches
        })
    }
}
