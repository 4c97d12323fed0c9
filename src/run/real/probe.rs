//! Asking: every probe of a look, one after another, each bounded.
//!
//! How a state is established:
//!
//! | what is seen | state |
//! | --- | --- |
//! | `hsb state` answers one of the six | that one |
//! | the login is refused with 14552 or 14542, and `running` does not deny it | OFFLINE |
//! | the port refuses, and `running` says that no process exists | DOWN |
//! | anything else: silence, a cut line, a port that refuses beside a process, no `running` command | not known |
//!
//! Source of 14552 (and its neighbour): `[200]` -x backupserver takes no connections; domain section 4.

use std::time::{Duration, Instant};

use crate::engine::{Probe, Reading};
use crate::host::{Outcome, Output, Port, free_space, port};
use crate::odbc::{Row, Stop};
use crate::pair::{self, Measure, State, Status, Version};
use crate::program::ServerId;
use crate::site::{Argv, Watchdog};

use super::Real;

/// "Server is in backup server mode, no connections are allowed", and what a login meets while a copy comes in.
const OFFLINE_CODES: [i32; 2] = [14552, 14542];

/// A reading that is none.
fn unknown(why: impl Into<String>) -> Reading {
    Reading::Unknown(why.into())
}

impl Real<'_> {
    /// A look. A server that has let one question pass is not asked the others: what was seen of the other one before
    /// must not grow old meanwhile.
    pub(super) fn look_at(&mut self, probes: &[Probe], deadline: Option<Instant>) -> Vec<Reading> {
        let mut silent: Vec<ServerId> = Vec::new();
        let mut readings = Vec::new();
        for probe in probes {
            let line = over_the_line(probe);
            if line.is_some_and(|server| silent.contains(&server)) {
                readings.push(unknown("it left a question before this one unanswered"));
                continue;
            }
            let begun = Instant::now();
            let reading = self.look(probe, deadline);
            if matches!(reading, Reading::Unknown(_)) && begun.elapsed() >= self.site.call_limit / 2 {
                silent.extend(line);
            }
            readings.push(reading);
        }
        readings
    }

    /// One probe, within the site's `call_limit` and what is left until the deadline.
    fn look(&mut self, probe: &Probe, deadline: Option<Instant>) -> Reading {
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        let limit = left.min(self.site.call_limit);
        if limit.is_zero() {
            return unknown("the time was over before it was asked");
        }
        match probe {
            Probe::State(server) => self.state(*server, limit),
            Probe::Status(server, status) => self.status(*server, *status, limit),
            Probe::Measure(server, measure) => self.measure(*server, *measure, limit),
            Probe::Answers(server, sql, values) => {
                match self.places[usize::from(server.0)].odbc.answers(sql, values, limit) {
                    Ok(true) => Reading::Yes,
                    Ok(false) => Reading::No,
                    Err(stop) => unknown(stop.to_string()),
                }
            }
            Probe::Watchdog => self.watchdog(limit),
            Probe::Installed(server) => self.installed(*server, limit),
            Probe::Process(server) => self.process(*server, limit),
            Probe::Listens(server) => self.listens(*server, limit),
            Probe::HostCommand(server) => {
                let owner = self.places[usize::from(server.0)].owner.clone();
                self.commands.still_running(&owner).into()
            }
            Probe::Unanswered(server) => self.places[usize::from(server.0)].odbc.has_unanswered().into(),
        }
    }

    fn ask(&mut self, server: ServerId, command: &str, limit: Duration) -> Result<Row, Reading> {
        let rows = self.places[usize::from(server.0)].odbc.ask(command, limit);
        rows.map_err(|stop| unknown(stop.to_string()))?
            .into_iter()
            .next()
            .ok_or_else(|| unknown(format!("`{command}` was answered without a row")))
    }

    fn state(&mut self, server: ServerId, limit: Duration) -> Reading {
        let begun = Instant::now();
        let answer = self.places[usize::from(server.0)].odbc.ask(pair::Command::State.text(), limit);
        let left = limit.saturating_sub(begun.elapsed());
        match answer {
            Ok(rows) => rows.first().map_or(unknown("`hsb state` was answered without a row"), state_of),
            Err(stop) if offline(&stop) => self.offline(server, &stop, left),
            // A frozen server holds its port: asking further could not prove that it is DOWN.
            Err(stop @ Stop::TimedOut { .. }) => unknown(stop.to_string()),
            Err(stop @ (Stop::NotConnected { .. } | Stop::Broken { .. } | Stop::Refused { .. })) => {
                self.down(server, &stop, left)
            }
        }
    }

    /// A server says by itself that it takes no connections; a process that is not there cannot have said it.
    fn offline(&self, server: ServerId, stop: &Stop, left: Duration) -> Reading {
        match self.process(server, left) {
            Reading::No => unknown(format!("{stop}; yet the `running` command finds no process")),
            Reading::Yes
            | Reading::Unknown(_)
            | Reading::State(_)
            | Reading::Status(_)
            | Reading::Version(_)
            | Reading::Position(_)
            | Reading::Size(_) => Reading::State(State::Offline),
        }
    }

    /// DOWN is proven: the port refuses, and no process exists. Everything else is not known.
    fn down(&self, server: ServerId, stop: &Stop, left: Duration) -> Reading {
        let Some(address) = &self.places[usize::from(server.0)].site.address else {
            return unknown(format!("{stop}; the site does not say where its port is"));
        };
        match port(&address.host, address.port, left) {
            Port::Accepts => unknown(stop.to_string()),
            Port::NotKnown { why } => unknown(format!("{stop}; port {}: {why}", address.port)),
            Port::Refuses => match self.process(server, left) {
                Reading::No => Reading::State(State::Down),
                Reading::Yes => unknown(format!(
                    "port {} refuses, yet a process exists: it starts or stops, or this is not its port",
                    address.port
                )),
                Reading::Unknown(why) => unknown(format!("port {} refuses, and {why}", address.port)),
                Reading::State(_)
                | Reading::Status(_)
                | Reading::Version(_)
                | Reading::Position(_)
                | Reading::Size(_) => unreachable!("because a process exists or not"),
            },
        }
    }

    fn listens(&self, server: ServerId, limit: Duration) -> Reading {
        let Some(address) = &self.places[usize::from(server.0)].site.address else {
            return unknown("the site does not say where its port is");
        };
        match port(&address.host, address.port, limit) {
            Port::Accepts => Reading::Yes,
            Port::Refuses => Reading::No,
            Port::NotKnown { why } => unknown(why),
        }
    }

    fn status(&mut self, server: ServerId, status: Status, limit: Duration) -> Reading {
        let Some(command) = status.command() else { return unknown("it is asked by its four parts") };
        match self.ask(server, command.text(), limit) {
            Ok(row) => pair::status_word(status, row.rc, &row.text).map_or_else(
                || unknown(format!("`{}` answered {} {}", command.text(), row.rc, row.text)),
                Reading::Status,
            ),
            Err(unknown) => unknown,
        }
    }

    fn measure(&mut self, server: ServerId, measure: Measure, limit: Duration) -> Reading {
        let space = &self.places[usize::from(server.0)].site.space;
        let folder = match measure {
            Measure::Position => return self.position(server, limit),
            Measure::Version => return self.version(server, limit),
            Measure::LogSpace => &space.log,
            Measure::DiskSpace => &space.database,
        };
        match folder.as_ref().map(|folder| free_space(folder, limit)) {
            Some(Ok(bytes)) => Reading::Size(bytes),
            Some(Err(why)) => unknown(why),
            None => unknown("the site does not say which folder"),
        }
    }

    fn position(&mut self, server: ServerId, limit: Duration) -> Reading {
        match self.ask(server, pair::Command::Logpos.text(), limit) {
            Ok(Row { rc: 0, text }) => pair::position(&text)
                .map_or_else(|| unknown(format!("`hsb logpos` answered {text}")), |at| Reading::Position(at.into())),
            Ok(Row { rc, text }) => unknown(format!("`hsb logpos` answered {rc} {text}")),
            Err(unknown) => unknown,
        }
    }

    fn version(&mut self, server: ServerId, limit: Duration) -> Reading {
        let rows = self.places[usize::from(server.0)].odbc.ask(pair::Command::Version.text(), limit);
        match rows {
            Ok(rows) => {
                let text = rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
                Version::in_reply(&text).map_or_else(|| unknown(format!("`version` answered {text}")), Reading::Version)
            }
            Err(stop) => unknown(stop.to_string()),
        }
    }

    /// Does a server process exist? Exit status 0: it does, 1: it does not, anything else: not known.
    fn process(&self, server: ServerId, limit: Duration) -> Reading {
        match &self.places[usize::from(server.0)].site.running {
            Some(running) => self.yes_or_no("running", running, limit),
            None => unknown("the site has no `running` command for it"),
        }
    }

    fn installed(&self, server: ServerId, limit: Duration) -> Reading {
        let Some(argv) = &self.places[usize::from(server.0)].site.installed else {
            return unknown("the site has no `installed` command for it");
        };
        match ended("installed", self.look_with(argv, limit)) {
            Ok((0, output)) => Version::in_reply(&output.stdout)
                .map_or_else(|| unknown("the `installed` command prints no version"), Reading::Version),
            Ok((status, _)) => unknown(strange("installed", status)),
            Err(why) => unknown(why),
        }
    }

    /// Every `status` command in its order. On at one machine and off at the other is neither.
    fn watchdog(&self, limit: Duration) -> Reading {
        match &self.site.watchdog {
            Watchdog::Unsaid => unknown("the site file says nothing of a watchdog"),
            Watchdog::None => Reading::No,
            Watchdog::Commands { status, .. } => status
                .iter()
                .map(|argv| self.yes_or_no("watchdog status", argv, limit))
                .reduce(both)
                .unwrap_or_else(|| unknown("the watchdog has no `status` command")),
        }
    }

    fn yes_or_no(&self, what: &str, argv: &Argv, limit: Duration) -> Reading {
        match ended(what, self.look_with(argv, limit)) {
            Ok((0, _)) => Reading::Yes,
            Ok((1, _)) => Reading::No,
            Ok((status, _)) => unknown(strange(what, status)),
            Err(why) => unknown(why),
        }
    }
}

/// The server that answers it over its own line; none where a command of its machine does.
fn over_the_line(probe: &Probe) -> Option<ServerId> {
    match probe {
        Probe::State(server) | Probe::Status(server, _) | Probe::Answers(server, ..) => Some(*server),
        Probe::Measure(server, Measure::Position | Measure::Version) => Some(*server),
        Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace) => None,
        Probe::Watchdog | Probe::Installed(_) | Probe::Process(_) | Probe::Listens(_) => None,
        Probe::HostCommand(_) | Probe::Unanswered(_) => None,
    }
}

fn state_of(row: &Row) -> Reading {
    let word = row.text.trim().to_uppercase();
    match State::from_word(&word).filter(|state| row.rc == 0 && state.answers()) {
        Some(state) => Reading::State(state),
        None => unknown(format!("`hsb state` answered {} {}", row.rc, row.text)),
    }
}

fn offline(stop: &Stop) -> bool {
    let code = match stop {
        Stop::NotConnected { code, .. } | Stop::Refused { code, .. } => *code,
        Stop::Broken { .. } | Stop::TimedOut { .. } => None,
    };
    code.is_some_and(|code| OFFLINE_CODES.contains(&code))
}

/// What two machines say together.
fn both(one: Reading, other: Reading) -> Reading {
    match (&one, &other) {
        (Reading::Unknown(_), _) => one,
        (_, Reading::Unknown(_)) => other,
        _ if one == other => one,
        _ => unknown("the watchdog is on at one machine and off at another"),
    }
}

/// The exit status of a command of the site and its output, or why there is none.
pub(super) fn ended(what: &str, outcome: Outcome) -> Result<(i32, Output), String> {
    match outcome {
        Outcome::Exited { status, output } => Ok((status, output)),
        Outcome::Signalled { signal, .. } => Err(format!("the `{what}` command was ended by signal {signal}")),
        Outcome::NotStarted { why } | Outcome::NotKnown { why } => Err(format!("the `{what}` command: {why}")),
        Outcome::StillRunning { pid, .. } => Err(format!("the `{what}` command had not ended in time (process {pid})")),
    }
}

pub(super) fn strange(what: &str, status: i32) -> String {
    format!("the `{what}` command ended with exit status {status}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rc: i32, text: &str) -> Row {
        Row { rc, text: text.into() }
    }

    #[test]
    fn only_the_six_states_are_taken_from_a_reply() {
        assert_eq!(state_of(&row(0, "primary alone ")), Reading::State(State::PrimaryAlone));
        for strange in [row(14527, "This is a non-HotStandby Server"), row(0, "DOWN"), row(0, "OFFLINE"), row(0, "")] {
            assert!(matches!(state_of(&strange), Reading::Unknown(_)), "{strange:?}");
        }
    }

    #[test]
    fn only_a_server_that_says_so_is_offline() {
        let refused = |code| Stop::NotConnected { why: String::new(), code };
        assert!(offline(&refused(Some(14552))) && offline(&refused(Some(14542))));
        assert!(!offline(&refused(None)) && !offline(&refused(Some(14506))));
        assert!(!offline(&Stop::TimedOut { limit: Duration::from_secs(1) }));
        assert!(!offline(&Stop::Broken { why: "14552".into() }));
    }
}
