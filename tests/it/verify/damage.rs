//! Damage on server processes: where a story needs something to go wrong, it is made to, at the moment of the story, and the
//! servers and the application's account say what came of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use hsbrun::text::Source;
use hsbrun::verify::{Known, Property, Reference};
use rustix::process::Signal;

use super::{Runbook, USUAL, told};
use crate::support::application::{Account, Application, Load, held};
use crate::support::pair::{Ended, Pair, spawn, wait_for};

const LIMIT: Duration = Duration::from_secs(30);
/// Enough for a commit or two in each moment.
const LOAD: Load = Load { connections: 1, pace: Duration::from_millis(5) };

/// A runbook of the corpus that breaks a property with one fault. Its approval becomes a command of the site, which says when
/// the run has come there, and waits.
struct Story {
    text: String,
    property: Property,
}

impl Story {
    fn of(name: &str, property: Property) -> Story {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/verify/breaks").join(name);
        let text = fs::read_to_string(path).expect("because the file is there");
        let asks = |line: &str| line.trim_start().starts_with("confirm");
        assert_eq!(text.lines().filter(|line| asks(line)).count(), 1, "{name} asks once");
        let lines = text.lines().map(|line| if asks(line) { "    run moment in doubt ask" } else { line });
        Story { text: lines.map(|line| format!("{line}\n")).collect(), property }
    }

    /// The explorer tells of it, with something that goes wrong.
    fn is_told(&self, known: Known) {
        let runbook = Runbook::of(Source::new("test.hsbrun", self.text.as_str()), "runbooks", &[]);
        let report = runbook.explore(&runbook.configurations(known)[..1], 1, 0);
        let with_a_fault = report.broken.iter().any(|it| it.property == self.property && it.faults == 1);
        assert!(with_a_fault, "{:#?}", told(&runbook, &report));
    }

    /// The run on the processes, with that done to them when it has come there.
    fn goes(&self, pair: &Pair, does: impl FnOnce()) -> Ended {
        let (begun, over) = (pair.path().join("moment.begun"), pair.path().join("moment.over"));
        let (begins, waits) = (begun.display(), over.display());
        let script =
            format!("touch {begins}; for i in $(seq 3000); do [ -e {waits} ] && exit 0; sleep 0.02; done; exit 1");
        let commands = format!("    host: local\n    commands: {{moment: [/bin/sh, -c, \"{script}\"]}}\n");
        pair.edit_site(|site| {
            let site = site.replace("params: {upgrade: fix_pack, target: \"7.0.3\"}", "params: {}");
            site.replace("    host: local\n", &commands).replace("look_limit: 10s", "look_limit: 1s")
        });
        let mut run = spawn(&mut pair.run_command(&pair.runbook(&self.text), &[]));
        wait_for("the run has come there", LIMIT, || {
            begun.exists() || run.try_wait().expect("because the run is ours").is_some()
        });
        if begun.exists() {
            does();
        }
        fs::write(&over, "").expect("because there is room");
        let output = run.wait_with_output().expect("because the run is ours");
        (output, Duration::ZERO).into()
    }
}

/// Waits for commits on the server that works alone.
fn more_commits(application: &Application) {
    let before = application.acknowledged();
    wait_for("commits", LIMIT, || application.acknowledged() >= before + 20);
}

/// What was acknowledged and the server does not hold.
fn lacks(account: &Account, connection_string: &str) -> BTreeSet<i64> {
    let held: BTreeSet<i64> = held(connection_string).into_iter().collect();
    account.acknowledged.difference(&held).copied().collect()
}

/// Whether a server says that it is in that state.
fn is(pair: &Pair, at: usize, state: &str) -> bool {
    pair.status().lines().nth(at).is_some_and(|line| line.contains(&format!("  {state}")))
}

#[test]
fn a_rescue_promotes_the_server_that_lacks_what_the_crashed_one_took() {
    let story = Story::of("stale-promotion/rescue-promotes-the-other-one.hsbrun", Property::StalePromotion);
    story.is_told(USUAL);
    let pair = Pair::up("fix_pack", &[]);
    let strings = pair.connection_strings();
    let application = Application::start_with(strings.clone(), LOAD);
    let ended = story.goes(&pair, || {
        assert!(is(&pair, 0, "PRIMARY ALONE"), "{}", pair.status());
        more_commits(&application);
        pair.signal("S1", Signal::KILL);
    });
    assert_eq!(ended.code, Some(21), "{}", ended.output());
    more_commits(&application);
    let account = application.stop();
    assert!(is(&pair, 1, "PRIMARY ALONE"), "{}", pair.status());
    let lost = lacks(&account, &strings[1]);
    assert!(lost.len() >= 20, "S2 serves, and lacks only {lost:?}");
}

#[test]
fn an_ending_turns_the_watchdog_on_which_promotes_the_server_that_lacks_commits() {
    let story = Story::of("stale-promotion/failure-turns-the-watchdog-on.hsbrun", Property::StalePromotion);
    story.is_told(USUAL);
    let pair = Pair::made("fix_pack", &["MaxLifetime=120000", "AutoPrimaryAlone=no"], &["--watchdog"]);
    let strings = pair.connection_strings();
    let application = Application::start_with(strings.clone(), LOAD);
    let ended = story.goes(&pair, || {
        more_commits(&application);
        pair.signal("S1", Signal::KILL);
    });
    assert!(ended.code.is_some_and(|code| code >= 20), "{}", ended.output());
    wait_for("the watchdog promotes S2", LIMIT, || is(&pair, 1, "PRIMARY"));
    let account = application.stop();
    let lost = lacks(&account, &strings[1]);
    assert!(lost.len() >= 20, "S2 serves, and lacks only {lost:?}");
}

#[test]
fn an_uncertain_primary_is_left_alone_and_nobody_serves() {
    let story = Story::of("nobody-serves/uncertain-and-left-alone.hsbrun", Property::NobodyServes);
    story.is_told(USUAL);
    let pair = Pair::up("fix_pack", &["AutoPrimaryAlone=no"]);
    let ended = story.goes(&pair, || {
        pair.signal("S2", Signal::KILL);
        wait_for("S1 notices", LIMIT, || is(&pair, 0, "PRIMARY UNCERTAIN"));
    });
    assert_eq!(ended.code, Some(22), "{}", ended.output());
}

#[test]
fn beside_a_watchdog_without_a_reference_a_primary_that_hangs_for_a_while_is_one_of_two() {
    let story = Story::of("two-primaries/maintenance-with-the-watchdog-on.hsbrun", Property::TwoPrimaries);
    story.is_told(Known { auto_primary_alone: Some(true), reference: Some(Reference::Missing), ..USUAL });
    let settings = ["MaxLifetime=120000", "AutoPrimaryAlone=yes", "PingInterval=100", "PingTimeout=2000"];
    let pair = Pair::made("fix_pack", &settings, &["--watchdog"]);
    let ini = pair.path().join("watchdog.ini");
    let made = fs::read_to_string(&ini).expect("because `sim up` wrote it");
    fs::write(&ini, format!("{made}Ere=no\nCheckInterval=50\n")).expect("because there is room");
    fs::create_dir(pair.path().join("s1/backup")).expect("because there is room");
    let ended = story.goes(&pair, || {
        pair.signal("S1", Signal::STOP);
        wait_for("S2 is promoted", LIMIT, || is(&pair, 1, "PRIMARY ALONE"));
        pair.signal("S1", Signal::CONT);
        wait_for("both serve", LIMIT, || is(&pair, 0, "PRIMARY ALONE") && is(&pair, 1, "PRIMARY ALONE"));
    });
    assert_eq!(ended.code, Some(24), "{}", ended.output());
}
