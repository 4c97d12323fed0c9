//! What a server tells of itself: `status`, `info`, `perfmon`. Layouts RCL.

use std::sync::Arc;

use super::{Reply, refused};
use crate::pair::State;
use crate::simserver::hsb::{Busy, Hsb, Link, Progress};
use crate::simserver::server::Server;
use crate::simserver::{database, wording};

/// `status`: lines RCL.
pub(super) async fn status(server: &Arc<Server>) -> Reply {
    let config = server.config();
    let lines = [
        format!("simulated solidDB started at {}", server.started),
        format!("Current directory is {}", config.dir.display()),
        format!("Using configuration file {}", config.dir.join("solid.ini").display()),
        format!("Memory statistics: {} KB", memory() / 1024),
        format!("Database size is {} KB", database_size(server) / 1024),
        format!("Log size is {} KB", log_size(server).await / 1024),
        format!("Users: {}, greatest number {}", users(server), config.sim.max_connections),
    ];
    lines.into_iter().map(|line| (0, line)).collect()
}

/// What `info` knows. Source: 100 "Displaying role start time"; names RCL.
const FACTS: [&str; 10] = [
    "numusers",
    "maxusers",
    "dbsize",
    "logsize",
    "uptime",
    "bcktime",
    "cptime",
    "primarystarttime",
    "secondarystarttime",
    "listen",
];

/// `info NAME …`: a row for each; without a name all of them, with their names.
pub(super) async fn info(server: &Arc<Server>, argument: &str) -> Reply {
    let mut rows = Vec::new();
    if argument.is_empty() {
        for name in FACTS {
            rows.push((0, format!("{name} {}", fact(server, name).await.unwrap_or_default())));
        }
        return rows;
    }
    for name in argument.split_whitespace() {
        match fact(server, &name.to_ascii_lowercase()).await {
            Some(value) => rows.push((0, value)),
            None => return refused(wording::INVALID_ARGUMENT),
        }
    }
    rows
}

async fn fact(server: &Arc<Server>, name: &str) -> Option<String> {
    let (since, serves) = {
        let hsb = server.hsb();
        (hsb.role_since, hsb.state().is_primary() || hsb.state() == State::Standalone)
    };
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    Some(match name {
        "numusers" => users(server).to_string(),
        "maxusers" => server.config().sim.max_connections.to_string(),
        "dbsize" => (database_size(server) / 1024).to_string(),
        "logsize" => (log_size(server).await / 1024).to_string(),
        "uptime" => time(Some(server.started)),
        "bcktime" => time(server.hsb().backed_up),
        "cptime" => time(*server.checkpoint.lock().expect("because no holder of the time panics")),
        "primarystarttime" => time(serves.then_some(since)),
        "secondarystarttime" => time((!serves).then_some(since)),
        "listen" => {
            let listen = server.config().listen.clone();
            format!("tcp {} {}", listen.host, listen.port)
        }
        _ => return None,
    })
}

/// `perfmon`, `perfmon list` (names alone), `perfmon PREFIX`. Source: SRC names; EXP usage.
pub(super) async fn perfmon(server: &Arc<Server>, argument: &str) -> Reply {
    let log = log_size(server).await;
    let ahead = ahead(server).await;
    let (state, link, not_sent) = {
        let hsb = server.hsb();
        let alone = matches!(hsb.state(), State::PrimaryAlone | State::PrimaryUncertain);
        (internal_state(&hsb), hsb.link, if alone { log } else { ahead })
    };
    let counters = [
        ("Db size", database_size(server) / 1024),
        ("Log size", log / 1024),
        ("Mem size", memory() / 1024),
        ("Users", users(server)),
        ("HSB state", state),
        ("HSB connected", u64::from(link == Link::Connected)),
        ("HSB catchup active", u64::from(link == Link::Catchup)),
        ("HSB notsent bytes", not_sent),
        ("HSB alone freespc", log_room(server, log)),
    ];
    if argument.eq_ignore_ascii_case("list") {
        return counters.into_iter().map(|(name, _)| (0, name.to_owned())).collect();
    }
    let wanted = |name: &str| name.to_lowercase().starts_with(&argument.trim_start_matches("-c").trim().to_lowercase());
    let line = |(name, value): (&str, u64)| (0, format!("{name:<20} : {value}"));
    counters.into_iter().filter(|(name, _)| wanted(name)).map(line).collect()
}

/// The engine's own number of a state. Source: SRC.
fn internal_state(hsb: &Hsb) -> u64 {
    let switching = hsb.switch == Progress::Active;
    let copying = hsb.copy == Progress::Active && hsb.busy == Some(Busy::Copy);
    match (hsb.state(), hsb.link) {
        (State::Standalone, _) => 1,
        (State::Offline | State::Down, _) => 2,
        (State::SecondaryActive, _) if switching => 3,
        (State::PrimaryActive, _) if switching => 4,
        (State::PrimaryAlone, _) if copying => 6,
        (State::PrimaryAlone, Link::Connecting) => 7,
        (State::PrimaryAlone, Link::Catchup) => 8,
        (State::PrimaryAlone, _) => 5,
        (State::PrimaryActive, Link::Disconnecting) => 9,
        (State::PrimaryActive, _) => 10,
        (State::PrimaryUncertain, _) => 11,
        (State::SecondaryAlone, Link::Connecting) => 14,
        (State::SecondaryAlone, Link::Catchup) => 15,
        (State::SecondaryAlone, _) => 12,
        (State::SecondaryActive, Link::Disconnecting) => 16,
        (State::SecondaryActive, _) => 17,
    }
}

/// Bytes of log that may still be written: up to MaxLogSize, the simulated disk, or the real one.
fn log_room(server: &Server, size: u64) -> u64 {
    let config = server.config();
    let limits = [Some(config.max_log_size).filter(|limit| *limit > 0), config.sim.limits.log_disk];
    let disk = rustix::fs::statvfs(&config.dir).map_or(0, |disk| disk.f_bavail * disk.f_frsize);
    limits.into_iter().flatten().map(|limit| limit.saturating_sub(size)).min().unwrap_or(disk)
}

fn database_size(server: &Server) -> u64 {
    std::fs::metadata(database::path(&server.config())).map_or(0, |file| file.len())
}

async fn log_size(server: &Server) -> u64 {
    match server.store() {
        Some(store) => store.log_size().await,
        None => 0,
    }
}

/// Bytes that a one-safe Primary has not sent, or of which it does not know that they have arrived.
async fn ahead(server: &Server) -> u64 {
    match server.store() {
        Some(store) => store.ahead().await,
        None => 0,
    }
}

fn users(server: &Server) -> u64 {
    server.sessions().open.len() as u64
}

/// Bytes of this process in memory.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = text.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    resident.map_or(0, |kilobytes: u64| kilobytes * 1024)
}
