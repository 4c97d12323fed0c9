//! What the twin makes of commands: to a server, to its machine, to the watchdog.

use std::time::Duration;

use crate::engine::model::{self, done, side_of, start_ended, unknown};
use crate::engine::{Action, Command, Outcome};
use crate::pair::model::{Phase, Side};
use crate::pair::{self, StartOptions, State};

use super::{Happening, Loss, Twin, pace};

/// One in so many shutdowns takes the line with it before its answer is out. Source: SEED, INF.
const SHUTDOWN_LOSES_ITS_ANSWER: u64 = 4;

impl Twin {
    pub(super) fn send(&mut self, command: &Command) -> Outcome {
        let loses = self.loses.take();
        if loses == Some(Loss::Command) {
            self.advance(command.limit);
            return unknown("no answer within the limit");
        }
        let outcome = self.perform(command);
        if loses == Some(Loss::Answer) { unknown("the line broke before the answer") } else { outcome }
    }

    fn perform(&mut self, command: &Command) -> Outcome {
        let side = command.server.map(side_of);
        match (&command.action, side) {
            (Action::Admin { text }, Some(side)) => {
                self.over_the_line(side, command.limit, |twin| twin.admin(side, text))
            }
            (Action::Sql { text, .. }, Some(side)) => {
                self.over_the_line(side, command.limit, |twin| twin.sql(side, text))
            }
            (Action::Start { options }, Some(side)) => {
                let options = StartOptions::of(options.iter().map(String::as_str));
                self.start(side, options, command.limit)
            }
            (Action::Install { previous }, Some(side)) => self.install(side, *previous, command.limit),
            (Action::Run { name }, _) => {
                let lasts = pace::host_command(&mut self.dice);
                self.advance(lasts.min(command.limit));
                done(&format!("{name}: exit status 0"))
            }
            (Action::Watchdog { on }, _) => {
                let lasts = pace::host_command(&mut self.dice);
                self.advance(lasts);
                self.model.set_watchdog(*on);
                done(if *on { "the watchdog acts" } else { "the watchdog is silent" })
            }
            (Action::Admin { .. } | Action::Sql { .. } | Action::Start { .. } | Action::Install { .. }, None) => {
                unreachable!("because such a command names its server")
            }
        }
    }

    fn over_the_line(&mut self, side: Side, limit: Duration, what: impl FnOnce(&mut Twin) -> Outcome) -> Outcome {
        if self.line_up[side as usize] {
            let lasts = pace::call(&mut self.dice);
            self.advance(lasts);
            what(self)
        } else {
            self.advance(limit.min(self.call_limit()));
            unknown("the line is cut: no answer")
        }
    }

    fn admin(&mut self, side: Side, text: &str) -> Outcome {
        let outcome = self.change(|model| model::admin(model, side, text));
        let (Outcome::Done { text }, Some(command)) = (&outcome, pair::Command::lookup(text)) else { return outcome };
        let stops = matches!(command, pair::Command::Shutdown | pair::Command::ShutdownForce);
        if stops && self.dice.one_in(SHUTDOWN_LOSES_ITS_ANSWER) {
            return unknown("the server closed the connection before its answer");
        }
        done(&self.reply(side, command, text.clone()))
    }

    fn reply(&self, side: Side, command: pair::Command, text: String) -> String {
        if command == pair::Command::Logpos {
            format!("{}:{}", self.position(side), self.role(side))
        } else if command == pair::Command::Version {
            self.model.software(side).to_string()
        } else {
            text
        }
    }

    fn role(&self, side: Side) -> &'static str {
        match self.model.state(side) {
            Some(state) if state.is_primary() => "PRIMARY",
            Some(state) if state.is_secondary() => "SECONDARY",
            Some(State::Standalone) => "STANDALONE",
            Some(_) | None => "NONE",
        }
    }

    /// A query changes nothing; anything else is one transaction.
    fn sql(&mut self, side: Side, text: &str) -> Outcome {
        model::statement(&self.model, side, text).unwrap_or_else(|| {
            self.commit(side, 1);
            done("")
        })
    }

    /// The command ends when the server is there, or its process has ended.
    fn start(&mut self, side: Side, options: StartOptions, limit: Duration) -> Outcome {
        let lasts = pace::call(&mut self.dice);
        self.advance(lasts);
        let exit = self.change(|model| model.start(side, options));
        if exit.status != 0 {
            return start_ended(exit.status, exit.code);
        }
        let over = self.now + limit;
        while let Some(end) = self.opening_ends(side) {
            self.host_busy_until[side as usize] = end;
            if end > over {
                self.advance_to(over);
                return unknown("the start command still runs after its limit");
            }
            self.advance_to(end);
        }
        if self.model.has_process(side) { done("the server runs") } else { start_ended(100, None) }
    }

    /// When a starting server will be there.
    fn opening_ends(&self, side: Side) -> Option<Duration> {
        let opening = matches!(self.model.phase(side), Phase::Starting | Phase::StartingToListen);
        let started = self.due.iter().find(|(step, _)| *step == pair::model::Move::Started(side));
        started.filter(|_| opening).map(|(_, at)| *at)
    }

    /// The files are replaced at the end; an installation past its limit goes on.
    fn install(&mut self, side: Side, previous: bool, limit: Duration) -> Outcome {
        let lasts = pace::install(&mut self.dice);
        let releases = self.settings.releases;
        let version = if previous { releases.old } else { releases.new };
        self.host_busy_until[side as usize] = self.now + lasts;
        if lasts > limit {
            self.plan(self.now + lasts, Happening::Install(side, version));
            self.advance(limit);
            return unknown("the install command still runs after its limit");
        }
        self.advance(lasts);
        self.change(|model| model::install(model, side, version))
    }
}
