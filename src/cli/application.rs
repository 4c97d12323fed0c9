//! An application for demonstrations: it commits numbered rows on whichever server accepts writes, and remembers which
//! commits were acknowledged. A commit whose answer was lost is looked for before it is sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::odbc::{Server, Stop, Target};
use crate::program::Value;
use crate::show::Ledger;

/// Between two commits: about 250 a second.
const PACE: Duration = Duration::from_millis(4);
/// Before a server that did not take a commit is tried again.
const BREATH: Duration = Duration::from_millis(5);
/// No statement takes longer.
const LIMIT: Duration = Duration::from_secs(3);

const CREATE: &str = "CREATE TABLE IF NOT EXISTS LEDGER (N BIGINT)";
/// Looking for every number would otherwise read the table once for each.
const INDEX: &str = "CREATE INDEX IF NOT EXISTS LEDGER_N ON LEDGER (N)";
const INSERT: &str = "INSERT INTO LEDGER (N) VALUES (?)";
/// Changes nothing, and is taken only by a server that accepts writes.
const TOUCH: &str = "UPDATE LEDGER SET N = N WHERE N = 0";
const FIND: &str = "SELECT N FROM LEDGER WHERE N = ?";
const ANY_TWICE: &str = "SELECT N FROM LEDGER GROUP BY N HAVING COUNT(*) > 1";
const TWICE: &str = "SELECT N FROM LEDGER WHERE N = ? GROUP BY N HAVING COUNT(*) > 1";

/// A running application.
pub struct Application {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Work>,
    targets: [Target; 2],
}

/// What it came to, counted on both servers afterwards.
#[derive(Debug)]
pub struct Counted {
    pub ledger: Ledger,
    pub longest_gap: Duration,
}

/// The application's own memory.
struct Work {
    servers: [Server; 2],
    /// Which one it uses.
    at: usize,
    /// Numbers 1 to this are acknowledged.
    acknowledged: u64,
    last: Option<Instant>,
    longest_gap: Duration,
    created: bool,
}

impl Application {
    /// Starts to commit, at once and in a thread of its own.
    pub fn start(targets: [Target; 2]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let servers = targets.clone().map(Server::new);
        let thread = thread::spawn(move || {
            let mut work =
                Work { servers, at: 0, acknowledged: 0, last: None, longest_gap: Duration::ZERO, created: false };
            while !stopped.load(Ordering::Relaxed) {
                work.commit_next();
            }
            work
        });
        Self { stop, thread, targets }
    }

    /// Stops it, and looks for every acknowledged commit on both servers.
    pub fn stop(self, names: [&str; 2]) -> Counted {
        self.stop.store(true, Ordering::Relaxed);
        let work = self.thread.join().expect("because the application does not panic");
        let found = self.targets.map(|target| Found::on(&mut Server::new(target), work.acknowledged));
        let lost = work.acknowledged - kept(&found);
        let doubled = found.iter().map(|found| found.doubled).max().unwrap_or(0);
        let counts = names.iter().zip(&found).map(|(name, found)| ((*name).to_owned(), found.count)).collect();
        let ledger = Ledger { acknowledged: work.acknowledged, found: counts, lost, doubled };
        Counted { ledger, longest_gap: work.longest_gap }
    }
}

impl Work {
    /// One commit, until it is acknowledged or refused.
    fn commit_next(&mut self) {
        let began = Instant::now();
        let number = Value::Number(self.acknowledged + 1);
        let server = &mut self.servers[self.at];
        let create = |sql: &str, server: &mut Server| server.execute(sql, &[], LIMIT).is_ok();
        let created = self.created || (create(CREATE, server) && create(INDEX, server));
        self.created = created;
        let taken = if created { server.execute(INSERT, std::slice::from_ref(&number), LIMIT) } else { Err(refused()) };
        match taken {
            Ok(()) => self.acknowledge(began),
            Err(Stop::Refused { .. } | Stop::NotConnected { .. }) => self.other(),
            Err(Stop::Broken { .. } | Stop::TimedOut { .. }) => self.find_out(&number),
        }
    }

    fn acknowledge(&mut self, began: Instant) {
        let now = Instant::now();
        self.longest_gap = self.last.map_or(Duration::ZERO, |last| now - last).max(self.longest_gap);
        self.last = Some(now);
        self.acknowledged += 1;
        thread::sleep(PACE.saturating_sub(began.elapsed()));
    }

    fn other(&mut self) {
        self.at = 1 - self.at;
        thread::sleep(BREATH);
    }

    /// The answer was lost: whoever accepts writes now knows whether the row is there. Where it is not, it is sent again.
    fn find_out(&mut self, number: &Value) {
        let began = Instant::now();
        let patience = 10 * LIMIT;
        while began.elapsed() < patience {
            let server = &mut self.servers[self.at];
            let writes = server.execute(TOUCH, &[], LIMIT).is_ok();
            match writes.then(|| server.answers(FIND, std::slice::from_ref(number), LIMIT)) {
                Some(Ok(true)) => return self.acknowledge(began),
                Some(Ok(false)) => return,
                Some(Err(_)) | None => self.other(),
            }
        }
    }
}

/// Like a server that does not accept writes.
fn refused() -> Stop {
    Stop::Refused { code: None, text: String::new() }
}

/// How many acknowledged commits are left: those on the server that accepts writes; where none does, those on the server
/// that holds the most.
fn kept(found: &[Found]) -> u64 {
    let most = |found: &mut dyn Iterator<Item = &Found>| found.map(|found| found.count).max();
    most(&mut found.iter().filter(|found| found.writes)).or_else(|| most(&mut found.iter())).unwrap_or(0)
}

/// What a server holds of the acknowledged commits.
struct Found {
    count: u64,
    doubled: u64,
    /// It is the one that accepts writes.
    writes: bool,
}

impl Found {
    fn on(server: &mut Server, acknowledged: u64) -> Self {
        let mut holds = |query: &str, number: u64| server.answers(query, &[Value::Number(number)], LIMIT) == Ok(true);
        let count = (1..=acknowledged).filter(|number| holds(FIND, *number)).count() as u64;
        let any_twice = server.answers(ANY_TWICE, &[], LIMIT) != Ok(false);
        let mut twice = |number: u64| server.answers(TWICE, &[Value::Number(number)], LIMIT) == Ok(true);
        let doubled = if any_twice { (1..=acknowledged).filter(|number| twice(*number)).count() as u64 } else { 0 };
        let writes = server.execute(TOUCH, &[], LIMIT).is_ok();
        Self { count, doubled, writes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: u64, writes: bool) -> Found {
        Found { count, doubled: 0, writes }
    }

    #[test]
    fn what_the_serving_server_lacks_is_lost_and_where_none_serves_what_both_lack() {
        assert_eq!(kept(&[found(10, false), found(8, true)]), 8);
        assert_eq!(kept(&[found(10, false), found(8, false)]), 10);
        assert_eq!(kept(&[]), 0);
    }
}
