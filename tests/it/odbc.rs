//! Servers over ODBC: a real driver manager, a third-party driver, and simulated servers as real processes.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use hsbrun::odbc::{Password, Server, Stop, Target, find_driver};
use hsbrun::program::Value;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::pair::wait_for;

const LIMIT: Duration = Duration::from_secs(5);
/// What an ODBC driver cannot do sooner: its smallest login timeout is two seconds.
const SHORT: Duration = Duration::from_millis(500);

/// A simulated server in the foreground, killed when it is dropped.
struct Sim {
    folder: tempfile::TempDir,
    port: u16,
    process: Child,
}

impl Sim {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("because the scratch folder can be made");
        let port = free_port();
        let ini = format!("[Com]\nListen=tcp {port}\n[HotStandby]\nHSBEnabled=yes\n[Sim]\nMaxLifetime=120000\n");
        std::fs::write(folder.path().join("solid.ini"), ini).expect("because the scratch folder is ours");
        let process = launch(folder.path(), port);
        Self { folder, port, process }
    }

    fn server(&self) -> Server {
        Server::new(self.target("dba"))
    }

    fn target(&self, password: &str) -> Target {
        target(&driver(), self.port, password)
    }

    fn kill(&mut self) {
        self.process.kill().expect("because it is our child");
        self.process.wait().expect("because it is our child");
    }

    fn restart(&mut self) {
        self.kill();
        self.process = launch(self.folder.path(), self.port);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).expect("because it is a process id");
        kill_process(pid, signal).expect("because it is our child");
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn launch(folder: &Path, port: u16) -> Child {
    let mut process = Command::new(program())
        .args(["sim", "solid", "-f", "--version", "6.5", "-U", "dba", "-P", "dba", "-c"])
        .arg(folder)
        .stdin(Stdio::null())
        .spawn()
        .expect("because the binary is built with the tests");
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "the simulated server does not listen");
        let ended = process.try_wait().expect("because it is our child");
        assert_eq!(ended, None, "the simulated server ended");
        thread::sleep(Duration::from_millis(5));
    }
    process
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_hsbrun"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("because loopback has free ports");
    listener.local_addr().expect("because it is bound").port()
}

fn driver() -> PathBuf {
    find_driver("psqlodbcw.so").expect("because the tests need the package odbc-postgresql")
}

fn target(driver: &Path, port: u16, password: &str) -> Target {
    let options = "SSLmode=disable;Protocol=7.4-0;UseServerSidePrepare=0;UseDeclareFetch=0";
    let driver = driver.display();
    Target::new(
        format!("DRIVER={driver};SERVER=127.0.0.1;PORT={port};DATABASE=hsb;UID=dba;{options}"),
        Some(Password::new(password)),
    )
}

fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    assert!(began.elapsed() < limit, "it took {:?}", began.elapsed());
    result
}

#[test]
fn an_admin_command_is_answered_with_code_and_text() {
    let sim = Sim::start();
    let rows = sim.server().ask("hsb state", LIMIT).expect("because the server runs");
    assert_eq!((rows.len(), rows[0].rc, rows[0].text.as_str()), (1, 0, "SECONDARY ALONE"));
}

#[test]
fn a_quote_in_a_command_reaches_the_server_as_one() {
    let sim = Sim::start();
    let rows = sim.server().ask("it's ? {fn x} :x", LIMIT).expect("because a wrong command is answered, too");
    assert_ne!(rows[0].rc, 0);
}

#[test]
fn values_are_bound_and_rows_are_seen() {
    let sim = Sim::start();
    let mut server = sim.server();
    server.command("hsb set primary alone", LIMIT).expect("because a lone server can be primary");
    server.execute("CREATE TABLE t (n INTEGER, s VARCHAR(20))", &[], LIMIT).expect("because a primary accepts writes");
    let evil = Value::Text("x'); DROP TABLE t; --".into());
    server.execute("INSERT INTO t VALUES (?, ?)", &[Value::Number(7), evil.clone()], LIMIT).expect("because t exists");
    let mut any = |value| server.answers("SELECT n FROM t WHERE s = ?", &[value], LIMIT);
    assert_eq!(any(evil), Ok(true));
    assert_eq!(any(Value::Text("other".into())), Ok(false));
}

#[test]
fn a_statement_that_the_server_refuses_is_refused_with_its_code() {
    let sim = Sim::start();
    let stop = sim.server().execute("CREATE TABLE t (n INTEGER)", &[], LIMIT);
    let Err(Stop::Refused { code, text }) = stop else { panic!("a secondary accepted a write: {stop:?}") };
    assert_eq!(code, Some(10045), "{text}");
}

#[test]
fn a_server_that_is_not_there_means_not_sent() {
    let mut server = Server::new(target(&driver(), free_port(), "dba"));
    let stop = within(LIMIT, || server.command("hsb connect", LIMIT));
    let Err(Stop::NotConnected { why, .. }) = &stop else { panic!("{stop:?}") };
    assert!(why.contains("refused"), "{why}");
}

#[test]
fn a_driver_that_is_not_installed_is_explained() {
    let mut server = Server::new(target(Path::new("/nowhere/driver.so"), 1, "hunter2"));
    let Err(stop) = server.ask("hsb state", LIMIT) else { panic!("there is no such driver") };
    let text = format!("{stop} {stop:?} {server:?}");
    assert!(text.contains("apt-get install odbc-postgresql"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_wrong_password_is_not_connected_and_does_not_show() {
    let sim = Sim::start();
    let mut server = Server::new(sim.target("hunter2"));
    let stop = server.ask("hsb state", LIMIT);
    let Err(Stop::NotConnected { why, .. }) = &stop else { panic!("{stop:?}") };
    assert!(!why.contains("hunter2"), "{why}");
}

#[test]
fn a_frozen_server_ends_a_call_within_its_limit() {
    let sim = Sim::start();
    let mut server = sim.server();
    server.ask("hsb state", LIMIT).expect("because the server runs");
    sim.signal(Signal::STOP);
    let kept = within(SHORT + LIMIT, || server.command("hsb set primary alone", SHORT));
    assert_eq!(kept, Err(Stop::TimedOut { limit: SHORT }), "it was sent");
    assert!(server.has_unanswered(), "and may still be done");
    let fresh = within(SHORT + LIMIT, || server.command("hsb set primary alone", SHORT));
    assert!(matches!(fresh, Err(Stop::NotConnected { .. })), "it was not sent: {fresh:?}");
    sim.signal(Signal::CONT);
    let rows = server.ask("hsb state", LIMIT).expect("because it goes on");
    assert_eq!(rows[0].rc, 0);
    wait_for("the command that was sent comes back", LIMIT, || !server.has_unanswered());
}

#[test]
fn a_question_that_is_not_answered_in_time_is_no_command_that_may_still_be_done() {
    let sim = Sim::start();
    let mut server = sim.server();
    server.ask("hsb state", LIMIT).expect("because the server runs");
    sim.signal(Signal::STOP);
    assert_eq!(server.ask("hsb state", SHORT), Err(Stop::TimedOut { limit: SHORT }));
    assert!(!server.has_unanswered());
    sim.signal(Signal::CONT);
}

#[test]
fn a_server_killed_under_a_kept_connection_breaks_a_command_and_not_a_probe() {
    let mut sim = Sim::start();
    let (mut asking, mut commanding) = (sim.server(), sim.server());
    for server in [&mut asking, &mut commanding] {
        server.ask("hsb state", LIMIT).expect("because the server runs");
    }
    sim.restart();
    assert!(asking.ask("hsb state", LIMIT).is_ok(), "a probe connects anew");
    let stop = commanding.command("hsb state", LIMIT);
    assert!(matches!(stop, Err(Stop::Broken { .. })), "a command is never sent again: {stop:?}");
    assert!(commanding.command("hsb state", LIMIT).is_ok(), "the next one connects anew");
}

#[test]
fn a_server_killed_while_it_is_asked_leaves_the_outcome_unknown_at_once() {
    let mut sim = Sim::start();
    let mut server = sim.server();
    server.ask("hsb state", LIMIT).expect("because the server runs");
    sim.signal(Signal::STOP);
    let stop = thread::scope(|scope| {
        let command = scope.spawn(|| within(LIMIT, || server.command("hsb set primary alone", LIMIT * 4)));
        thread::sleep(Duration::from_millis(50));
        sim.kill();
        command.join().expect("because it does not panic")
    });
    assert!(matches!(stop, Err(Stop::Broken { .. })), "{stop:?}");
}

#[test]
fn a_server_frozen_for_hours_does_not_use_up_the_threads() {
    let sim = Sim::start();
    let mut server = sim.server();
    server.ask("hsb state", LIMIT).expect("because the server runs");
    sim.signal(Signal::STOP);
    let stops: Vec<_> = (0..40).map(|_| server.ask("hsb state", Duration::from_millis(5))).collect();
    let Some(Err(Stop::NotConnected { why, .. })) = stops.last() else { panic!("{stops:?}") };
    assert!(why.contains("have not come back"), "{why}");
    sim.signal(Signal::CONT);
    let began = Instant::now();
    while server.ask("hsb state", LIMIT).is_err() {
        assert!(began.elapsed() < LIMIT * 2, "it answers again");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn fifty_at_once_are_answered() {
    let sim = Sim::start();
    let ask = |_| {
        let mut server = sim.server();
        (0..20).all(|_| server.ask("hsb state", LIMIT).is_ok())
    };
    let all = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|at| scope.spawn(move || ask(at))).collect();
        threads.into_iter().all(|thread| thread.join().expect("because it does not panic"))
    });
    assert!(all);
}
