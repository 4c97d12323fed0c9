//! The twin without its clock: what happens next is said from outside, one thing after another. A story that was found by
//! exploring is played on it again, with data.

use crate::engine::model::{self, line_of, side_of};
use crate::engine::{Action, Command, Outcome, Probe, Reading};
use crate::pair::model::{Fault, Model, Move, Side};
use crate::pair::{self, StartOptions};

use super::{Ledger, Twin, TwinSettings};

/// A pair to which only that happens which it is told.
#[derive(Debug, Clone)]
pub struct Stage {
    twin: Twin,
}

impl Stage {
    /// A pair as the settings say; their pace and seed mean nothing. None where its states cannot stand beside each other.
    #[must_use]
    pub fn new(settings: TwinSettings) -> Option<Stage> {
        Twin::new(settings).map(|twin| Stage { twin })
    }

    #[must_use]
    pub fn model(&self) -> &Model {
        &self.twin.model
    }

    /// What became of the application's transactions.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.twin.ledger()
    }

    /// Whether hsbrun's line to each server is cut.
    #[must_use]
    pub fn lines_cut(&self) -> [bool; 2] {
        self.twin.line_up.map(|up| !up)
    }

    /// What is in progress gets on. False, here and below: it cannot happen now, and nothing did.
    pub fn moves(&mut self, step: Move) -> bool {
        let can = self.twin.model.moves().contains(&step);
        if can {
            self.twin.change(|model| model.apply(step));
        }
        can
    }

    /// The application commits a transaction on that server.
    pub fn commits(&mut self, side: Side) -> bool {
        let can = self.twin.model.takes_commits(side).is_ok();
        if can {
            self.twin.commit(side, 1);
        }
        can
    }

    pub fn fails(&mut self, fault: Fault) -> bool {
        let can = self.twin.model.can_fail(fault);
        self.twin.fault(fault);
        can
    }

    /// The watchdog gives a server a command.
    pub fn watchdog_commands(&mut self, side: Side, command: pair::Command) -> bool {
        let reply = self.twin.change(|model| model.command(side, command));
        reply.is_some_and(|reply| reply.code == 0)
    }

    /// The watchdog starts a server.
    pub fn watchdog_starts(&mut self, side: Side) -> bool {
        let before = self.twin.model;
        self.twin.change(|model| model.start(side, StartOptions::default()));
        self.twin.model != before
    }

    /// hsbrun's line to a server breaks.
    pub fn line_breaks(&mut self, side: Side) {
        self.twin.line_up[side as usize] = false;
    }

    pub fn line_heals(&mut self, side: Side) {
        self.twin.line_up[side as usize] = true;
    }

    /// A command arrives and takes effect; none: a start that has begun.
    pub fn perform(&mut self, command: &Command) -> Option<Outcome> {
        let releases = self.twin.settings.releases;
        if let (Action::Sql { text, .. }, Some(server)) = (&command.action, command.server) {
            let side = side_of(server);
            return Some(model::statement(&self.twin.model, side, text).unwrap_or_else(|| {
                self.twin.commit(side, 1);
                model::done("")
            }));
        }
        self.twin.change(|model| model::perform(model, command, releases))
    }

    /// What a probe gives now. Where the data of the servers has parted, `further` is the one whose position is greater.
    #[must_use]
    pub fn look(&self, probe: &Probe, further: Option<Side>) -> Reading {
        if line_of(probe).is_some_and(|server| self.lines_cut()[side_of(server) as usize]) {
            return Reading::Unknown("the line is cut: no answer".to_owned());
        }
        let position = |side: Side| {
            let further = if further == Some(side) { FURTHER } else { "" };
            format!("{further}{}", self.twin.position(side))
        };
        model::reading(&self.twin.model, probe, position, |side| model::is_starting(&self.twin.model, side))
    }
}

/// Before a position of digits it makes one that is greater as text.
const FURTHER: &str = "A";
