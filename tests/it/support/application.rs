//! An application that commits numbered rows on whichever server accepts writes, over psqlodbc, and keeps its own account of
//! what was acknowledged. It shares no code with the product's ledger: it is the judge.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use odbc_api::{Connection, ConnectionOptions, Cursor, Error, IntoParameter, environment};

/// What a migration has to bear: about four times the 200 commits a second that are asked of it, so that a busy machine
/// still comes to these. Commits are due at this pace; what was missed is made up for.
const LOAD: Load = Load { connections: 3, pace: Duration::from_micros(3500) };

pub struct Application {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<Account>>,
}

/// How much an application commits: over so many connections, each at that pace.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub connections: u16,
    pub pace: Duration,
}

/// What the application knows of its own commits.
#[derive(Debug, Default)]
pub struct Account {
    /// Numbers whose commit was acknowledged.
    pub acknowledged: BTreeSet<i64>,
    /// The longest time between two acknowledged commits of one connection.
    pub longest_gap: Duration,
    /// From the first to the last acknowledged commit.
    pub lasted: Duration,
    /// Commits a second in the time in which the pair served: between two commits of a connection without an error.
    pub while_served: f64,
}

impl Account {
    pub fn commits_a_second(&self) -> f64 {
        self.acknowledged.len() as f64 / self.lasted.as_secs_f64().max(0.001)
    }
}

/// What a commit came to.
enum Commit {
    Acknowledged,
    /// The server says no: nothing was committed.
    Refused,
    /// The line broke: committed or not.
    Unknown,
}

impl Application {
    /// Makes its table on the first server that accepts it, then commits until it is stopped.
    pub fn start(connection_strings: [String; 2]) -> Application {
        Application::start_with(connection_strings, LOAD)
    }

    /// The same over several connections, each with numbers of its own.
    pub fn start_with(connection_strings: [String; 2], load: Load) -> Application {
        let stop = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let threads = (1..=load.connections).map(|first| {
            let (strings, stopped, count) = (connection_strings.clone(), Arc::clone(&stop), Arc::clone(&acknowledged));
            thread::spawn(move || work(&strings, load, i64::from(first), &stopped, &count))
        });
        let threads = threads.collect();
        Application { stop, acknowledged, threads }
    }

    /// How many commits were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    pub fn stop(self) -> Account {
        self.stop.store(true, Ordering::Relaxed);
        let accounts = self.threads.into_iter().map(|thread| thread.join().expect("because no connection panics"));
        accounts.fold(Account::default(), |all, one| Account {
            acknowledged: all.acknowledged.into_iter().chain(one.acknowledged).collect(),
            longest_gap: all.longest_gap.max(one.longest_gap),
            lasted: all.lasted.max(one.lasted),
            while_served: all.while_served + one.while_served,
        })
    }
}

fn work(
    connection_strings: &[String; 2],
    load: Load,
    first_number: i64,
    stopped: &AtomicBool,
    count: &AtomicUsize,
) -> Account {
    let mut account = Account::default();
    let mut at = 0;
    let mut connection: Option<Connection<'static>> = None;
    let mut first: Option<Instant> = None;
    let (mut served, mut in_service) = (Duration::ZERO, 0_u32);
    let mut disturbed = true;
    let mut last = Instant::now();
    let mut number = first_number;
    // A number whose commit is unknown is looked for before it is sent again.
    let mut in_doubt = false;
    let mut due = Instant::now();
    while !stopped.load(Ordering::Relaxed) {
        let Some(line) = connection.take().or_else(|| connect(&connection_strings[at])) else {
            at = 1 - at;
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        match commit(&line, number, first_number, in_doubt) {
            Commit::Acknowledged => {
                count.fetch_add(1, Ordering::SeqCst);
                let now = Instant::now();
                if first.is_some() {
                    account.longest_gap = account.longest_gap.max(now - last);
                }
                account.lasted = now - *first.get_or_insert(now);
                if !disturbed {
                    served += now - last;
                    in_service += 1;
                }
                disturbed = false;
                last = now;
                account.acknowledged.insert(number);
                number += i64::from(load.connections);
                in_doubt = false;
                connection = Some(line);
                due += load.pace;
                thread::sleep(due.saturating_duration_since(now));
            }
            Commit::Refused => {
                disturbed = true;
                at = 1 - at;
                thread::sleep(Duration::from_millis(5));
            }
            Commit::Unknown => {
                (disturbed, in_doubt) = (true, true);
                at = 1 - at;
            }
        }
    }
    account.while_served = f64::from(in_service) / served.as_secs_f64().max(0.001);
    account
}

fn connect(connection_string: &str) -> Option<Connection<'static>> {
    let environment = environment().expect("because the driver manager is linked in");
    let options = ConnectionOptions { login_timeout_sec: Some(2), packet_size: None };
    environment.connect_with_connection_string(connection_string, options).ok()
}

fn commit(line: &Connection<'static>, number: i64, first_number: i64, in_doubt: bool) -> Commit {
    let creating = "CREATE TABLE IF NOT EXISTS LEDGER (N BIGINT)";
    if number == first_number
        && !in_doubt
        && let Err(why) = line.execute(creating, (), None)
    {
        return judge(&why);
    }
    if in_doubt {
        match numbers(line, &format!("SELECT N FROM LEDGER WHERE N = {number}")) {
            Ok(found) if found.is_empty() => {}
            // Found on a Secondary it need not stay; found where writes are accepted it does. The insert below tells which.
            Ok(_) => match line.execute("CREATE TABLE IF NOT EXISTS LEDGER_ASKED (N BIGINT)", (), None) {
                Ok(_) => return Commit::Acknowledged,
                Err(why) => return judge(&why),
            },
            Err(why) => return judge(&why),
        }
    }
    match line.execute("INSERT INTO LEDGER (N) VALUES (?)", &number.into_parameter(), None) {
        Ok(_) => Commit::Acknowledged,
        Err(why) => judge(&why),
    }
}

fn judge(why: &Error) -> Commit {
    match why {
        Error::Diagnostics { record, .. } if record.state.as_str().starts_with("08") => Commit::Unknown,
        Error::Diagnostics { .. } => Commit::Refused,
        other => panic!("an error of the driver manager: {other}"),
    }
}

/// The first column of a query, as numbers.
fn numbers(line: &Connection<'static>, query: &str) -> Result<Vec<i64>, Error> {
    let mut found = Vec::new();
    if let Some(mut cursor) = line.execute(query, (), None)? {
        while let Some(mut row) = cursor.next_row()? {
            let mut text = Vec::new();
            row.get_text(1, &mut text)?;
            found.push(String::from_utf8_lossy(&text).trim().parse().expect("because the column holds numbers"));
        }
    }
    Ok(found)
}

/// Every number that a server holds, as often as it holds it, sorted.
pub fn held(connection_string: &str) -> Vec<i64> {
    let line = connect(connection_string).expect("because the server takes connections");
    numbers(&line, "SELECT N FROM LEDGER ORDER BY N").expect("because the table was made")
}

/// Asserts that no acknowledged commit is lost, none is doubled, and both servers hold the same.
pub fn assert_nothing_lost(account: &Account, connection_strings: &[String; 2]) {
    let lost = lost(account, connection_strings);
    assert!(lost.is_empty(), "acknowledged commits are lost: {lost:?}");
}

/// What was acknowledged and is not there. Asserts that none is doubled and both servers hold the same.
pub fn lost(account: &Account, connection_strings: &[String; 2]) -> BTreeSet<i64> {
    let both = || connection_strings.each_ref().map(|string| held(string));
    let (began, [mut one, mut two]) = (Instant::now(), both());
    // The Secondary may have received the last commit, and not executed it.
    while one != two && began.elapsed() < Duration::from_secs(5) {
        [one, two] = both();
    }
    assert_eq!(one, two, "the servers hold different rows");
    let distinct: BTreeSet<i64> = one.iter().copied().collect();
    assert_eq!(distinct.len(), one.len(), "a commit is doubled");
    assert!(!account.acknowledged.is_empty(), "the application committed nothing");
    account.acknowledged.difference(&distinct).copied().collect()
}
