//! Commanding: once each, with three outcomes. What was surely not sent is refused, what may have happened is unknown.

use std::time::{Duration, Instant};

use crate::engine::{Action, Command, Outcome, Refuser};
use crate::host;
use crate::odbc::{Row, Stop};
use crate::pair;
use crate::program::{ServerId, Value};
use crate::site::{Argv, Watchdog};

use super::Real;
use super::probe::{ended, strange};

/// Of a command's output the last line is told, and no more than this of it.
const TOLD: usize = 300;
/// Owner of the watchdog's commands.
const WATCHDOG: &str = "watchdog";

impl Real<'_> {
    pub(super) fn send(&mut self, command: &Command) -> Outcome {
        match (&command.action, command.server) {
            (Action::Watchdog { on }, _) => self.watchdog_to(*on, command.limit),
            (_, None) => not_sent("it names no server"),
            (Action::Admin { text }, Some(server)) => self.admin(server, text, command.limit),
            (Action::Sql { text, values }, Some(server)) => self.sql(server, text, values, command.limit),
            (Action::Start { options }, Some(server)) => self.start(server, options, command.limit),
            (Action::Install { previous }, Some(server)) => {
                let place = self.places[usize::from(server.0)].site;
                let (name, argv) = if *previous { ("previous", &place.previous) } else { ("install", &place.install) };
                self.host_command(server, name, argv.as_ref(), &[], command.limit)
            }
            (Action::Run { name }, Some(server)) => {
                let argv = self.places[usize::from(server.0)].site.commands.get(name);
                self.host_command(server, name, argv, &[], command.limit)
            }
        }
    }

    fn admin(&mut self, server: ServerId, text: &str, limit: Duration) -> Outcome {
        let command = pair::Command::lookup(text);
        let odbc = &mut self.places[usize::from(server.0)].odbc;
        let outcome = match odbc.command(text, limit) {
            Ok(rows) => replied(command, &rows),
            Err(stop) => stopped(stop),
        };
        let ends_the_session = matches!(command, Some(pair::Command::Shutdown | pair::Command::ShutdownForce));
        if ends_the_session {
            odbc.disconnect();
        }
        outcome
    }

    fn sql(&mut self, server: ServerId, text: &str, values: &[Value], limit: Duration) -> Outcome {
        match self.places[usize::from(server.0)].odbc.execute(text, values, limit) {
            Ok(()) => Outcome::Done { text: String::new() },
            Err(stop) => stopped(stop),
        }
    }

    /// Done when the command exits 0 and a process runs: a server puts itself into the background.
    fn start(&mut self, server: ServerId, options: &[String], limit: Duration) -> Outcome {
        let begun = Instant::now();
        // What was connected before belongs to a process that is gone.
        self.places[usize::from(server.0)].odbc.disconnect();
        let place = self.places[usize::from(server.0)].site;
        let outcome = self.host_command(server, "start", place.start.as_ref(), options, limit);
        let (Outcome::Done { .. }, Some(running)) = (&outcome, &place.running) else { return outcome };
        let left = limit.saturating_sub(begun.elapsed()).min(self.site.call_limit);
        match ended("running", self.look_with(running, left)) {
            Ok((0, _)) => outcome,
            Ok((1, _)) => Outcome::Refused {
                by: Refuser::Host,
                code: None,
                text: "the start command ended well, yet no process runs; the server's solmsg.out says more".into(),
            },
            Ok((status, _)) => Outcome::Unknown { why: strange("running", status) },
            Err(why) => Outcome::Unknown { why },
        }
    }

    fn host_command(
        &mut self,
        server: ServerId,
        name: &str,
        argv: Option<&Argv>,
        options: &[String],
        limit: Duration,
    ) -> Outcome {
        let Some(argv) = argv else {
            return not_sent(&format!("the site has no `{name}` command for it"));
        };
        let args = self.filled(argv, options);
        let owner = self.places[usize::from(server.0)].owner.clone();
        let result = self.commands.run(&owner, &args, limit);
        outcome(name, result)
    }

    /// Every command of a list in its order; the first that fails ends it, and what was done before it stays done.
    fn watchdog_to(&mut self, on: bool, limit: Duration) -> Outcome {
        let begun = Instant::now();
        let (name, list) = match &self.site.watchdog {
            Watchdog::Commands { off, .. } if !on => ("watchdog off", off),
            Watchdog::Commands { on, .. } => ("watchdog on", on),
            Watchdog::None => return Outcome::Done { text: "this site has no watchdog".into() },
            Watchdog::Unsaid => return not_sent("the site file says nothing of a watchdog"),
        };
        let mut last = Outcome::Done { text: String::new() };
        for (done, argv) in list.iter().enumerate() {
            let args = self.filled(argv, &[]);
            let result = self.commands.run(WATCHDOG, &args, limit.saturating_sub(begun.elapsed()));
            last = outcome(name, result);
            if let Outcome::Refused { text, .. } = &mut last
                && done > 0
            {
                *text = format!("command {} of {}, behind {done} that had been done: {text}", done + 1, list.len());
            }
            if !matches!(last, Outcome::Done { .. }) {
                break;
            }
        }
        last
    }
}

fn not_sent(why: &str) -> Outcome {
    Outcome::Refused { by: Refuser::Guard(None), code: None, text: why.to_owned() }
}

/// RC 0 is done; the first row with another one refuses. A reply without a row says nothing.
fn replied(command: Option<pair::Command>, rows: &[Row]) -> Outcome {
    match rows.iter().find(|row| !pair::is_done(command, row.rc, &row.text)) {
        Some(row) => Outcome::Refused { by: Refuser::Server, code: Some(row.rc), text: row.text.clone() },
        None if rows.is_empty() => Outcome::Unknown { why: "the reply has no row, and so no return code".into() },
        None => Outcome::Done { text: rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join("\n") },
    }
}

fn stopped(stop: Stop) -> Outcome {
    match stop {
        Stop::NotConnected { why, code } => {
            // A server that refuses the login with a code has refused; without one nothing has reached a server.
            let by = if code.is_some() { Refuser::Server } else { Refuser::Guard(None) };
            Outcome::Refused { by, code, text: format!("there is no connection: {why}") }
        }
        Stop::Refused { code, text } => Outcome::Refused { by: Refuser::Server, code, text },
        unclear @ (Stop::Broken { .. } | Stop::TimedOut { .. }) => Outcome::Unknown { why: unclear.to_string() },
    }
}

/// A host command: exit status 0 is done, another one refused, and what was not seen ending is unknown.
fn outcome(name: &str, outcome: host::Outcome) -> Outcome {
    if let host::Outcome::NotStarted { why } = outcome {
        return Outcome::Refused { by: Refuser::Host, code: None, text: why };
    }
    match ended(name, outcome) {
        Ok((0, output)) => Outcome::Done { text: last_line(&output) },
        Ok((status, output)) => Outcome::Refused { by: Refuser::Host, code: Some(status), text: last_line(&output) },
        Err(why) => Outcome::Unknown { why },
    }
}

/// The last line that says something, of standard error before standard output.
fn last_line(output: &host::Output) -> String {
    let line = |text: &str| text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    let line = line(&output.stderr).or_else(|| line(&output.stdout)).unwrap_or_default();
    line.chars().take(TOLD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rc: i32, text: &str) -> Row {
        Row { rc, text: text.into() }
    }

    #[test]
    fn the_return_code_decides_and_no_row_is_no_answer() {
        assert_eq!(replied(None, &[row(0, "Copy started.")]), Outcome::Done { text: "Copy started.".into() });
        assert!(matches!(
            replied(None, &[row(0, "x"), row(14704, "not alone")]),
            Outcome::Refused { by: Refuser::Server, code: Some(14704), .. }
        ));
        assert!(matches!(replied(None, &[]), Outcome::Unknown { .. }));
    }

    #[test]
    fn what_was_not_sent_is_refused_and_what_was_cut_is_unknown() {
        let lost = stopped(Stop::NotConnected { why: "refused".into(), code: None });
        assert!(matches!(lost, Outcome::Refused { by: Refuser::Guard(None), code: None, .. }));
        assert!(matches!(stopped(Stop::Broken { why: "reset".into() }), Outcome::Unknown { .. }));
        assert!(matches!(stopped(Stop::TimedOut { limit: Duration::from_secs(1) }), Outcome::Unknown { .. }));
    }
}
