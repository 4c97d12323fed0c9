//! What goes on by itself: the stages of a process and of an operation.

use super::super::State;
use super::{Connection, Kind, Model, Phase, Safeness, Side, Stage};

/// One stage passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// A starting server takes connections, or waits for a netcopy.
    Started(Side),
    /// A stopping server's process is gone.
    Stopped(Side),
    /// An operation that was accepted runs.
    Begins,
    /// Connecting servers reach each other; the catchup begins.
    CatchesUp,
    /// The running operation is over.
    Ends,
    /// A 1-safe Primary sends what it has not sent yet.
    Ships(Side),
}

impl Model {
    /// What can happen next by itself; empty where nothing is in progress.
    #[must_use]
    pub fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for side in Side::BOTH {
            match self.server(side).phase {
                Phase::Starting | Phase::StartingToListen => moves.push(Move::Started(side)),
                Phase::Stopping => moves.push(Move::Stopped(side)),
                Phase::Down | Phase::Up | Phase::Listening | Phase::Receiving => {}
            }
            let one_safe = self.settings.safeness == Safeness::OneSafe;
            if one_safe && self.connection == Connection::Connected && self.is_ahead(side) {
                moves.push(Move::Ships(side));
            }
        }
        moves.extend(self.operation.map(|operation| match (operation.stage, operation.kind) {
            (Stage::Accepted, _) => Move::Begins,
            (Stage::Running, Kind::Connect) if self.connection == Connection::Broken => Move::CatchesUp,
            (Stage::Running, _) => Move::Ends,
        }));
        moves
    }

    /// Lets one of `moves` happen; any other changes nothing.
    pub fn apply(&mut self, step: Move) {
        if !self.moves().contains(&step) {
            return;
        }
        match step {
            Move::Started(side) => {
                let server = self.server_mut(side);
                server.phase = if server.phase == Phase::Starting { Phase::Up } else { Phase::Listening };
                server.hsb = State::SecondaryAlone;
            }
            Move::Stopped(side) => self.server_mut(side).gone(),
            Move::Begins => self.begin(),
            Move::CatchesUp => self.begin_catchup(),
            Move::Ends => self.finish(),
            Move::Ships(side) => self.server_mut(side).ahead = false,
        }
    }

    /// Lets everything in progress come to its end.
    pub fn settle(&mut self) {
        while let Some(step) = self.moves().first() {
            self.apply(*step);
        }
    }
}
