//! The twin: the model of the pair with data, a virtual clock and an application, as a world for the machine.
//!
//! The same seed gives the same run. Nothing here waits, reads a clock or leaves the process; whoever shows a rehearsal at
//! a pace that can be followed does the waiting.

mod commits;
mod data;
mod dice;
mod pace;
mod perform;
mod probe;
mod settings;
mod stage;
mod view;
mod watchdog;

use std::time::Duration;

use crate::engine::model::side_of;
use crate::engine::{Answer, Clock, Clocks, Decision, Question, Request, World, next_interval};
use crate::pair::model::{Fault, Model, Move, Side};
use crate::pair::{State, Version};
use crate::program::ServerId;

use data::Data;
use dice::Dice;

pub use crate::engine::Releases;
pub use data::Ledger;
pub use settings::TwinSettings;
pub use stage::Stage;
pub use view::ServerView;
pub use watchdog::Watchdog;

/// How many transactions the databases hold at the start.
const AT_THE_START: u64 = 1_000;
/// When a clock is over, how long a world still waits for what it has asked.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Something that goes wrong, at a time that was said beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mishap {
    /// To the pair; one that cannot happen then does not. A copy, catchup or switch fails as soon as one runs.
    Pair(Fault),
    /// hsbrun's line to a server breaks; the server goes on.
    LineBreaks(ServerId),
    LineHeals(ServerId),
    /// The next command happens, and its answer does not arrive.
    LosesAnswer,
    /// The next command does not arrive, and nobody knows.
    LosesCommand,
}

/// What is to be lost of the next command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Answer,
    Command,
}

/// A pair in memory.
#[derive(Debug, Clone)]
pub struct Twin {
    settings: TwinSettings,
    model: Model,
    data: Data,
    dice: Dice,
    now: Duration,
    /// When each of the model's moves will happen.
    due: Vec<(Move, Duration)>,
    /// In the order of time.
    script: Vec<(Duration, Happening)>,
    /// When each clock of the machine is over.
    deadlines: [Option<Duration>; 4],
    /// When the wait that pauses now began.
    waiting_since: Duration,
    line_up: [bool; 2],
    loses: Option<Loss>,
    /// Fails as soon as it runs.
    dooms: Vec<Fault>,
    /// The server that the application uses.
    writes_to: Side,
    /// When the host command that was sent last ends.
    host_busy_until: [Duration; 2],
}

impl Twin {
    /// A pair as the settings say. None where its states cannot stand beside each other.
    #[must_use]
    pub fn new(settings: TwinSettings) -> Option<Twin> {
        let model = Model::new(settings.model, settings.states, settings.versions)?;
        let dice = Dice::new(settings.seed);
        let mut twin = Twin {
            data: Data::new(&model, AT_THE_START),
            model,
            dice,
            settings,
            now: Duration::ZERO,
            due: Vec::new(),
            script: Vec::new(),
            deadlines: [None; 4],
            waiting_since: Duration::ZERO,
            line_up: [true; 2],
            loses: None,
            dooms: Vec::new(),
            writes_to: Side::First,
            host_busy_until: [Duration::ZERO; 2],
        };
        twin.plan_watchdog();
        Some(twin)
    }

    /// Lets something go wrong when the virtual clock gets there; at once where it is past that time.
    pub fn inject(&mut self, at: Duration, mishap: Mishap) {
        self.plan(at, Happening::Mishap(mishap));
    }

    /// From here on nothing more goes wrong: what was injected and has not happened yet never will.
    pub fn spare(&mut self) {
        self.script.retain(|(_, happening)| !matches!(happening, Happening::Mishap(_)));
        self.dooms.clear();
        self.loses = None;
    }

    fn plan(&mut self, at: Duration, happening: Happening) {
        let place = self.script.partition_point(|(time, _)| *time <= at);
        self.script.insert(place, (at, happening));
    }

    /// Lets the virtual clock run; what is due on the way happens.
    pub fn advance(&mut self, by: Duration) {
        self.advance_to(self.now + by);
    }

    fn advance_to(&mut self, until: Duration) {
        while let Some((at, happening)) = self.next_before(until) {
            self.write_until(at);
            match happening {
                Happening::Move(step) => {
                    self.change(|model| model.apply(step));
                    self.doom();
                }
                Happening::Mishap(mishap) => self.suffer(mishap),
                Happening::WatchdogLooks => self.watchdog_looks(),
                Happening::Install(side, version) => {
                    self.change(|model| model.install(side, version));
                }
            }
        }
        self.write_until(until);
    }

    /// The first thing that is due by then; what was planned is planned no more.
    fn next_before(&mut self, until: Duration) -> Option<(Duration, Happening)> {
        let step = self.due.iter().min_by_key(|(_, at)| *at).map(|(step, at)| (*at, Happening::Move(*step)));
        let planned = self.script.first().copied();
        match (step.filter(|(at, _)| *at <= until), planned.filter(|(at, _)| *at <= until)) {
            (Some(step), Some(planned)) if step.0 < planned.0 => Some(step),
            (_, Some(planned)) => {
                self.script.remove(0);
                Some(planned)
            }
            (step, None) => step,
        }
    }

    /// The application commits on whoever accepts writes, up to that time. It stays with its server while that one does.
    fn write_until(&mut self, until: Duration) {
        let until = until.max(self.now);
        let per_second = u128::from(self.settings.commits_per_second);
        let by = |time: Duration| time.as_micros() * per_second / 1_000_000;
        let count = u64::try_from(by(until) - by(self.now)).unwrap_or(u64::MAX);
        self.now = until;
        let accepts = |side: &Side| self.model.takes_commits(*side).is_ok();
        let Some(side) = [self.writes_to, self.writes_to.other()].into_iter().find(accepts) else { return };
        self.writes_to = side;
        if count > 0 {
            self.commit(side, count);
        }
    }

    fn commit(&mut self, side: Side, count: u64) {
        self.data.commit(&self.model, side, count);
        self.change(|model| {
            let accepted = model.commit(side);
            assert!(accepted.is_ok(), "because it was asked whether that server takes commits");
        });
    }

    /// Changes the model, and the data with it, and draws how long what begins now will last.
    fn change<T>(&mut self, how: impl FnOnce(&mut Model) -> T) -> T {
        let before = self.model;
        let result = how(&mut self.model);
        self.data.follow(&before, &self.model);
        let moves = self.model.moves();
        let same = before.operation() == self.model.operation() && before.connection() == self.model.connection();
        self.due.retain(|(step, _)| moves.contains(step) && (same || !matches!(step, Move::Begins | Move::Ends)));
        for step in moves {
            if !self.due.iter().any(|(known, _)| *known == step) {
                let lasts = pace::stage(step, &self.model, self.data.behind(), &mut self.dice);
                self.due.push((step, self.now + lasts));
            }
        }
        result
    }

    fn suffer(&mut self, mishap: Mishap) {
        match mishap {
            Mishap::Pair(fault @ (Fault::CopyFails | Fault::CatchupFails | Fault::SwitchFails)) => {
                self.dooms.push(fault);
                self.doom();
            }
            Mishap::Pair(fault) => self.fault(fault),
            Mishap::LineBreaks(server) => self.line_up[side_of(server) as usize] = false,
            Mishap::LineHeals(server) => self.line_up[side_of(server) as usize] = true,
            Mishap::LosesAnswer => self.loses = Some(Loss::Answer),
            Mishap::LosesCommand => self.loses = Some(Loss::Command),
        }
    }

    /// What runs now and was to fail, fails.
    fn doom(&mut self) {
        if let Some(at) = self.dooms.iter().position(|fault| self.model.can_fail(*fault)) {
            let fault = self.dooms.remove(at);
            self.fault(fault);
        }
    }

    fn fault(&mut self, fault: Fault) {
        if !self.model.can_fail(fault) {
            return;
        }
        let pending = match fault {
            Fault::Crash { pending, .. } | Fault::LinkBreaks { pending } => pending,
            Fault::LinkHeals
            | Fault::CopyFails
            | Fault::CatchupFails
            | Fault::SwitchFails
            | Fault::MaxLogSize(_)
            | Fault::LogDiskFull(_) => false,
        };
        let primary = Side::BOTH.into_iter().find(|side| self.model.state(*side) == Some(State::PrimaryActive));
        if let Some(primary) = primary.filter(|_| pending) {
            self.data.begin_pending(primary);
        }
        self.change(|model| model.fail(fault));
    }

    fn set(&mut self, clock: Clock, lasts: Duration) -> Answer {
        self.deadlines[clock as usize] = Some(self.now + lasts);
        self.waiting_since = self.now;
        Answer::Set
    }

    /// The earliest end of these clocks.
    fn first_deadline(&self, clocks: Clocks) -> Option<Duration> {
        CLOCKS
            .into_iter()
            .filter(|clock| clocks.contains(*clock))
            .filter_map(|clock| self.deadlines[clock as usize])
            .min()
    }

    /// A retry's delay is slept through; else it is looked at as often as a real run would.
    fn pause(&mut self, clocks: Clocks) -> Answer {
        let only_delay = clocks == Clocks::of(Clock::Delay);
        let interval = next_interval(self.now.saturating_sub(self.waiting_since));
        let end = self.first_deadline(clocks);
        let until = match end {
            Some(end) if only_delay || end < self.now + interval => end.max(self.now),
            Some(_) | None => self.now + interval,
        };
        self.advance_to(until);
        let is_over = |clock: &Clock| self.deadlines[*clock as usize].is_some_and(|end| end <= self.now);
        let over = CLOCKS.into_iter().filter(|clock| clocks.contains(*clock)).filter(is_over);
        Answer::Woke(over.fold(Clocks::NONE, Clocks::with))
    }

    fn ask(&mut self, question: &Question) -> Answer {
        let thinks = pace::person(&mut self.dice);
        self.advance(thinks.min(question.limit));
        let by = "rehearsal".to_owned();
        Answer::Decided(if thinks > question.limit {
            Decision::Late
        } else if self.settings.declined.contains(&question.id) {
            Decision::Declined { by }
        } else {
            Decision::Approved { by }
        })
    }
}

const CLOCKS: [Clock; 4] = [Clock::Limit, Clock::Settle, Clock::Look, Clock::Delay];

/// What happens next by itself.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Move(Move),
    Mishap(Mishap),
    /// An installation that went on past its limit is through.
    Install(Side, Version),
    WatchdogLooks,
}

impl World for Twin {
    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Look(probes, clocks) => {
                Answer::Looked(probes.iter().map(|probe| self.look(probe, *clocks)).collect())
            }
            Request::Send(command) => {
                let outcome = self.send(command);
                self.waiting_since = self.now;
                Answer::Outcome(outcome)
            }
            Request::Set(clock, lasts) => self.set(*clock, *lasts),
            Request::Pause(clocks) => self.pause(*clocks),
            Request::Ask(question) => self.ask(question),
            Request::Notify(_) => Answer::Set,
            Request::End(_) => unreachable!("because nothing is asked of a world when the run is over"),
        }
    }

    fn elapsed(&self) -> Duration {
        self.now
    }
}
