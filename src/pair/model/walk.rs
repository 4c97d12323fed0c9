//! Random walks through the model: what must hold wherever it gets.

use super::super::{Act, Command, Seen, Sight, StartOptions, State, Status, Version, refusal};
use super::*;

/// A sequence that looks random and is the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.roll(things.len())]
    }
}

const VERSIONS: [(u16, u16, u16); 3] = [(6, 5, 0), (7, 0, 0), (7, 0, 1)];

fn version(dice: &mut Dice) -> Version {
    let (major, minor, fix) = dice.one_of(&VERSIONS);
    Version::new(major, minor, fix)
}

fn fault(dice: &mut Dice) -> Fault {
    let side = dice.one_of(&Side::BOTH);
    let pending = dice.roll(2) == 0;
    dice.one_of(&[
        Fault::Crash { side, pending },
        Fault::LinkBreaks { pending },
        Fault::LinkHeals,
        Fault::CopyFails,
        Fault::CatchupFails,
        Fault::SwitchFails,
        Fault::MaxLogSize(side),
        Fault::LogDiskFull(side),
    ])
}

fn step(model: &mut Model, dice: &mut Dice) {
    let side = dice.one_of(&Side::BOTH);
    match dice.roll(10) {
        0 => model.fail(fault(dice)),
        1 => {
            let options = StartOptions { autoconvert: dice.roll(2) == 0, backupserver: dice.roll(3) == 0 };
            model.start(side, options);
        }
        2 => {
            model.install(side, version(dice));
        }
        3 => {
            let _refused = model.commit(side);
        }
        4 | 5 => {
            let commands: Vec<Command> = Command::all().collect();
            model.command(side, dice.one_of(&commands));
        }
        _ => {
            let moves = model.moves();
            if !moves.is_empty() {
                model.apply(dice.one_of(&moves));
            }
        }
    }
}

fn walk(seed: u64, steps: usize, mut at_each: impl FnMut(&Model)) {
    let mut dice = Dice(seed);
    let settings = Settings {
        auto_primary_alone: dice.roll(2) == 0,
        safeness: dice.one_of(&[Safeness::OneSafe, Safeness::TwoSafe]),
        conversion_keeps_base: dice.roll(2) == 0,
        listener_converts: dice.roll(2) == 0,
    };
    let mut model = Model::new(settings, [State::PrimaryActive, State::SecondaryActive], [Version::new(6, 5, 0); 2])
        .expect("because that pair fits");
    for _ in 0..steps {
        step(&mut model, &mut dice);
        at_each(&model);
    }
}

fn seen(model: &Model, own: Side) -> Seen {
    let sight = |side| Sight {
        state: model.state(side),
        link: model.status(side, Status::Link),
        copy: model.status(side, Status::Copy),
        switch: model.status(side, Status::Switch),
        catchup: model.status(side, Status::Catchup),
        version: model.status(side, Status::Link).map(|_| model.software(side)),
        process: Some(model.has_process(side)),
        ..Sight::default()
    };
    Seen { own: sight(own), peer: sight(own.other()) }
}

#[test]
fn only_connected_servers_are_active() {
    for seed in 0..100 {
        walk(seed, 200, |model| {
            let states = Side::BOTH.map(|side| model.state(side));
            let active =
                states.iter().flatten().filter(|state| matches!(state, State::PrimaryActive | State::SecondaryActive));
            let connected = model.connection() == Connection::Connected;
            assert_eq!(active.count(), if connected { 2 } else { 0 }, "seed {seed}: {model:?}");
            assert!(!connected || states[0] != states[1], "seed {seed}: {model:?}");
        });
    }
}

#[test]
fn what_is_in_progress_always_comes_to_an_end() {
    for seed in 0..100 {
        walk(seed, 100, |model| {
            let mut settled = *model;
            for _ in 0..20 {
                let Some(step) = settled.moves().first().copied() else { return };
                settled.apply(step);
            }
            panic!("seed {seed}: it goes on for ever: {model:?}");
        });
    }
}

#[test]
fn a_server_that_is_down_forgets_what_only_its_process_knew() {
    for seed in 0..100 {
        walk(seed, 200, |model| {
            for side in Side::BOTH.into_iter().filter(|side| !model.has_process(*side)) {
                let server = model.server(side);
                let mut forgotten = *server;
                forgotten.gone();
                assert_eq!(*server, forgotten, "seed {seed}");
            }
        });
    }
}

#[test]
fn connected_two_safe_servers_lack_nothing_of_each_other() {
    for seed in 0..100 {
        walk(seed, 200, |model| {
            let two_safe = model.settings().safeness == Safeness::TwoSafe;
            if model.connection() == Connection::Connected && two_safe {
                assert!(!Side::BOTH.iter().any(|side| model.is_ahead(*side)), "seed {seed}: {model:?}");
            }
        });
    }
}

fn effects() -> impl Iterator<Item = Command> {
    Command::all().filter(|command| !command.is_query())
}

/// The guard sees less than the model knows, and what is only accepted it does not see. Where it refuses nonetheless, the
/// server would have refused too; but for a second Primary, which the server does not look for.
#[test]
fn what_the_guard_refuses_the_model_refuses_too() {
    let mut refused = 0;
    for seed in 0..30 {
        walk(seed, 120, |model| {
            let only_accepted = model.operation().is_some_and(|operation| operation.stage == Stage::Accepted);
            for (own, command) in Side::BOTH.into_iter().flat_map(|own| effects().map(move |effect| (own, effect))) {
                let Some(refusal) = refusal(Act::Admin(command), &seen(model, own)) else { continue };
                let Some(reply) = { *model }.command(own, command) else { continue };
                if only_accepted || refusal.two_primaries {
                    continue;
                }
                refused += 1;
                assert!(reply.code != 0, "seed {seed}: {} is refused with {}: {model:?}", command.text(), refusal.code);
            }
        });
    }
    assert!(refused > 1000, "the walks met only {refused} refusals");
}

/// The guard's own part: what it lets through never makes a second server accept writes.
#[test]
fn what_the_guard_lets_through_makes_no_second_primary() {
    for seed in 0..30 {
        walk(seed, 120, |model| {
            for (own, command) in Side::BOTH.into_iter().flat_map(|own| effects().map(move |effect| (own, effect))) {
                let serving = Side::BOTH.map(|side| model.state(side).is_some_and(State::serves));
                let sights = seen(model, own);
                if serving == [true, true]
                    || sights.peer.state.is_none()
                    || refusal(Act::Admin(command), &sights).is_some()
                {
                    continue;
                }
                let mut after = *model;
                after.command(own, command);
                after.settle();
                let both = Side::BOTH.iter().all(|side| after.state(*side).is_some_and(State::serves));
                assert!(!both, "seed {seed}: {} on {own:?}: {model:?}", command.text());
            }
        });
    }
}
