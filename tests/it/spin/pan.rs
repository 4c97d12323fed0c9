//! SPIN: from a model to what its verifier finds.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What the verifier searched, and what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searched {
    /// By the numbers of `run.pml`.
    pub broken: u32,
    /// Of waits and assertions, by instruction.
    pub reached: u64,
    pub held: u64,
    pub states: u64,
    /// Of the states, by the verifier's own count; without its table and its stack.
    pub bytes: u64,
    pub took: Duration,
}

/// The verifier is made without what a search for broken assertions needs not: no cycles (`SAFETY`), and, where there is
/// one process, no partial orders (`NOREDUCE`).
pub const FLAGS: [&str; 4] = ["-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=1024"];
/// Depth of the search, and the size of its table as a power of two.
const SEARCH: [&str; 2] = ["-m2000000", "-w18"];

/// Makes the verifier of a model in a folder.
pub fn compile(folder: &Path, model: &str, optimised: &str) {
    std::fs::write(folder.join("model.pml"), model).expect("because there is room");
    said(Command::new("spin").current_dir(folder).args(["-a", "model.pml"]));
    let mut gcc = Command::new("gcc");
    said(gcc.current_dir(folder).arg(optimised).args(FLAGS).args(["-o", "pan", "pan.c"]));
}

/// Searches everything; what the verifier says.
pub fn search(folder: &Path) -> Searched {
    let began = Instant::now();
    let text = said(Command::new(folder.join("pan")).current_dir(folder).args(SEARCH));
    read(&text, began.elapsed())
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; Debian's package `spin`"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn read(text: &str, took: Duration) -> Searched {
    let errors = text.lines().find_map(|line| line.split("errors: ").nth(1)).map(str::trim);
    assert_eq!(errors, Some("0"), "{text}");
    assert!(!text.contains("max search depth too small") && !text.contains("Search not completed"), "{text}");
    let states = text.lines().find_map(|line| line.trim().strip_suffix("states, stored")?.trim().parse().ok());
    let megabytes =
        text.lines().find_map(|line| line.split_once("actual memory usage for states")?.0.trim().parse().ok());
    let megabytes: f64 = megabytes.unwrap_or_else(|| panic!("{text}"));
    let found = text.lines().find_map(|line| line.strip_prefix("found ")).unwrap_or_else(|| panic!("{text}"));
    let numbers: Vec<u64> = found.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [broken, reached, held] = numbers[..] else { panic!("{text}") };
    let broken = u32::try_from(broken).expect("because there are few properties");
    let states = states.unwrap_or_else(|| panic!("{text}"));
    Searched { broken, reached, held, states, bytes: (megabytes * 1_048_576.0) as u64, took }
}
