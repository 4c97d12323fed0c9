//! Agreement with the twin: every step of a rehearsal, whatever goes wrong in it, is one that the explorer knows.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hsbrun::engine::{Answer, Machine, Request, RunResult, World};
use hsbrun::twin::{Twin, TwinSettings};
use hsbrun::verify::{Bounds, Configuration, Follower, Known};

use super::USUAL;
use crate::dice::{Dice, full_campaign, wanted_seed};
use crate::twin::shipped::{MISHAPS, Migration, migration};

/// Rehearsals of each branch: in the short form, and in the long one.
const REHEARSALS: u64 = 12;
const LONG: u64 = 5_000;
/// The first ones go as they should.
const UNDISTURBED: u64 = 3;

/// Rehearsals in which something happens behind the last probe that could have seen it, and one whose crashes could be taken
/// for more things that went wrong than the bounds allow: whoever follows must know these, too.
const HARD: [(&str, u64); 5] =
    [("version_level", 3319), ("version_level", 4545), ("version_level", 4894), ("fix_pack", 410), ("fix_pack", 3319)];

/// Two mishaps, and limits that pass; as many states between two steps of a run are looked through.
const WRONG: Bounds = Bounds { faults: 4, kills: 0, states: 200_000, late: false };

/// What was compared of a rehearsal.
#[derive(Clone, Copy)]
struct Compared {
    turns: usize,
    /// Of the back-out of a run that came to no good end.
    backing_out: usize,
}

/// Runs a rehearsal beside the explorer, and backs it out where it fails; what the explorer does not know, in words.
fn follow(migration: &Migration, twin: &mut Twin, configuration: &Configuration) -> Result<Compared, String> {
    let mut follower = Follower::new(&migration.code, configuration, WRONG).expect("because the start states fit");
    let mut machine = Machine::new(&migration.code);
    let mut answer = Answer::Begin;
    let mut failed_at = None;
    for turn in 0..200_000 {
        let (before, answered) = (machine.at(), answer.clone());
        let request = machine.next(&migration.code, answer).request;
        if !follower.knows(&machine, &request, twin.model()) {
            let (text, why) = (migration.code.text(before), follower.why(&machine));
            return Err(format!("turn {turn}, at `{text}`: {answered:?}, {request:?}\n{:?}\n{why}", twin.model()));
        }
        answer = match &request {
            Request::End(end) if failed_at.is_none() && has_failed(end.result) => {
                failed_at = Some(turn);
                let Ok(back_out) = Machine::back_out(&migration.code, machine.durable().clone()) else {
                    return Ok(Compared { turns: turn, backing_out: 0 });
                };
                machine = back_out;
                Answer::Begin
            }
            Request::End(_) => {
                return Ok(Compared { turns: turn, backing_out: failed_at.map_or(0, |failed_at| turn - failed_at) });
            }
            Request::Look(..)
            | Request::Set(..)
            | Request::Send(_)
            | Request::Pause(_)
            | Request::Ask(_)
            | Request::Notify(_) => twin.answer(&request),
        };
    }
    panic!("the run goes on for ever");
}

fn has_failed(result: RunResult) -> bool {
    matches!(result, RunResult::Failed | RunResult::InDoubt | RunResult::Stopped)
}

fn configuration(migration: &Migration, settings: &TwinSettings) -> Configuration {
    Configuration::all(&migration.code, settings.releases, Known { ..USUAL })
        .into_iter()
        .find(|configuration| configuration.model == settings.model)
        .expect("because every reading of the manuals is among them")
}

/// What was compared, and the first thing that the explorer does not know.
type Followed = Result<Compared, String>;

/// One rehearsal.
fn rehearsed(branch: &'static str, migration: &Migration, configuration: &Configuration, seed: u64) -> Followed {
    let mut dice = Dice::new(seed);
    let mut twin = migration.twin(seed);
    let mishaps = [(); 2].map(|()| (Duration::from_millis(dice.roll(420_000) as u64), dice.one_of(&MISHAPS)));
    for (at, mishap) in mishaps.into_iter().filter(|_| seed >= UNDISTURBED) {
        twin.inject(at, mishap);
    }
    follow(migration, &mut twin, configuration)
        .map_err(|why| format!("{branch}, HSBRUN_SEED={seed}, {mishaps:?}: {why}"))
}

/// Follows these rehearsals on both cores.
fn followed(branch: &'static str, seeds: &[u64]) -> Vec<Followed> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let migration = migration(branch);
                let settings = TwinSettings::for_program(&migration.program, &migration.bindings, 1);
                let configuration = configuration(&migration, &settings.expect("because they fit"));
                loop {
                    let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) else { return };
                    let result = rehearsed(branch, &migration, &configuration, *seed);
                    if let Err(why) = &result {
                        println!("{why}");
                    }
                    results.lock().expect("because nobody panics with it").push(result);
                }
            });
        }
    });
    results.into_inner().expect("because nobody panicked with it")
}

/// The seeds of a branch: the one that is asked for, or those of the campaign.
fn seeds(branch: &str) -> Vec<u64> {
    if let Some(wanted) = wanted_seed() {
        return vec![wanted];
    }
    let rehearsals = if full_campaign() { LONG } else { REHEARSALS };
    let hard = HARD.into_iter().filter(|(of, seed)| *of == branch && *seed >= rehearsals).map(|(_, seed)| seed);
    (0..rehearsals).chain(hard).collect()
}

#[test]
fn every_step_of_random_rehearsals_is_known_to_the_explorer() {
    let mut unknown = Vec::new();
    for branch in ["version_level", "fix_pack"] {
        let began = Instant::now();
        let seeds = seeds(branch);
        let results = followed(branch, &seeds);
        let turns: usize = results.iter().flatten().map(|it| it.turns).sum();
        let backing_out: usize = results.iter().flatten().map(|it| it.backing_out).sum();
        println!(
            "{branch}: {} rehearsals, {turns} turns, {backing_out} of back-outs, in {:.0?}",
            seeds.len(),
            began.elapsed()
        );
        unknown.extend(results.into_iter().filter_map(Result::err));
        assert!(!unknown.is_empty() || turns > seeds.len() * 200, "only {turns} turns were compared");
        assert!(seeds.len() == 1 || backing_out > 0, "no run was backed out");
    }
    assert!(unknown.is_empty(), "{} are not known, as {}", unknown.len(), unknown[0]);
}
