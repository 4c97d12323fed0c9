//! What the watchdog does while it is on, by the rules of the simulator's (`docs/simulator.md`). Any rule that applies may
//! be the next one: there is a watchdog on each machine, and neither waits for the other.

use crate::pair::model::{Kind, Model, Phase, Side};
use crate::pair::{Command, StartOptions, State};

use super::Reference;

/// Something that the watchdog does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    /// `hsb set primary alone`
    Promotes(Side),
    /// A plain start of the installed software.
    Starts(Side),
    /// `hsb connect`
    Connects(Side),
    /// `hsb netcopy`, where the servers do not connect without one.
    Netcopies(Side),
}

/// Codes of a connect that only a netcopy gets past. Source: INF.
const NEEDS_A_COPY: [i32; 3] = [14524, 14525, 14708];

/// Each deed that would change something now, with what it makes of the pair.
pub(super) fn deeds(model: &Model, reference: Reference) -> Vec<(Deed, Model)> {
    if !model.watchdog_is_on() {
        return Vec::new();
    }
    let mut deeds = Vec::new();
    for side in Side::BOTH {
        if promotes(model, side, reference) {
            deeds.extend(commanded(model, side, Command::SetPrimaryAlone).map(|to| (Deed::Promotes(side), to)));
        }
        if model.state(side) == Some(State::Down) {
            let mut to = *model;
            to.start(side, StartOptions::default());
            deeds.push((Deed::Starts(side), to));
        }
        if is(model, side, State::PrimaryAlone) && is(model, side.other(), State::SecondaryAlone) {
            deeds.extend(joins(model, side));
        }
    }
    deeds.retain(|(_, to)| to != model);
    deeds
}

fn promotes(model: &Model, side: Side, reference: Reference) -> bool {
    let blind = reference == Reference::Missing && !model.link_is_up();
    let peer = if blind { None } else { model.state(side.other()) };
    let gone = blind || matches!(peer, Some(State::Down | State::Offline));
    let busy = model.operation().is_some_and(|it| it.kind == Kind::Netcopy && it.by == side.other());
    match model.state(side) {
        Some(State::SecondaryAlone) if busy => false,
        Some(State::SecondaryAlone) if peer == Some(State::SecondaryAlone) => {
            model.is_ahead(side) || !model.is_ahead(side.other())
        }
        Some(State::SecondaryAlone) => gone,
        Some(State::PrimaryUncertain) => blind || !model.serves(side.other()),
        Some(State::Standalone) => gone || peer == Some(State::SecondaryAlone),
        Some(State::PrimaryActive | State::PrimaryAlone | State::SecondaryActive | State::Offline | State::Down)
        | None => false,
    }
}

fn is(model: &Model, side: Side, state: State) -> bool {
    model.phase(side) == Phase::Up && model.state(side) == Some(state)
}

fn joins(model: &Model, side: Side) -> Option<(Deed, Model)> {
    let mut to = *model;
    let code = to.command(side, Command::Connect)?.code;
    if code == 0 {
        return Some((Deed::Connects(side), to));
    }
    let copy = NEEDS_A_COPY.contains(&code).then(|| commanded(model, side, Command::Netcopy)).flatten()?;
    Some((Deed::Netcopies(side), copy))
}

fn commanded(model: &Model, side: Side, command: Command) -> Option<Model> {
    let mut to = *model;
    to.command(side, command).filter(|reply| reply.code == 0).map(|_| to)
}
