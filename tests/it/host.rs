//! Host commands: real processes, no shell.

use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use hsbrun::host::{Commands, KEPT_OUTPUT, Outcome, Port, free_space, port};
use rustix::process::{Pid, getpgid, test_kill_process};

const LIMIT: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(100);

fn argv(args: &[&str]) -> Vec<String> {
    args.iter().map(ToString::to_string).collect()
}

fn run(args: &[&str]) -> Outcome {
    Commands::default().run("S1", &argv(args), LIMIT)
}

/// What a command that exits with 0 prints.
fn printed(args: &[&str]) -> String {
    match run(args) {
        Outcome::Exited { status: 0, output } => output.stdout,
        other => panic!("{args:?}: {other:?}"),
    }
}

fn pid(text: &str) -> Pid {
    text.trim().parse().ok().and_then(Pid::from_raw).expect("because a process id was printed")
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < LIMIT, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_exit_status_and_both_outputs_are_kept() {
    let outcome = run(&["sh", "-c", "echo out; echo err >&2; exit 10"]);
    let Outcome::Exited { status, output } = outcome else { panic!("{outcome:?}") };
    assert_eq!((status, output.stdout.as_str(), output.stderr.as_str()), (10, "out\n", "err\n"));
}

#[test]
fn arguments_reach_the_program_as_they_are() {
    let args = ["printf", "%s|", "a b", "$HOME", "; rm -rf /", "*", "", "'\"", "ünï\n"];
    assert_eq!(printed(&args), "a b|$HOME|; rm -rf /|*||'\"|ünï\n|");
}

#[test]
fn a_command_reads_nothing_and_has_a_group_of_its_own() {
    assert_eq!(printed(&["cat"]), "");
    let child = printed(&["sh", "-c", "cut -d ' ' -f 5 /proc/$$/stat"]);
    let own = getpgid(None).expect("because this process has a group");
    assert_ne!(pid(&child), own);
}

#[test]
fn a_program_that_is_not_there_was_not_started() {
    for args in [&["/nowhere/program"][..], &["/etc/passwd"], &[]] {
        let outcome = run(args);
        assert!(matches!(outcome, Outcome::NotStarted { .. }), "{outcome:?}");
    }
}

#[test]
fn a_signal_is_told_from_an_exit() {
    let outcome = run(&["sh", "-c", "kill -9 $$"]);
    assert!(matches!(outcome, Outcome::Signalled { signal: 9, .. }), "{outcome:?}");
}

#[test]
fn a_command_past_its_limit_goes_on_and_is_remembered() {
    let folder = tempfile::tempdir().expect("because the scratch folder can be made");
    let gate = folder.path().join("gate");
    let script = format!("echo begun; while [ ! -e {} ]; do sleep 0.02; done; echo done > {0}", gate.display());
    let mut commands = Commands::default();
    let began = Instant::now();
    let outcome = commands.run("S1", &argv(&["sh", "-c", &script]), SHORT);
    assert!(began.elapsed() < SHORT + LIMIT);
    let Outcome::StillRunning { output, .. } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(output.stdout, "begun\n");
    assert!(commands.still_running("S1"));
    assert!(!commands.still_running("S2"));
    std::fs::write(&gate, "").expect("because the folder is ours");
    wait_until("it ends", || !commands.still_running("S1"));
    assert_eq!(std::fs::read_to_string(&gate).expect("because it exists"), "done\n");
}

#[test]
fn a_probe_past_its_limit_is_killed() {
    let commands = Commands::default();
    let outcome = commands.look(&argv(&["sleep", "60"]), SHORT);
    let Outcome::StillRunning { pid, .. } = outcome else { panic!("{outcome:?}") };
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("because it is a process id");
    wait_until("it is gone", || test_kill_process(pid).is_err());
}

#[test]
fn a_server_in_the_background_keeps_its_outputs_and_holds_nobody_up() {
    let folder = tempfile::tempdir().expect("because the scratch folder can be made");
    let (gate, mark) = (folder.path().join("gate"), folder.path().join("mark"));
    // It writes to the output that it inherited after the command has ended; a closed pipe would kill it there.
    let background = format!(
        "while [ ! -e {} ]; do sleep 0.02; done; echo still here; echo alive > {}",
        gate.display(),
        mark.display()
    );
    assert_eq!(printed(&["sh", "-c", &format!("({background}) & echo started")]), "started\n");
    std::fs::write(&gate, "").expect("because the folder is ours");
    wait_until("the background process lives", || mark.exists());
}

#[test]
fn of_a_long_output_the_end_is_kept() {
    let stdout = printed(&["seq", "1", "100000"]);
    assert!(stdout.len() <= KEPT_OUTPUT);
    assert!(stdout.ends_with("\n100000\n"));
    assert!(stdout.lines().all(|line| line.len() >= 5), "no line is cut: {:?}", stdout.lines().next());
}

#[test]
fn variables_with_passwords_are_not_inherited() {
    let mut commands = Commands::new(vec!["PATH".into()]);
    let outcome = commands.run("S1", &argv(&["/usr/bin/env"]), LIMIT);
    let Outcome::Exited { output, .. } = outcome else { panic!("{outcome:?}") };
    assert!(output.stdout.lines().all(|line| !line.starts_with("PATH=")), "{}", output.stdout);
}

#[test]
fn free_room_is_asked_of_the_disk() {
    assert!(free_space(Path::new("/tmp"), LIMIT).expect("because /tmp is there") > 0);
    let why = free_space(Path::new("/nowhere"), LIMIT).expect_err("because it is not there");
    assert!(why.contains("/nowhere"), "{why}");
}

#[test]
fn a_port_refuses_only_where_the_machine_says_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("because loopback has free ports");
    let number = listener.local_addr().expect("because it is bound").port();
    assert_eq!(port("127.0.0.1", number, LIMIT), Port::Accepts);
    drop(listener);
    assert_eq!(port("127.0.0.1", number, LIMIT), Port::Refuses);
    assert!(matches!(port("no.such.name.invalid", 1, LIMIT), Port::NotKnown { .. }));
}
