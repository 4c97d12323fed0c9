//! The manuals' sample watchdog.

use super::*;

const SAMPLE: &str = "[Watchdog]\nPingInterval=50\nNumRetry=3\n";

#[test]
fn the_sample_switches_and_promotes_and_connects_and_starts_nothing() {
    let watched = Watched::up("version_level", &[], SAMPLE);
    watched.pair.signal("S1", Signal::KILL);
    // The server refuses the switch without its Primary, as it would be refused to anybody.
    watched.wait_for(&[
        "S1 is gone, S2 SECONDARY ALONE",
        "S2 SWITCH_PRIMARY: 14537",
        "S2 SET_LOCAL_PRIMARY_ALONE: done",
    ]);
    watched.wait_for(&["S1 is gone, S2 PRIMARY ALONE"]);
    watched.sim(&["solid", "-c"], "s1", &[]);
    watched.wait_for(&["S2 CONNECT: done", "S1 SECONDARY ACTIVE, S2 PRIMARY ACTIVE"]);
    assert!(!watched.log().iter().any(|line| line.contains("START_SERVER")), "{:#?}", watched.log());
}

#[test]
fn without_auto_switch_the_sample_only_tells() {
    let watched = Watched::up("version_level", &[], &format!("{SAMPLE}AutoSwitch=no\n"));
    watched.pair.signal("S2", Signal::KILL);
    watched.wait_for(&["S1 PRIMARY UNCERTAIN, S2 is gone", "AutoSwitch=no: set S1 PRIMARY ALONE"]);
    watched.assert_idle();
}
