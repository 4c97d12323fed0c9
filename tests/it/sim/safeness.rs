//! One-safe and two-safe: what a Primary acknowledges before its Secondary has it, and where that can be lost.

use super::server::{Two, numbers, wait_for};

/// One-safe, and nothing is sent before it must be; but written at once.
const HELD: [&str; 4] = ["SafenessLevel=1safe", "1SafeMaxDelay=3600000", "ShipDelay=3600000", "DurabilityLevel=3"];
const NOTHING: [u32; 0] = [];

/// Connected, with commits that only the Primary has.
fn ahead(settings: &[&str], commits: std::ops::Range<u32>) -> Two {
    let two = Two::connected("6.5", &[&HELD, settings].concat());
    two.insert(commits);
    assert_eq!(numbers(&two.second), NOTHING, "acknowledged, and not sent");
    assert_eq!(two.first.state(), "PRIMARY ACTIVE");
    two
}

fn wait_until_second_holds(two: &Two, wanted: std::ops::Range<u32>) {
    let wanted: Vec<u32> = wanted.collect();
    wait_for("the Secondary holds it", || numbers(&two.second) == wanted);
}

#[test]
fn a_one_safe_commit_comes_to_the_secondary_a_moment_later() {
    let two = Two::connected("6.5", &["SafenessLevel=1safe", "ShipDelay=200"]);
    two.insert(0..50);
    wait_until_second_holds(&two, 0..50);
    let positions = || [&two.first, &two.second].map(|server| server.admin("hsb logpos").1[..21].to_owned());
    assert_eq!(positions()[0], positions()[1]);
}

#[test]
fn the_level_and_the_delay_are_changed_at_run_time() {
    let two = ahead(&[], 0..3);
    let not_sent = || two.first.admin("pmon HSB notsent bytes").1;
    assert!(!not_sent().ends_with(": 0"), "{}", not_sent());
    two.first.does("parameter HotStandby.SafenessLevel=2safe");
    two.insert(3..4);
    assert_eq!(numbers(&two.second), [0, 1, 2, 3], "in their order, before the last one is acknowledged");
    assert!(not_sent().ends_with(": 0"), "{}", not_sent());
    two.first.does("parameter HotStandby.SafenessLevel=auto");
    two.first.does("parameter Logging.DurabilityLevel=2");
    two.insert(4..5);
    assert_eq!(numbers(&two.second), [0, 1, 2, 3, 4], "adaptive durability is two-safe");
    two.first.does("parameter Logging.DurabilityLevel=1");
    two.insert(5..6);
    assert_eq!(numbers(&two.second), [0, 1, 2, 3, 4]);
    two.first.does("parameter HotStandby.1SafeMaxDelay=1");
    two.insert(6..7);
    wait_until_second_holds(&two, 0..7);
    for wrong in ["HotStandby.SafenessLevel=3safe", "Logging.DurabilityLevel=4", "HotStandby.1SafeMaxDelay=soon"] {
        assert_eq!(two.first.admin(&format!("parameter {wrong}")).0, 11029, "{wrong}");
    }
}

#[test]
fn what_a_killed_one_safe_primary_had_not_sent_is_lost_by_a_fail_over() {
    let two = ahead(&[], 0..3);
    two.first.kill();
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    two.second.does("hsb set primary alone");
    assert_eq!(numbers(&two.second), NOTHING, "lost");
    two.first.must_start(&[]);
    assert_eq!(numbers(&two.first), [0, 1, 2], "the old Primary has it and is refused");
    assert_eq!(two.second.admin("hsb connect").0, 14525);
    assert_eq!(two.first.admin("hsb connect").0, 14525);
}

#[test]
fn a_one_safe_primary_that_comes_back_itself_loses_nothing() {
    let two = ahead(&[], 0..3);
    two.first.kill();
    two.first.must_start(&[]);
    two.first.does("hsb set primary alone");
    two.connect();
    assert_eq!(numbers(&two.second), [0, 1, 2]);
}

#[test]
fn a_secondary_that_ends_gets_by_catchup_what_was_not_sent() {
    // More than the log that a connected Primary keeps for a Secondary that has everything.
    let two = ahead(&[], 0..2500);
    two.second.kill();
    two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
    two.second.must_start(&[]);
    two.connect();
    assert_eq!(numbers(&two.second).len(), 2500);
}

#[test]
fn a_disconnect_a_switch_and_a_shutdown_send_everything_first() {
    for (commanded, server) in [
        ("hsb disconnect", "S1"),
        ("hsb disconnect", "S2"),
        ("hsb switch secondary", "S1"),
        ("hsb switch primary", "S2"),
        ("shutdown force", "S1"),
        ("shutdown force", "S2"),
    ] {
        let two = ahead(&[], 0..3);
        let told = if server == "S1" { &two.first } else { &two.second };
        told.does(commanded);
        if commanded == "shutdown force" {
            wait_for("the server ends", || !told.runs());
            if server == "S2" {
                two.first.wait_for("hsb state", "PRIMARY ALONE");
                two.second.must_start(&[]);
            }
        }
        wait_until_second_holds(&two, 0..3);
    }
}

#[test]
fn a_one_safe_primary_goes_on_while_its_secondary_is_silent_and_a_two_safe_one_waits() {
    let settings = ["PingInterval=100", "PingTimeout=60000"];
    let two = ahead(&settings, 0..3);
    two.second.signal(rustix::process::Signal::STOP);
    two.insert(3..20);
    two.first.does("parameter HotStandby.SafenessLevel=2safe");
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| two.insert(20..21));
        std::thread::sleep(std::time::Duration::from_millis(200)); // for a commit that does not wait to come to its end
        assert!(!waits.is_finished());
        two.second.signal(rustix::process::Signal::CONT);
        waits.join().expect("because the Secondary has it now");
    });
    assert_eq!(numbers(&two.second), (0..21).collect::<Vec<_>>());
}
