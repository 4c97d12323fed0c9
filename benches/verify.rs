//! Verifying: states a second and bytes a state against SPIN's compiled verifier on the same model; the shipped runbook in
//! one kind of pair; growth with steps and with faults.

use std::path::Path;
use std::time::{Duration, Instant};

use hsbrun::engine::{Code, Releases, Settings, lower};
use hsbrun::pair::model::Safeness;
use hsbrun::pair::{Command, State, StateSet};
use hsbrun::program::{Given, Loader, Origin, resolve};
use hsbrun::text::Source;
use hsbrun::verify::{Bounds, Configuration, Known, MOST_STATES, Reference, verify};

use crate::check;
use crate::figures::Figures;
use crate::plot::{self, Curve};
use pan::Searched;
use small::{Cond, Joined, Limit, Sent, Small, Step, Stmt};

#[path = "../tests/it/spin/pan.rs"]
#[allow(dead_code, reason = "the tests read more of it")]
mod pan;
#[path = "../tests/it/spin/promela.rs"]
mod promela;
#[path = "../tests/it/spin/small.rs"]
#[allow(dead_code, reason = "the tests write more of the language")]
mod small;

const RUNBOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify-growth.svg");
const USUAL: Known =
    Known { auto_primary_alone: Some(false), safeness: Some(Safeness::TwoSafe), reference: Some(Reference::External) };

struct Shipped;

impl Loader for Shipped {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let text = std::fs::read_to_string(Path::new(RUNBOOKS).join(path)).map_err(|error| error.to_string())?;
        Ok(Source::new(path, text))
    }
}

/// A runbook in one kind of pair.
struct Explored {
    code: Code,
    configuration: Configuration,
}

impl Explored {
    fn of(source: Source, given: &[Given], known: Known) -> Explored {
        let program = resolve(source, &mut Shipped).program.expect("because it can run");
        let new = Releases::sample(&program, given).new;
        let bindings = program.sample_bindings(given, new).expect("because samples fit").bindings;
        let code = lower(&program, &bindings, &Settings::default());
        let releases = Releases::bound(&program, &bindings);
        let configuration = Configuration::all(&code, releases, known)[0];
        Explored { code, configuration }
    }

    fn shipped() -> Explored {
        let source = Shipped.load("", "hot-migration-netcopy.hsbrun").expect("because it is shipped");
        let given = [Given { name: "upgrade".into(), text: "fix_pack".into(), from: Origin::CommandLine }];
        Explored::of(source, &given, USUAL)
    }

    fn generated(steps: usize) -> Explored {
        Explored::of(Source::new("generated.hsbrun", check::runbook(steps)), &[], USUAL)
    }

    /// How many states, how long it took, and whether everything was seen.
    fn search(&self, faults: u8, kills: u8) -> (usize, Duration, bool) {
        self.search_within(Bounds { faults, kills, states: MOST_STATES, late: false })
    }

    fn search_within(&self, bounds: Bounds) -> (usize, Duration, bool) {
        let began = Instant::now();
        let report = verify(&self.code, &[self.configuration], bounds, &[]);
        (report.explored.states, began.elapsed(), report.explored.cut_short == 0)
    }
}

pub fn measure() {
    against_spin();
    one_kind_of_pair();
    let steps = growth_with_steps();
    let faults = growth_with_faults();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(PLOT, plot::page(&[steps, faults])).expect("because the page can be written");
    }
}

/// A takeover and a copy back, with a watchdog that acts, and two faults: large for a small one.
fn small() -> Small {
    let both = |first: State, second: State| Cond {
        tests: vec![(0, StateSet::of(first)), (1, StateSet::of(second))],
        joined: Joined::And,
    };
    let step = |command: Command, server: usize, reached: Cond| Step {
        body: vec![Stmt::Send(Sent::Admin(command), server), Stmt::Wait(reached, Limit::Short)],
        handler: None,
    };
    let alone = both(State::PrimaryAlone, State::SecondaryAlone);
    let connected = both(State::PrimaryActive, State::SecondaryActive);
    Small {
        starts: [State::PrimaryActive, State::SecondaryActive],
        ends: [None, None],
        steps: vec![
            step(Command::Disconnect, 0, alone.clone()),
            step(Command::Netcopy, 0, alone),
            step(Command::Connect, 0, connected),
            step(Command::SwitchPrimary, 1, both(State::SecondaryActive, State::PrimaryActive)),
        ],
        success: vec![Stmt::Notify],
        failure: vec![Stmt::Notify],
        auto_primary_alone: false,
        safeness: Safeness::TwoSafe,
        reference: Reference::External,
        faults: 2,
    }
}

const TURNS: usize = 5;

/// Both search the same model, taking turns.
fn against_spin() {
    let small = small();
    let explored = Explored::of(Source::new("small.hsbrun", small.text()), &[], USUAL);
    let folder = tempfile::tempdir().expect("because there is room for a scratch folder");
    pan::compile(folder.path(), &promela::model(&small), "-O2");
    let before = memory("VmRSS:");
    let (states, _, whole) = explored.search(small.faults, 0);
    let bytes = memory("VmHWM:").saturating_sub(before) / states;
    assert!(whole, "it was not explored to the end");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut searched: Option<Searched> = None;
    for _ in 0..TURNS {
        ours.push(explored.search(small.faults, 0).1);
        let found = pan::search(folder.path());
        theirs.push(found.took);
        searched = Some(found);
    }
    let searched = searched.expect("because it has had its turns");
    let (ours, theirs) = (Figures::of(ours), Figures::of(theirs));
    let rate = |states: usize, figures: Figures| states as f64 / figures.median.as_secs_f64();
    let their_states = usize::try_from(searched.states).expect("because they were in memory");
    let ratio = rate(states, ours) / rate(their_states, theirs);
    println!("hsbrun verify  {states:>9} states  {ours}  {:>9.0} a second, {bytes} bytes each", rate(states, ours));
    println!(
        "pan            {their_states:>9} states  {theirs}  {:>9.0} a second, {} bytes each",
        rate(their_states, theirs),
        searched.bytes / searched.states
    );
    println!("states a second, ours to theirs: {ratio:.2} x (at least 1.0)");
    println!("the whole search, theirs to ours: {:.2} x", theirs.median.as_secs_f64() / ours.median.as_secs_f64());
}

/// Bytes, of this process.
fn memory(of: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("because this is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(of)).expect("because every process has it");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("because it is a number") * 1024
}

/// The shipped runbook, as far as is asked for.
fn one_kind_of_pair() {
    let shipped = Explored::shipped();
    let cases = [
        (1, 1, false, "50 ms as a whole process"),
        (2, 0, false, ""),
        (3, 2, false, ""),
        (3, 2, true, "60 s and 1 GB"),
    ];
    for (faults, kills, late, at_most) in cases {
        let before = memory("VmRSS:");
        let (states, took, whole) = shipped.search_within(Bounds { faults, kills, states: MOST_STATES, late });
        let bytes = memory("VmHWM:").saturating_sub(before);
        let end = if whole { "" } else { ", not to the end" };
        let late = if late { ", late effects" } else { "" };
        println!(
            "shipped, {faults} faults, {kills} kills{late}: {states:>9} states in {took:.2?}, {} MB{end}  {at_most}",
            bytes / 1_000_000
        );
    }
}

fn growth_with_steps() -> Curve {
    let mut points = Vec::new();
    for steps in [10, 20, 50, 100, 200] {
        let (states, took, _) = Explored::generated(steps).search(1, 1);
        println!("{steps:>4} steps, 1 fault, 1 kill: {states:>9} states in {took:.2?}");
        points.push((steps as f64, states as f64));
    }
    Curve { title: "States by steps (1 fault, 1 kill)", across: "steps", points }
}

fn growth_with_faults() -> Curve {
    let shipped = Explored::shipped();
    let mut points = Vec::new();
    for faults in 0..=3 {
        let (states, took, whole) = shipped.search(faults, 0);
        let end = if whole { "" } else { ", not to the end" };
        println!("shipped, {faults} faults, no kill: {states:>9} states in {took:.2?}{end}");
        points.push((f64::from(faults), states as f64));
    }
    Curve { title: "States by faults (the shipped runbook, no kill)", across: "faults", points }
}
