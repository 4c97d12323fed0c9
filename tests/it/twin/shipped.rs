//! The shipped runbook, driven by the real machine over the twin.

use std::path::Path;
use std::time::Duration;

use hsbrun::engine::{Answer, Code, End, Event, Machine, Request, Resume, RunResult, Settings, World, lower};
use hsbrun::pair::State;
use hsbrun::pair::model::{Fault, Side};
use hsbrun::program::{Bindings, Given, Loader, Origin, Program, ServerId, resolve};
use hsbrun::text::Source;
use hsbrun::twin::{Mishap, Releases, Twin, TwinSettings};

const RUNBOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");

pub struct Folder;

impl Loader for Folder {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = std::fs::read_to_string(Path::new(RUNBOOKS).join(path)).map_err(|error| error.to_string())?;
        Ok(Source::new(path, text))
    }
}

pub struct Migration {
    pub program: Program,
    pub bindings: Bindings,
    pub code: Code,
}

pub fn migration(branch: &str) -> Migration {
    let main = Folder.load("", "hot-migration-netcopy.hsbrun").expect("because the runbook is shipped");
    let resolved = resolve(main, &mut Folder);
    let program = resolved.program.unwrap_or_else(|| panic!("it means nothing: {:?}", resolved.findings));
    let given = [Given { name: "upgrade".into(), text: branch.into(), from: Origin::CommandLine }];
    let releases = Releases::sample(&program, &given);
    let bindings = program.sample_bindings(&given, releases.new).expect("because the word is one of the type").bindings;
    let code = lower(&program, &bindings, &Settings::default());
    Migration { program, bindings, code }
}

impl Migration {
    pub fn twin(&self, seed: u64) -> Twin {
        let settings = TwinSettings::for_program(&self.program, &self.bindings, seed);
        Twin::new(settings.expect("because the start states fit")).expect("because the start states fit")
    }

    /// Runs it to its end. `watch` sees the twin after each answer.
    fn run(&self, twin: &mut Twin, mut watch: impl FnMut(&Twin)) -> (End, Vec<Event>) {
        let mut machine = Machine::new(&self.code);
        let mut events = Vec::new();
        let mut answer = Answer::Begin;
        for _ in 0..200_000 {
            let turn = machine.next(&self.code, answer);
            events.extend(turn.events);
            if let Request::End(end) = turn.request {
                return (end, events);
            }
            answer = twin.answer(&turn.request);
            watch(twin);
        }
        panic!("the run goes on for ever: {:?}", events.last());
    }
}

const S1: ServerId = ServerId(0);
const S2: ServerId = ServerId(1);

#[test]
fn the_shipped_migration_succeeds_in_both_branches_whatever_the_seed() {
    for branch in ["version_level", "fix_pack"] {
        let migration = migration(branch);
        for seed in 0..40 {
            let mut twin = migration.twin(seed);
            let (end, events) = migration.run(&mut twin, |_| {});
            let last = events.iter().rev().find(|event| matches!(event, Event::Failed { .. }));
            assert_eq!(end.result, RunResult::Done, "{branch}, seed {seed}: {last:?}");
            assert!(!end.ending_failed && !end.watchdog_astray, "{branch}, seed {seed}");
            assert_eq!(twin.server(S1).state, Some(State::SecondaryActive));
            assert_eq!(twin.server(S2).state, Some(State::PrimaryActive));
            let ledger = twin.ledger();
            assert_eq!((ledger.lost, ledger.doubled), (0, 0), "{branch}, seed {seed}");
            assert_eq!(ledger.found, [ledger.acknowledged; 2]);
        }
    }
}

pub const MISHAPS: [Mishap; 12] = [
    Mishap::Pair(Fault::Crash { side: Side::First, pending: false }),
    Mishap::Pair(Fault::Crash { side: Side::Second, pending: false }),
    Mishap::Pair(Fault::Crash { side: Side::First, pending: true }),
    Mishap::Pair(Fault::Crash { side: Side::Second, pending: true }),
    Mishap::Pair(Fault::LinkBreaks { pending: true }),
    Mishap::Pair(Fault::CopyFails),
    Mishap::Pair(Fault::CatchupFails),
    Mishap::Pair(Fault::SwitchFails),
    Mishap::LineBreaks(S1),
    Mishap::LineBreaks(S2),
    Mishap::LosesAnswer,
    Mishap::LosesCommand,
];

/// What a run with mishaps came to.
struct Aftermath {
    result: RunResult,
    lost: u64,
    doubled: u64,
    serves: bool,
    two_primaries: bool,
}

impl Migration {
    fn suffer(&self, seed: u64, mishaps: &[(Duration, Mishap)]) -> Aftermath {
        let mut twin = self.twin(seed);
        mishaps.iter().for_each(|(at, mishap)| twin.inject(*at, *mishap));
        let mut two_primaries = false;
        let (end, _) = self.run(&mut twin, |twin| {
            two_primaries |= Side::BOTH.iter().all(|side| twin.model().serves(*side));
        });
        let ledger = twin.ledger();
        let serves = Side::BOTH.iter().any(|side| twin.model().serves(*side));
        Aftermath { result: end.result, lost: ledger.lost, doubled: ledger.doubled, serves, two_primaries }
    }
}

#[test]
fn one_mishap_at_any_moment_loses_no_commit_and_leaves_a_server_that_serves() {
    let migration = migration("version_level");
    let mut untouched = migration.twin(1);
    migration.run(&mut untouched, |_| {});
    for (part, mishap) in (0..10).flat_map(|part| MISHAPS.map(|mishap| (part, mishap))) {
        let at = untouched.elapsed() * part / 10;
        let after = migration.suffer(1, &[(at, mishap)]);
        assert!(!after.two_primaries, "two servers accept writes after {mishap:?} at {at:?}");
        assert_eq!((after.lost, after.doubled), (0, 0), "{mishap:?} at {at:?}");
        let untouched = after.result == RunResult::NotStarted;
        assert!(after.serves || untouched, "nobody serves after {mishap:?} at {at:?}: {:?}", after.result);
    }
}

#[test]
fn two_mishaps_at_any_moments_lose_no_commit_and_make_no_second_primary() {
    for branch in ["version_level", "fix_pack"] {
        let migration = migration(branch);
        for seed in 0..30 {
            let mut roll: u64 = seed;
            let mut next = |sides: u64| {
                roll = roll.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (roll >> 33) % sides
            };
            let mishaps = [(); 2].map(|()| {
                let at = Duration::from_millis(next(420_000));
                (at, MISHAPS[usize::try_from(next(12)).expect("because it is less than 12")])
            });
            let after = migration.suffer(seed, &mishaps);
            assert!(!after.two_primaries, "{branch}, seed {seed}: two servers accept writes after {mishaps:?}");
            assert_eq!((after.lost, after.doubled), (0, 0), "{branch}, seed {seed}: {mishaps:?}");
        }
    }
}

/// Every so many turns of the run are tried; with 1 all of them, which takes minutes.
const STRIDE: usize = 41;

/// When the interpreter is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    /// What happened is recorded; what was to be asked or sent is not.
    BeforeItActs,
    /// It was asked or sent, and the answer finds nobody.
    BeforeItsAnswer,
}

impl Migration {
    /// Runs it, is killed at a turn, stays away for a while and goes on from what was kept.
    fn killed(&self, twin: &mut Twin, turn_of_death: usize, killed: Killed) -> Option<End> {
        let mut machine = Machine::new(&self.code);
        let mut answer = Answer::Begin;
        for turn in 0..200_000 {
            let request = machine.next(&self.code, answer).request;
            if let Request::End(end) = request {
                return (turn > turn_of_death).then_some(end);
            }
            if turn != turn_of_death {
                answer = twin.answer(&request);
                continue;
            }
            if killed == Killed::BeforeItsAnswer {
                twin.answer(&request);
            }
            twin.advance(Duration::from_secs(7));
            machine = Machine::from(&self.code, machine.durable().clone(), Resume::Killed);
            answer = Answer::Begin;
        }
        panic!("the run goes on for ever");
    }
}

#[test]
fn a_run_that_is_killed_at_any_turn_and_resumed_comes_to_the_same_end() {
    let migration = migration("version_level");
    for killed in [Killed::BeforeItActs, Killed::BeforeItsAnswer] {
        let mut turn = 3;
        loop {
            let mut twin = migration.twin(1);
            let Some(end) = migration.killed(&mut twin, turn, killed) else { break };
            assert_eq!(end.result, RunResult::Done, "{killed:?} at turn {turn}");
            let ledger = twin.ledger();
            assert_eq!((ledger.lost, ledger.doubled), (0, 0), "{killed:?} at turn {turn}");
            turn += STRIDE;
        }
        assert!(turn > 300, "the run has only {turn} turns");
    }
}
