//! How long things take in the twin: invented, of the order that a small database shows, drawn from the seed.

use std::time::Duration;

use crate::pair::model::{Kind, Model, Move, Phase};

use super::dice::Dice;

/// One probe's round trip.
pub(super) fn probe(dice: &mut Dice) -> Duration {
    dice.between(1, 4)
}

/// An admin command or a statement.
pub(super) fn call(dice: &mut Dice) -> Duration {
    dice.between(2, 12)
}

/// Replacing the software.
pub(super) fn install(dice: &mut Dice) -> Duration {
    dice.between(15_000, 60_000)
}

/// Any other command on the machine.
pub(super) fn host_command(dice: &mut Dice) -> Duration {
    dice.between(300, 3_000)
}

/// Until a person has answered.
pub(super) fn person(dice: &mut Dice) -> Duration {
    dice.between(5_000, 40_000)
}

/// How long a stage lasts; `behind` is how many commits the Secondary lacks as it begins.
pub(super) fn stage(step: Move, model: &Model, behind: u64, dice: &mut Dice) -> Duration {
    match step {
        Move::Started(side) if model.phase(side) == Phase::StartingToListen => dice.between(1_000, 4_000),
        Move::Started(_) => dice.between(3_000, 20_000),
        Move::Stopped(_) => dice.between(2_000, 12_000),
        Move::Begins => dice.between(50, 900),
        Move::CatchesUp => dice.between(300, 1_500),
        Move::Ends => end_of(model, behind, dice),
        Move::Ships(_) => dice.between(20, 200),
    }
}

fn end_of(model: &Model, behind: u64, dice: &mut Dice) -> Duration {
    match model.operation().map(|operation| operation.kind) {
        Some(Kind::Connect) => dice.between(1_000, 6_000) + Duration::from_millis(2 * behind),
        Some(Kind::Disconnect) => dice.between(200, 1_500),
        Some(Kind::Switch | Kind::StepDown) => dice.between(400, 4_000),
        Some(Kind::Netcopy | Kind::Copy) => dice.between(40_000, 150_000),
        None => Duration::ZERO,
    }
}
