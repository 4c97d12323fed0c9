//! What can be shown of the twin, beside what the machine is told: everything, also what no real pair would say.

use crate::engine::model::side_of;
use crate::pair::model::{Connection, Kind, Model, Phase, Side};
use crate::pair::{State, Version};
use crate::program::ServerId;

use super::{Ledger, Twin};

/// One server at a moment of the virtual clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServerView {
    /// None while its port is closed and its process is there.
    pub state: Option<State>,
    /// Of the software on its machine.
    pub version: Version,
    /// What is in progress on it, for people.
    pub doing: Option<&'static str>,
    /// Transactions in its database.
    pub transactions: u64,
}

impl Twin {
    #[must_use]
    pub fn server(&self, server: ServerId) -> ServerView {
        let side = side_of(server);
        ServerView {
            state: self.model.state(side),
            version: self.model.software(side),
            doing: doing(&self.model, side),
            transactions: self.data.held(side).len(),
        }
    }

    /// What became of the application's transactions.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.data.ledger(&self.model)
    }

    /// The model behind it.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }
}

fn doing(model: &Model, side: Side) -> Option<&'static str> {
    match model.phase(side) {
        Phase::Starting | Phase::StartingToListen => return Some("starting"),
        Phase::Stopping => return Some("stopping"),
        Phase::Receiving => return Some("receiving a netcopy"),
        Phase::Listening => return Some("waiting for a netcopy"),
        Phase::Down => return None,
        Phase::Up => {}
    }
    if model.connection() == Connection::Catchup {
        return Some("catching up");
    }
    let operation = model.operation()?;
    let (joint, own) = match operation.kind {
        Kind::Connect => (true, "connecting"),
        Kind::Disconnect => (true, "disconnecting"),
        Kind::Switch => (true, "switching roles"),
        Kind::StepDown => (false, "becoming secondary"),
        Kind::Netcopy => (false, "sending a netcopy"),
        Kind::Copy => (false, "copying to a directory"),
    };
    (joint || operation.by == side).then_some(own)
}
