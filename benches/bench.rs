//! What is measured, and against what: `cargo bench`, or `cargo bench -- check` for one part.
//!
//! Each figure is the minimum, median and maximum of several runs; what is compared is measured side by side in one run,
//! taking turns, so that a busy machine slows both.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads clocks and starts processes")]

mod check;
mod figures;
mod pair;
mod peers;
mod plot;
mod probes;
mod rehearse;
mod simulator;
mod verify;

fn main() {
    // cargo hands over `--bench`; a word that is left names a part.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let parts: [(&str, fn()); 5] = [
        ("check", check::measure),
        ("rehearse", rehearse::measure),
        ("verify", verify::measure),
        ("probes", probes::measure),
        ("simulator", simulator::measure),
    ];
    for (name, measure) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("\n# {name}");
            measure();
        }
    }
}
