//! The loop: what happened is recorded first, then shown, then the next request is performed.

use std::time::Duration;

use thiserror::Error;

use crate::engine::{Answer, Clock, Clocks, Code, End, Event, Machine, Probe, Reading, Request, World};
use crate::pair::State;
use crate::program::ServerId;

use super::Interrupt;

/// How long servers have to say how they were left; a frozen one must not hold up the end.
const PARTING_LOOK: Duration = Duration::from_secs(2);

/// Keeps what happened. The only one beside the machine that can end a run.
pub trait Record {
    /// Stores an event for good before it returns.
    ///
    /// # Errors
    /// When it could not be stored: the run stops there.
    fn record(&mut self, elapsed: Duration, event: &Event) -> Result<(), RecordStop>;
}

/// The record could not be written.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{why}")]
pub struct RecordStop {
    pub why: String,
}

/// Looks on, and cannot influence the run.
pub trait Observer {
    fn event(&mut self, elapsed: Duration, event: &Event);

    /// A request is about to be performed.
    fn asking(&mut self, elapsed: Duration, request: &Request) {
        let _ = (elapsed, request);
    }

    /// What it gave.
    fn answered(&mut self, elapsed: Duration, answer: &Answer) {
        let _ = (elapsed, answer);
    }
}

/// A run that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub end: End,
    /// What each server was in, asked once more after the end; none: not known.
    pub left: Vec<Option<State>>,
    pub elapsed: Duration,
}

/// Runs a machine to its end.
///
/// # Errors
/// When the record could not be written; the machine then stands right before its next request.
pub fn drive(
    code: &Code,
    machine: &mut Machine,
    world: &mut dyn World,
    servers: usize,
    record: &mut dyn Record,
    observers: &mut [&mut dyn Observer],
    interrupt: &Interrupt,
) -> Result<Finished, RecordStop> {
    let mut answer = Answer::Begin;
    let mut told = false;
    loop {
        if interrupt.came() && !told {
            told = true;
            machine.interrupt();
        }
        let turn = machine.next(code, answer);
        let elapsed = world.elapsed();
        for event in &turn.events {
            record.record(elapsed, event)?;
            observers.iter_mut().for_each(|observer| observer.event(elapsed, event));
        }
        if let Request::End(end) = turn.request {
            let left = look_once_more(world, servers);
            return Ok(Finished { end, left, elapsed: world.elapsed() });
        }
        tracing::debug!(request = ?turn.request, "ask");
        observers.iter_mut().for_each(|observer| observer.asking(elapsed, &turn.request));
        answer = world.answer(&turn.request);
        tracing::debug!(answer = ?answer, "answer");
        let elapsed = world.elapsed();
        observers.iter_mut().for_each(|observer| observer.answered(elapsed, &answer));
    }
}

/// How the pair was left: the last thing that a run says must not be old news.
fn look_once_more(world: &mut dyn World, servers: usize) -> Vec<Option<State>> {
    let ids = (0..servers).map(|at| ServerId(u8::try_from(at).expect("because a program has at most two servers")));
    let probes: Vec<Probe> = ids.map(Probe::State).collect();
    let asked = probes.len();
    world.answer(&Request::Set(Clock::Look, PARTING_LOOK));
    let Answer::Looked(readings) = world.answer(&Request::Look(probes, Clocks::of(Clock::Look))) else {
        return vec![None; asked];
    };
    readings
        .into_iter()
        .map(|reading| match reading {
            Reading::State(state) => Some(state),
            Reading::Status(_)
            | Reading::Version(_)
            | Reading::Position(_)
            | Reading::Size(_)
            | Reading::Yes
            | Reading::No
            | Reading::Unknown(_) => None,
        })
        .collect()
}
