//! The shipped migration on pairs of real server processes, over psqlodbc, while an application commits.

use std::process::Command;

use crate::support::application::{Application, assert_nothing_lost};
use crate::support::pair::{HSBRUN, Pair, run, shipped};

/// How many migrations a branch gets: `ci` is what every run of the tests can afford.
fn rounds() -> usize {
    match std::env::var("HSBRUN_CAMPAIGN").as_deref() {
        Ok("full") => 100,
        Ok(_) | Err(_) => 5,
    }
}

/// Delays that differ from round to round, so that commands meet the pair in different moments.
fn delays(round: usize) -> Vec<String> {
    let of = |name: &str, base: usize, spread: usize, step: usize| {
        format!("{name}={}", base + (round * step + name.len() * 7) % spread.max(1))
    };
    vec![
        of("AcceptDelay", 0, 120, 37),
        of("ConnectDelay", 20, 300, 71),
        of("DisconnectDelay", 0, 250, 53),
        of("CatchupDelay", 0, 400, 97),
        of("SwitchDelay", 10, 350, 89),
        of("NetcopyDelay", 50, 600, 131),
        of("StopDelay", 0, 500, 113),
        of("StartDelay", 0, 300, 61),
        of("ConvertDelay", 0, 400, 103),
    ]
}

/// One whole migration under load, judged by its exit, the pair's own word, and the application's account.
fn migrate(upgrade: &str, new: &str, round: usize) {
    let delays = delays(round);
    let pair = Pair::up(upgrade, &delays.iter().map(String::as_str).collect::<Vec<_>>());
    let strings = pair.connection_strings();
    let application = Application::start(strings.clone());
    let ended =
        run(&mut pair.migration(&shipped("hot-migration-netcopy.hsbrun"), upgrade, &["--set", "log_needed=1 MiB"]));
    let account = application.stop();
    assert_eq!(ended.code, Some(0), "round {round}, delays {delays:?}\n{}", ended.output());

    let status = pair.status();
    let lines: Vec<&str> = status.lines().collect();
    assert!(lines[0].starts_with("S1  SECONDARY ACTIVE") && lines[0].contains(&format!(" {new} ")), "{status}");
    assert!(lines[1].starts_with("S2  PRIMARY ACTIVE") && lines[1].contains(&format!(" {new} ")), "{status}");
    assert_nothing_lost(&account, &strings);
    let rate = account.commits_a_second();
    println!(
        "{upgrade} {round}: {:.1?}, {} commits, {rate:.0}/s, longest gap {:.0?}",
        ended.took,
        account.acknowledged.len(),
        account.longest_gap
    );
    assert!(rate >= 200.0, "the application came to {rate:.0} commits a second, gaps included");
    let down = run(Command::new(HSBRUN).args(["sim", "down"]).arg(pair.path()));
    assert_eq!(down.code, Some(0), "{}", down.output());
}

#[test]
fn a_version_level_is_migrated_under_load_and_no_commit_is_lost_or_doubled() {
    for round in 0..rounds() {
        migrate("version_level", "7.0", round);
    }
}

#[test]
fn a_fix_pack_is_migrated_under_load_and_no_commit_is_lost_or_doubled() {
    for round in 0..rounds() {
        migrate("fix_pack", "7.0.3", round);
    }
}
