//! What a migration goes through: asynchronous commands seen under way, roles switched, versions that differ.

use super::server::{Two, numbers, wait_for};

#[test]
fn asynchronous_commands_are_seen_under_way() {
    let slow = ["AcceptDelay=300", "ConnectDelay=300", "CatchupDelay=400", "SwitchDelay=300", "DisconnectDelay=300"];
    let two = Two::alone("6.5", &slow);
    let seen = |command: &str| two.first.admin(command);
    assert_eq!(seen("hsb connect"), (0, "Started the process of connecting the servers.".into()));
    assert_eq!(seen("hsb status connect").1, "BROKEN", "accepted, not begun");
    two.first.wait_for("hsb status connect", "CONNECTING");
    two.first.wait_for("hsb status connect", "CATCHUP");
    assert_eq!(seen("hsb status catchup"), (14003, "ACTIVE".into()));
    assert_eq!((seen("hsb state").1.as_str(), two.second.state().as_str()), ("PRIMARY ALONE", "SECONDARY ALONE"));
    assert_eq!(seen("hsb set standalone").0, 14702);
    two.first.wait_for("hsb state", "PRIMARY ACTIVE");
    assert_eq!(seen("hsb status catchup"), (0, "NOT ACTIVE".into()));
    assert_eq!(two.second.admin("hsb status switch").0, 14009);
    two.second.does("hsb switch primary");
    assert_eq!(two.second.admin("hsb status switch").0, 14009, "accepted, not begun");
    two.second.wait_for("hsb status switch", "ACTIVE");
    assert_eq!(two.second.admin("hsb switch primary").0, 14523);
    two.second.wait_for("hsb status switch", "SUCCESS");
    assert_eq!((two.second.state().as_str(), two.first.state().as_str()), ("PRIMARY ACTIVE", "SECONDARY ACTIVE"));
    two.second.does("hsb disconnect");
    two.second.wait_for("hsb status connect", "DISCONNECTING");
    two.second.wait_for("hsb state", "PRIMARY ALONE");
    two.first.wait_for("hsb state", "SECONDARY ALONE");
}

#[test]
fn either_side_can_switch_and_disconnect_and_the_data_follow() {
    let two = Two::connected("6.5", &[]);
    two.insert(0..5);
    two.first.does("hsb switch secondary");
    two.second.wait_for("hsb state", "PRIMARY ACTIVE");
    two.first.wait_for("hsb state", "SECONDARY ACTIVE");
    two.second.client().sql("INSERT INTO T VALUES (5)");
    assert_eq!(numbers(&two.first), [0, 1, 2, 3, 4, 5]);
    two.first.does("hsb disconnect");
    two.second.wait_for("hsb state", "PRIMARY ALONE");
    two.first.wait_for("hsb state", "SECONDARY ALONE");
    two.first.does("hsb connect");
    two.second.wait_for("hsb state", "PRIMARY ACTIVE");
}

#[test]
fn a_switch_aborts_the_open_transaction_of_the_old_primary() {
    let two = Two::connected("6.5", &[]);
    let client = two.first.client();
    client.sql("BEGIN");
    client.sql("INSERT INTO T VALUES (1)");
    two.second.does("hsb switch primary");
    two.second.wait_for("hsb state", "PRIMARY ACTIVE");
    let said = client.refused("COMMIT");
    assert!(said.contains("10047"), "{said}");
    assert_eq!(numbers(&two.second), [0u32; 0]);
}

#[test]
fn a_hot_migration_with_netcopy_goes_through() {
    let two = Two::connected("6.5", &["ConvertDelay=10"]);
    let (s1, s2) = (&two.first, &two.second);
    two.insert(0..10);
    s1.does("hsb disconnect");
    s1.wait_for("hsb state", "PRIMARY ALONE");
    s2.stop();
    s2.install("7.0");
    s2.must_start(&["-x", "autoconvert"]);
    two.insert(10..20);
    assert_eq!(s2.admin("hsb connect").0, 14501, "never on the newer Secondary");
    assert_eq!(s1.admin("hsb connect").0, 14524, "a converted database has another base");
    two.netcopy();
    two.connect();
    s2.does("hsb switch primary");
    s2.wait_for("hsb state", "PRIMARY ACTIVE");
    s2.client().sql("INSERT INTO T VALUES (20)");
    s2.does("hsb disconnect");
    s2.wait_for("hsb state", "PRIMARY ALONE");
    s1.stop();
    s1.install("7.0");
    s1.must_start(&["-x", "autoconvert"]);
    s2.does("hsb netcopy");
    s2.wait_for("hsb status copy", "SUCCESS");
    s2.does("hsb connect");
    s1.wait_for("hsb state", "SECONDARY ACTIVE");
    assert_eq!(numbers(s1), (0..21).collect::<Vec<_>>());
    assert_eq!(numbers(s1), numbers(s2));
}

#[test]
fn a_copy_of_an_older_format_needs_a_receiver_that_converts() {
    let two = Two::alone("6.5", &[]);
    two.second.stop();
    two.second.install("7.0");
    two.second.must_start(&["-x", "backupserver"]);
    two.first.does("hsb netcopy");
    two.first.wait_for("hsb status copy", "ERROR 10058");
    assert!(two.second.runs(), "it waits for another copy");
    two.second.kill();
    assert_eq!(two.second.start(&[]).0, 15);
    two.second.must_start(&["-x", "autoconvert"]);
}

#[test]
fn a_newer_primary_copies_to_no_older_secondary() {
    let two = Two::alone("7.0", &[]);
    two.second.stop();
    std::fs::remove_file(two.second.dir.join("solid.db")).expect("because it is there");
    two.second.install("6.5");
    two.second.must_start(&["-x", "backupserver"]);
    assert_eq!(two.first.admin("hsb netcopy").0, 10058);
    wait_for("nothing has changed", || two.first.state() == "PRIMARY ALONE");
}

#[test]
fn catchup_goes_on_where_conversion_keeps_the_base() {
    let two = Two::connected("6.5", &["ConvertKeepsBase=yes", "ConvertDelay=10"]);
    two.first.does("hsb disconnect");
    two.first.wait_for("hsb state", "PRIMARY ALONE");
    two.second.stop();
    two.second.install("7.0");
    two.second.must_start(&["-x", "autoconvert"]);
    two.insert(0..5);
    two.connect();
    assert_eq!(numbers(&two.second), [0, 1, 2, 3, 4]);
}
