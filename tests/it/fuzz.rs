//! A bounded run of every fuzz target. `HSBRUN_SEED=N` repeats one text.

#[path = "../fuzz/inputs.rs"]
mod inputs;
#[path = "../fuzz/targets.rs"]
mod targets;

use inputs::Inputs;
use targets::{Reads, TARGETS};

use super::dice::{full_campaign, wanted_seed};
use super::format::law;

/// Runs a target on many texts.
fn run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("because it is one of the four");
    let inputs = if target.reads == Reads::Sites { Inputs::sites() } else { Inputs::runbooks() };
    let texts = if full_campaign() { 100_000 } else { 400 };
    let seeds = wanted_seed().map_or(0..texts, |seed| seed..seed + 1);
    for seed in seeds {
        let text = inputs.text(seed);
        let caught = std::panic::catch_unwind(|| (target.run)(&text));
        assert!(caught.is_ok(), "HSBRUN_SEED={seed} cargo test --test it fuzz::{name}\n{text}");
    }
}

#[test]
fn parser() {
    run("parser");
}

#[test]
fn formatter() {
    run("formatter");
}

#[test]
fn fixes() {
    run("fixes");
}

#[test]
fn site() {
    run("site");
}
