//! `tests/corpus/verify`: small runbooks that break a property, and as many that look similar and hold it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hsbrun::engine::RunResult;
use hsbrun::twin::Watchdog;

use crate::rehearsal::{Files, Runbook, Scenario, rehearse};

/// A runbook of the corpus.
struct Entry {
    /// As its folder is called.
    word: String,
    path: PathBuf,
    text: String,
}

/// Known failures of other tools, carried over.
const KNOWN: [&str; 7] = [
    "orchestrator-1353",
    "orchestrator-569",
    "orchestrator-854",
    "patroni-743",
    "percona-orchestrator-43",
    "repmgr-559",
    "rundeck-1600",
];

const PROPERTIES: [&str; 15] = [
    "conversion-unguarded",
    "dead-wait",
    "end-state",
    "fails-unprovoked",
    "log-overflow",
    "lost-commits",
    "never-succeeds",
    "nobody-serves",
    "outage-wait",
    "refused-command",
    "stale-promotion",
    "two-primaries",
    "unsafe-resume",
    "watchdog-left",
    "wrong-version",
];

fn corpus(verdict: &str) -> Vec<Entry> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/verify").join(verdict);
    let mut entries = Vec::new();
    for word in PROPERTIES {
        let folder = root.join(word);
        for file in fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
            let path = file.expect("because the folder can be read").path();
            let text = fs::read_to_string(&path).expect("because a runbook is a text");
            entries.push(Entry { word: word.to_owned(), path, text });
        }
    }
    entries.sort_by(|one, two| one.path.cmp(&two.path));
    entries
}

impl Entry {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn runbook(&self) -> Result<Runbook, Vec<&'static str>> {
        Runbook::new(&Files([("main.hsbrun".to_owned(), self.text.clone())].into()))
    }

    /// Undisturbed rehearsals with a watchdog that is a word only: how many of them succeed.
    fn succeeds(&self) -> u64 {
        let runbook = self.runbook().unwrap_or_else(|codes| panic!("{}: {codes:?}", self.name()));
        let done = |seed: &u64| {
            let scenario = Scenario { seed: *seed, watchdog: Watchdog::Idle, ..Scenario::number(0) };
            let verdict = rehearse(&runbook, &scenario, Duration::from_secs(60));
            verdict.expect("because its start states fit").result == Some(RunResult::Done)
        };
        (0..REHEARSALS).filter(done).count() as u64
    }

    /// The line that is marked as the place.
    fn marked(&self) -> usize {
        let mark = |line: &str| line.starts_with('#') && line[1..].trim_start().starts_with('^');
        let at = self.text.lines().position(mark).unwrap_or_else(|| panic!("{} has no mark", self.name()));
        let words = self.text.lines().nth(at).and_then(|line| line.split_whitespace().last());
        assert_eq!(words, Some(self.word.as_str()), "{}: the mark names its property", self.name());
        at
    }
}

const REHEARSALS: u64 = 8;

#[test]
fn each_property_has_four_runbooks_that_break_it_and_four_that_hold_it_and_each_says_why() {
    for verdict in ["breaks", "holds"] {
        let entries = corpus(verdict);
        for word in PROPERTIES {
            let count = entries.iter().filter(|entry| entry.word == word).count();
            assert!(count >= 4, "{verdict}/{word} has only {count}");
        }
        for entry in &entries {
            assert!(entry.text.starts_with("#! "), "{} does not say why", entry.name());
        }
    }
    let names: Vec<String> = corpus("breaks").iter().map(Entry::name).collect();
    for known in KNOWN {
        assert!(names.iter().any(|name| name.contains(known)), "{known} is not carried over");
    }
}

/// What becomes of the watchdog is decided in the text, so that `check` finds it there.
const BY_CHECK: &str = "watchdog-left";

#[test]
fn each_runbook_can_run_but_those_that_leave_the_watchdogs_fate_open() {
    for entry in corpus("breaks") {
        entry.marked();
        let codes = entry.runbook().err().unwrap_or_default();
        if entry.word == BY_CHECK {
            assert!(matches!(codes.as_slice(), ["HSB2061" | "HSB2062"]), "{}: {codes:?}", entry.name());
        } else {
            assert_eq!(codes, [""; 0], "{}", entry.name());
        }
    }
    for entry in corpus("holds") {
        assert_eq!(entry.runbook().err(), None, "{}", entry.name());
    }
}

/// Mistakes that a rehearsal shows, without anything going wrong.
const SHOWN: [&str; 4] = ["fails-unprovoked", "never-succeeds", "refused-command", "wrong-version"];

#[test]
fn a_mistake_is_seen_in_a_rehearsal_and_what_looks_similar_succeeds() {
    let shown = |verdict| corpus(verdict).into_iter().filter(|entry| SHOWN.contains(&entry.word.as_str()));
    for entry in shown("breaks") {
        assert!(entry.succeeds() < REHEARSALS, "{} succeeds", entry.name());
    }
    for entry in shown("holds") {
        assert_eq!(entry.succeeds(), REHEARSALS, "{} fails", entry.name());
    }
}
