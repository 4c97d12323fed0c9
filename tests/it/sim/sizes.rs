//! The greatest size of the database, and what a server does that has reached it.

use std::fs;

use rustix::process::Signal;

use super::client::Client;
use super::server::{Server, Single, Two, wait_for};

/// A row of a tenth of a megabyte.
const ROW: &str = "INSERT INTO T VALUES (HEX(ZEROBLOB(50000)))";

/// Writes until the database is full; how many rows it took.
fn fill(client: &Client) -> usize {
    let refused = (0..100).find_map(|rows| client.query(ROW).err().map(|error| (rows, error.to_string())));
    let (rows, said) = refused.expect("because the files hold a megabyte");
    assert!(said.contains("SOLID System Error 11003: "), "{said}");
    rows
}

fn set_files(server: &Server, from: &str, to: &str) {
    let ini = server.dir.join("solid.ini");
    let text = fs::read_to_string(&ini).expect("because it was written");
    fs::write(&ini, text.replace(from, to)).expect("because there is room");
}

#[test]
fn a_database_of_the_greatest_size_takes_no_more_writes_until_it_may_be_larger() {
    let single = Single::start("6.5", &["FileSpec_1=solid.db 512K", "FileSpec_2=more.db 512K 2", "StopDelay=10"]);
    let server = &single.server;
    server.does("hsb set primary alone");
    let client = server.client();
    client.sql("CREATE TABLE T (B VARCHAR(100000))");
    let rows = fill(&client);
    assert!((5..=10).contains(&rows), "{rows} rows of 100 KB in a megabyte");
    assert!(client.refused("DELETE FROM T").contains("11003"), "it stays so until it is restarted");
    assert_eq!(client.sql("SELECT COUNT(*) FROM T"), [[rows.to_string()]]);
    assert_eq!(client.admin("makecp").0, 11003, "no checkpoint can be made");
    assert_eq!(client.admin("hsb state").1, "PRIMARY ALONE");
    let full = server.messages().lines().filter(|line| line.contains(" 11003 ")).count();
    assert_eq!(full, 1, "{}", server.messages());
    drop(client);
    server.stop();
    server.must_start(&[]);
    assert!(server.messages().contains(" 30230 "), "it could not be closed in good order");
    server.does("hsb set primary alone");
    let client = server.client();
    assert_eq!(client.sql("SELECT COUNT(*) FROM T"), [[rows.to_string()]]);
    client.sql("DELETE FROM T");
    assert_eq!(fill(&client), rows, "what was deleted is room again");
    drop(client);
    server.stop();
    set_files(server, "more.db 512K", "more.db 2M");
    server.must_start(&[]);
    server.does("hsb set primary alone");
    server.client().sql(ROW);
}

#[test]
fn a_transaction_that_does_not_fit_is_taken_back_as_a_whole_and_a_statement_without_an_end_is_stopped() {
    let single = Single::start("6.5", &["FileSpec_1=solid.db 512K", "StopDelay=10"]);
    let server = &single.server;
    server.does("hsb set primary alone");
    let client = server.client();
    client.sql("CREATE TABLE T (B VARCHAR(100000))");
    client.sql("BEGIN");
    fill(&client);
    assert!(client.refused("COMMIT").contains("11003"));
    assert_eq!(client.sql("SELECT COUNT(*) FROM T"), [["0"]]);
    drop(client);
    server.stop();
    server.must_start(&[]);
    server.does("hsb set primary alone");
    let client = server.client();
    let endless = "INSERT INTO T WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) \
                   SELECT HEX(ZEROBLOB(50000)) FROM c";
    assert!(client.refused(endless).contains("11003"));
    assert_eq!(client.sql("SELECT COUNT(*) FROM T"), [["0"]]);
}

#[test]
fn a_full_secondary_loses_its_primary_and_a_copy_that_is_too_large_stays_incomplete() {
    let two = Two::connected("6.5", &["FileSpec_1=solid.db 4M", "StopDelay=10", "AutoPrimaryAlone=yes"]);
    two.second.stop();
    set_files(&two.second, "solid.db 4M", "solid.db 512K");
    two.second.must_start(&[]);
    two.first.wait_for("hsb state", "PRIMARY ALONE");
    let client = two.first.client();
    client.sql("CREATE TABLE BIG (B VARCHAR(100000))");
    for _ in 0..8 {
        client.sql(&ROW.replace("INTO T", "INTO BIG"));
    }
    assert_eq!(client.admin("hsb connect").0, 0);
    wait_for("the Secondary is full", || two.second.messages().contains(" 11003 "));
    two.first.wait_for("hsb status connect", "BROKEN");
    assert_eq!((two.first.state(), two.second.state()), ("PRIMARY ALONE".into(), "SECONDARY ALONE".into()));
    assert_eq!(client.admin("hsb netcopy").0, 0);
    two.first.wait_for("hsb status copy", "ERROR 11003");
    two.second.signal(Signal::TERM);
    wait_for("the server ends", || !two.second.lives());
    assert_eq!(two.second.start(&[]).0, 24);
}
