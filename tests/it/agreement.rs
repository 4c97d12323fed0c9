//! The model of the pair and a pair of real server processes are driven with the same random sequences of commands and
//! faults, and agree after each step: return codes and texts, states, statuses, and who holds commits that the other lacks.

mod known;
mod rig;
mod step;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hsbrun::pair::model::{Model, Move, Safeness, Settings};
use hsbrun::pair::{State, Version};

use self::rig::Rig;
use self::step::Step;
use crate::dice::{Dice, full_campaign, wanted_seed};

/// Steps of one sequence.
const STEPS: usize = 8;
/// How many of them the short form drives, and the long one.
const SEQUENCES: u64 = 200;
const LONG: u64 = 5000;
/// After so many differences there is enough to look at.
const ENOUGH: usize = 5;

#[test]
fn the_model_and_the_processes_agree_after_every_step_of_random_sequences() {
    if let Some(seed) = wanted_seed() {
        let mut rig = Rig::new();
        let outcome = sequence(&mut rig, seed, true);
        assert_eq!(outcome, Ok(()));
        return;
    }
    let wanted = if full_campaign() { LONG } else { SEQUENCES };
    let (next, differences, began) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut rig = Rig::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= wanted || differences.lock().is_ok_and(|found| found.len() >= ENOUGH) {
                        return;
                    }
                    if seed > 0 && seed % 500 == 0 {
                        println!("{seed} sequences after {:.0?}", began.elapsed());
                    }
                    if let Err(what) = sequence(&mut rig, seed, false) {
                        println!("{what}");
                        differences.lock().expect("because nobody panics with it").push(what);
                    }
                }
            });
        }
    });
    let driven = next.into_inner().min(wanted);
    println!("{driven} sequences of {STEPS} steps in {:.0?}", began.elapsed());
    let differences = differences.into_inner().expect("because nobody panicked with it");
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

/// A connected pair, as every sequence begins. One in four is one-safe.
fn beginning(dice: &mut Dice) -> Model {
    let settings = Settings {
        auto_primary_alone: dice.roll(2) == 0,
        safeness: if dice.roll(4) == 0 { Safeness::OneSafe } else { Safeness::TwoSafe },
        ..Settings::default()
    };
    Model::new(settings, [State::PrimaryActive, State::SecondaryActive], [Version::new(6, 5, 0); 2])
        .expect("because that pair fits")
}

/// Lets everything in progress come to its end; but a one-safe Primary sends nothing before it must, so that what it has
/// acknowledged can be lost.
fn settle(model: &mut Model) {
    while let Some(step) = model.moves().into_iter().find(|step| !matches!(step, Move::Ships(_))) {
        model.apply(step);
    }
}

/// One sequence from a fresh pair on; the first difference.
fn sequence(rig: &mut Rig, seed: u64, aloud: bool) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let mut model = beginning(&mut dice);
    let settings = model.settings();
    rig.reset(settings);
    let mut story = vec![format!("AutoPrimaryAlone {}, {:?}", settings.auto_primary_alone, settings.safeness)];
    for at in 0..STEPS {
        let step = Step::next(seed, at, &model, &mut dice);
        story.push(format!("{step:?}"));
        if aloud {
            println!("{step:?}");
        }
        let before = model;
        let expected = step.on_model(&mut model);
        settle(&mut model);
        let happened = step.on_processes(rig, &before);
        let outcome = if expected == happened { rig.await_agreement(&model) } else { differ(&expected, &happened) };
        if let Err(what) = outcome {
            return Err(format!(
                "{what}\nsteps: {}\nto repeat: HSBRUN_SEED={seed} cargo test --test it agreement:: -- --nocapture",
                story.join(", ")
            ));
        }
    }
    Ok(())
}

fn differ(expected: &str, happened: &str) -> Result<(), String> {
    Err(format!("the model says {expected}, the process {happened}"))
}
