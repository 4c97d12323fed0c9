//! SIGKILL of either server or of both, at random moments, under an application that commits on: what was acknowledged is
//! there afterwards, once, on both. The pair is brought back as a database administrator would.

mod one_safe;

use std::time::{Duration, Instant};

use crate::dice::{Dice, full_campaign, wanted_seed};
use crate::sim::client::{self, Client};
use crate::sim::server::{Server, Two, wait_for};
use crate::support::application::{Application, Load, assert_nothing_lost};

/// What the pair is doing when the kill comes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Doing {
    Connected,
    Alone,
    Catchup,
    Netcopy,
    Switch,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Victim {
    S1,
    S2,
    Both,
}

/// Short, and long enough for a kill to fall into them.
const SETTINGS: [&str; 6] =
    ["CatchupDelay=40", "NetcopyDelay=60", "SwitchDelay=40", "ConnectDelay=5", "MaxLifetime=7200000", "StopDelay=0"];

/// Six hundred commits a second, if the machine gives them; a thousand in the long form, which has them on three pairs.
fn load() -> Load {
    Load { connections: 6, pace: Duration::from_millis(if full_campaign() { 6 } else { 10 }) }
}

/// What the Secondary does before a commit is acknowledged: one pair is content with less.
fn policy(seed: u64) -> &'static str {
    if seed % 2 == 1 { "2SafeAckPolicy=1" } else { "2SafeAckPolicy=2" }
}

#[test]
fn no_acknowledged_commit_is_lost_or_doubled_by_kills_at_any_moment() {
    let kills = if full_campaign() { 300 } else { 30 };
    let seeds = wanted_seed().map_or(vec![3, 4], |seed| vec![seed]);
    std::thread::scope(|scope| {
        for seed in seeds {
            scope.spawn(move || campaign(seed, kills));
        }
    });
}

fn campaign(seed: u64, kills: usize) {
    println!("to repeat: HSBRUN_SEED={seed} cargo test --test it durability::");
    let began = Instant::now();
    let mut dice = Dice::new(seed);
    let two = Two::connected("6.5", &[&SETTINGS[..], &[policy(seed)]].concat());
    let strings = [&two.first, &two.second].map(|server| client::connection_string(server.port, "dba", "dba"));
    let application = Application::start_with(strings.clone(), load());
    let mut copies = 0;
    for round in 0..kills {
        let doing = dice.one_of(&[Doing::Connected, Doing::Alone, Doing::Catchup, Doing::Netcopy, Doing::Switch]);
        let victim = dice.one_of(&[Victim::S1, Victim::S2, Victim::Both]);
        let what = format!("seed {seed}, kill {round}: {victim:?} while {doing:?}");
        println!("{what}");
        let before = application.acknowledged();
        wait_for(&format!("{what}: the load"), || application.acknowledged() > before + 20);
        strike(&two, doing, victim, &mut dice);
        let copied = recover(&two, &what);
        assert!(copied == Copied::No || doing == Doing::Netcopy, "{what}: the histories have parted");
        copies += usize::from(copied == Copied::Yes);
        let sure = application.acknowledged();
        assert_counts(by_role(&two)[0], sure, &what);
    }
    let account = application.stop();
    wait_for_equal_positions(&two);
    assert_nothing_lost(&account, &strings);
    println!(
        "seed {seed}: {kills} kills in {:.0?}, {} commits, {:.0}/s while served, {:.0}/s outages included, {copies} copies",
        began.elapsed(),
        account.acknowledged.len(),
        account.while_served,
        account.commits_a_second()
    );
}

/// The Primary first.
fn by_role(two: &Two) -> [&Server; 2] {
    if two.first.state().starts_with("PRIMARY") { [&two.first, &two.second] } else { [&two.second, &two.first] }
}

/// Brings the pair into the middle of something, and kills.
fn strike(two: &Two, doing: Doing, victim: Victim, dice: &mut Dice) {
    let [primary, secondary] = by_role(two);
    if matches!(doing, Doing::Alone | Doing::Catchup | Doing::Netcopy) {
        primary.does("hsb disconnect");
        for server in [primary, secondary] {
            server.wait_for("hsb status connect", "BROKEN");
        }
    }
    match doing {
        Doing::Connected | Doing::Alone => {}
        Doing::Catchup => {
            pause(dice, 60);
            primary.does("hsb connect");
        }
        Doing::Netcopy => primary.does("hsb netcopy"),
        Doing::Switch => secondary.does("hsb switch primary"),
    }
    pause(dice, 80);
    let victims = match victim {
        Victim::S1 => vec![&two.first],
        Victim::S2 => vec![&two.second],
        Victim::Both => vec![&two.first, &two.second],
    };
    for server in victims {
        server.kill();
    }
}

/// A random moment: the one sleep that a campaign of kills needs.
fn pause(dice: &mut Dice, below: usize) {
    std::thread::sleep(Duration::from_micros(dice.roll(below * 1000) as u64));
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Copied {
    Yes,
    No,
}

/// What a database administrator does: starts what is down, makes the right one Primary, connects; copies only where
/// nothing else is left.
fn recover(two: &Two, what: &str) -> Copied {
    for server in [&two.first, &two.second].into_iter().filter(|server| !server.runs()) {
        start(server, what);
    }
    wait_until_nothing_goes_on(two, what);
    if states(two).iter().any(|state| state == "PRIMARY ACTIVE") {
        return Copied::No;
    }
    let primary = choose_primary(two, what);
    let other = if std::ptr::eq(primary, &two.first) { &two.second } else { &two.first };
    if matches!(primary.state().as_str(), "SECONDARY ALONE" | "PRIMARY UNCERTAIN") {
        primary.does("hsb set primary alone");
    }
    let mut copied = Copied::No;
    if state(other) == "OFFLINE" {
        primary.does("hsb netcopy");
        other.wait_for("hsb state", "SECONDARY ALONE");
        primary.wait_for("hsb status copy", "SUCCESS");
        copied = Copied::Yes;
    }
    let (rc, text) = primary.admin("hsb connect");
    assert_eq!(rc, 0, "{what}: connect: {text}; {:?}", states(two));
    let began = Instant::now();
    while [state(primary), state(other)] != ["PRIMARY ACTIVE", "SECONDARY ACTIVE"] {
        let patient = began.elapsed() < Duration::from_secs(15);
        assert!(patient, "{what}: the servers do not connect\n{}\n\n{}", tail(primary), tail(other));
        std::thread::sleep(Duration::from_millis(10));
    }
    copied
}

/// The end of a server's log.
fn tail(server: &Server) -> String {
    let messages = server.messages();
    let lines: Vec<&str> = messages.lines().rev().take(12).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

fn start(server: &Server, what: &str) {
    match server.start(&[]) {
        (0, _) => {}
        // An incomplete netcopy can only be replaced.
        (24, _) => server.must_start(&["-x", "backupserver"]),
        (code, said) => panic!("{what}: the start ends with {code}: {said}"),
    }
}

/// OFFLINE is what a server is that takes no clients.
fn state(server: &Server) -> String {
    match Client::connect(server.port) {
        Ok(client) => client.admin("hsb state").1,
        Err(error) if error.to_string().contains("14552") => "OFFLINE".into(),
        Err(error) => panic!("{error}"),
    }
}

fn states(two: &Two) -> [String; 2] {
    [state(&two.first), state(&two.second)]
}

/// A catchup, copy or switch that survived the kill comes to its end, and what was lost is noticed.
fn wait_until_nothing_goes_on(two: &Two, what: &str) {
    wait_for(&format!("{what}: rest"), || {
        let active: Vec<String> = states(two).into_iter().filter(|state| state.ends_with("ACTIVE")).collect();
        let at_rest = |server: &Server| {
            Client::connect(server.port).map_or(true, |client| {
                let asked = ["connect", "switch", "copy"].map(|what| client.admin(&format!("hsb status {what}")).1);
                ["BROKEN", "CONNECTED"].contains(&asked[0].as_str()) && asked[1] != "ACTIVE" && asked[2] != "ACTIVE"
            })
        };
        active.len() != 1 && at_rest(&two.first) && at_rest(&two.second)
    });
}

/// A Primary that lives, else the one whose log is further. Source: 200 "Choosing which server to make primary".
fn choose_primary<'a>(two: &'a Two, what: &str) -> &'a Server {
    let seen = states(two);
    let primaries = seen.iter().filter(|state| state.starts_with("PRIMARY")).count();
    assert!(primaries < 2, "{what}: two Primaries");
    match [seen[0].as_str(), seen[1].as_str()] {
        [one, _] if one.starts_with("PRIMARY") => &two.first,
        [_, two_state] if two_state.starts_with("PRIMARY") => &two.second,
        ["OFFLINE", _] => &two.second,
        [_, "OFFLINE"] => &two.first,
        _ if position(&two.second) > position(&two.first) => &two.second,
        _ => &two.first,
    }
}

fn position(server: &Server) -> String {
    let (_, text) = server.admin("hsb logpos");
    text.split(':').next().unwrap_or_default().to_owned()
}

/// As many different numbers as were acknowledged, and none twice.
fn assert_counts(server: &Server, acknowledged: usize, what: &str) {
    let rows = server.client().sql("SELECT COUNT(*), COUNT(DISTINCT N) FROM LEDGER");
    let [all, different] = [0, 1].map(|at| rows[0][at].parse::<usize>().expect("because a count is a number"));
    assert_eq!(all, different, "{what}: a commit is doubled");
    assert!(different >= acknowledged, "{what}: of {acknowledged} acknowledged commits {different} are there");
}

fn wait_for_equal_positions(two: &Two) {
    wait_for("both hold everything", || position(&two.first) == position(&two.second));
}
