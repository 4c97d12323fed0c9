//! Mutants on real server processes, under an application and a watchdog that acts: what the servers themselves show.

use std::fs;
use std::process::Command;

use crate::rehearsal::Files;
use crate::support::application::{Account, Application, held};
use crate::support::pair::{Ended, HSBRUN, Pair, run};

/// What was seen of a migration of a fix pack by one runbook.
#[derive(Debug)]
pub struct Seen {
    pub ended: Ended,
    /// What is wrong in the end, in words.
    pub wrong: Vec<&'static str>,
}

/// Nothing of a small pair takes longer.
const LIMITS: [&str; 8] = ["settle", "disconnect", "stop", "alone", "start", "copy", "catchup", "switch"];

/// Runs it, on a pair of its own.
pub fn migrate(files: &Files) -> Seen {
    // As on the twin a copy takes longer than the look limit, behind which a retry would find it done.
    let pair = Pair::made("fix_pack", &["NetcopyDelay=800", "MaxLifetime=180000"], &["--watchdog"]);
    pair.edit_site(|site| site.replace("look_limit: 10s", "look_limit: 200ms"));
    fs::write(pair.path().join("watchdog.ini"), "[HAController]\nCheckInterval=50\n").expect("because there is room");
    let strings = pair.connection_strings();
    let application = Application::start(strings.clone());
    let (_, main) = files.0.first().expect("because there is a runbook");
    let runbook = pair.runbook(main);
    for (name, text) in files.0.iter().skip(1) {
        fs::write(runbook.with_file_name(name), text).expect("because there is room");
    }
    let limits: Vec<String> = LIMITS.iter().map(|name| format!("{name}_limit=5s")).collect();
    let more = ["retry_pause=100ms", "answer_limit=2s", "log_needed=1 MiB"].into_iter();
    let set: Vec<&str> = limits.iter().map(String::as_str).chain(more).flat_map(|value| ["--set", value]).collect();
    let ended = run(&mut pair.migration(&runbook, "fix_pack", &set));
    let account = application.stop();
    let wrong = judge(&pair, &ended, &account);
    let down = run(Command::new(HSBRUN).args(["sim", "down"]).arg(pair.path()));
    assert!(down.code.is_some(), "{}", down.output());
    Seen { ended, wrong }
}

fn judge(pair: &Pair, ended: &Ended, account: &Account) -> Vec<&'static str> {
    let status = pair.status();
    let lines: Vec<&str> = status.lines().collect();
    let serves =
        |line: &&&str| ["PRIMARY ACTIVE", "PRIMARY ALONE", "STANDALONE"].iter().any(|state| line.contains(state));
    let serving: Vec<usize> = (0..2).filter(|at| lines.get(*at).as_ref().is_some_and(serves)).collect();
    let mut wrong = Vec::new();
    match serving.as_slice() {
        [] => wrong.push("nobody serves"),
        [one] => {
            let there = held(&pair.connection_strings()[*one]);
            let lost = account.acknowledged.iter().any(|number| there.binary_search(number).is_err());
            wrong.extend(lost.then_some("lost commits"));
        }
        _ => wrong.push("two primaries"),
    }
    let migrated = lines.len() >= 2
        && lines[0].contains("SECONDARY ACTIVE")
        && lines[1].contains("PRIMARY ACTIVE")
        && lines.iter().take(2).all(|line| line.contains(" 7.0.3 "));
    match ended.code {
        Some(0) if !migrated => wrong.push("false success"),
        Some(0) => {}
        _ => wrong.push("fails unprovoked"),
    }
    wrong
}
