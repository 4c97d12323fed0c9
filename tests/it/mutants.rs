//! Mutants of the shipped runbooks: who is dangerous, and who is caught.

mod campaign;
mod change;

use campaign::{Base, Found, campaign};
use crate::rehearsal::{Files, Scenario};

fn shipped(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks").join(name);
    std::fs::read_to_string(path).expect("because the runbook is shipped")
}

#[test]
fn base() {
    let names = ["hot-migration-netcopy.hsbrun", "pair.hsbrun"];
    let files = Files(names.map(|name| (name.to_owned(), shipped(name))).into());
    let count: u64 = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let base = Base::new(files, count);
    for number in 0..count {
        let verdict = base.own(number);
        if !verdict.dangers.is_empty() {
            println!("base {number} {verdict:?} {:?}", Scenario::number(number));
        }
    }
    for judged in campaign(&base) {
        let found = match judged.found {
            Found::Refused(codes) => codes.join(" "),
            Found::Rehearsed(brought) => {
                let all: Vec<String> = brought.iter().map(|it| format!("{} {} ({})", it.danger.words(), it.times, it.first)).collect();
                all.join(", ")
            }
        };
        println!("{} | {} | {} | {found}", judged.file, judged.mutant.id, judged.mutant.what);
    }
}
