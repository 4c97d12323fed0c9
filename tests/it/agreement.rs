//! The model of the pair and a pair of real server processes are driven with the same random sequences of commands and
//! faults, and agree after each step: return codes and texts, states, statuses, and who holds commits that the other lacks.

mod rig;
mod step;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hsbrun::pair::State;
use hsbrun::pair::Version;
use hsbrun::pair::model::{Model, Settings};

use self::rig::Rig;
use self::step::Step;
use crate::dice::{Dice, full_campaign, wanted_seed};

/// Steps of one sequence.
const STEPS: usize = 8;
/// What every run of the tests can afford; within it at least `FLOOR` sequences must be driven.
const BUDGET: Duration = Duration::from_secs(50);
const FLOOR: u64 = 40;
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
    let (wanted, budget) = if full_campaign() { (5000, Duration::from_secs(24 * 3600)) } else { (200, BUDGET) };
    let (next, differences, began) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut rig = Rig::new();
                while began.elapsed() < budget {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= wanted || differences.lock().is_ok_and(|found| found.len() >= ENOUGH) {
                        return;
                    }
                    if let Err(what) = sequence(&mut rig, seed, false) {
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
    assert!(driven >= FLOOR, "only {driven} sequences within {budget:?}");
}

/// One sequence from a fresh pair on; the first difference.
fn sequence(rig: &mut Rig, seed: u64, aloud: bool) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let settings = Settings { auto_primary_alone: dice.roll(2) == 0, ..Settings::default() };
    let mut model = Model::new(settings, [State::PrimaryActive, State::SecondaryActive], [Version::new(6, 5, 0); 2])
        .expect("because that pair fits");
    rig.reset(settings.auto_primary_alone);
    let mut story = vec![format!("AutoPrimaryAlone {}", settings.auto_primary_alone)];
    for _ in 0..STEPS {
        let step = Step::any(&model, &mut dice);
        story.push(format!("{step:?}"));
        if aloud {
            println!("{step:?}");
        }
        let before = model;
        let expected = step.on_model(&mut model);
        model.settle();
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
