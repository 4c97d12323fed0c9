//! Every command of the catalogue: what it answers where, and what it does.

use std::fs;

use hsbrun::pair::{Arguments, Command, code};

use super::client::Client;
use super::server::{Server, Single, Two, wait_for};

/// Each command with the RC that it must get there; none of them changes anything.
fn answers(server: &Server, expected: &[(&str, i32)]) {
    let client = server.client();
    let state = client.admin("hsb state").1;
    for (command, rc) in expected {
        assert_eq!(client.admin(command).0, *rc, "{command} on {state}");
        assert_eq!(client.admin("hsb state").1, state, "after {command}");
    }
}

#[test]
fn every_state_refuses_its_commands_by_their_codes() {
    let two = Two::alone("6.5", &[]);
    answers(
        &two.first,
        &[
            ("hsb set primary alone", 30782),
            ("hsb disconnect", 30768),
            ("hsb switch primary", 14535),
            ("hsb status copy", 0),
            ("hsb status switch", 14009),
            ("hsb status connect", 14537),
            ("hsb copy", 14522),
            ("hsb copy nowhere", 10030),
            ("hsb copy .", 10024),
            ("hsb copy solid.db", 10024),
            ("status backup", 14553),
            ("backup nowhere", 10030),
        ],
    );
    answers(
        &two.second,
        &[
            ("hsb set secondary alone", 30783),
            ("hsb switch primary", 14537),
            ("hsb switch secondary", 14536),
            ("hsb netcopy", 14712),
            ("hsb copy", 14712),
            ("hsb disconnect", 30768),
        ],
    );
    two.connect();
    let connected = [
        ("hsb connect", 30750),
        ("hsb set primary alone", 30769),
        ("hsb set secondary alone", 30769),
        ("hsb set standalone", 14705),
        ("hsb parameter connect tcp 127.0.0.1 1", 14550),
        ("parameter HotStandby.Connect=tcp 127.0.0.1 1", 14550),
        ("hsb status connect", 0),
    ];
    answers(&two.first, &connected);
    answers(&two.first, &[("hsb netcopy", 14704), ("hsb copy", 14704), ("hsb switch primary", 14535)]);
    answers(&two.second, &connected);
    answers(&two.second, &[("hsb netcopy", 14712), ("hsb copy", 14712), ("hsb switch secondary", 14536)]);
    two.second.kill();
    two.first.wait_for("hsb state", "PRIMARY UNCERTAIN");
    answers(
        &two.first,
        &[
            ("hsb connect", 14503),
            ("hsb disconnect", 30768),
            ("hsb switch primary", 14535),
            ("hsb netcopy", 14704),
            ("hsb copy", 14704),
            ("makecp", 10089),
            ("backup", 10089),
        ],
    );
    two.first.does("hsb set primary alone");
    answers(&two.first, &[("hsb connect", 14503), ("hsb netcopy", 21306)]);
    two.second.must_start(&["-x", "backupserver"]);
    let said = Client::connect(two.second.port).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said.contains("14552"), "{said}");
    answers(&two.first, &[("hsb connect", 14503)]);
    two.first.does("hsb set standalone");
    answers(
        &two.first,
        &[
            ("hsb connect", 14707),
            ("hsb disconnect", 14707),
            ("hsb switch primary", 14707),
            ("hsb switch secondary", 14548),
            ("hsb netcopy", 14704),
            ("hsb set standalone", 30774),
        ],
    );
    two.first.does("hsb set secondary alone");
    assert_eq!(two.first.admin("hsb role").1, "SECONDARY");
}

#[test]
fn every_command_of_the_catalogue_is_answered() {
    let quick = ["StopDelay=10", "BackupDelay=0", "MaxLifetime=60000", "SwitchDelay=600000"];
    let single = Single::start("6.5", &quick);
    single.server.does("hsb set primary alone");
    let client = single.server.client();
    fs::create_dir(single.server.dir.join("backup")).expect("because there is room");
    let ends = |command: Command| matches!(command, Command::Shutdown | Command::ShutdownForce);
    for command in Command::all().filter(|command| !ends(*command)) {
        let text = match command {
            Command::Errorcode => "errorcode 14704".to_owned(),
            Command::HsbParameter => "hsb parameter connect tcp 127.0.0.1 1".to_owned(),
            Command::Throwout => "throwout all".to_owned(),
            command => {
                assert!(!matches!(command.arguments(), Arguments::Required(_)), "{}", command.text());
                command.text().to_owned()
            }
        };
        let rows = client.sql(&format!("ADMIN COMMAND '{text}'"));
        assert!(!rows.is_empty(), "{text} gives no row");
        for row in rows {
            let rc: i32 = row[0].parse().expect("because RC is a number");
            assert!(rc == 0 || code(rc).is_some(), "{text}: {rc} {}", row[1]);
            assert!(!row[1].contains("not simulated"), "{text}: {}", row[1]);
        }
    }
    let said = |command: &str| client.sql(&format!("ADMIN COMMAND '{command}'"));
    assert!(said("help").len() == Command::all().count() && said("hsb help").len() > 15);
    assert!(said("hsb help").iter().all(|row| row[1].starts_with("hsb ")));
    for (short, long) in [("PMON list", "perfmon list"), ("HotStandby role", "hsb role"), (" ver ", "version")] {
        assert_eq!(said(short), said(long), "{short}");
    }
    assert_eq!(client.admin("errorcode 1").0, 14526);
    assert_eq!(client.admin("nonsense").0, 14539);
    assert_eq!(client.admin("hsb logspace").0, 30758);
    assert!(client.admin("userid").1.parse::<u64>().is_ok());
    assert_eq!(client.admin("info primarystarttime secondarystarttime").0, 0);
    assert_ne!(said("info primarystarttime")[0][1], "");
    assert_eq!(said("info secondarystarttime")[0][1], "", "the state is that of a secondary again");
    assert_eq!(client.admin("info nonsense").0, 14526);
    assert!(said("status").iter().any(|row| row[1].starts_with("Database size is ")));
    assert_eq!(said("pmon HSB state").len(), 1);
}

#[test]
fn a_server_without_hotstandby_says_so() {
    let single = Single::prepare("6.5", &[]);
    let ini = single.server.dir.join("solid.ini");
    let text = fs::read_to_string(&ini).expect("because it was written");
    fs::write(&ini, text.replace("HSBEnabled=yes", "HSBEnabled=no")).expect("because there is room");
    single.server.must_start(&["-Udba", "-Pdba"]);
    let client = single.server.client();
    for command in Command::all().filter(|command| command.is_hotstandby()) {
        let argument = if command == Command::HsbParameter { " connect tcp 1" } else { "" };
        assert_eq!(client.admin(&format!("{}{argument}", command.text())).0, 14527, "{}", command.text());
    }
    client.sql("CREATE TABLE T (N INTEGER)");
    assert_eq!(client.sql("SELECT HOTSTANDBY_STATE() AS S"), [["STANDALONE"]]);
}

#[test]
fn only_administrators_give_admin_commands_and_roles() {
    let two = Two::connected("6.5", &[]);
    let dba = two.first.client();
    dba.sql("CREATE USER ops IDENTIFIED BY Secret");
    dba.sql("CREATE USER app IDENTIFIED BY app");
    dba.sql("GRANT SYS_CONSOLE_ROLE TO ops");
    assert!(dba.refused("GRANT SYS_ADMIN_ROLE TO nobody").contains("no such user"));
    let login = |server: &Server, user, password| Client::login(server.port, user, password);
    assert!(login(&two.first, "ops", "secret").is_err(), "a password has its case");
    let ops = login(&two.second, "ops", "Secret").expect("because users are replicated");
    assert_eq!(ops.admin("hsb state").1, "SECONDARY ACTIVE");
    let app = login(&two.first, "app", "app").expect("because it was created");
    for statement in ["ADMIN COMMAND 'hsb state'", "CREATE USER x IDENTIFIED BY x", "GRANT SYS_ADMIN_ROLE TO app"] {
        let said = app.refused(statement);
        assert!(said.contains("13047"), "{statement}: {said}");
    }
    app.sql("INSERT INTO T VALUES (1)");
    assert_eq!(
        app.sql("SELECT HOTSTANDBY_STATE() AS S, HOTSTANDBY_CONNECTSTATUS() AS C"),
        [["PRIMARY ACTIVE", "CONNECTED"]]
    );
    dba.sql("DROP USER app");
    assert!(login(&two.first, "app", "app").is_err());
}

#[test]
fn a_backup_and_a_copy_are_databases_of_their_own() {
    let two = Two::alone("6.5", &["BackupDelay=300"]);
    two.insert(0..3);
    let client = two.first.client();
    let dir = two.first.dir.join("copies");
    fs::create_dir(&dir).expect("because there is room");
    assert_eq!(client.admin("backup copies"), (0, "Backup started.".into()));
    assert_eq!(client.admin("status backup"), (14003, "ACTIVE".into()));
    for command in ["backup copies", "hsb copy copies", "hsb netcopy"] {
        assert_eq!(client.admin(command).0, 10019, "{command} beside a backup");
    }
    two.first.wait_for("status backup", "SUCCESS");
    assert!(dir.join("solid.ini").is_file() && dir.join("solmsg.out").is_file());
    assert_eq!(client.admin("parameter HotStandby.CopyDirectory=copies").0, 0);
    assert_eq!(client.admin("hsb copy"), (0, "Copy started.".into()));
    two.first.wait_for("hsb status copy", "ACTIVE");
    assert_eq!(client.admin("hsb set standalone").0, 14703);
    assert_eq!(client.admin("backup copies").0, 10019);
    two.first.wait_for("hsb status copy", "SUCCESS");
    two.second.stop();
    fs::copy(dir.join("solid.db"), two.second.dir.join("solid.db")).expect("because both are files");
    two.insert(3..5);
    two.second.must_start(&[]);
    two.connect();
    assert_eq!(super::server::numbers(&two.second), [0, 1, 2, 3, 4]);
}

#[test]
fn a_backup_takes_the_log_along_unless_told_otherwise() {
    let two = Two::alone("6.5", &["BackupDelay=0"]);
    fs::create_dir(two.first.dir.join("backup")).expect("because there is room");
    two.insert(0..2);
    two.first.does("parameter Sim.BackupDeletesNeededLog=no");
    two.first.does("backup -s");
    two.connect();
    two.first.does("hsb disconnect");
    two.first.wait_for("hsb state", "PRIMARY ALONE");
    two.insert(2..4);
    two.first.does("parameter Sim.BackupDeletesNeededLog=yes");
    two.first.does("backup -s");
    two.insert(4..5);
    assert_eq!(two.first.admin("hsb connect").0, 14708);
    wait_for("the message", || two.first.messages().contains(" 30533 "));
    two.netcopy();
    two.connect();
}

#[test]
fn a_parameter_takes_effect_and_is_kept() {
    let single = Single::start("6.5", &[]);
    let client = single.server.client();
    let ini = || fs::read_to_string(single.server.dir.join("solid.ini")).expect("because it was written");
    assert_eq!(client.admin("parameter hotstandby.autoprimaryalone"), (0, "HotStandby.AutoPrimaryAlone=no".into()));
    let set = client.admin("parameter HotStandby.AutoPrimaryAlone = yes");
    assert_eq!(set, (0, "Parameter HotStandby.AutoPrimaryAlone is set to yes.".into()));
    assert_eq!(client.admin("par HotStandby.AutoPrimaryAlone").1, "HotStandby.AutoPrimaryAlone=yes");
    assert!(ini().contains("AutoPrimaryAlone=yes"), "{}", ini());
    for (command, rc) in [
        ("parameter HotStandby.Nonsense=1", 11027),
        ("parameter Nonsense", 11027),
        ("parameter Logging.LogEnabled=no", 11028),
        ("parameter HotStandby.PingTimeout=soon", 11029),
        ("describe nonsense", 14526),
    ] {
        assert_eq!(client.admin(command).0, rc, "{command}");
    }
    assert!(client.sql("ADMIN COMMAND 'parameter HotStandby'").len() > 8);
    assert!(client.sql("ADMIN COMMAND 'describe parameter HotStandby.PingTimeout'")[1][1].contains("access RW,"));
    for (name, access) in [("NetcopyDelay", "RW"), ("Sync", "RW/Startup"), ("MaxMemory", "RW/Startup")] {
        let lines = client.sql(&format!("ADMIN COMMAND 'describe parameter Sim.{name}'"));
        assert!(lines[1][1].contains(&format!("access {access},")), "{lines:?}");
    }
    let written = client.admin("parameter com.listen=\"tcp 127.0.0.1 1\"");
    assert_eq!(written.0, 0);
    assert!(ini().contains("Listen=tcp 127.0.0.1 1\n") && client.admin("hsb state").0 == 0);
}
