//! Start and stop: the background, exit codes, versions.

use std::fs;
use std::net::TcpListener;

use rustix::process::Signal;

use super::client::Client;
use super::server::{Single, Two, overwrite, wait_for};

#[test]
fn a_server_starts_into_the_background_answers_and_stops() {
    let single = Single::prepare("6.5", &["StopDelay=300"]);
    let server = &single.server;
    assert!(!server.runs());
    server.must_start(&["-Udba", "-Pdba"]);
    assert!(server.runs());
    let client = server.client();
    assert_eq!(client.admin("hsb state"), (0, "SECONDARY ALONE".into()));
    assert!(client.admin("version").1.contains("6.5"));
    assert_eq!(client.admin("pid").1, server.pid().expect("because it runs").as_raw_nonzero().to_string());
    assert_eq!(client.admin("shutdown force").0, 0);
    wait_for("the port refuses", || Client::connect(server.port).is_err());
    assert!(server.runs(), "a stopping server has closed its port and still holds its files");
    wait_for("the process ends", || !server.runs());
    assert!(!server.dir.join("solid.db-wal").exists(), "an orderly end leaves one file");
}

#[test]
fn a_stale_process_id_is_harmless_and_a_second_start_is_refused() {
    let single = Single::start("6.5", &[]);
    let server = &single.server;
    let (code, said) = server.start(&[]);
    assert_eq!(code, 10);
    assert!(said.contains("10054"), "{said}");
    server.kill();
    assert!(server.dir.join("solid.pid").exists());
    server.must_start(&[]);
}

#[test]
fn a_server_that_gets_sigterm_stops_in_good_order() {
    let single = Single::start("6.5", &[]);
    single.server.signal(Signal::TERM);
    wait_for("the process ends", || !single.server.runs());
    assert!(single.server.messages().contains("30105"));
}

#[test]
fn what_keeps_a_server_from_starting_is_its_exit_code() {
    let single = Single::prepare("6.5", &[]);
    let server = &single.server;
    assert_eq!(server.start(&[]).0, 16, "there is no database");
    let listener = TcpListener::bind(("127.0.0.1", server.port)).expect("because the port is free");
    assert_eq!(server.start(&["-Udba", "-Pdba"]).0, 21, "the port is in use");
    drop(listener);
    let sound = fs::read_to_string(server.dir.join("solid.ini")).expect("because it was written");
    overwrite(&server.dir.join("solid.ini"), &format!("{sound}ConnectDelay=soon\n"));
    let (code, said) = server.start(&[]);
    assert_eq!(code, 50);
    assert!(said.contains("solid.ini, line 8: ConnectDelay must be a number, not 'soon'"), "{said}");
    overwrite(&server.dir.join("solid.ini"), &sound);
    server.must_start(&[]);
    server.stop();
    overwrite(
        &server.dir.join("solid.db"),
        "this is no database, whatever its name says; it is long enough to be read",
    );
    let (code, said) = server.start(&[]);
    assert_eq!(code, 10);
    assert!(said.contains("10081"), "{said}");
}

#[test]
fn an_older_database_is_converted_on_demand_and_for_good() {
    let single = Single::start("6.5", &["ConvertDelay=10"]);
    let server = &single.server;
    server.stop();
    server.install("7.0");
    let (code, said) = server.start(&[]);
    assert_eq!(code, 15);
    assert!(said.contains("-x autoconvert"), "{said}");
    server.must_start(&["-x", "autoconvert"]);
    server.stop();
    server.install("6.5");
    let (code, said) = server.start(&[]);
    assert_eq!(code, 10);
    assert!(said.contains("10058"), "{said}");
    server.install("7.0.3");
    server.must_start(&[]);
    assert!(server.admin("version").1.contains("7.0.3"), "a fix pack needs no conversion");
}

#[test]
fn a_database_that_was_not_closed_cleanly_is_not_converted() {
    let single = Single::start("6.5", &["ConvertDelay=10"]);
    let server = &single.server;
    server.kill();
    server.install("7.0");
    let (code, said) = server.start(&["-x", "autoconvert"]);
    assert_eq!(code, 10);
    assert!(said.contains("10052"), "{said}");
    server.install("6.5");
    server.must_start(&[]);
    server.stop();
    server.install("7.0");
    server.must_start(&["-x", "autoconvert"]);
}

#[test]
fn convert_alone_converts_and_ends() {
    let single = Single::start("6.5", &["ConvertDelay=10"]);
    let server = &single.server;
    server.stop();
    server.install("7.0");
    assert_eq!(server.start(&["-f", "-x", "convert"]).0, 0);
    assert!(!server.runs());
    server.must_start(&[]);
}

#[test]
fn a_server_ends_by_itself_after_its_lifetime() {
    let single = Single::start("6.5", &["MaxLifetime=200"]);
    wait_for("the process ends", || !single.server.runs());
}

#[test]
fn a_database_of_several_files_needs_them_all() {
    let single = Single::prepare("6.5", &["FileSpec_1=data.db 2000000000", "FileSpec_2=more.db"]);
    let server = &single.server;
    server.must_start(&["-Udba", "-Pdba"]);
    assert!(!server.dir.join("solid.db").exists(), "the file is called as it says");
    server.stop();
    let (file, kept) = (server.dir.join("more.db"), server.dir.join("kept"));
    std::fs::rename(&file, &kept).expect("because it was made");
    let (code, said) = server.start(&[]);
    assert_eq!(code, 23);
    assert!(said.contains("more.db"), "{said}");
    std::fs::rename(&kept, &file).expect("because it is there");
    server.must_start(&[]);
}

#[test]
fn a_netcopy_goes_to_a_server_with_the_same_files_alone() {
    let two = Two::alone("6.5", &["FileSpec_1=data.db", "FileSpec_2=more.db"]);
    assert!(two.second.dir.join("more.db").exists(), "a copy brings all files");
    two.second.stop();
    two.second.write_ini(two.first.port, &["FileSpec_1=data.db"]);
    two.second.must_start(&[]);
    assert_eq!(two.first.admin("hsb netcopy").0, 14501);
    assert_eq!(two.second.state(), "SECONDARY ALONE", "its database is untouched");
}

#[test]
fn a_database_is_created_alone_and_only_where_there_is_none() {
    let single = Single::prepare("6.5", &[]);
    let server = &single.server;
    assert_eq!(server.start(&["-x", "exit"]).0, 16, "nobody's database");
    assert_eq!(server.start(&["-x", "exit", "-Udba", "-Pdba"]), (0, String::new()));
    assert!(!server.runs());
    let (code, said) = server.start(&["-x", "exit", "-Udba", "-Pdba"]);
    assert_eq!(code, 17);
    assert!(said.contains("There is a database already"), "{said}");
    server.must_start(&[]);
}

#[test]
fn a_test_of_the_database_finds_a_page_that_is_not_sound() {
    let single = Single::start("6.5", &["StopDelay=10"]);
    let server = &single.server;
    server.does("hsb set primary alone");
    server.client().sql("CREATE TABLE T (B VARCHAR(100000))");
    server.client().sql("INSERT INTO T VALUES (HEX(ZEROBLOB(50000)))");
    server.stop();
    for option in ["testblocks", "testindex"] {
        assert_eq!(server.start(&["-f", "-x", option]), (0, String::new()));
    }
    let path = server.dir.join("solid.db");
    let mut bytes = fs::read(&path).expect("because it is there");
    let sound = bytes.len() - 3 * 4096;
    bytes[sound..].fill(0xff);
    fs::write(&path, bytes).expect("because there is room");
    let (code, said) = server.start(&["-f", "-x", "testindex"]);
    assert_eq!(code, 12, "{said}");
    assert!(said.contains("The test of "), "{said}");
    fs::remove_file(path).expect("because it is there");
    assert_eq!(server.start(&["-x", "testblocks"]).0, 16);
}

#[test]
fn a_port_of_another_kind_or_of_no_known_host_is_no_communication() {
    let single = Single::prepare("6.5", &["AnyAddress=yes"]);
    let server = &single.server;
    let ini = server.dir.join("solid.ini");
    let sound = fs::read_to_string(&ini).expect("because it was written");
    // Longer than a name of a host may be: nobody is asked for it.
    let unknown = format!("tcp {} 1964", "x".repeat(70));
    for (listen, words) in
        [("upipe SOLID", "line 2: the protocol upipe is not simulated"), (&unknown, "cannot find the address")]
    {
        overwrite(&ini, &sound.replace(&format!("tcp 127.0.0.1 {}", server.port), listen));
        let (code, said) = server.start(&["-Udba", "-Pdba"]);
        assert_eq!(code, 20, "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_failed_assertion_ends_the_process_where_it_stands() {
    let single = Single::prepare("6.5", &[]);
    let server = &single.server;
    server.must_start(&["-Udba", "-Pdba"]);
    server.stop();
    let mut process = server.foreground();
    wait_for("it takes connections", || Client::connect(server.port).is_ok());
    let client = server.client();
    assert!(client.query("ADMIN COMMAND 'assertexit'").is_err(), "the line breaks");
    assert_eq!(process.wait().expect("because it is our child").code(), Some(100));
    assert!(server.messages().contains("an assertion has failed"), "{}", server.messages());
    server.must_start(&[]);
    assert!(server.messages().contains(" 30230 "), "its database was not closed");
}

#[test]
fn an_option_for_databases_of_the_old_generation_is_taken() {
    let single = Single::prepare("6.5", &[]);
    single.server.must_start(&["-x", "migratehsbg2", "-Udba", "-Pdba"]);
}
