//! Any answers at all: the machine takes them, comes to an end, and keeps its promises.

use hsbrun::engine::{
    Action, Answer, Clock, Clocks, Code, Decision, Event, Machine, Outcome, Probe, Reading, Refuser, Request, Resume,
    Settings, lower,
};
use hsbrun::pair::{Command, Measure, State, Version};

use super::play::program;

/// A small generator of numbers: the same seed gives the same answers.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("because 31 bits fit") % bound
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn reading(&mut self, probe: &Probe) -> Reading {
        if self.one_in(8) {
            return Reading::Unknown("not seen".to_owned());
        }
        match probe {
            Probe::State(_) => Reading::State(State::ALL[self.below(State::ALL.len())]),
            Probe::Status(_, status) => Reading::Status(status.words()[self.below(status.words().len())]),
            Probe::Measure(_, Measure::Version) | Probe::Installed(_) => {
                Reading::Version(Version::new(6 + u16::from(self.one_in(2)), 0, 0))
            }
            Probe::Measure(_, Measure::Position) => Reading::Position(self.below(3).to_string()),
            Probe::Measure(_, Measure::LogSpace | Measure::DiskSpace) => Reading::Size(1 << 50),
            Probe::Answers(..)
            | Probe::Watchdog
            | Probe::Process(_)
            | Probe::Listens(_)
            | Probe::HostCommand(_)
            | Probe::Unanswered(_) => {
                if self.one_in(2) {
                    Reading::Yes
                } else {
                    Reading::No
                }
            }
        }
    }

    fn outcome(&mut self) -> Outcome {
        match self.below(5) {
            0 => Outcome::Unknown { why: "the line broke".to_owned() },
            1 => {
                let codes = [None, Some(10), Some(14525), Some(14703), Some(30782)];
                Outcome::Refused { by: Refuser::Server, code: codes[self.below(codes.len())], text: String::new() }
            }
            _ => Outcome::Done { text: String::new() },
        }
    }

    fn woke(&mut self, paused: Clocks) -> Clocks {
        let clocks = [Clock::Limit, Clock::Settle, Clock::Look, Clock::Delay];
        let running = clocks.into_iter().filter(|clock| paused.contains(*clock));
        running.filter(|_| self.one_in(3)).fold(Clocks::NONE, Clocks::with)
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Look(probes, _) => Answer::Looked(probes.iter().map(|probe| self.reading(probe)).collect()),
            Request::Send(_) => Answer::Outcome(self.outcome()),
            Request::Set(..) | Request::Notify(_) => Answer::Set,
            Request::Pause(clocks) => Answer::Woke(self.woke(*clocks)),
            Request::Ask(_) if self.one_in(12) => Answer::Decided(Decision::Declined { by: "dice".to_owned() }),
            Request::Ask(_) => Answer::Decided(Decision::Approved { by: "dice".to_owned() }),
            Request::End(_) => unreachable!("because nothing is answered at the end"),
        }
    }
}

/// Starts where the runbook wants it; the dice have the rest.
fn begin(code: &Code) -> (Machine, Request, Vec<Event>) {
    let mut machine = Machine::new(code);
    let Request::Look(probes, _) = machine.next(code, Answer::Begin).request else {
        panic!("because a run begins with a look")
    };
    let ready = |probe: &Probe| match probe {
        Probe::State(server) if server.0 == 0 => Reading::State(State::PrimaryActive),
        Probe::State(_) => Reading::State(State::SecondaryActive),
        Probe::Measure(_, Measure::Version) => Reading::Version(Version::new(6, 5, 0)),
        Probe::Measure(..) => Reading::Size(1 << 50),
        other => panic!("because preflight does not ask {other:?}"),
    };
    let turn = machine.next(code, Answer::Looked(probes.iter().map(ready).collect()));
    (machine, turn.request, turn.events)
}

/// No command that makes a server accept writes is sent while the other one was seen to accept them.
fn makes_no_second_primary(events: &[Event]) {
    for event in events {
        let Event::Intent { command, seen, .. } = event else { continue };
        let Action::Admin { text } = &command.action else { continue };
        let alone = matches!(Command::lookup(text), Some(Command::SetPrimaryAlone | Command::SetStandalone));
        let serves = |state: Option<State>| state.is_some_and(State::serves);
        let second = alone && serves(seen.peer.state) && !serves(seen.own.state);
        assert!(!second, "{event:?}");
    }
}

#[test]
fn whatever_is_answered_the_migration_comes_to_an_end_and_makes_no_second_primary() {
    let (program, bindings) = program(include_str!("../../../runbooks/hot-migration-netcopy.hsbrun"));
    let code = lower(&program, &bindings, &Settings::default());
    let mut results = std::collections::BTreeSet::new();
    for seed in 0..2_000 {
        let mut dice = Dice(seed);
        let (mut machine, mut request, mut events) = begin(&code);
        let mut turns = 0;
        while !matches!(request, Request::End(_)) {
            turns += 1;
            assert!(turns < 20_000, "seed {seed} goes on for ever");
            let answer = dice.answer(&request);
            if dice.one_in(200) {
                machine = Machine::from(&code, machine.durable().clone(), Resume::Killed);
                let turn = machine.next(&code, Answer::Begin);
                events.extend(turn.events);
                request = turn.request;
                continue;
            }
            if dice.one_in(2_000) {
                machine.interrupt();
            }
            let turn = machine.next(&code, answer);
            events.extend(turn.events);
            request = turn.request;
        }
        makes_no_second_primary(&events);
        if let Request::End(end) = request {
            results.insert(format!("{:?}", end.result));
        }
    }
    assert!(results.len() >= 3, "the dice reach several ends: {results:?}");
}
