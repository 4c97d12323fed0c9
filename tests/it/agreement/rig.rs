//! A pair of processes that is brought back to its beginning for each sequence, and what is seen of it.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hsbrun::pair::model::{Model, Phase, Safeness, Settings, Side};
use hsbrun::pair::{Command as Admin, State};
use odbc_api::Error;
use rustix::process::{Signal, kill_process};

use crate::sim::client::{Client, Rows};
use crate::sim::server::{HSBRUN, Server, Two, wait_for};

/// For the processes to come to what the model says.
const PATIENCE: Duration = Duration::from_secs(4);

const AT_ONCE: [&str; 9] = [
    "PingInterval=100",
    "AcceptDelay=0",
    "ConnectDelay=0",
    "DisconnectDelay=0",
    "CatchupDelay=0",
    "SwitchDelay=0",
    "NetcopyDelay=0",
    "StopDelay=0",
    "MaxLifetime=7200000",
];

/// A one-safe Primary sends nothing before it must.
const HELD: [&str; 3] = ["SafenessLevel=1safe", "1SafeMaxDelay=7200000", "ShipDelay=7200000"];

const STATUSES: [Admin; 4] = [Admin::StatusConnect, Admin::StatusSwitch, Admin::StatusCopy, Admin::StatusCatchup];

pub struct Rig {
    two: Two,
    /// Sessions of the one who commands: never thrown out.
    admins: [Option<Client>; 2],
    /// Sessions of an application.
    users: [Option<Client>; 2],
    next: u32,
}

/// What is seen of one server.
#[derive(Debug, PartialEq)]
struct Sight {
    state: String,
    statuses: Vec<String>,
}

impl Rig {
    /// Makes the pair, and keeps its databases as every sequence begins with them.
    pub fn new() -> Rig {
        let two = Two::alone("6.5", &["MaxLifetime=7200000"]);
        for server in [&two.first, &two.second] {
            server.stop();
            fs::copy(server.dir.join("solid.db"), server.dir.join("template")).expect("because there is room");
        }
        Rig { two, admins: [None, None], users: [None, None], next: 0 }
    }

    fn server(&self, side: Side) -> &Server {
        match side {
            Side::First => &self.two.first,
            Side::Second => &self.two.second,
        }
    }

    /// Connected, the first one Primary, equal data, nothing known of what was before.
    pub fn reset(&mut self, wanted: Settings) {
        (self.admins, self.users) = ([None, None], [None, None]);
        let auto = if wanted.auto_primary_alone { "AutoPrimaryAlone=yes" } else { "AutoPrimaryAlone=no" };
        let held = HELD.into_iter().filter(|_| wanted.safeness == Safeness::OneSafe);
        let settings: Vec<&str> = AT_ONCE.into_iter().chain([auto]).chain(held).collect();
        for side in Side::BOTH {
            if self.server(side).lives() {
                self.kill(side);
            }
            let server = self.server(side);
            for name in ["solid.db-journal", "solid.db-wal", "solid.db-shm", "solid.db.incomplete", "faults"] {
                let _ = fs::remove_file(server.dir.join(name));
            }
            fs::copy(server.dir.join("template"), server.dir.join("solid.db")).expect("because there is room");
            server.write_ini(self.server(side.other()).port, &settings);
        }
        std::thread::scope(|scope| {
            for server in [&self.two.first, &self.two.second] {
                scope.spawn(|| server.must_start(&[]));
            }
        });
        self.log_in();
        for command in ["hsb set primary alone", "hsb connect"] {
            assert!(self.command(Side::First, command).starts_with("0 "), "{command}");
        }
        let states = ["PRIMARY ACTIVE", "SECONDARY ACTIVE"];
        wait_for("the pair is connected", || Side::BOTH.map(|side| self.look(side).state) == states);
    }

    /// RC and TEXT, or that there was no answer.
    pub fn command(&mut self, side: Side, text: &str) -> String {
        self.ask(side, text).map_or_else(|| "no answer".into(), |(rc, text)| format!("{rc} {text}"))
    }

    fn ask(&self, side: Side, text: &str) -> Option<(String, String)> {
        let session = self.admins[side as usize].as_ref()?;
        let rows = session.query(&format!("ADMIN COMMAND '{text}'")).ok()?;
        rows.into_iter().next().map(|mut row| (row.remove(0), row.remove(0)))
    }

    /// A plain shutdown finds users where users have work: where writes are accepted.
    pub fn shutdown(&mut self, side: Side, state: Option<State>) -> String {
        if !state.is_some_and(State::serves) && self.users[side as usize].take().is_some() {
            let list =
                |rig: &Rig| rig.admins[side as usize].as_ref().map(|session| session.query("ADMIN COMMAND 'userlist'"));
            wait_for("the user has left", || list(self).is_none_or(|rows| rows.is_ok_and(|rows| rows.len() == 1)));
        }
        self.command(side, "shutdown")
    }

    pub fn commit(&mut self, side: Side) -> String {
        if !self.server(side).lives() {
            return "refused with 21306".into();
        }
        self.next += 1;
        let sql = format!("INSERT INTO T VALUES ({})", self.next);
        match self.as_user(side, |session| session.query(&sql)) {
            Ok(_) => "committed".into(),
            Err(error) => format!("refused with {}", code(&error.to_string())),
        }
    }

    /// In the user's session, or in a new one where it was lost.
    fn as_user(&mut self, side: Side, work: impl Fn(&Client) -> Result<Rows, Error>) -> Result<Rows, Error> {
        if let Some(session) = &self.users[side as usize] {
            match work(session) {
                Err(error) if error.to_string().contains("08") && code(&error.to_string()) == 0 => {}
                outcome => return outcome,
            }
        }
        let session = Client::connect(self.server(side).port)?;
        let outcome = work(&session);
        self.users[side as usize] = Some(session);
        outcome
    }

    pub fn kill(&mut self, side: Side) -> String {
        let server = self.server(side);
        kill_process(server.pid().expect("because it runs"), Signal::KILL).expect("because it runs");
        wait_for("the server is gone", || !server.lives());
        (self.admins[side as usize], self.users[side as usize]) = (None, None);
        String::new()
    }

    /// SIGSTOP, and SIGCONT when the other one has noticed, where it was connected.
    pub fn freeze(&mut self, side: Side, connected: bool) -> String {
        let timeout = |rig: &mut Rig, millis: u32| {
            let set = rig.command(side.other(), &format!("parameter HotStandby.PingTimeout={millis}"));
            assert!(set.starts_with("0 "), "{set}");
        };
        if connected {
            timeout(self, 300);
        }
        self.server(side).signal(Signal::STOP);
        if connected {
            let state = |rig: &Rig| rig.ask(side.other(), "hsb state").map(|(_, text)| text).unwrap_or_default();
            wait_for("the other server notices", || {
                state(self).ends_with(" ALONE") || state(self).ends_with("UNCERTAIN")
            });
        }
        self.server(side).signal(Signal::CONT);
        if connected {
            timeout(self, 4000);
        }
        String::new()
    }

    pub fn start(&mut self, side: Side, backupserver: bool) -> String {
        let options: &[&str] = if backupserver { &["-x", "backupserver"] } else { &[] };
        format!("exit {}", self.server(side).start(options).0)
    }

    pub fn link(&mut self, condition: &str) -> String {
        let dir = self.two.first.dir.parent().expect("because both servers are in one folder");
        let mut command = Command::new(HSBRUN);
        command.args(["sim", "fault"]).arg(dir).args(["link", condition]).stdin(Stdio::null());
        assert!(command.status().expect("because it was built").success());
        String::new()
    }

    /// Waits until everything that can be seen is as the model says, and nothing goes on any more.
    pub fn await_agreement(&mut self, model: &Model) -> Result<(), String> {
        let began = Instant::now();
        loop {
            self.log_in();
            let outcome = self.compare(model);
            if outcome.is_ok() || began.elapsed() > PATIENCE {
                return outcome;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Sessions that were lost are taken up again, where the server lets them.
    fn log_in(&mut self) {
        for side in Side::BOTH {
            if self.ask(side, "hsb role").is_none() {
                let port = self.server(side).port;
                self.admins[side as usize] = Client::connect(port).ok();
            }
            let alive = self.as_user(side, |session| session.query("SELECT 1")).is_ok();
            if !alive {
                self.users[side as usize] = None;
            }
        }
    }

    fn compare(&self, model: &Model) -> Result<(), String> {
        for side in Side::BOTH {
            let (wanted, seen) = (expected(model, side), self.look(side));
            if wanted != seen {
                return Err(format!("{side:?}: the model says {wanted:?}, the process {seen:?}"));
            }
            if seen.statuses.is_empty() {
                continue;
            }
            if let Some(busy) = self.busy(side, &seen) {
                return Err(format!("{side:?}: the model is quiescent, the process is busy: {busy}"));
            }
        }
        self.compare_commits(model)
    }

    /// A command that changes nothing where nothing goes on, and is refused where something does.
    fn busy(&self, side: Side, seen: &Sight) -> Option<String> {
        let (probe, idle) = if seen.state.ends_with(" ACTIVE") {
            ("hsb connect".to_owned(), "30750")
        } else {
            (format!("hsb parameter connect \"tcp 127.0.0.1 {}\"", self.server(side.other()).port), "0")
        };
        let (rc, text) = self.ask(side, &probe)?;
        (rc != idle).then(|| format!("{probe}: {rc} {text}"))
    }

    fn look(&self, side: Side) -> Sight {
        let server = self.server(side);
        if !server.lives() {
            return Sight { state: "DOWN".into(), statuses: Vec::new() };
        }
        let Some((_, state)) = self.ask(side, "hsb state") else {
            let why = Client::connect(server.port).err().map(|error| error.to_string()).unwrap_or_default();
            let state = if why.contains("14552") { "OFFLINE".into() } else { format!("no answer: {why}") };
            return Sight { state, statuses: Vec::new() };
        };
        let asked =
            STATUSES.map(|status| self.ask(side, status.text()).map_or_else(|| "no answer".into(), |(_, text)| text));
        Sight { state, statuses: asked.iter().map(|text| bare(text)).collect() }
    }

    /// Who holds commits that the other one lacks; where both can be asked.
    fn compare_commits(&self, model: &Model) -> Result<(), String> {
        if Side::BOTH.iter().any(|side| model.phase(*side) != Phase::Up) {
            return Ok(());
        }
        let held = Side::BOTH.map(|side| self.held(side));
        for side in Side::BOTH {
            let (own, other) = (&held[side as usize], &held[side.other() as usize]);
            let ahead: Vec<&u32> = own.difference(other).collect();
            if ahead.is_empty() == model.is_ahead(side) {
                let says = if model.is_ahead(side) { "is ahead" } else { "is not ahead" };
                return Err(format!("{side:?}: the model says it {says}, the process alone holds {ahead:?}"));
            }
        }
        Ok(())
    }

    fn held(&self, side: Side) -> BTreeSet<u32> {
        let rows = self.admins[side as usize].as_ref().map(|session| session.query("SELECT N FROM T"));
        let rows = rows.and_then(Result::ok).unwrap_or_default();
        rows.iter().map(|row| row[0].parse().expect("because N is a number")).collect()
    }
}

/// The number of an error is not settled (INF): only that there is one.
fn bare(text: &str) -> String {
    if text.starts_with("ERROR ") { "ERROR".into() } else { text.to_owned() }
}

fn expected(model: &Model, side: Side) -> Sight {
    let state = model.state(side).map_or_else(|| "neither up nor down".into(), |state| state.word().to_owned());
    if model.phase(side) != Phase::Up {
        return Sight { state, statuses: Vec::new() };
    }
    let asked = STATUSES.map(|status| { *model }.command(side, status).map_or_else(String::new, |reply| reply.text));
    Sight { state, statuses: asked.iter().map(|text| bare(text)).collect() }
}

/// The vendor's code in an error's text; 0: there is none.
fn code(error: &str) -> u32 {
    let after = error.split("Error ").find_map(|piece| piece.split(':').next()?.trim().parse().ok());
    after.unwrap_or(0)
}
