//! The shipped migration while something goes wrong by order, on real server processes: lost answers are settled, what
//! failed is retried or rescued, and the migration is done in the end.

use std::process::Command;

use crate::dice::full_campaign;
use crate::support::application::{Application, assert_nothing_lost};
use crate::support::pair::{Ended, HSBRUN, Pair, run, shipped};

fn sim_fault(pair: &Pair, words: &[&str]) -> Ended {
    let ended = run(Command::new(HSBRUN).args(["sim", "fault"]).arg(pair.path()).args(words));
    assert_eq!(ended.code, Some(0), "{words:?}: {}", ended.output());
    ended
}

/// A whole migration under load with those faults, each of which must strike.
fn migrate(faults: &[&[&str]]) -> Ended {
    let pair = Pair::up("fix_pack", &[]);
    // So long the run waits before it holds a command for lost.
    pair.edit_site(|site| site.replace("look_limit: 10s", "look_limit: 2s"));
    for words in faults {
        sim_fault(&pair, words);
    }
    let strings = pair.connection_strings();
    let application = Application::start(strings.clone());
    let more = ["--set", "log_needed=1 MiB", "--set", "retry_pause=200ms"];
    let ended = run(&mut pair.migration(&shipped("hot-migration-netcopy.hsbrun"), "fix_pack", &more));
    let account = application.stop();
    assert_eq!(ended.code, Some(0), "{faults:?}\n{}", ended.output());
    assert_eq!(sim_fault(&pair, &["list"]).stdout, "", "a fault has not struck\n{}", ended.output());
    let status = pair.status();
    let lines: Vec<&str> = status.lines().collect();
    assert!(lines[0].starts_with("S1  SECONDARY ACTIVE") && lines[0].contains(" 7.0.3 "), "{status}");
    assert!(lines[1].starts_with("S2  PRIMARY ACTIVE") && lines[1].contains(" 7.0.3 "), "{status}");
    assert_nothing_lost(&account, &strings);
    ended
}

/// The commands of the migration, and the servers that get them.
const COMMANDS: [(&str, &[&str]); 5] = [
    ("hsb disconnect", &["S1", "S2"]),
    ("shutdown force", &["S1", "S2"]),
    ("hsb netcopy", &["S1", "S2"]),
    ("hsb connect", &["S1", "S2"]),
    ("hsb switch primary", &["S2"]),
];

/// One migration in which that befalls every command; in the long campaign also one for each command alone.
fn every_command(kind: &'static str) {
    let of = |(command, servers): &(&'static str, &'static [&'static str])| {
        servers.iter().map(|server| [kind, *command, "--server", *server]).collect::<Vec<_>>()
    };
    let mut runs = vec![COMMANDS.iter().flat_map(of).collect::<Vec<_>>()];
    if full_campaign() {
        runs.extend(COMMANDS.iter().map(of));
    }
    for faults in runs {
        migrate(&faults.iter().map(<[&str; 4]>::as_slice).collect::<Vec<_>>());
    }
}

#[test]
fn a_lost_answer_to_any_command_is_settled_and_the_command_not_repeated() {
    every_command("answer-lost");
}

#[test]
fn any_command_that_is_lost_on_its_way_is_sent_again() {
    every_command("command-lost");
}

#[test]
fn a_netcopy_that_breaks_once_on_each_server_is_retried() {
    let ended = migrate(&[&["copy-fails"]]);
    assert!(ended.stdout.contains("retry"), "{}", ended.output());
}

#[test]
fn a_catchup_that_breaks_once_on_each_server_is_retried() {
    let ended = migrate(&[&["catchup-fails"]]);
    assert!(ended.stdout.contains("retry"), "{}", ended.output());
}

#[test]
fn a_switch_that_ends_in_two_secondaries_is_rescued_and_retried() {
    let ended = migrate(&[&["switch-fails", "--server", "S2"]]);
    assert!(ended.stdout.contains("retry"), "{}", ended.output());
}
