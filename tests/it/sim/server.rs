//! Servers of a test: each in a scratch folder of its own, killed by its process id in the end.

use std::fs::{self, File, TryLockError};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::client::Client;

pub const HSBRUN: &str = env!("CARGO_BIN_EXE_hsbrun");

/// The folder of one server.
pub struct Server {
    pub dir: PathBuf,
    pub port: u16,
}

/// A port that nobody uses, and that no two tests of this process get. Test processes that run at once have neighbouring
/// ids: they begin far from each other.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(521) % 8000;
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(11_000 + (start + step) % 8000).expect("because it is below 19000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The section of `solid.ini` that a setting belongs to.
fn section_of(setting: &str) -> &'static str {
    let begins = |names: &[&str]| names.iter().any(|name| setting.starts_with(name));
    if begins(&["Ping", "Auto", "NetcopyRpc", "MaxLog", "Safeness", "1Safe", "2Safe"]) {
        "HotStandby"
    } else if begins(&["Durability", "Relaxed"]) {
        "Logging"
    } else if setting.starts_with("FileSpec") {
        "IndexFile"
    } else {
        "Sim"
    }
}

impl Server {
    /// A folder with `solid.ini` and software, without a database.
    pub fn prepare(dir: PathBuf, port: u16, peer: u16, version: &str, settings: &[&str]) -> Server {
        fs::create_dir_all(&dir).expect("because there is room");
        let server = Server { dir, port };
        server.write_ini(peer, settings);
        assert_eq!(server.sim("install", &[version]).status.code(), Some(0));
        server
    }

    pub fn write_ini(&self, peer: u16, settings: &[&str]) {
        let of = |section: &str| {
            let lines = settings.iter().filter(|line| section_of(line) == section);
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        let used = |section: &str| match of(section) {
            lines if lines.is_empty() => lines,
            lines => format!("[{section}]\n{lines}"),
        };
        let text = format!(
            "[Com]\nListen=tcp 127.0.0.1 {}\n[HotStandby]\nHSBEnabled=yes\nConnect=tcp 127.0.0.1 {peer}\n{}\
             {}{}[Sim]\n{}",
            self.port,
            of("HotStandby"),
            used("IndexFile"),
            used("Logging"),
            of("Sim")
        );
        // Nothing outlives a test run that is killed for long.
        let text = if text.contains("MaxLifetime") { text } else { text + "MaxLifetime=600000\n" };
        fs::write(self.dir.join("solid.ini"), text).expect("because there is room");
    }

    fn sim(&self, word: &str, more: &[&str]) -> Output {
        let mut command = Command::new(HSBRUN);
        command.args(["sim", word]).arg(&self.dir).args(more).stdin(Stdio::null());
        command.output().expect("because the command under test was built")
    }

    /// `hsbrun sim solid` to its end: exit code and standard error.
    pub fn start(&self, more: &[&str]) -> (i32, String) {
        let mut command = Command::new(HSBRUN);
        command.args(["sim", "solid", "-c"]).arg(&self.dir).args(more).stdin(Stdio::null());
        let output = command.output().expect("because the command under test was built");
        let code = output.status.code().expect("because nobody kills it");
        (code, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// `hsbrun sim solid -f`, which says nothing.
    pub fn foreground(&self) -> Child {
        let mut command = Command::new(HSBRUN);
        command.args(["sim", "solid", "-f", "-c"]).arg(&self.dir);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("because the command under test was built")
    }

    pub fn must_start(&self, more: &[&str]) {
        let (code, said) = self.start(more);
        assert_eq!(code, 0, "{said}\n{}", self.messages());
    }

    pub fn runs(&self) -> bool {
        match self.sim("runs", &[]).status.code() {
            Some(0) => true,
            Some(1) => false,
            other => panic!("not known: {other:?}"),
        }
    }

    /// The same without a process: a server holds a lock on its pid file as long as it lives.
    pub fn lives(&self) -> bool {
        let held = |file: File| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        File::open(self.dir.join("solid.pid")).is_ok_and(held)
    }

    pub fn install(&self, version: &str) {
        assert_eq!(self.sim("install", &[version]).status.code(), Some(0));
    }

    pub fn client(&self) -> Client {
        Client::connect(self.port).unwrap_or_else(|error| panic!("{error}\n{}", self.messages()))
    }

    /// One command over a connection of its own.
    pub fn admin(&self, command: &str) -> (i32, String) {
        self.client().admin(command)
    }

    pub fn does(&self, command: &str) {
        let (rc, text) = self.admin(command);
        assert_eq!(rc, 0, "{command}: {text}");
    }

    pub fn state(&self) -> String {
        self.admin("hsb state").1
    }

    pub fn wait_for(&self, command: &str, text: &str) {
        let (name, port) = (self.dir.display(), self.port);
        wait_for(&format!("{name} ({port}): {command} = {text}"), || {
            Client::connect(self.port).is_ok_and(|client| {
                client
                    .query(&format!("ADMIN COMMAND '{command}'"))
                    .is_ok_and(|rows| rows.first().is_some_and(|row| row[1] == text))
            })
        });
    }

    pub fn stop(&self) {
        self.does("shutdown force");
        wait_for("the server ends", || !self.runs());
    }

    pub fn pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.dir.join("solid.pid")).ok()?;
        Pid::from_raw(text.trim().parse().ok()?)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid().expect("because the server has started"), signal).expect("because it runs");
    }

    pub fn kill(&self) {
        self.signal(Signal::KILL);
        wait_for("the server is gone", || !self.runs());
    }

    pub fn messages(&self) -> String {
        fs::read_to_string(self.dir.join("solmsg.out")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.dir.join("solid.pid").exists() && self.runs() {
            let _ = self.pid().map(|pid| kill_process(pid, Signal::KILL));
        }
    }
}

/// One server with a database, started; alone in its folder.
pub struct Single {
    pub server: Server,
    _dir: TempDir,
}

impl Single {
    pub fn start(version: &str, settings: &[&str]) -> Single {
        let single = Single::prepare(version, settings);
        single.server.must_start(&["-Udba", "-Pdba"]);
        single
    }

    pub fn prepare(version: &str, settings: &[&str]) -> Single {
        let dir = tempfile::tempdir().expect("because there is room");
        let server = Server::prepare(dir.path().join("s"), free_port(), free_port(), version, settings);
        Single { server, _dir: dir }
    }
}

/// Two servers whose databases have one base, started, not connected: the first PRIMARY ALONE, with a table `T (N)`.
pub struct Two {
    pub first: Server,
    pub second: Server,
    _dir: TempDir,
}

/// Delays that tests can bear; and they look at the Secondary right behind a commit.
const QUICK: [&str; 7] = [
    "AcceptDelay=5",
    "ConnectDelay=10",
    "CatchupDelay=10",
    "SwitchDelay=10",
    "NetcopyDelay=10",
    "DisconnectDelay=10",
    "2SafeAckPolicy=2",
];

impl Two {
    pub fn alone(version: &str, settings: &[&str]) -> Two {
        let dir = tempfile::tempdir().expect("because there is room");
        let settings: Vec<&str> = QUICK.iter().chain(&["StopDelay=10"]).chain(settings).copied().collect();
        let ports = [free_port(), free_port()];
        let prepare = |name: &str, own: usize| {
            Server::prepare(dir.path().join(name), ports[own], ports[1 - own], version, &settings)
        };
        let (first, second) = (prepare("s1", 0), prepare("s2", 1));
        first.must_start(&["-Udba", "-Pdba"]);
        first.does("hsb set primary alone");
        first.client().sql("CREATE TABLE T (N INTEGER NOT NULL PRIMARY KEY)");
        second.must_start(&["-x", "backupserver"]);
        let two = Two { first, second, _dir: dir };
        two.netcopy();
        two
    }

    /// Connected: the first PRIMARY ACTIVE, the second SECONDARY ACTIVE.
    pub fn connected(version: &str, settings: &[&str]) -> Two {
        let two = Two::alone(version, settings);
        two.connect();
        two
    }

    /// The status may still show the copy before this one, so the receiver's log is asked first.
    pub fn netcopy(&self) {
        let received = || self.second.messages().matches(" 30570 ").count();
        let before = received();
        self.first.does("hsb netcopy");
        wait_for("the copy is received", || received() > before);
        self.first.wait_for("hsb status copy", "SUCCESS");
        self.second.wait_for("hsb state", "SECONDARY ALONE");
    }

    pub fn connect(&self) {
        self.first.does("hsb connect");
        self.first.wait_for("hsb state", "PRIMARY ACTIVE");
        self.second.wait_for("hsb state", "SECONDARY ACTIVE");
    }

    pub fn insert(&self, numbers: std::ops::Range<u32>) {
        let client = self.first.client();
        for number in numbers {
            client.sql(&format!("INSERT INTO T VALUES ({number})"));
        }
    }
}

/// The numbers in `T`.
pub fn numbers(server: &Server) -> Vec<u32> {
    let rows = server.client().sql("SELECT N FROM T ORDER BY N");
    rows.iter().map(|row| row[0].parse().expect("because N is a number")).collect()
}

pub fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what} did not come true");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Puts a file in the place of another, for damage.
pub fn overwrite(path: &Path, text: &str) {
    fs::write(path, text).expect("because it is ours");
}
