//! Journals: written on a real disk, read again, damaged in every way that can be thought of.

use std::borrow::Cow;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hsbrun::engine::{
    Action, Command, End, EndingKind, Entry, Event, Failure, FailureKind, InstrId, Outcome, PreflightFailure, Probe,
    Reading, Refuser, RunResult, SettledVerdict,
};
use hsbrun::journal::{Header, Journal, Labels, Read, Redact, Stop, read};
use hsbrun::pair::{Seen, State, StateSet, Status, StatusWord, Version};
use hsbrun::program::{Loader, Program, ServerId, StepId, Value, resolve};
use hsbrun::text::Source;

struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _: &str, path: &str) -> Result<Source, String> {
        Err(format!("{path} is not here"))
    }
}

fn program() -> Program {
    let text = "language 1\nrunbook \"t\"\nserver S1: any -> any\nserver S2: any\n\
                step 7 \"s\" on S1 {\n    admin 'hsb connect'\n    back out { }\n}\non failure { }\n";
    let resolved = resolve(Source::new("t.hsbrun", text), &mut NoFiles);
    resolved.program.unwrap_or_else(|| panic!("{:#?}", resolved.findings))
}

fn header() -> Header {
    Header {
        tool: "0.1.0".into(),
        who: "dba".into(),
        machine: "ops1".into(),
        pid: 4711,
        arguments: vec!["hsbrun".into(), "run".into(), "t.hsbrun".into(), "--set".into(), "pw=hunter2".into()],
        pair: "billing/1".into(),
        runbook: "t".into(),
        fingerprint: "ab".repeat(32),
        sources: vec!["t.hsbrun".into()],
        servers: vec![("S1".into(), "S1".into()), ("S2".into(), "S2".into())],
        params: vec![("target".into(), "7.0".into())],
    }
}

fn mask() -> Redact {
    Box::new(
        |text| {
            if text.contains("hunter2") { Cow::Owned(text.replace("hunter2", "***")) } else { Cow::Borrowed(text) }
        },
    )
}

/// One event of every kind, and more where a kind has variants.
fn events() -> Vec<Event> {
    let (s1, step, at) = (ServerId(0), StepId(0), InstrId(3));
    let readings = vec![
        (Probe::State(s1), Reading::State(State::PrimaryAlone)),
        (Probe::Status(ServerId(1), Status::Link), Reading::Status(StatusWord::Connected)),
        (Probe::Watchdog, Reading::Yes),
        (Probe::Installed(s1), Reading::Version(Version::new(7, 0, 3))),
        (Probe::Answers(s1, "SELECT ?".into(), vec![Value::Text("x".into())]), Reading::No),
        (Probe::Process(s1), Reading::Unknown("no answer; the password is hunter2".into())),
    ];
    let refused = Outcome::Refused { by: Refuser::Server, code: Some(14525), text: "out of sync".into() };
    let command = |action| Command { server: Some(s1), action, limit: Duration::from_secs(30) };
    let failed = |kind| Event::Failed { failure: Failure { at, kind } };
    let mut seen = Seen::default();
    seen.own.state = Some(State::PrimaryAlone);
    vec![
        Event::Preflight {
            failures: vec![PreflightFailure::StartState {
                server: s1,
                wanted: Some(StateSet::serving()),
                readings: readings.clone(),
            }],
        },
        Event::StepBegan { step, attempt: 1 },
        Event::Statement { at },
        Event::Seen { server: s1, state: None },
        Event::Looked { at, readings: readings.clone() },
        Event::WaitBegan { at, limit: Duration::from_millis(1500) },
        Event::Intent { at, command: command(Action::Admin { text: "hsb connect".into() }), seen },
        Event::Outcome { at, outcome: refused },
        Event::Intent { at, command: command(Action::Start { options: vec!["autoconvert".into()] }), seen },
        Event::Outcome { at, outcome: Outcome::Unknown { why: "no end".into() } },
        Event::Settling { at },
        Event::Settled { at, verdict: SettledVerdict::Repeat },
        Event::Stands { server: s1, status: Status::Copy },
        Event::WaitDone { at },
        Event::AlreadySo { at },
        Event::Approved { id: "users_told".into(), by: "dba on a terminal".into() },
        Event::Declined { id: "fenced".into(), by: "dba".into() },
        Event::Notified { text: "line\nbreak \u{1b}[31m and \u{2028}".into() },
        Event::PointOfNoReturn { text: "converted".into() },
        failed(FailureKind::Limit { readings }),
        failed(FailureKind::Stop { text: "S1 serves alone.".into() }),
        Event::Handler { step },
        Event::Retry { step, from: step, nth: 1, of: 3 },
        Event::Ending { ending: EndingKind::Failure },
        Event::BackingOut { step },
        Event::LeftWatchdogOff { because: "half migrated".into() },
        Event::Interrupted,
        Event::Entered { entry: Entry { step, states: vec![State::PrimaryAlone] } },
        Event::StepDone { step },
        Event::Ended { end: End { result: RunResult::Failed, ending_failed: false, watchdog_astray: true } },
    ]
}

fn written(folder: &Path) -> PathBuf {
    let program = program();
    let labels = Labels::new(&program, |at| format!("t.hsbrun:{}", at.0));
    let mut journal = Journal::create(folder, &header(), mask()).expect("because the scratch folder is ours");
    for (at, event) in events().iter().enumerate() {
        let elapsed = Duration::from_millis(at as u64 * 10);
        journal.record(elapsed, event, &labels).expect("because there is room on the disk");
    }
    journal.path().to_owned()
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("because the scratch folder can be made")
}

fn read_bytes(folder: &Path, bytes: &[u8]) -> Result<Read, Stop> {
    let path = folder.join("damaged.jsonl");
    fs::write(&path, bytes).expect("because the scratch folder is ours");
    read(&path)
}

#[test]
fn what_is_recorded_is_read_in_its_order() {
    let folder = scratch();
    let read = read(&written(&folder.path().join("new/journals"))).expect("because it is whole");
    assert_eq!(read.torn_tail, None);
    assert_eq!(read.records.len(), events().len() + 1);
    let first = &read.records[0];
    assert_eq!((first.seq, first.kind.as_str(), first.body["pair"].as_str()), (1, "begin", Some("billing/1")));
    let intent = read.records.iter().find(|record| record.kind == "intent").expect("because one was recorded");
    assert_eq!(intent.body["command"]["admin"], "hsb connect");
    assert_eq!(intent.body["command"]["server"], "S1");
    assert_eq!(intent.body["place"], "t.hsbrun:3");
    assert_eq!(intent.body["seen"]["own"]["state"], "PRIMARY ALONE");
    assert_eq!(intent.ms, 60);
}

#[test]
fn a_journal_is_its_owners_alone_and_never_overwritten() {
    let folder = scratch();
    let (one, two) = (written(folder.path()), written(folder.path()));
    assert_ne!(one, two);
    let mode = fs::metadata(&one).expect("because it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let name = one.file_name().expect("because it has a name").to_string_lossy().into_owned();
    assert!(name.ends_with("Z-billing_1.jsonl"), "{name}");
}

#[test]
fn no_secret_is_written() {
    let folder = scratch();
    let text = fs::read_to_string(written(folder.path())).expect("because it was written");
    assert!(!text.contains("hunter2"));
    assert!(text.contains("pw=***") && text.contains("the password is ***"));
}

#[test]
fn a_line_is_one_line_whatever_it_holds() {
    let folder = scratch();
    let text = fs::read_to_string(written(folder.path())).expect("because it was written");
    assert_eq!(text.lines().count(), events().len() + 1);
    assert!(text.bytes().all(|byte| byte == b'\n' || !byte.is_ascii_control()), "control characters are escaped");
}

#[test]
fn cut_at_any_byte_it_gives_its_whole_records_and_says_what_is_torn() {
    let folder = scratch();
    let text = fs::read_to_string(written(folder.path())).expect("because it was written");
    let bytes = text.split_inclusive('\n').take(6).collect::<String>().into_bytes();
    let whole = read_bytes(folder.path(), &bytes).expect("because it is whole");
    let first_line = bytes.iter().position(|byte| *byte == b'\n').expect("because it has lines") + 1;
    for cut in 0..bytes.len() {
        let lines = bytes[..cut].iter().filter(|byte| **byte == b'\n').count();
        match read_bytes(folder.path(), &bytes[..cut]) {
            Ok(read) => {
                assert_eq!(read.records[..], whole.records[..lines], "cut at {cut}");
                assert_eq!(read.torn_tail.is_some(), bytes[cut - 1] != b'\n', "cut at {cut}");
            }
            Err(Stop::NotAJournal { .. }) => assert!(cut < first_line, "cut at {cut}"),
            Err(other) => panic!("cut at {cut}: {other}"),
        }
    }
}

#[test]
fn flipped_anywhere_it_is_never_read_as_something_else() {
    let folder = scratch();
    let bytes = fs::read(written(folder.path())).expect("because it was written");
    let whole = read_bytes(folder.path(), &bytes).expect("because it is whole");
    for at in (0..bytes.len()).step_by(41).chain([bytes.len() - 1]) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        match read_bytes(folder.path(), &flipped) {
            Ok(read) => {
                // The line end of the last record: it counts as torn, and that is said.
                assert_eq!(at, bytes.len() - 1, "byte {at}");
                assert!(read.torn_tail.is_some());
                assert_eq!(read.records[..], whole.records[..whole.records.len() - 1]);
            }
            Err(Stop::Damaged { line, .. }) => {
                let wanted = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                assert_eq!(line, wanted, "byte {at}");
            }
            Err(Stop::NotAJournal { .. }) => assert!(at < 20, "byte {at}"),
            Err(other) => panic!("byte {at}: {other}"),
        }
    }
}

#[test]
fn a_line_taken_out_or_doubled_is_damage() {
    let folder = scratch();
    let text = fs::read_to_string(written(folder.path())).expect("because it was written");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 1..lines.len() - 1 {
        let without = [&lines[..at], &lines[at + 1..]].concat().concat();
        let doubled = [&lines[..=at], &lines[at..]].concat().concat();
        for (text, wanted) in [(without, at + 1), (doubled, at + 2)] {
            match read_bytes(folder.path(), text.as_bytes()) {
                Err(Stop::Damaged { line, .. }) => assert_eq!(line, wanted),
                other => panic!("line {at}: {other:?}"),
            }
        }
    }
}

#[test]
fn what_is_no_journal_is_said_so() {
    let folder = scratch();
    for text in [&b""[..], b"x", b"hello\n", b"{}\n", &[0; 100]] {
        assert!(matches!(read_bytes(folder.path(), text), Err(Stop::NotAJournal { .. })), "{text:?}");
    }
    assert!(matches!(read(&folder.path().join("missing")), Err(Stop::Unreadable { .. })));
}

#[test]
fn a_folder_that_cannot_be_written_keeps_the_run_from_starting() {
    let folder = scratch();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("because the folder is ours");
    let stop = Journal::create(&file.join("journals"), &header(), mask()).map(|journal| journal.path().to_owned());
    assert!(matches!(stop, Err(Stop::NotCreated { .. })), "{stop:?}");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("because the folder is ours");
    fs::set_permissions(&closed, Permissions::from_mode(0o500)).expect("because the folder is ours");
    let stop = Journal::create(&closed, &header(), mask()).map(|journal| journal.path().to_owned());
    // The superuser may write everywhere.
    let superuser = rustix::process::geteuid().is_root();
    assert_eq!(stop.is_err(), !superuser, "{stop:?}");
}

#[test]
fn journals_of_every_format_stay_readable() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/journal/v1");
    let mut count = 0;
    for entry in fs::read_dir(kept).expect("because the fixtures are kept") {
        let path = entry.expect("because the folder is readable").path();
        let read = read(&path).unwrap_or_else(|stop| panic!("{stop}"));
        assert_eq!(read.records[0].body["format"], 1);
        assert_eq!(read.records.last().map(|record| record.kind.as_str()), Some("ended"));
        let kinds: std::collections::BTreeSet<&str> = read.records.iter().map(|record| record.kind.as_str()).collect();
        assert_eq!(kinds.len(), 27, "one of every kind: {kinds:?}");
        count += 1;
    }
    assert_eq!(count, 1);
}

#[test]
fn every_kind_is_in_the_description_of_the_format() {
    let folder = scratch();
    let description = include_str!("../../docs/journal.md");
    let read = read(&written(folder.path())).expect("because it is whole");
    for record in read.records {
        assert!(description.contains(&format!("`{}`", record.kind)), "docs/journal.md does not name {}", record.kind);
        for field in record.body.keys() {
            assert!(description.contains(&format!("`{field}`")), "docs/journal.md does not name {field}");
        }
    }
}
