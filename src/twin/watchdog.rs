//! What a pair's watchdog does while it is on: the rules of the simulator's (`docs/simulator.md`, "The watchdog"), which are
//! the manuals', in virtual time. It knows what a client of the two servers knows, and nothing of the data.

use std::time::Duration;

use crate::pair::model::Side;
use crate::pair::{Command, StartOptions, State, Status, StatusWord};

use super::{Happening, Twin};

/// Between two looks. Source: HAC's `CheckInterval`.
const INTERVAL: Duration = Duration::from_secs(1);
/// Refusals of a connect where only a copy of the database helps. Source: as the simulator's.
const NEEDS_A_COPY: [i32; 3] = [14524, 14525, 14708];

/// Whether anybody acts on the pair while the watchdog is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Watchdog {
    /// It is a word only: it is on or off, and does nothing.
    #[default]
    Idle,
    /// It restarts, promotes, connects and copies. An external reference tells it a lost link from a lost server.
    Acts,
    /// The same without the reference: what is behind a broken link it takes for gone.
    ActsWithoutReference,
}

/// What it does in one round.
enum Deed {
    Promote(Side),
    Start(Side),
    Join(Side),
}

impl Twin {
    pub(super) fn plan_watchdog(&mut self) {
        if self.settings.watchdog != Watchdog::Idle {
            self.plan(self.now + INTERVAL, Happening::WatchdogLooks);
        }
    }

    /// The first rule that applies, and the next look.
    pub(super) fn watchdog_looks(&mut self) {
        if self.model.watchdog_is_on() {
            match self.watchdogs_deed() {
                Some(Deed::Promote(side)) => drop(self.change(|model| model.command(side, Command::SetPrimaryAlone))),
                Some(Deed::Start(side)) => drop(self.change(|model| model.start(side, StartOptions::default()))),
                Some(Deed::Join(side)) => self.join(side),
                None => {}
            }
        }
        self.plan_watchdog();
    }

    fn watchdogs_deed(&self) -> Option<Deed> {
        let first = |rule: &dyn Fn(Side) -> bool| Side::BOTH.into_iter().find(|side| rule(*side));
        if Side::BOTH.into_iter().all(|side| self.is(side, State::SecondaryAlone)) && !self.is_blind() {
            let further = self.position(Side::Second) > self.position(Side::First);
            return Some(Deed::Promote(if further { Side::Second } else { Side::First }));
        }
        let starts = |side: Side| self.is(side, State::Down) && !self.is_connected(side.other());
        let apart = |side: Side| self.is(side, State::PrimaryAlone) && self.is(side.other(), State::SecondaryAlone);
        first(&|side| self.is_to_serve(side))
            .map(Deed::Promote)
            .or_else(|| first(&starts).map(Deed::Start))
            .or_else(|| first(&apart).map(Deed::Join))
    }

    fn is_to_serve(&self, side: Side) -> bool {
        let peer = if self.is_blind() { Some(State::Down) } else { self.model.state(side.other()) };
        let gone = matches!(peer, Some(State::Down | State::Offline));
        match self.model.state(side) {
            Some(State::PrimaryUncertain) => !peer.is_some_and(State::serves),
            Some(State::SecondaryAlone) => gone,
            Some(State::Standalone) => peer == Some(State::Offline) || peer == Some(State::SecondaryAlone),
            Some(
                State::PrimaryActive | State::PrimaryAlone | State::SecondaryActive | State::Offline | State::Down,
            )
            | None => false,
        }
    }

    /// `hsb connect`; refused for the data, `hsb netcopy`. What is under way is left alone.
    fn join(&mut self, side: Side) {
        if self.model.status(side, Status::Link) != Some(StatusWord::Broken) {
            return;
        }
        let refused = self.change(|model| model.command(side, Command::Connect)).map(|reply| reply.code);
        if refused.is_some_and(|code| NEEDS_A_COPY.contains(&code)) {
            self.change(|model| model.command(side, Command::Netcopy));
        }
    }

    fn is(&self, side: Side, state: State) -> bool {
        self.model.state(side) == Some(state)
    }

    /// It has not noticed yet that the other one is gone, so that what it becomes is not known.
    fn is_connected(&self, side: Side) -> bool {
        matches!(self.model.state(side), Some(State::PrimaryActive | State::SecondaryActive))
    }

    fn is_blind(&self) -> bool {
        self.settings.watchdog == Watchdog::ActsWithoutReference && !self.model.link_is_up()
    }
}
