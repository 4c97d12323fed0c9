//! A probe by the interpreter over ODBC, its worker thread included, against the same statement in a bare odbc-api loop:
//! at most 1.4 times, the aim is 1.1.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hsbrun::odbc::{Password, Server, Target};
use odbc_api::{ConnectionOptions, Cursor, Nullable, environment};

use crate::figures::{Figures, HSBRUN};

const STATEMENT: &str = "ADMIN COMMAND 'hsb state'";
const COMMAND: &str = "hsb state";
/// Each side takes turns of so many round trips.
const TURN: usize = 200;
const TURNS: usize = 50;

struct Pair {
    dir: tempfile::TempDir,
}

impl Pair {
    fn up() -> Pair {
        let dir = tempfile::tempdir().expect("because there is room for a scratch folder");
        let pair = Pair { dir };
        pair.sim("up");
        pair
    }

    fn sim(&self, verb: &str) {
        let status = Command::new(HSBRUN)
            .args(["sim", verb])
            .arg(self.dir.path().join("pair"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("because the command was built");
        assert!(status.success(), "hsbrun sim {verb} ended with {status}");
    }

    fn connection_string(&self) -> String {
        let site = self.dir.path().join("pair/site.yaml");
        let text = std::fs::read_to_string(site).expect("because `sim up` wrote it");
        let line = text.lines().find_map(|line| line.trim().strip_prefix("odbc:")).expect("because a server has one");
        line.trim().trim_matches(['"', '\'']).to_string()
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.sim("down");
    }
}

pub fn measure() {
    let pair = Pair::up();
    let connection_string = pair.connection_string();
    let options = ConnectionOptions { login_timeout_sec: Some(5), packet_size: None };
    let bare = environment()
        .expect("because the driver manager is linked in")
        .connect_with_connection_string(&format!("{connection_string};PWD=dba"), options)
        .expect("because the server runs");
    let mut server = Server::new(Target::new(connection_string, Some(Password::new("dba"))));

    let mut theirs = Vec::with_capacity(TURN * TURNS);
    let mut ours = Vec::with_capacity(TURN * TURNS);
    for _ in 0..TURNS {
        for _ in 0..TURN {
            let began = Instant::now();
            let mut cursor =
                bare.execute(STATEMENT, (), None).expect("because it answers").expect("because it has rows");
            let mut rows = Vec::new();
            while let Some(mut row) = cursor.next_row().expect("because it answers") {
                let mut rc = Nullable::<i32>::null();
                let mut text = Vec::new();
                row.get_data(1, &mut rc).expect("because RC is a number");
                row.get_text(2, &mut text).expect("because TEXT is a text");
                rows.push((rc.into_opt(), String::from_utf8_lossy(&text).into_owned()));
            }
            assert!(!rows.is_empty(), "no rows");
            theirs.push(began.elapsed());
        }
        for _ in 0..TURN {
            let began = Instant::now();
            let rows = server.ask(COMMAND, Duration::from_secs(30)).expect("because it answers");
            assert!(!rows.is_empty(), "no rows");
            ours.push(began.elapsed());
        }
    }
    let (theirs, ours) = (Figures::of(theirs), Figures::of(ours));
    println!("bare odbc-api: {theirs}");
    println!("       hsbrun: {ours}");
    println!(
        "        ratio of the medians: {:.2} x  (at most 1.4, aim 1.1; {} round trips each)",
        ours.median.as_secs_f64() / theirs.median.as_secs_f64(),
        TURN * TURNS
    );
}
