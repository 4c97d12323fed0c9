//! The shipped migration on the twin, with hsbrun killed and resumed, and with answers lost: as long as
//! nothing happens to the pair itself, the run reaches its end, and no acknowledged commit is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use hsbrun::engine::{Answer, Code, Durable, End, Event, Machine, Request, Resume, RunResult, Settings, World, lower};
use hsbrun::pair::State;
use hsbrun::pair::model::{Fault, Side};
use hsbrun::program::{Bindings, Program, ServerId};
use hsbrun::twin::{Mishap, Twin, TwinSettings};

use super::any_answers::Dice;
use super::play::program;

const RUNBOOK: &str = include_str!("../../../runbooks/hot-migration-netcopy.hsbrun");

struct Migration {
    program: Program,
    bindings: Bindings,
    code: Code,
}

/// When hsbrun is killed: right before a request is performed, or right behind.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kill {
    Before,
    Behind,
}

/// A run under way, as it can be copied at any request.
#[derive(Clone)]
struct Run<'a> {
    code: &'a Code,
    machine: Machine,
    twin: Twin,
    request: Request,
    /// Something was recorded in the last turn.
    recorded: bool,
    /// What was recorded before the last turn, and what that recorded.
    last: (Durable, Vec<Event>),
    durable: Durable,
    events: Vec<Event>,
}

impl Migration {
    fn new() -> Migration {
        let (program, bindings) = program(RUNBOOK);
        let code = lower(&program, &bindings, &Settings::default());
        Migration { program, bindings, code }
    }

    fn begin(&self, seed: u64) -> Run<'_> {
        let settings = TwinSettings::for_program(&self.program, &self.bindings, seed);
        let twin = Twin::new(settings.expect("because the start states fit")).expect("because they fit together");
        let mut run = Run {
            code: &self.code,
            machine: Machine::new(&self.code),
            twin,
            request: Request::Look(Vec::new(), hsbrun::engine::Clocks::NONE),
            recorded: false,
            last: (Durable::new(&self.code), Vec::new()),
            durable: Durable::new(&self.code),
            events: Vec::new(),
        };
        run.take(Answer::Begin);
        run
    }
}

impl Run<'_> {
    fn take(&mut self, answer: Answer) {
        let turn = self.machine.next(self.code, answer);
        self.last = (self.durable.clone(), turn.events.clone());
        turn.events.iter().for_each(|event| self.durable.apply(self.code, event));
        assert_eq!(&self.durable, self.machine.durable(), "because folding gives the same at every request");
        self.recorded = !turn.events.is_empty();
        self.events.extend(turn.events);
        self.request = turn.request;
    }

    /// Performs the request at hand; false at the end.
    fn step(&mut self) -> bool {
        if self.end().is_some() {
            return false;
        }
        let answer = self.twin.answer(&self.request);
        self.take(answer);
        true
    }

    fn played_out(mut self) -> Self {
        for _ in 0..100_000 {
            if !self.step() {
                return self;
            }
        }
        panic!("the run does not end")
    }

    /// Killed at the request at hand, and resumed.
    fn killed(mut self, kill: Kill) -> Self {
        if kill == Kill::Behind {
            self.twin.answer(&self.request);
        }
        self.resumed()
    }

    /// Killed when only the first events of the last turn were recorded, and resumed.
    fn killed_within(mut self, recorded: usize) -> Self {
        let (mut durable, events) = self.last.clone();
        events[..recorded].iter().for_each(|event| durable.apply(self.code, event));
        self.durable = durable;
        self.resumed()
    }

    fn resumed(mut self) -> Self {
        self.machine = Machine::from(self.code, self.durable.clone(), Resume::Killed);
        self.durable = self.machine.durable().clone();
        self.take(Answer::Begin);
        self
    }

    fn end(&self) -> Option<&End> {
        if let Request::End(end) = &self.request { Some(end) } else { None }
    }
}

#[track_caller]
fn is_whole(run: &Run<'_>, what: &dyn std::fmt::Debug) {
    let last = run.events.iter().rev().take(40).rev();
    let events: Vec<String> = last.map(|event| format!("{event:?}")).collect();
    let end = run.end().expect("because the run has ended");
    assert_eq!(end.result, RunResult::Done, "{what:?}\n{}", events.join("\n"));
    assert!(!end.ending_failed && !end.watchdog_astray, "{what:?}");
    assert_eq!(run.twin.ledger().lost, 0, "{what:?}");
    assert_eq!(run.durable.ended(), Some(end));
}

#[test]
fn killed_wherever_something_was_recorded_the_resumed_migration_reaches_its_end_and_loses_nothing() {
    let migration = Migration::new();
    let mut run = migration.begin(7);
    let mut kills = 0;
    loop {
        if run.recorded && run.end().is_none() {
            for kill in [Kill::Before, Kill::Behind] {
                let killed = run.clone().killed(kill).played_out();
                is_whole(&killed, &(kill, &run.request));
                kills += 1;
            }
        }
        if !run.step() {
            break;
        }
    }
    is_whole(&run, &"never killed");
    assert!(kills > 100, "{kills} kills");
}

#[test]
fn killed_between_any_two_records_the_resumed_migration_reaches_its_end_and_loses_nothing() {
    let migration = Migration::new();
    let mut run = migration.begin(7);
    let mut kills = 0;
    loop {
        for recorded in 1..run.last.1.len() {
            let killed = run.clone().killed_within(recorded).played_out();
            is_whole(&killed, &(recorded, &run.last.1));
            kills += 1;
        }
        if !run.step() {
            break;
        }
    }
    assert!(kills > 100, "{kills} kills");
}

#[test]
fn with_any_one_answer_or_command_lost_the_migration_reaches_its_end_and_loses_nothing() {
    let migration = Migration::new();
    let mut run = migration.begin(3);
    loop {
        if matches!(run.request, Request::Send(_)) {
            for mishap in [Mishap::LosesAnswer, Mishap::LosesCommand] {
                let mut lost = run.clone();
                lost.twin.inject(Duration::ZERO, mishap);
                is_whole(&lost.played_out(), &(mishap, &run.request));
            }
        }
        if !run.step() {
            break;
        }
    }
}

const FAULTS: [Fault; 6] = [
    Fault::Crash { side: Side::First, pending: true },
    Fault::Crash { side: Side::Second, pending: true },
    Fault::LinkBreaks { pending: true },
    Fault::CopyFails,
    Fault::CatchupFails,
    Fault::SwitchFails,
];

#[test]
fn whatever_goes_wrong_once_the_migration_ends_loses_nothing_and_its_endings_do_not_fail() {
    let migration = Migration::new();
    let mut run = migration.begin(5);
    for at in 0.. {
        if run.recorded && run.end().is_none() {
            let fault = FAULTS[at % FAULTS.len()];
            let mut wrong = run.clone();
            wrong.twin.inject(wrong.twin.elapsed() + Duration::from_millis(300), Mishap::Pair(fault));
            let wrong = wrong.played_out();
            let end = wrong.end().expect("because the run has ended");
            let what = (fault, &run.request, end, wrong.events.last());
            assert_eq!(wrong.twin.ledger().lost, 0, "{what:?}");
            assert!(!end.ending_failed && !end.watchdog_astray, "{what:?}");
            let expected = [RunResult::Done, RunResult::Failed, RunResult::NotStarted];
            assert!(expected.contains(&end.result), "{what:?}");
            let serving = [0, 1]
                .into_iter()
                .filter(|id| wrong.twin.server(ServerId(*id)).state.is_some_and(State::serves))
                .count();
            assert!(serving <= 1, "two servers accept writes: {what:?}");
            // What goes wrong behind the last check, or before the first command, is left to the watchdog, which is on then.
            let left_off = wrong.events.iter().any(|event| matches!(event, Event::LeftWatchdogOff { .. }));
            let is_left_to_it = !wrong.machine.durable().has_acted() && !left_off;
            assert!(serving == 1 || end.result != RunResult::Failed || is_left_to_it, "nobody serves: {what:?}");
        }
        if !run.step() {
            break;
        }
    }
}

/// Something that goes wrong, or that the operator does.
fn disturb<'a>(mut run: Run<'a>, dice: &mut Dice) -> Run<'a> {
    let mishap = match dice.below(7) {
        0 => return run.killed(if dice.one_in(2) { Kill::Before } else { Kill::Behind }),
        1 => Mishap::LosesAnswer,
        2 => Mishap::LosesCommand,
        3 => Mishap::LineBreaks(ServerId(u8::from(dice.one_in(2)))),
        4 => Mishap::LineHeals(ServerId(u8::from(dice.one_in(2)))),
        _ => Mishap::Pair(FAULTS[dice.below(FAULTS.len())]),
    };
    run.twin.inject(run.twin.elapsed(), mishap);
    run
}

#[test]
fn however_much_goes_wrong_the_migration_ends_and_no_two_servers_accept_writes() {
    let migration = Migration::new();
    let mut results = BTreeSet::new();
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let mut run = migration.begin(seed);
        for turns in 0.. {
            assert!(turns < 50_000, "seed {seed} goes on for ever");
            if run.end().is_none() && dice.one_in(60) {
                run = disturb(run, &mut dice);
            }
            let serving = [0, 1].map(|id| run.twin.server(ServerId(id)).state.is_some_and(State::serves));
            assert_ne!(serving, [true, true], "seed {seed}: {:?}", run.events.last());
            if !run.step() {
                break;
            }
        }
        results.insert(format!("{:?}", run.end().map(|end| end.result)));
    }
    assert!(results.len() >= 3, "they reach several ends: {results:?}");
}
