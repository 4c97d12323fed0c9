//! `tests/corpus/verify`: small runbooks that break a property, and as many that look similar and hold it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hsbrun::check;
use hsbrun::diag::Finding;
use hsbrun::engine::{Code, Releases, Settings, lower};
use hsbrun::program::Loader;
use hsbrun::text::Source;
use hsbrun::verify::{Bounds, Configuration, Kind, Known, Property, Report, Violation, verify};

use crate::rehearsal::{Files, Runbook};

/// A runbook of the corpus.
struct Entry {
    /// As its folder is called.
    word: String,
    path: PathBuf,
    text: String,
}

/// The runbooks of the corpus use no library.
struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        Err(format!("{path}: there are no other files"))
    }
}

/// Of which the runbooks about `log-overflow` speak.
const LOG_LASTS: Duration = Duration::from_secs(12 * 3600);

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

    /// None: the explorer knows no property of that name.
    fn property(&self) -> Option<Property> {
        Property::from_word(&self.word)
    }

    fn runbook(&self) -> Result<Runbook, Vec<&'static str>> {
        Runbook::new(&Files([("main.hsbrun".to_owned(), self.text.clone())].into()))
    }

    /// Explored as far as its property needs: mistakes are judged where nothing goes wrong, damage with one fault, and
    /// what only a resumed run does with a kill besides.
    fn explored(&self) -> Vec<(Code, Report)> {
        let runbook = self.runbook().unwrap_or_else(|codes| panic!("{}: {codes:?}", self.name()));
        let faults = match self.property() {
            // So often a step may fail and be repeated.
            Some(Property::LogOverflow) => 2,
            property => u8::from(property.is_some_and(|property| property.kind() == Kind::Damage)),
        };
        let kills = u8::from(self.property() == Some(Property::UnsafeResume));
        let bounds = Bounds { faults, kills, ..Bounds::default() };
        let settings = Settings { log_lasts: Some(LOG_LASTS), ..Settings::default() };
        let explore = |branch: &crate::rehearsal::Branch| {
            let releases = Releases::bound(&runbook.program, &branch.bindings);
            let mut configurations = Configuration::all(&branch.code, releases, Known::default());
            // The cautious readings of what the manuals leave open about conversions: the others change nothing here.
            configurations.retain(|it| !it.model.conversion_keeps_base && !it.model.listener_converts);
            // Of limits, and of what a run goes by that was killed, the pair's kind changes little.
            match self.property() {
                Some(Property::LogOverflow) => configurations.truncate(1),
                Some(Property::UnsafeResume) => configurations.truncate(2),
                Some(_) | None => {}
            }
            let code = lower(&runbook.program, &branch.bindings, &settings);
            let report = verify(&code, &configurations, bounds, &[]);
            (code, report)
        };
        runbook.branches.iter().map(explore).collect()
    }

    /// What `check` says, with the line at which it says it.
    fn linted(&self) -> Vec<(&'static str, usize)> {
        let source = || Source::new("main.hsbrun", self.text.as_str());
        let findings = check::runbook(source(), &mut NoFiles, None).findings;
        let line = |finding: &Finding| {
            let label = finding.labels.first()?;
            Some((finding.rule.code, source().line_column(label.span.start).line))
        };
        findings.iter().filter_map(line).collect()
    }

    fn broken(explored: &[(Code, Report)]) -> impl Iterator<Item = (&Code, &Violation)> {
        explored.iter().flat_map(|(code, report)| report.broken.iter().map(move |violation| (code, violation)))
    }

    /// The line that is marked as the place.
    fn marked(&self) -> usize {
        let mark = |line: &str| line.starts_with('#') && line[1..].trim_start().starts_with('^');
        let at = self.text.lines().position(mark).unwrap_or_else(|| panic!("{} has no mark", self.name()));
        let words = self.text.lines().nth(at).and_then(|line| line.split_whitespace().last());
        assert_eq!(words, Some(self.word.as_str()), "{}: the mark names its property", self.name());
        at
    }

    /// The lines that a story tells of.
    fn told(&self, code: &Code, violation: &Violation) -> BTreeSet<usize> {
        let source = Source::new("main.hsbrun", self.text.as_str());
        let ids = violation.story.entries.iter().map(|entry| entry.at).chain([violation.at]);
        ids.map(|at| source.line_column(code.place(at).span.start).line).collect()
    }
}

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
    assert!(Property::ALL.iter().all(|property| PROPERTIES.contains(&property.word())), "a property has no corpus");
    let names: Vec<String> = corpus("breaks").iter().map(Entry::name).collect();
    for known in KNOWN {
        assert!(names.iter().any(|name| name.contains(known)), "{known} is not carried over");
    }
}

/// What becomes of the watchdog is decided in the text, so that `check` finds it there.
const BY_CHECK: &str = "watchdog-left";

/// What `check` finds already, at the marked place, and the explorer does not: mistakes are judged where nothing was refused
/// before, and what cannot be entered is on no path.
const BY_LINT: [(&str, &str); 2] = [
    ("/conversion-unguarded/the-handler-converts", "HSB3012"),
    ("/dead-wait/a-handler-that-nothing-enters", "HSB3027"),
];

#[test]
fn what_breaks_a_property_is_told_with_the_line_at_which_it_happens() {
    let mut wrong = Vec::new();
    for entry in corpus("breaks") {
        let marked = entry.marked();
        if entry.word == BY_CHECK {
            let codes = entry.runbook().err().unwrap_or_default();
            assert!(matches!(codes.as_slice(), ["HSB2061" | "HSB2062"]), "{}: {codes:?}", entry.name());
            continue;
        }
        if let Some((_, code)) = BY_LINT.iter().find(|(place, _)| entry.name().contains(place)) {
            let found = entry.linted();
            assert!(found.contains(&(*code, marked)), "{}: {found:?}, not {code} at {marked}", entry.name());
            continue;
        }
        let explored = entry.explored();
        let stories: Vec<BTreeSet<usize>> = Entry::broken(&explored)
            .filter(|(_, violation)| Some(violation.property) == entry.property())
            .map(|(code, violation)| entry.told(code, violation))
            .collect();
        if stories.is_empty() {
            let others: BTreeSet<&str> = Entry::broken(&explored).map(|(_, it)| it.property.word()).collect();
            wrong.push(format!("{}: no story; broken are {others:?}", entry.name()));
        } else if !stories.iter().any(|lines| lines.contains(&marked)) {
            wrong.push(format!("{}: line {marked} is not in {stories:?}", entry.name()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_looks_similar_and_holds_has_no_story_of_that_property() {
    let mut wrong = Vec::new();
    for entry in corpus("holds") {
        let explored = entry.explored();
        let found = Entry::broken(&explored).find(|(_, violation)| Some(violation.property) == entry.property());
        wrong.extend(found.map(|(code, violation)| format!("{}: {:?}", entry.name(), entry.told(code, violation))));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
