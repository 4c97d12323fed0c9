//! Bounds: log, memory, connections, addresses; and what a start refuses for its options and settings.

use std::fs;

use super::server::{Single, Two, numbers};

#[test]
fn a_log_of_the_greatest_size_makes_the_primary_standalone() {
    let two = Two::alone("6.5", &["CheckpointDelay=600000"]);
    let client = two.first.client();
    client.admin("parameter HotStandby.MaxLogSize=2K");
    two.insert(0..5);
    assert_eq!(client.admin("makecp").0, 0);
    assert_eq!(two.first.state(), "PRIMARY ALONE", "there is room yet");
    two.insert(5..60);
    assert_eq!(two.first.state(), "PRIMARY ALONE", "until the next checkpoint");
    client.admin("makecp");
    assert_eq!(two.first.state(), "STANDALONE");
    assert!(two.first.messages().contains(" 30538 "));
    two.insert(60..61);
    two.first.does("hsb set primary alone");
    assert_eq!(two.first.admin("hsb connect").0, 14708, "its log is gone");
    two.netcopy();
    two.connect();
    assert_eq!(numbers(&two.second).len(), 61);
}

#[test]
fn a_full_log_disk_makes_the_server_read_only_until_it_is_restarted() {
    let single = Single::start("6.5", &["LogDisk=1", "StopDelay=10"]);
    let server = &single.server;
    server.does("hsb set primary alone");
    let client = server.client();
    client.sql("CREATE TABLE T (N INTEGER)");
    let full = (0..1000).find_map(|number| client.query(&format!("INSERT INTO T VALUES ({number})")).err());
    assert!(full.is_some_and(|error| error.to_string().contains("10040")));
    let count = client.sql("SELECT COUNT(*) FROM T");
    assert!(client.refused("INSERT INTO T VALUES (0)").contains("10041"));
    assert_eq!(server.state(), "PRIMARY ALONE");
    server.stop();
    let ini = server.dir.join("solid.ini");
    let text = fs::read_to_string(&ini).expect("because it was written");
    fs::write(&ini, text.replace("LogDisk=1", "LogDisk=1000")).expect("because there is room");
    server.must_start(&[]);
    server.does("hsb set primary alone");
    server.client().sql("INSERT INTO T VALUES (0)");
    assert_ne!(server.client().sql("SELECT COUNT(*) FROM T"), count);
}

#[test]
fn memory_and_connections_are_bounded_and_the_server_lives() {
    let single = Single::start("6.5", &["MaxMemory=20000", "MaxRows=500", "MaxConnections=3"]);
    let client = single.server.client();
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 400)";
    assert!(client.refused("SELECT HEX(ZEROBLOB(400000000)) AS X").contains("SOLID"));
    assert!(client.refused(&format!("{endless} SELECT HEX(ZEROBLOB(100000)) AS X FROM c")).contains("MaxMemory"));
    assert!(
        client
            .refused("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c")
            .contains("MaxRows")
    );
    let others: Vec<_> = (0..2).map(|_| single.server.client()).collect();
    let refused = super::client::Client::connect(single.server.port).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|said| said.contains("14506")));
    drop(others);
    assert_eq!(client.sql("SELECT 1 AS ONE"), [["1"]]);
}

#[test]
fn a_raised_bound_of_connections_counts_at_once() {
    let single = Single::start("6.5", &["MaxConnections=2"]);
    let client = single.server.client();
    assert_eq!(client.admin("parameter Sim.MaxConnections=9").0, 0);
    let more: Vec<_> = (0..8).map(|_| single.server.client()).collect();
    assert_eq!(client.admin("userlist").0, 0);
    let refused = super::client::Client::connect(single.server.port).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|said| said.contains("14506")));
    drop(more);
}

#[test]
fn options_and_settings_of_a_start_are_judged_by_their_exit_codes() {
    let single = Single::prepare("6.5", &["StopDelay=10"]);
    let server = &single.server;
    let stops = |options: &[&str], code: i32, words: &str| {
        let (exit, said) = server.start(options);
        assert_eq!(exit, code, "{options:?}: {said}");
        assert!(said.contains(words), "{options:?}: {said}");
    };
    stops(&["--nonsense"], 50, "--nonsense");
    stops(&["-x", "nonsense"], 50, "autoconvert, backupserver");
    stops(&["-c", "/nowhere"], 50, "cannot be used multiple times");
    stops(&["-h"], 0, "");
    stops(&["-?"], 0, "");
    let ini = server.dir.join("solid.ini");
    let sound = fs::read_to_string(&ini).expect("because it was written");
    for (section, line, code, words) in [
        ("[Sim]", "License=no", 14, "solid.lic"),
        ("[Logging]", "LogEnabled=no", 10, "10092"),
        ("[Srv]", "ReadThreadMode=0", 10, "14706"),
        ("[Sim]", "SwitchUnconnected=perhaps", 50, "solid.ini, line 10: SwitchUnconnected must be refuse or promote"),
        ("[Com]", "Listen=tcp 0.0.0.0 1964", 50, "is not loopback"),
        ("[Com", "", 50, "solid.ini, line 9: a section without"),
    ] {
        fs::write(&ini, format!("{sound}{section}\n{line}\n")).expect("because there is room");
        stops(&["-Udba", "-Pdba"], code, words);
    }
    fs::write(&ini, sound).expect("because there is room");
    server.must_start(&["-n", "S", "-Udba", "-Pdba", "-C", "cat"]);
    server.does("hsb set primary alone");
    server.client().sql("CREATE TABLE T (N INTEGER)");
    server.stop();
    server.must_start(&["-x", "read-only"]);
    server.does("hsb set primary alone");
    assert!(server.client().refused("INSERT INTO T VALUES (1)").contains("10041"));
    let messages = server.messages();
    for number in [30151, 30501, 30102, 30105, 30507] {
        assert!(messages.contains(&format!(" {number} ")), "{number} is not in\n{messages}");
    }
}
