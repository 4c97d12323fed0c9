//! What a rehearsal meets: made of a number, so that the number tells it again.

use std::time::Duration;

use hsbrun::pair::model::{Fault, Safeness, Settings, Side};
use hsbrun::program::ServerId;
use hsbrun::twin::{Mishap, Watchdog};

use crate::dice::Dice;

#[derive(Debug, Clone)]
pub struct Scenario {
    pub seed: u64,
    /// Which of the values of the runbook's enumerated parameter: the first, the second, …
    pub branch: usize,
    pub model: Settings,
    pub watchdog: Watchdog,
    pub blows: Vec<(When, Blow)>,
}

/// A moment of a run, told so that it is about the same one in a run that goes a little differently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// In thousandths of the time that the undisturbed runbook takes.
    Part(u64),
    /// So long after the command that was sent as this one, counted from 0, was answered.
    Sent(usize, Duration),
    /// Right before it is sent.
    Before(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Blow {
    Mishap(Mishap),
    /// A line to a server breaks, and heals after a while.
    LineBreaks(ServerId, Duration),
    /// The link between the servers breaks, and heals after a while.
    LinkBreaks {
        pending: bool,
        heals: Duration,
    },
    /// The interpreter is killed, and resumed after a while.
    Killed(Duration),
    /// The operator stops the run, and backs it out where that is possible.
    BackedOut,
}

/// About so many commands the shipped migration sends.
const COMMANDS: usize = 20;

impl Scenario {
    /// The first four are undisturbed; of the others most have one thing that goes wrong, some two.
    pub fn number(number: u64) -> Scenario {
        let mut dice = Dice::new(number);
        let branch = usize::try_from(number % 2).expect("because it is 0 or 1");
        let mut scenario = Scenario {
            seed: number + 1,
            branch,
            model: Settings::default(),
            watchdog: Watchdog::Acts,
            blows: Vec::new(),
        };
        if number < 4 {
            return scenario;
        }
        scenario.model.auto_primary_alone = dice.roll(4) == 0;
        if dice.roll(5) == 0 {
            // What a 1-safe Primary has not sent, a watchdog gives up by itself: that is no slip of the runbook.
            scenario.model.safeness = Safeness::OneSafe;
            scenario.watchdog = Watchdog::Idle;
        }
        let blows = [0, 1, 1, 1, 1, 1, 1, 2, 2, 2][dice.roll(10)];
        scenario.blows = (0..blows).map(|_| blow(&mut dice)).collect();
        scenario
    }
}

fn seconds(dice: &mut Dice, below: usize) -> Duration {
    Duration::from_secs(dice.roll(below) as u64)
}

fn blow(dice: &mut Dice) -> (When, Blow) {
    let server = ServerId(u8::from(dice.roll(2) == 1));
    let side = dice.one_of(&Side::BOTH);
    let pending = dice.roll(3) == 0;
    let when = match dice.roll(3) {
        0 => When::Part(dice.roll(1000) as u64),
        _ => When::Sent(dice.roll(COMMANDS), Duration::from_millis(dice.roll(3000) as u64)),
    };
    let before = When::Before(dice.roll(COMMANDS));
    match dice.roll(16) {
        0..=5 => (when, Blow::Mishap(Mishap::Pair(Fault::Crash { side, pending }))),
        6 => (when, Blow::LinkBreaks { pending, heals: seconds(dice, 300) }),
        7 => (
            when,
            Blow::Mishap(Mishap::Pair(dice.one_of(&[Fault::CopyFails, Fault::CatchupFails, Fault::SwitchFails]))),
        ),
        8 => (when, Blow::Mishap(Mishap::Pair(Fault::SwitchFails))),
        9 => (when, Blow::LineBreaks(server, seconds(dice, 120))),
        10 => (before, Blow::Mishap(Mishap::LosesAnswer)),
        11 => (before, Blow::Mishap(Mishap::LosesCommand)),
        12 => (before, Blow::Killed(seconds(dice, 60))),
        13 => (when, Blow::Killed(seconds(dice, 60))),
        _ => (when, Blow::BackedOut),
    }
}
