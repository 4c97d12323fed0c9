//! The simulated servers: commits and admin commands a second, a netcopy against a plain copy over a loopback socket,
//! memory of a server at rest.

use std::fs::{self, File};
use std::io::{Read, Write, copy};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use odbc_api::{Connection, Cursor};

use crate::figures::Figures;
use crate::pair::Pair;

/// What the pair's own pace would hide; and a copy is ACTIVE from its acceptance on, so that none is taken for the one
/// before it.
const AT_ONCE: [&str; 7] = [
    "AcceptDelay=0",
    "AcceptedShowsPrevious=no",
    "ConnectDelay=0",
    "CatchupDelay=0",
    "DisconnectDelay=0",
    "NetcopyDelay=0",
    "ShipDelay=0",
];
/// Each kind of commit takes turns of so long.
const TURN: Duration = Duration::from_secs(1);
const TURNS: usize = 5;
const SESSIONS: [usize; 2] = [1, 6];
const ROUND_TRIPS: usize = 5_000;
/// Rows of the database that is copied, each of 64 KB: 64 MB.
const ROWS: usize = 1_000;

pub fn measure() {
    let pair = Pair::up(&AT_ONCE);
    memory(&pair);
    round_trips(&pair);
    commits(&pair);
    netcopies(&pair);
}

fn memory(pair: &Pair) {
    for server in ["s1", "s2"] {
        let pid = fs::read_to_string(pair.folder(server).join("solid.pid")).expect("because the server runs");
        let status = fs::read_to_string(format!("/proc/{}/status", pid.trim())).expect("because the server runs");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default().trim();
        println!("memory at rest, {server}: {resident}");
    }
}

fn round_trips(pair: &Pair) {
    let client = pair.client();
    for statement in ["ADMIN COMMAND 'hsb state'", "SELECT 1"] {
        let times = (0..ROUND_TRIPS).map(|_| {
            let began = Instant::now();
            assert!(!first(&client, statement).is_empty(), "no rows");
            began.elapsed()
        });
        let figures = Figures::of(times.collect());
        println!("{statement:>26}: {figures}  {:.0} a second", 1.0 / figures.median.as_secs_f64());
    }
}

/// The states and levels take turns, so that a busy machine slows all of them.
fn commits(pair: &Pair) {
    let admin = pair.client();
    execute(&admin, "CREATE TABLE COMMITS (N INTEGER NOT NULL PRIMARY KEY)");
    let next = AtomicU32::new(0);
    let kinds = [("connected, two-safe", "2safe"), ("connected, one-safe", "1safe"), ("alone", "2safe")];
    for sessions in SESSIONS {
        let mut rates = vec![Vec::new(); kinds.len()];
        for _ in 0..TURNS {
            for (at, (kind, level)) in kinds.iter().enumerate() {
                execute(&admin, &format!("ADMIN COMMAND 'parameter HotStandby.SafenessLevel={level}'"));
                let alone = *kind == "alone";
                bring(&admin, if alone { "disconnect" } else { "connect" }, if alone { "ALONE" } else { "ACTIVE" });
                rates[at].push(rate(pair, sessions, &next));
            }
        }
        for ((kind, _), mut rates) in kinds.iter().zip(rates) {
            rates.sort_by(f64::total_cmp);
            let [min, median, max] = [rates[0], rates[TURNS / 2], rates[TURNS - 1]];
            println!(
                "commits a second, {sessions} sessions, {kind:<20}: min {min:.0}  median {median:.0}  max {max:.0}"
            );
        }
    }
    bring(&admin, "disconnect", "ALONE");
}

/// Commits a second of so many sessions, for one turn.
fn rate(pair: &Pair, sessions: usize, next: &AtomicU32) -> f64 {
    let done = AtomicU32::new(0);
    let clients: Vec<_> = (0..sessions).map(|_| pair.client()).collect();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for client in clients {
            let done = &done;
            scope.spawn(move || {
                while began.elapsed() < TURN {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    execute(&client, &format!("INSERT INTO COMMITS VALUES ({number})"));
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    f64::from(done.into_inner()) / began.elapsed().as_secs_f64()
}

fn netcopies(pair: &Pair) {
    let client = pair.client();
    execute(&client, "CREATE TABLE BIG (N INTEGER NOT NULL PRIMARY KEY, B BLOB)");
    let rows = format!("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {ROWS})");
    execute(&client, &format!("INSERT INTO BIG {rows} SELECT n, ZEROBLOB(65536) FROM c"));
    let (source, received) = (pair.folder("s1").join("solid.db"), pair.folder("s2").join("solid.db"));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let began = Instant::now();
        execute(&client, "ADMIN COMMAND 'hsb netcopy'");
        wait(&client, "hsb status copy", |text| text == "SUCCESS");
        ours.push(began.elapsed());
        theirs.push(plain_copy(&received, &source.with_file_name("plain.copy")));
    }
    let megabytes = fs::metadata(&received).expect("because it was received").len() as f64 / 1e6;
    let (ours, theirs) = (Figures::of(ours), Figures::of(theirs));
    let speed = |figures: &Figures| megabytes / figures.median.as_secs_f64();
    println!("   netcopy of {megabytes:.0} MB: {ours}  {:.0} MB/s", speed(&ours));
    println!("plain copy of {megabytes:.0} MB: {theirs}  {:.0} MB/s", speed(&theirs));
    println!("ratio of the medians: {:.2} x", ours.median.as_secs_f64() / theirs.median.as_secs_f64());
}

/// From a file through a loopback socket into a file that is synced, and nothing else.
fn plain_copy(from: &Path, to: &Path) -> Duration {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("because loopback has free ports");
    let address = listener.local_addr().expect("because it is bound");
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut socket = TcpStream::connect(address).expect("because it listens");
            copy(&mut File::open(from).expect("because it is there"), &mut socket).expect("because it is read");
        });
        let (mut socket, _) = listener.accept().expect("because somebody connects");
        let mut file = File::create(to).expect("because there is room");
        let mut block = vec![0; 256 * 1024];
        while let Ok(got @ 1..) = socket.read(&mut block) {
            file.write_all(&block[..got]).expect("because there is room");
        }
        file.sync_all().expect("because the disk is there");
    });
    began.elapsed()
}

fn execute(client: &Connection<'_>, statement: &str) {
    client.execute(statement, (), None).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The last column of the first row.
fn first(client: &Connection<'_>, statement: &str) -> String {
    let answer = client.execute(statement, (), None).unwrap_or_else(|error| panic!("{statement}: {error}"));
    let mut cursor = answer.expect("because it has rows");
    let mut row = cursor.next_row().expect("because it answers").expect("because it has a row");
    let mut text = Vec::new();
    let column = if statement.starts_with("ADMIN") { 2 } else { 1 };
    row.get_text(column, &mut text).expect("because it is a text");
    String::from_utf8_lossy(&text).into_owned()
}

fn bring(client: &Connection<'_>, command: &str, state: &str) {
    execute(client, &format!("ADMIN COMMAND 'hsb {command}'"));
    wait(client, "hsb state", |text| text.ends_with(state));
}

fn wait(client: &Connection<'_>, command: &str, is: impl Fn(&str) -> bool) {
    let began = Instant::now();
    while !is(&first(client, &format!("ADMIN COMMAND '{command}'"))) {
        assert!(began.elapsed() < Duration::from_secs(60), "{command} does not come to what is waited for");
        std::thread::sleep(Duration::from_millis(1));
    }
}
