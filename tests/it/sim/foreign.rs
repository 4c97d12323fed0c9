//! Clients that we did not write, as their users have them: isql, psql and pyodbc. Each goes the same way.

use std::io::Write;
use std::process::{Command, Stdio};

use super::client::{Client, connection_string};
use super::server::{Server, Two};

#[derive(Debug, Clone, Copy)]
enum Foreign {
    Isql,
    Psql,
    Pyodbc,
}

const ENDLESS: &str = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c";

impl Foreign {
    /// Logs in, gives the client those lines, and everything that it printed.
    fn says(self, server: &Server, password: &str, lines: &[&str]) -> String {
        let mut command = self.command(server.port, password);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("because the tests need unixodbc, psql and pyodbc: run ./test.sh once");
        // A client that was refused does not read.
        let _ = child.stdin.take().expect("because it is piped").write_all((lines.join("\n") + "\n").as_bytes());
        let output = child.wait_with_output().expect("because it ends with its input");
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    }

    fn command(self, port: u16, password: &str) -> Command {
        match self {
            Foreign::Isql => {
                let mut command = Command::new("isql");
                command.args(["-k", &connection_string(port, "dba", password), "-v", "-b", "-m60"]);
                command
            }
            Foreign::Psql => {
                let mut command = Command::new("psql");
                command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "dba", "-At", "hsb"]);
                command.env("PGPASSWORD", password);
                command
            }
            Foreign::Pyodbc => {
                // Debian's own, which finds Debian's package.
                let mut command = Command::new("/usr/bin/python3");
                command.args(["-c", include_str!("foreign.py"), &connection_string(port, "dba", password)]);
                command
            }
        }
    }

    /// How statements of this client end: psql waits for a semicolon.
    fn end(self) -> &'static str {
        match self {
            Foreign::Psql => ";",
            Foreign::Isql | Foreign::Pyodbc => "",
        }
    }

    /// How a transaction is begun, committed and rolled back: pyodbc begins one by itself.
    fn transaction(self) -> [&'static str; 3] {
        match self {
            Foreign::Pyodbc => ["SELECT 0", "commit", "rollback"],
            Foreign::Isql | Foreign::Psql => ["BEGIN", "COMMIT", "ROLLBACK"],
        }
    }

    fn does(self, server: &Server, statements: &[&str]) -> String {
        let lines: Vec<String> = statements.iter().map(|statement| format!("{statement}{}", self.end())).collect();
        self.says(server, "dba", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn contains(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "'{word}' is not in:\n{said}");
    }
}

#[test]
fn isql_goes_the_whole_way() {
    goes_the_whole_way(Foreign::Isql);
}

#[test]
fn psql_goes_the_whole_way() {
    goes_the_whole_way(Foreign::Psql);
}

#[test]
fn pyodbc_goes_the_whole_way() {
    goes_the_whole_way(Foreign::Pyodbc);
}

fn goes_the_whole_way(client: Foreign) {
    let two = Two::connected("6.5", &[]);
    let [begin, commit, rollback] = client.transaction();
    let said = client.does(&two.first, &["ADMIN COMMAND 'hsb state'", "ADMIN COMMAND ' hsb  Status connect'"]);
    contains(&said, &["PRIMARY ACTIVE", "CONNECTED"]);
    let other = two.first.client();
    let sum = "SELECT COUNT(*) + 7000 FROM T";
    let said =
        client.does(&two.first, &[begin, "INSERT INTO T VALUES (1)", "INSERT INTO T VALUES (2)", sum, rollback, sum]);
    contains(&said, &["7002", "7000"]);
    client.does(&two.first, &[begin, "INSERT INTO T VALUES (3)", commit]);
    other.sql("BEGIN");
    other.sql("INSERT INTO T VALUES (4)");
    contains(&client.does(&two.first, &[sum]), &["7001"]);
    other.sql("COMMIT");
    contains(&client.does(&two.second, &[sum]), &["7002"]);
    contains(&client.does(&two.second, &["INSERT INTO T VALUES (5)", "SELECT 7009"]), &["10045", "7009"]);
    let said = client.does(&two.first, &["SELECT * FROM NOWHERE", "MAKE IT SO", "SELECT 7009"]);
    contains(&said, &["13011", "SOLID SQL Error 200", "7009"]);
    let said = client.does(&two.first, &["SET statement_timeout = 200", ENDLESS, "SELECT 7009"]);
    contains(&said, &["14529", "7009"]);
    contains(&client.says(&two.first, "wrong", &[]), &["14505"]);
    assert_eq!(other.admin("close").0, 0);
    contains(&client.says(&two.first, "dba", &[]), &["14506"]);
}

#[test]
fn pyodbc_binds_values() {
    let two = Two::connected("6.5", &[]);
    let create = "CREATE TABLE V (I INTEGER, S VARCHAR(40))";
    let said = Foreign::Pyodbc.does(
        &two.first,
        &[
            create,
            "INSERT INTO V VALUES (?, ?)|7|it's; ünï € ?",
            "commit",
            "SELECT I, S FROM V WHERE S = ?|it's; ünï € ?",
        ],
    );
    contains(&said, &["7|it's; ünï € ?"]);
    assert_eq!(two.second.client().sql("SELECT S FROM V"), [["it's; ünï € ?"]]);
}

#[test]
fn sessions_of_all_of_them_stand_side_by_side() {
    let two = Two::connected("6.5", &[]);
    let all = [Foreign::Isql, Foreign::Psql, Foreign::Pyodbc];
    std::thread::scope(|scope| {
        for (place, client) in all.into_iter().cycle().take(9).enumerate() {
            let server = &two.first;
            scope.spawn(move || {
                let insert = format!("INSERT INTO T VALUES ({place})");
                let [begin, commit, _] = client.transaction();
                client.does(server, &[begin, &insert, "ADMIN COMMAND 'hsb role'", commit]);
            });
        }
    });
    let held = |server: &Server| Client::connect(server.port).expect("because it runs").sql("SELECT COUNT(*) FROM T");
    assert_eq!([held(&two.first), held(&two.second)], [[["9"]], [["9"]]]);
}
