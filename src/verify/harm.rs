//! What one change of the pair does to its data and its service: the damage that no later step undoes.

use crate::pair::State;
use crate::pair::model::{Model, Phase, Side};

use super::Property;

/// A set of properties that a change of the pair breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Harms(u8);

const OF_A_CHANGE: [Property; 4] =
    [Property::TwoPrimaries, Property::LostCommits, Property::StalePromotion, Property::WrongVersion];

impl Harms {
    pub(super) fn of(before: &Model, after: &Model) -> Harms {
        let broken = [
            both_serve(after) && !both_serve(before),
            Side::BOTH.into_iter().any(|side| is_overwritten(before, after, side)) || have_parted(before, after),
            Side::BOTH.into_iter().any(|side| is_promoted_stale(before, after, side)),
            Side::BOTH.into_iter().any(|side| cannot_open_the_copy(before, after, side)),
        ];
        Harms((0..).zip(broken).map(|(at, broken): (u8, bool)| u8::from(broken) << at).sum())
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Property> {
        // Most changes do no harm.
        let all: &[Property] = if self.0 == 0 { &[] } else { &OF_A_CHANGE };
        (0..).zip(all).filter(move |(at, _): &(u8, &Property)| self.0 & (1 << at) != 0).map(|(_, it)| *it)
    }
}

/// Both accept writes; while the roles are being switched neither does.
fn both_serve(model: &Model) -> bool {
    Side::BOTH.into_iter().all(|side| model.serves(side))
}

/// A netcopy begins over a database with commits that the other one lacks.
fn is_overwritten(before: &Model, after: &Model, side: Side) -> bool {
    let begins = before.phase(side) != Phase::Receiving && after.phase(side) == Phase::Receiving;
    begins && before.is_ahead(side)
}

/// Each holds commits that the other one lacks: every way on loses some.
fn have_parted(before: &Model, after: &Model) -> bool {
    parted(after) && !parted(before)
}

fn parted(model: &Model) -> bool {
    Side::BOTH.into_iter().all(|side| model.is_ahead(side))
}

/// A Secondary becomes a server that accepts writes on its own, and the other one holds commits that it lacks. Where both do,
/// whoever is promoted lacks some: what is damaged was damaged when they parted.
fn is_promoted_stale(before: &Model, after: &Model, side: Side) -> bool {
    let was_secondary = before.state(side).is_some_and(State::is_secondary);
    let alone = matches!(after.state(side), Some(State::PrimaryAlone | State::Standalone));
    was_secondary && alone && before.is_ahead(side.other()) && !parted(before)
}

/// A netcopy arrives, and the process ends: the copy is of another version level than its software opens.
fn cannot_open_the_copy(before: &Model, after: &Model, side: Side) -> bool {
    let ends = before.phase(side) == Phase::Receiving && after.phase(side) == Phase::Down;
    ends && after.is_complete(side)
}

#[cfg(test)]
mod tests {
    use crate::pair::model::{Fault, Settings};
    use crate::pair::{Command, StartOptions, Version};

    use super::*;

    /// S1 serves alone with commits of its own, S2 is a Secondary; both have parted where S2 took commits before.
    fn apart(both_committed: bool) -> Model {
        let version = Version::new(7, 0, 0);
        let states = [State::PrimaryAlone, State::SecondaryAlone];
        let mut model = Model::new(Settings::default(), states, [version; 2]).expect("because the states fit");
        // Neither sees the other, which would refuse (14700).
        model.fail(Fault::LinkBreaks { pending: false });
        model.commit(Side::First).expect("because it serves");
        if both_committed {
            model.command(Side::Second, Command::SetPrimaryAlone);
            model.commit(Side::Second).expect("because it serves");
            model.fail(Fault::Crash { side: Side::Second, pending: false });
            model.start(Side::Second, StartOptions::default());
            model.settle();
        }
        assert_eq!(model.state(Side::Second), Some(State::SecondaryAlone));
        model
    }

    #[test]
    fn a_promotion_is_stale_where_the_other_server_alone_holds_more_and_not_where_both_do() {
        for both_committed in [false, true] {
            let before = apart(both_committed);
            let mut after = before;
            after.command(Side::Second, Command::SetPrimaryAlone);
            let stale = Harms::of(&before, &after).iter().any(|property| property == Property::StalePromotion);
            assert_eq!(stale, !both_committed);
        }
    }
}
