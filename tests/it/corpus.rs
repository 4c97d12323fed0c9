//! `tests/corpus/verify`: small runbooks that break a property, and as many that look similar and hold it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hsbrun::engine::RunResult;
use hsbrun::twin::Watchdog;

use crate::rehearsal::{Danger, Files, Runbook, Scenario, Verdict, rehearse};

/// A runbook of the corpus.
struct Entry {
    property: String,
    path: PathBuf,
    text: String,
}

fn corpus(verdict: &str) -> Vec<Entry> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/verify").join(verdict);
    let mut entries = Vec::new();
    for folder in fs::read_dir(root).expect("because the corpus is part of the package") {
        let folder = folder.expect("because the folder can be read").path();
        let property = folder.file_name().expect("because it has a name").to_string_lossy().into_owned();
        for file in fs::read_dir(&folder).expect("because each property has a folder") {
            let path = file.expect("because the folder can be read").path();
            let text = fs::read_to_string(&path).expect("because a runbook is a text");
            entries.push(Entry { property: property.clone(), path, text });
        }
    }
    entries.sort_by(|one, two| one.path.cmp(&two.path));
    entries
}

impl Entry {
    fn runbook(&self) -> Result<Runbook, Vec<&'static str>> {
        Runbook::new(&Files([("main.hsbrun".to_owned(), self.text.clone())].into()))
    }
}

#[test]
fn matrix() {
    for verdict in ["breaks", "holds"] {
        for entry in corpus(verdict) {
            let name = entry.path.file_stem().expect("because it has a name").to_string_lossy().into_owned();
            let runbook = match entry.runbook() {
                Ok(runbook) => runbook,
                Err(codes) => {
                    println!("{verdict} {} {name}: {codes:?}", entry.property);
                    continue;
                }
            };
            let mut results: BTreeMap<String, u32> = BTreeMap::new();
            let mut usual = Duration::from_secs(60);
            for seed in 0..8 {
                let mut scenario = Scenario::number(seed % 4);
                scenario.seed = seed;
                scenario.watchdog = Watchdog::Idle;
                let Verdict { result, dangers, lasted } = rehearse(&runbook, &scenario, usual).expect("fits");
                let words: Vec<&str> = dangers.iter().map(|it| it.words()).collect();
                *results.entry(format!("{result:?} {}", words.join(", "))).or_default() += 1;
                usual = lasted;
                let _ = (RunResult::Done, Danger::TwoPrimaries);
            }
            let mut dangers: BTreeMap<&str, u32> = BTreeMap::new();
            for number in 4..300 {
                let verdict = rehearse(&runbook, &Scenario::number(number), usual).expect("fits");
                for danger in verdict.dangers {
                    *dangers.entry(danger.words()).or_default() += 1;
                }
            }
            println!("{verdict} {} {name}: {results:?} | {dangers:?}", entry.property);
        }
    }
}
