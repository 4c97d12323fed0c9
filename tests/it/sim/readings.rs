//! What the sources leave open: the other reading of each, tried on the same pair.

use super::server::Two;

const SLOW: [&str; 5] =
    ["AcceptDelay=200", "ConnectDelay=100", "CatchupDelay=300", "SwitchDelay=200", "DisconnectDelay=200"];

#[test]
fn the_other_readings_answer_otherwise() {
    let two = Two::alone("6.5", &SLOW);
    let (s1, s2) = (&two.first, &two.second);
    for server in [s1, s2] {
        let client = server.client();
        for setting in [
            "AcceptedShowsPrevious=no",
            "CatchupSeenBySecondary=no",
            "ConnectDuringCatchup=started",
            "NoSwitchYet=engine",
            "RcOfAlready=zero",
            "StateInTransit=alone",
            "StatusCopyBeforeAny=success",
            "ErrorText=sentence",
        ] {
            assert_eq!(client.admin(&format!("parameter Sim.{setting}")).0, 0, "{setting}");
        }
    }
    assert_eq!(s2.admin("hsb status copy"), (0, "SUCCESS".into()));
    assert_eq!(s1.admin("hsb status switch"), (14009, "No role switches since the server startup".into()));
    assert_eq!(s1.admin("hsb set primary alone"), (0, "Server is already set to primary alone.".into()));
    assert_eq!(s1.admin("hsb netcopy").0, 0);
    assert_eq!(s1.admin("hsb status copy").0, 14003, "shown at once");
    s1.wait_for("hsb status copy", "SUCCESS");
    s2.wait_for("hsb state", "SECONDARY ALONE");
    assert_eq!(s1.admin("hsb connect").0, 0);
    assert_eq!(s1.admin("hsb status connect").0, 14007, "shown at once");
    s1.wait_for("hsb status connect", "CATCHUP");
    assert_eq!(s2.admin("hsb status connect").1, "CONNECTING");
    assert_eq!(s1.admin("hsb connect"), (0, "Started the process of connecting the servers.".into()));
    s1.wait_for("hsb state", "PRIMARY ACTIVE");
    s2.wait_for("hsb state", "SECONDARY ACTIVE");
    assert_eq!(s2.admin("hsb switch primary").0, 0);
    assert_eq!(s2.admin("hsb status switch").0, 14003, "shown at once");
    assert_eq!(s2.state(), "SECONDARY ALONE", "on the way");
    s2.wait_for("hsb state", "PRIMARY ACTIVE");
    s2.does("parameter Sim.TrailingNewline=yes");
    assert_eq!(s2.admin("hsb state").1, "PRIMARY ACTIVE\n");
}

#[test]
fn a_switch_of_an_unconnected_secondary_may_promote_it() {
    let two = Two::alone("6.5", &["SwitchUnconnected=promote", "StandaloneWhenActive=allow"]);
    two.connect();
    two.first.does("hsb set standalone");
    assert_eq!(two.first.state(), "STANDALONE");
    two.second.wait_for("hsb state", "SECONDARY ALONE");
    two.first.wait_for("hsb status connect", "BROKEN");
    two.insert(0..1);
    assert_eq!(two.first.admin("hsb connect").0, 14707);
    assert_eq!(two.second.admin("hsb set standalone").0, 0);
    two.second.does("hsb set secondary alone");
    two.second.does("hsb switch primary");
    two.second.wait_for("hsb state", "PRIMARY ALONE");
    assert_eq!(two.second.admin("hsb status switch").1, "SUCCESS");
    two.first.does("hsb set primary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14700, "two primaries can really be made");
}
