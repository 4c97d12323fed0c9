//! `hsbrun demo`: the shipped runbook, without any set-up.

use std::time::Duration;

use crate::engine::{Answer, Request, World};
use crate::pair::model::Safeness;
use crate::run::Interrupt;
use crate::show::{Progress, inert, ledger, opening, paragraph};

use super::args::DemoArgs;
use super::builtin;
use super::exit::Exit;
use super::perform;
use super::rehearse::{Conditions, Rehearsal};

/// Always the same demonstration.
const SEED: u64 = 1;
/// How long a look, a pause and an approval are to be seen.
const GLANCE: Duration = Duration::from_millis(9);
const APPROVAL: Duration = Duration::from_millis(700);
/// How long a command is to be seen, at least and at most.
const COMMAND: (Duration, Duration) = (Duration::from_millis(250), Duration::from_millis(1500));
/// A command of the model that takes this long is shown for a second.
const SECONDS_A_SECOND: u32 = 25;
/// How soon an interrupt ends a pause.
const SLICE: Duration = Duration::from_millis(20);

pub fn run(args: &DemoArgs) -> Exit {
    if args.live { live(args) } else { on_the_twin(args).unwrap_or_else(|exit| exit) }
}

#[cfg(feature = "sim")]
fn live(args: &DemoArgs) -> Exit {
    super::live::run(args)
}

#[cfg(not(feature = "sim"))]
fn live(_args: &DemoArgs) -> Exit {
    super::log::tell("hsbrun: this binary was built without simulated servers; build it with `--features sim`\n");
    Exit::NotInstalled
}

fn on_the_twin(args: &DemoArgs) -> Result<Exit, Exit> {
    let look = perform::look(args.plain);
    let set = [("upgrade".to_owned(), args.upgrade.word().to_owned())];
    let conditions = Conditions { seed: SEED, safeness: Safeness::TwoSafe };
    let mut rehearsal = Rehearsal::new(builtin::load()?, &set, conditions)?;
    let rows = rehearsal.rows(&format!("{} (shipped in this binary)", builtin::NAME), conditions);
    perform::say(&opening(&look, &inert(rehearsal.code.title()), &rows));
    let interrupt = Interrupt::listen().unwrap_or_default();
    let speed = if look.terminal { args.speed } else { 0.0 };
    let watched = rehearsal.watched();
    let backstage = watched.backstage();
    let mut world = Paced { inner: watched, speed, interrupt: interrupt.clone() };
    let progress = if look.terminal { Progress::ByWorld } else { Progress::Off };
    let exit = rehearsal.perform(&mut world, backstage, &look, progress, &interrupt);
    rehearsal.twin = world.inner.twin;
    perform::say(&ledger(&look, &rehearsal.ledger()));
    let more = "This was the model of a pair with a virtual clock. `hsbrun demo --live` does the same over ODBC on two \
                server processes; `hsbrun rehearse FILE` does it with a runbook of yours, in milliseconds.";
    perform::say(&format!("\n{}", paragraph(&look, more)));
    Ok(exit)
}

/// A world that takes its time to be looked at.
struct Paced<W> {
    inner: W,
    /// 0: no time at all.
    speed: f64,
    interrupt: Interrupt,
}

impl<W: World> World for Paced<W> {
    fn answer(&mut self, request: &Request) -> Answer {
        let before = self.inner.elapsed();
        let answer = self.inner.answer(request);
        let took = self.inner.elapsed().saturating_sub(before);
        self.rest(match request {
            Request::Send(_) => (took / SECONDS_A_SECOND).clamp(COMMAND.0, COMMAND.1),
            Request::Pause(_) => GLANCE,
            Request::Ask(_) => APPROVAL,
            Request::Look(_, _) | Request::Set(_, _) | Request::Notify(_) | Request::End(_) => Duration::ZERO,
        });
        answer
    }

    fn elapsed(&self) -> Duration {
        self.inner.elapsed()
    }
}

impl<W> Paced<W> {
    fn rest(&self, meant: Duration) {
        if self.speed <= 0.0 || meant.is_zero() {
            return;
        }
        let mut left = meant.div_f64(self.speed.clamp(0.01, 1000.0));
        while !left.is_zero() && !self.interrupt.came() {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
        }
    }
}
