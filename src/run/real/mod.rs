//! The real world: servers over ODBC, their machines' commands, the real clock, and a person to ask.

mod clocks;
mod place;
mod probe;
mod send;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::engine::{Answer, Clock, Clocks, Decision, Question, Request, World, next_interval};
use crate::host::{Commands, Outcome};
use crate::odbc;
use crate::program::{Bindings, Program, ServerId};
use crate::secret::Secret;
use crate::site::{Argv, Bound, Password, Site};

use super::Interrupt;
use clocks::ClockFace;
use place::Place;

/// A clock that is over still lets a look take so long: the last one before a wait gives up.
const LAST_LOOK: Duration = Duration::from_millis(200);
/// How soon an interrupt ends a pause.
const SLICE: Duration = Duration::from_millis(50);

/// Somebody who can be asked.
pub trait Desk {
    /// Asks, for as long as the question's limit; nothing comes of it where the operator interrupts.
    fn ask(&mut self, question: &Question, interrupt: &Interrupt) -> Option<Decision>;
}

/// An approval given before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// `users_told`, `converting(S2)`
    pub id: String,
    /// By whom and how, for the journal.
    pub by: String,
}

/// A site with a program's servers bound to it, as a world.
pub struct Real<'a> {
    site: &'a Site,
    places: Vec<Place<'a>>,
    commands: Commands,
    /// The parameters of the run, for the arguments of commands.
    params: HashMap<String, String>,
    approvals: Vec<Approval>,
    desk: Box<dyn Desk + 'a>,
    interrupt: Interrupt,
    /// The interrupt has cut something short: what comes behind it takes its time again.
    cut: bool,
    clocks: ClockFace,
    began: Instant,
}

/// What a real world is made of.
pub struct Parts<'a> {
    pub site: &'a Site,
    pub program: &'a Program,
    pub bound: &'a Bound,
    pub bindings: &'a Bindings,
    /// One for each server of the program.
    pub passwords: Vec<Option<Secret>>,
    pub approvals: Vec<Approval>,
    pub desk: Box<dyn Desk + 'a>,
    pub interrupt: Interrupt,
}

impl<'a> Real<'a> {
    /// Connects to nothing yet.
    #[must_use]
    pub fn new(parts: Parts<'a>) -> Self {
        let Parts { site, program, bound, bindings, passwords, approvals, desk, interrupt } = parts;
        let places = program
            .servers
            .keys()
            .zip(passwords)
            .enumerate()
            .map(|(at, (_, password))| {
                let id = ServerId(u8::try_from(at).expect("because a program has at most two servers"));
                Place::new(
                    bound.name(id),
                    bound.server(site, id),
                    password.map(|secret| odbc::Password::new(secret.reveal())),
                )
            })
            .collect();
        let commands = Commands::new(secret_variables(site));
        let params = parameters(program, bindings);
        let (clocks, began) = (ClockFace::default(), Instant::now());
        Self { site, places, commands, params, approvals, desk, interrupt, cut: false, clocks, began }
    }

    /// The arguments of a site's command, `-x` options and parameters filled in.
    fn filled(&self, argv: &Argv, options: &[String]) -> Vec<String> {
        argv.fill(options, |name| self.params.get(name).cloned())
    }

    /// A command that only looks.
    fn look_with(&self, argv: &Argv, limit: Duration) -> Outcome {
        self.commands.look(&self.filled(argv, &[]), limit)
    }

    /// Sleeps until it is worth looking again or a clock is over; an interrupt ends it early, once: the ending that follows
    /// must not ask a troubled pair without a pause.
    fn pause(&mut self, clocks: Clocks) -> Clocks {
        let begun = Instant::now();
        let watched = [Clock::Limit, Clock::Settle, Clock::Look].into_iter().filter(|clock| clocks.contains(*clock));
        let interval = watched.filter_map(|clock| self.clocks.waited(clock)).min().map(next_interval);
        let until = [interval, self.clocks.first_over(clocks)].into_iter().flatten().min().unwrap_or(SLICE);
        while begun.elapsed() < until {
            if self.interrupt.came() && !std::mem::replace(&mut self.cut, true) {
                break;
            }
            std::thread::sleep((until - begun.elapsed().min(until)).min(SLICE));
        }
        self.clocks.over(clocks)
    }

    fn decide(&mut self, question: &Question) -> Answer {
        let given = self.approvals.iter().find(|approval| question.beforehand && approval.id == question.id);
        let decision = match given {
            Some(approval) => Some(Decision::Approved { by: approval.by.clone() }),
            None if self.cut => self.desk.ask(question, &Interrupt::default()),
            None => self.desk.ask(question, &self.interrupt),
        };
        self.cut |= decision.is_none();
        // An interrupt cuts a question short, as it does a pause.
        decision.map_or(Answer::Woke(Clocks::NONE), Answer::Decided)
    }

    /// Tells people by every command of the site. What fails is in the log only: no run fails by it.
    fn notify(&mut self, text: &str) {
        for argv in &self.site.notify {
            let mut args = self.filled(argv, &[]);
            args.push(text.to_owned());
            match self.commands.run("notify", &args, self.site.call_limit) {
                Outcome::Exited { status: 0, .. } => {}
                failed @ (Outcome::Exited { .. }
                | Outcome::Signalled { .. }
                | Outcome::NotStarted { .. }
                | Outcome::StillRunning { .. }
                | Outcome::NotKnown { .. }) => tracing::warn!(?failed, "a notification command failed"),
            }
        }
    }
}

impl World for Real<'_> {
    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Look(probes, clocks) => {
                let deadline = self.clocks.first_over(*clocks).map(|left| Instant::now() + left + LAST_LOOK);
                Answer::Looked(self.look_at(probes, deadline))
            }
            Request::Send(command) => Answer::Outcome(self.send(command)),
            Request::Set(clock, limit) => {
                self.clocks.set(*clock, *limit);
                Answer::Set
            }
            Request::Pause(clocks) => Answer::Woke(self.pause(*clocks)),
            Request::Ask(question) => self.decide(question),
            Request::Notify(text) => {
                self.notify(text);
                Answer::Set
            }
            Request::End(_) => unreachable!("because nobody answers an end"),
        }
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

fn parameters(program: &Program, bindings: &Bindings) -> HashMap<String, String> {
    let ids = (0u16..).map(crate::program::ParamId);
    program.params.keys().zip(ids).map(|(name, id)| (name.clone(), bindings.get(id).to_string())).collect()
}

/// The variables that hold passwords: no command inherits them.
fn secret_variables(site: &Site) -> Vec<String> {
    site.servers
        .values()
        .filter_map(|server| match &server.password {
            Some(Password::Env(name)) => Some(name.clone()),
            Some(Password::File(_) | Password::Command(_) | Password::Written(_)) | None => None,
        })
        .collect()
}
