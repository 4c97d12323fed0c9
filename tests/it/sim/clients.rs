//! psqlodbc, through odbc-api: types, values, transactions, errors.

use std::time::{Duration, Instant};

use odbc_api::{Cursor, DataType, IntoParameter, Nullable, ResultSetMetadata};

use super::client::Client;
use super::server::Single;

fn serving() -> Single {
    let single = Single::start("6.5", &["StopDelay=10"]);
    single.server.does("hsb set primary alone");
    single
}

#[test]
fn psqlodbc_is_told_the_types_of_an_answer() {
    let single = serving();
    let client = single.server.client();
    let mut cursor = client
        .raw()
        .execute("ADMIN COMMAND 'hsb status connect'", (), None)
        .expect("because the server answers")
        .expect("because there are rows");
    assert_eq!(cursor.col_name(1).expect("because there is a first column"), "RC");
    assert_eq!(cursor.col_data_type(1).expect("because there is a first column"), DataType::Integer);
    let text = cursor.col_data_type(2).expect("because there is a second column");
    assert!(format!("{text:?}").contains("Varchar") && format!("{text:?}").contains("254"), "{text:?}");
    let mut row = cursor.next_row().expect("because it can be read").expect("because there is one");
    let mut rc = Nullable::<i32>::null();
    row.get_data(1, &mut rc).expect("because RC is an integer");
    assert_eq!(rc.into_opt(), Some(14537));
}

#[test]
fn psqlodbc_binds_values_and_gets_them_back() {
    let single = serving();
    let client = single.server.client();
    client.sql("CREATE TABLE V (I INTEGER, B BIGINT, D DOUBLE, S VARCHAR(40))");
    let connection = client.raw();
    let text = "it's; ünï € $1 ?".to_owned();
    let values = (
        &7i32.into_parameter(),
        &5_000_000_000i64.into_parameter(),
        &1.5f64.into_parameter(),
        &text.as_str().into_parameter(),
    );
    connection.execute("INSERT INTO V VALUES (?, ?, ?, ?)", values, None).expect("because values can be bound");
    let found = client.sql("SELECT * FROM V");
    assert_eq!(found, [["7", "5000000000", "1.5", text.as_str()]]);
    let by_value = connection
        .execute(
            "SELECT COUNT(*) FROM V WHERE I = ? AND S = ?",
            (&7i32.into_parameter(), &text.as_str().into_parameter()),
            None,
        )
        .expect("because values can be bound");
    let mut cursor = by_value.expect("because there are rows");
    let mut row = cursor.next_row().expect("because it can be read").expect("because there is one");
    let mut count = Nullable::<i32>::null();
    row.get_data(1, &mut count).expect("because a count is a number");
    assert_eq!(count.into_opt(), Some(1));
    assert_eq!(client.sql("SELECT COUNT(*) FROM TABLES WHERE TABLE_NAME = 'V'"), [["1"]]);
}

#[test]
fn prepared_statements_work() {
    let single = serving();
    let client = single.server.client();
    client.sql("CREATE TABLE P (N INTEGER)");
    let mut insert = client.raw().prepare("INSERT INTO P VALUES (?)").expect("because it can be prepared");
    for number in 0..5i32 {
        insert.execute(&number.into_parameter()).expect("because it can be executed");
    }
    assert_eq!(client.sql("SELECT COUNT(*), SUM(N) FROM P"), [["5", "10"]]);
    let mut admin = client.raw().prepare("ADMIN COMMAND 'hsb role'").expect("because it can be prepared");
    assert!(admin.execute(()).expect("because it can be executed").is_some());
}

#[test]
fn a_manual_commit_is_all_or_nothing() {
    let single = serving();
    let (client, other) = (single.server.client(), single.server.client());
    client.sql("CREATE TABLE M (N INTEGER PRIMARY KEY)");
    client.raw().set_autocommit(false).expect("because the driver can");
    client.sql("INSERT INTO M VALUES (1)");
    client.sql("INSERT INTO M VALUES (2)");
    assert_eq!(client.sql("SELECT COUNT(*) FROM M"), [["2"]], "a transaction sees its own writes");
    assert_eq!(other.sql("SELECT COUNT(*) FROM M"), [["0"]], "and nobody else does");
    client.raw().rollback().expect("because the server is there");
    client.sql("INSERT INTO M VALUES (3)");
    client.raw().commit().expect("because the server is there");
    assert_eq!(other.sql("SELECT N FROM M"), [["3"]]);
}

#[test]
fn a_writer_waits_for_another_ones_transaction() {
    let single = serving();
    let client = single.server.client();
    client.sql("CREATE TABLE W (N INTEGER)");
    client.sql("BEGIN");
    client.sql("INSERT INTO W VALUES (1)");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| single.server.client().sql("INSERT INTO W VALUES (2)"));
        assert_eq!(client.sql("SELECT COUNT(*) FROM W"), [["1"]]);
        client.sql("COMMIT WORK");
        waiting.join().expect("because the other one gets its turn");
    });
    assert_eq!(client.sql("SELECT COUNT(*) FROM W"), [["2"]]);
    client.sql("BEGIN");
    client.sql("INSERT INTO W VALUES (3)");
    drop(client);
    let other = single.server.client();
    other.sql("INSERT INTO W VALUES (4)");
    assert_eq!(other.sql("SELECT N FROM W ORDER BY N"), [["1"], ["2"], ["4"]], "a lost session is rolled back");
}

#[test]
fn errors_name_their_code_and_the_session_lives() {
    let single = Single::start("6.5", &[]);
    let client = single.server.client();
    let refused = |sql: &str, code: &str| {
        let said = client.refused(sql);
        assert!(said.contains(code), "{sql}: {said}");
    };
    refused("CREATE TABLE E (N INTEGER)", "SOLID Database Error 10045: This operation cannot be executed");
    client.sql("ADMIN COMMAND 'hsb set primary alone'");
    client.sql("CREATE TABLE E (N INTEGER PRIMARY KEY)");
    client.sql("INSERT INTO E VALUES (1)");
    refused("INSERT INTO E VALUES (1)", "10005");
    refused("SELECT * FROM NOWHERE", "13011");
    refused("MAKE IT SO", "SOLID SQL Error 200");
    refused("INSERT INTO E VALUES (random())", "must come out the same");
    refused("SELECT * FROM _hsb_meta", "belongs to the server");
    refused("PRAGMA synchronous = OFF", "belongs to the server");
    let asked = client.sql("SELECT HOTSTANDBY_STATE() AS S, HOTSTANDBY_CONNECTSTATUS() AS C");
    assert_eq!(asked, [["PRIMARY ALONE", "BROKEN"]]);
    assert_eq!(client.admin("errorcode 14704").0, 0);
    assert_eq!(client.admin("hsb parameter connect nonsense").0, 14526);
    assert_eq!(client.admin("hsb parameter connect tcp 127.0.0.1 1").0, 0);
    assert_eq!(client.admin("hsb cominfo").1, "tcp 127.0.0.1 1");
    assert_eq!(client.admin("hsb nonsense"), (30758, "Bad Hot Standby command.".into()));
    assert_eq!(client.sql("SELECT N FROM E"), [["1"]]);
}

#[test]
fn a_wrong_password_and_a_closed_server_are_refused_by_their_codes() {
    let single = serving();
    let said = |user, password| match Client::login(single.server.port, user, password) {
        Ok(_) => panic!("the login was not refused"),
        Err(error) => error.to_string(),
    };
    assert!(said("dba", "wrong").contains("14505"));
    assert!(said("nobody", "dba").contains("14505"));
    let inside = single.server.client();
    assert_eq!(inside.admin("close"), (0, "No new connections allowed.".into()));
    assert!(said("dba", "dba").contains("14506"));
    assert_eq!(inside.admin("open").0, 0);
    assert!(Client::connect(single.server.port).is_ok());
}

#[test]
fn a_statement_that_takes_too_long_is_given_up() {
    let single = serving();
    let client = single.server.client();
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c";
    client.sql("SET statement_timeout = 300");
    let began = Instant::now();
    let said = client.refused(endless);
    assert!(said.contains("14529") && said.contains("HYT00"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(20), "what it takes to come to an end is not waited for");
    client.sql("SET statement_timeout = 0");
    for _ in 0..10 {
        client.sql("SELECT 1");
    }
}

#[test]
fn sessions_are_listed_and_thrown_out() {
    let single = serving();
    let (client, victim) = (single.server.client(), single.server.client());
    let listed = client.sql("ADMIN COMMAND 'userlist'");
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!(client.admin("shutdown").0, 14512, "users are logged in");
    assert_eq!(client.admin("throwout 999").0, 14515);
    assert_eq!(client.admin("throwout nobody").0, 14516);
    assert_eq!(client.admin("throwout all").0, 0);
    assert!(victim.query("SELECT 1").is_err());
    assert_eq!(client.sql("SELECT 1"), [["1"]]);
}
