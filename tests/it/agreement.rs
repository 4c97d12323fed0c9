//! The model of the pair and a pair of real server processes are driven with the same random sequences of commands and
//! faults, and agree after each step: return codes and texts, states, statuses, and who holds commits that the other lacks.

mod rig;
mod step;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hsbrun::pair::model::{Model, Settings};
use hsbrun::pair::transition::{On, extra_transitions, transitions};
use hsbrun::pair::{Command, State, Version};

use self::rig::Rig;
use self::step::Step;
use crate::dice::{Dice, full_campaign, wanted_seed};

/// Steps of one sequence.
const STEPS: usize = 8;
/// How many of them the short form drives.
const SEQUENCES: u64 = 200;
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
    let (wanted, budget) = if full_campaign() { (5000, Duration::from_secs(24 * 3600)) } else { (SEQUENCES, BUDGET) };
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
                    if seed > 0 && seed % 500 == 0 {
                        println!("{seed} sequences after {:.0?}", began.elapsed());
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

/// The judge of both is the manuals' table: whatever it says of a command, some sequence must have come to.
#[test]
fn the_sequences_come_to_every_row_that_the_table_has_of_a_command_at_rest() {
    let mut met = BTreeSet::new();
    for seed in 0..SEQUENCES {
        let mut dice = Dice::new(seed);
        let mut model = beginning(&mut dice);
        for at in 0..STEPS {
            let (step, before) = (Step::next(seed, at, &model, &mut dice), model);
            step.on_model(&mut model);
            model.settle();
            if let Step::Command(side, command) = step {
                met.insert((before.state(side).map(State::word), command.text()));
            }
        }
    }
    let rows = transitions().iter().chain(extra_transitions()).filter_map(|row| match row.on {
        On::Command(command) if command != Command::Copy => Some((Some(row.from.word()), command.text())),
        On::Command(_) | On::Start(_) | On::Event(_) => None,
    });
    let missed: BTreeSet<_> = rows.filter(|row| !met.contains(row)).collect();
    assert!(missed.is_empty(), "of {} none met {missed:?}", met.len());
}

/// A connected pair, as every sequence begins.
fn beginning(dice: &mut Dice) -> Model {
    let settings = Settings { auto_primary_alone: dice.roll(2) == 0, ..Settings::default() };
    Model::new(settings, [State::PrimaryActive, State::SecondaryActive], [Version::new(6, 5, 0); 2])
        .expect("because that pair fits")
}

/// One sequence from a fresh pair on; the first difference.
fn sequence(rig: &mut Rig, seed: u64, aloud: bool) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let mut model = beginning(&mut dice);
    let auto_primary_alone = model.settings().auto_primary_alone;
    rig.reset(auto_primary_alone);
    let mut story = vec![format!("AutoPrimaryAlone {auto_primary_alone}")];
    for at in 0..STEPS {
        let step = Step::next(seed, at, &model, &mut dice);
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
