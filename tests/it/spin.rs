//! The explorer against SPIN: small runbooks, written out in Promela by hand from the manuals' table, break the same
//! properties there.

mod generate;
mod pan;
mod promela;
mod small;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use hsbrun::engine::{Code, Releases, Settings, lower};
use hsbrun::program::{Loader, resolve};
use hsbrun::text::Source;
use hsbrun::verify::{Bounds, Configuration, Known, Property, verify};

use crate::dice::{full_campaign, wanted_seed};
use pan::Searched;
use small::Small;

/// By the numbers of `run.pml`.
const BROKEN: [Property; 9] = [
    Property::TwoPrimaries,
    Property::LostCommits,
    Property::StalePromotion,
    Property::NobodyServes,
    Property::OutageWait,
    Property::FailsUnprovoked,
    Property::RefusedCommand,
    Property::WrongVersion,
    Property::EndState,
];
const CAME_TO_SUCCESS: u32 = 9;

/// Forty, and a few more: among these each property is broken twice at least.
const SHORT: usize = 45;
/// In the long form each property is broken, and held, so often at least: else the comparison says little of it.
const FEW: usize = 5;

/// What is compared.
const JUDGED: [Property; 11] = [
    Property::TwoPrimaries,
    Property::LostCommits,
    Property::StalePromotion,
    Property::NobodyServes,
    Property::OutageWait,
    Property::FailsUnprovoked,
    Property::NeverSucceeds,
    Property::RefusedCommand,
    Property::WrongVersion,
    Property::DeadWait,
    Property::EndState,
];

struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
        Err("a small runbook is one file".to_owned())
    }
}

/// As it is explored; none where `check` refuses it.
fn lowered(small: &Small) -> Option<(Code, Configuration)> {
    let program = resolve(Source::new("small.hsbrun", small.text()), &mut NoFiles).program?;
    let releases = Releases::fix_pack();
    let bindings = program.sample_bindings(&[], releases.new).ok()?.bindings;
    let code = lower(&program, &bindings, &Settings::default());
    let known = Known {
        auto_primary_alone: Some(small.auto_primary_alone),
        safeness: Some(small.safeness),
        reference: Some(small.reference),
    };
    let configuration = Configuration::all(&code, releases, known).first().copied()?;
    Some((code, configuration))
}

fn by_the_explorer(small: &Small, code: &Code, configuration: Configuration) -> BTreeSet<Property> {
    let bounds = Bounds { faults: small.faults, kills: 0, ..Bounds::default() };
    let report = verify(code, &[configuration], bounds, &[]);
    assert_eq!(report.explored.cut_short, 0, "it was not explored to the end");
    report.broken.iter().map(|violation| violation.property).collect()
}

fn by_spin(searched: Searched) -> BTreeSet<Property> {
    let has = |at: usize| searched.broken & (1 << at) != 0;
    let mut broken: BTreeSet<Property> = (0..BROKEN.len()).filter(|at| has(*at)).map(|at| BROKEN[at]).collect();
    if searched.broken & (1 << CAME_TO_SUCCESS) == 0 {
        broken.insert(Property::NeverSucceeds);
    }
    if searched.reached & !searched.held != 0 {
        broken.insert(Property::DeadWait);
    }
    broken
}

/// What both say of a runbook.
fn verdicts(small: &Small) -> [BTreeSet<Property>; 2] {
    let (code, configuration) = lowered(small).expect("because it is a runbook");
    let folder = tempfile::tempdir().expect("because there is room for a scratch folder");
    pan::compile(folder.path(), &promela::model(small), QUICKLY_MADE);
    [by_the_explorer(small, &code, configuration), by_spin(pan::search(folder.path()))]
}

/// Small models are searched sooner than a compiler optimises them.
const QUICKLY_MADE: &str = "-O0";

/// The verdicts on the first runbooks that `check` takes.
fn compared(wanted: usize) -> Vec<(u64, [BTreeSet<Property>; 2])> {
    let seeds = (0..).filter(|seed| lowered(&generate::small(*seed)).is_some()).take(wanted);
    let (seeds, results) = (Mutex::new(seeds), Mutex::new(Vec::new()));
    let next = || seeds.lock().expect("because nobody panics with it").next();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = next() {
                    let verdicts = verdicts(&generate::small(seed));
                    if let Some(why) = difference(seed, &verdicts) {
                        println!("{why}");
                    }
                    results.lock().expect("because nobody panics with it").push((seed, verdicts));
                }
            });
        }
    });
    results.into_inner().expect("because nobody panicked with it")
}

fn difference(seed: u64, [ours, theirs]: &[BTreeSet<Property>; 2]) -> Option<String> {
    (ours != theirs).then(|| format!("HSBRUN_SEED={seed}: the explorer says {ours:?}, SPIN {theirs:?}"))
}

/// One runbook, in both languages, for whoever looks for the difference.
fn one(seed: u64) {
    let small = generate::small(seed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("small-{seed}.pml"));
    std::fs::write(&path, promela::model(&small)).expect("because there is room");
    println!("{}\nin Promela: {}", small.text(), path.display());
    assert_eq!(difference(seed, &verdicts(&small)), None);
}

#[test]
fn spin_finds_the_same_properties_broken_in_generated_runbooks() {
    if let Some(seed) = wanted_seed() {
        one(seed);
        return;
    }
    let compared = compared(if full_campaign() { 200 } else { SHORT });
    let differ: Vec<String> = compared.iter().filter_map(|(seed, verdicts)| difference(*seed, verdicts)).collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    for property in JUDGED {
        let broken = compared.iter().filter(|(_, [ours, _])| ours.contains(&property)).count();
        let held = compared.len() - broken;
        println!("{:<18} broken {broken:>3}, held {held:>3}", property.word());
        let few = if full_campaign() { FEW } else { 2 };
        assert!(broken >= few && held >= few, "{}: broken {broken}, held {held}", property.word());
    }
}
