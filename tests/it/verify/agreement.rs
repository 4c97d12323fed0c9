//! Agreement with the twin: every step of a rehearsal, whatever goes wrong in it, is one that the explorer knows.

use std::time::Duration;

use hsbrun::engine::{Answer, Machine, Request, World};
use hsbrun::twin::{Twin, TwinSettings};
use hsbrun::verify::{Bounds, Configuration, Follower, Known};

use super::USUAL;
use crate::dice::Dice;
use crate::twin::shipped::{MISHAPS, Migration, migration};

/// Rehearsals of each branch.
const REHEARSALS: u64 = 12;

/// Two mishaps, and limits that pass; as many states between two steps of a run are looked through.
const WRONG: Bounds = Bounds { faults: 4, kills: 0, states: 200_000 };

/// Runs a rehearsal beside the explorer; what it does not know, in words.
fn follow(migration: &Migration, twin: &mut Twin, configuration: &Configuration) -> Result<usize, String> {
    let mut follower = Follower::new(&migration.code, configuration, WRONG).expect("because the start states fit");
    let mut machine = Machine::new(&migration.code);
    let mut answer = Answer::Begin;
    for turn in 0..200_000 {
        let before = machine.at();
        let request = machine.next(&migration.code, answer).request;
        if !follower.knows(&machine, &request, twin.model()) {
            let (text, why) = (migration.code.text(before), follower.why(&machine));
            return Err(format!("turn {turn}, at `{text}`: {request:?}\n{:?}\n{why}", twin.model()));
        }
        if let Request::End(_) = request {
            return Ok(turn);
        }
        answer = twin.answer(&request);
    }
    panic!("the run goes on for ever");
}

fn configuration(migration: &Migration, settings: &TwinSettings) -> Configuration {
    Configuration::all(&migration.code, settings.releases, Known { ..USUAL })
        .into_iter()
        .find(|configuration| configuration.model == settings.model)
        .expect("because every reading of the manuals is among them")
}

#[test]
fn every_step_of_random_rehearsals_is_known_to_the_explorer() {
    for branch in ["version_level", "fix_pack"] {
        let migration = migration(branch);
        let settings = TwinSettings::for_program(&migration.program, &migration.bindings, 1).expect("they fit");
        let configuration = configuration(&migration, &settings);
        let mut turns = 0;
        for seed in 0..REHEARSALS {
            let mut dice = Dice::new(seed);
            let mut twin = migration.twin(seed);
            let mishaps = [(); 2].map(|()| (Duration::from_millis(dice.roll(420_000) as u64), dice.one_of(&MISHAPS)));
            // The first rehearsals go as they should.
            for (at, mishap) in mishaps.into_iter().filter(|_| seed >= REHEARSALS / 4) {
                twin.inject(at, mishap);
            }
            match follow(&migration, &mut twin, &configuration) {
                Ok(count) => turns += count,
                Err(why) => panic!("{branch}, seed {seed}, {mishaps:?}: {why}"),
            }
        }
        assert!(turns > 3_000, "only {turns} turns were compared");
    }
}
