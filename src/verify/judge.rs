//! Whether a step, or a state, is one that must never be reached.

use std::time::Duration;

use crate::engine::{Action, Clocks, ExpectedCode, InstrId, Refuser, Request, RunResult};
use crate::pair::model::{Model, Phase, Side};
use crate::pair::{Command, StartOptions, State as ServerState};

use super::Property;
use super::edges::Refused;
use super::expand::{Explorer, Label, Step};
use super::property::Kind;
use super::state::{Cut, Mark, State};

/// A wait that can be longer than this, while nobody serves, must have something to wait for.
const LONG_WAIT: Duration = Duration::from_secs(5 * 60);

impl Explorer<'_> {
    /// What a step breaks, and where.
    pub(super) fn broken_by_step(&mut self, from: State, step: &Step) -> Vec<(Property, InstrId)> {
        let mut broken = Vec::new();
        let node = self.nodes.get(from.node);
        let provoked = from.path.has(Mark::Provoked) || step.to.path.faults + step.to.path.kills > 0;
        for property in step.harms.iter() {
            let counts = match property.kind() {
                Kind::Damage => node.acted && !self.is_hac_alone(from, step),
                Kind::Mistake => !provoked,
            };
            if counts {
                broken.push((property, node.at));
            }
        }
        if let Some(refused) = step.refused.filter(|_| !provoked) {
            broken.extend(self.refusal(refused).map(|property| (property, refused.at)));
        }
        if !provoked && step.label == Label::Begun && !from.path.has(Mark::Guarded) && self.converts(from, step) {
            broken.push((Property::ConversionUnguarded, node.at));
        }
        if !node.over && self.nodes.get(step.to.node).over {
            self.at_the_end(step.to, &mut broken);
        }
        if let Label::Answered { during: None, killed: None, .. } = step.label
            && step.to.pair == from.pair
            && self.is_outage_wait(step.to)
        {
            broken.push((Property::OutageWait, self.nodes.get(step.to.node).at));
        }
        broken
    }

    /// What a state breaks, and where.
    pub(super) fn broken_by_state(&mut self, state: State) -> Vec<(Property, InstrId)> {
        let Some(end) = self.nodes.end(state.node) else { return Vec::new() };
        let succeeded = end.result == RunResult::Done;
        let began = !matches!(end.result, RunResult::NotStarted | RunResult::AlreadyDone);
        let node = self.nodes.get(state.node);
        let judged = began && node.acted && !state.path.has(Mark::Late) && state.path.cut() == Cut::NONE;
        if !judged || self.pairs.changes(state.pair).in_progress {
            return Vec::new();
        }
        let model = self.pairs.get(state.pair);
        let hidden =
            end.result == RunResult::InDoubt && Side::BOTH.into_iter().any(|side| keeps_to_itself(model, side));
        let outage = nobody_serves(model) && Side::BOTH.into_iter().any(|side| could_serve(model, side)) && !hidden;
        let elsewhere = succeeded && !state.path.has(Mark::Provoked) && !self.is_at_its_end(model);
        let broken = [(outage, Property::NobodyServes), (elsewhere, Property::EndState)];
        broken.into_iter().filter(|(is, _)| *is).map(|(_, property)| (property, self.left_at(state))).collect()
    }

    pub(super) fn has_succeeded(&self, state: State) -> bool {
        self.nodes.end(state.node).is_some_and(|end| matches!(end.result, RunResult::Done | RunResult::AlreadyDone))
    }

    /// A start that converts a database, for good.
    fn converts(&self, from: State, step: &Step) -> bool {
        let (before, after) = (self.pairs.get(from.pair), self.pairs.get(step.to.pair));
        Side::BOTH.into_iter().any(|side| before.database_level(side) != after.database_level(side))
    }

    /// A fault met a pair that was whole, at the end of a run, and the watchdog answers it: not the runbook's doing. While it
    /// is silenced it answers nothing.
    fn is_hac_alone(&self, from: State, step: &Step) -> bool {
        let by_itself = matches!(step.label, Label::Happens(_));
        by_itself && step.to.path.has(Mark::Afterwards) && self.pairs.get(from.pair).watchdog_is_on()
    }

    /// A handler that expects the code makes it part of the procedure.
    fn refusal(&self, refused: Refused) -> Option<Property> {
        if self.nodes.code().expects_refusal(refused.at, refused.code) {
            return None;
        }
        Some(if self.is_of_versions(refused) { Property::WrongVersion } else { Property::RefusedCommand })
    }

    fn is_of_versions(&self, Refused { at, by, code }: Refused) -> bool {
        let Some(command) = self.nodes.code().command(at) else { return false };
        match &command.action {
            Action::Start { .. } => by == Refuser::Host && matches!(code, Some(10 | 15 | 24)),
            Action::Install { .. } => true,
            Action::Admin { text } => Command::lookup(text) == Some(Command::Connect) && code == Some(14501),
            Action::Sql { .. } | Action::Run { .. } | Action::Watchdog { .. } => false,
        }
    }

    fn at_the_end(&self, to: State, broken: &mut Vec<(Property, InstrId)>) {
        let Some(end) = self.nodes.end(to.node) else { return };
        let provoked = to.path.has(Mark::Provoked);
        let at = self.left_at(to);
        match end.result {
            RunResult::Done if !provoked && !self.is_at_its_end(self.pairs.get(to.pair)) => {
                broken.push((Property::EndState, at));
            }
            RunResult::BackedOut if !provoked && !self.is_at_its_start(self.pairs.get(to.pair)) => {
                broken.push((Property::EndState, at));
            }
            RunResult::Failed | RunResult::InDoubt if !provoked => broken.push((Property::FailsUnprovoked, at)),
            RunResult::Done
            | RunResult::AlreadyDone
            | RunResult::NotStarted
            | RunResult::Failed
            | RunResult::InDoubt
            | RunResult::Parked
            | RunResult::Stopped
            | RunResult::BackedOut => {}
        }
        if end.watchdog_astray && !provoked {
            broken.push((Property::WatchdogLeft, at));
        }
    }

    /// Where the run stood last: at which statement the way was left for that is forgotten.
    fn left_at(&self, state: State) -> InstrId {
        self.nodes.get(state.node).at
    }

    fn is_at_its_end(&self, model: &Model) -> bool {
        let servers = self.nodes.code().servers().iter().zip(Side::BOTH);
        servers
            .filter_map(|(server, side)| Some((server.to.as_ref()?, side)))
            .all(|(end, side)| is_in(model, side, end))
    }

    fn is_at_its_start(&self, model: &Model) -> bool {
        let servers = self.nodes.code().servers().iter().zip(Side::BOTH);
        servers.into_iter().all(|(server, side)| is_in(model, side, &server.from))
    }

    /// It waits, longer than five minutes, and nothing in progress can change what it sees.
    fn is_outage_wait(&mut self, state: State) -> bool {
        let node = self.nodes.get(state.node);
        let Request::Pause(clocks) = self.nodes.request(node.request) else { return false };
        let only_limit = *clocks == Clocks::of(crate::engine::Clock::Limit);
        let long = self.nodes.code().limit(node.at).is_some_and(|limit| limit > LONG_WAIT);
        let judged = only_limit && long && node.acted && state.path.cut() == Cut::NONE;
        judged && nobody_serves(self.pairs.get(state.pair)) && !self.pairs.changes(state.pair).in_progress
    }
}

/// In the state and version that are declared.
fn is_in(model: &Model, side: Side, declared: &ExpectedCode) -> bool {
    let state = declared.states.is_none_or(|states| model.state(side).is_some_and(|state| states.contains(state)));
    state && declared.version.is_none_or(|version| model.software(side) == version)
}

fn nobody_serves(model: &Model) -> bool {
    Side::BOTH.into_iter().all(|side| !model.state(side).is_some_and(ServerState::serves))
}

/// It is down and does not start. Where an outcome is in doubt the way is left without a handler, and nothing tells an ending
/// how far the run came: such a server may be the one that holds the newest commits, and nobody can compare.
fn keeps_to_itself(model: &Model, side: Side) -> bool {
    !model.has_process(side) && { *model }.start(side, StartOptions::default()).status != 0
}

/// It has every commit, and it runs or its software would open its database.
pub(super) fn could_serve(model: &Model, side: Side) -> bool {
    let has_all = model.is_complete(side) && !model.is_ahead(side.other());
    has_all && !keeps_to_itself(model, side) && (model.phase(side) == Phase::Up || !model.has_process(side))
}
