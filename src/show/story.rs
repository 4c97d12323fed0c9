//! What a run came through, folded from its events for the summary.

use std::time::Duration;

use crate::engine::{EndingKind, Event, PreflightFailure};
use crate::program::StepId;

use super::failure::Told;

/// One step as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub step: StepId,
    pub began: Duration,
    /// All attempts together; none while it runs.
    pub took: Option<Duration>,
    pub attempts: u32,
    pub done: bool,
}

/// What the summary says of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    pub steps: Vec<Taken>,
    /// In their order, with the step in whose text each stands.
    pub failures: Vec<(Option<StepId>, Told)>,
    /// What the runbook says with `stop`.
    pub stops: Vec<String>,
    pub preflight: Vec<PreflightFailure>,
    pub handlers: Vec<StepId>,
    pub endings: Vec<EndingKind>,
    pub left_watchdog_off: Option<String>,
    pub point_of_no_return: bool,
    pub commands: usize,
    pub retries: usize,
}

impl Story {
    pub fn event(&mut self, elapsed: Duration, event: &Event) {
        match event {
            Event::Preflight { failures } => self.preflight.clone_from(failures),
            Event::StepBegan { step, attempt } => self.began(*step, *attempt, elapsed),
            Event::StepDone { step } => self.over(*step, elapsed, true),
            Event::Handler { step } => {
                self.over(*step, elapsed, false);
                self.handlers.push(*step);
            }
            Event::Ending { ending } => {
                self.close(elapsed);
                self.endings.push(*ending);
            }
            Event::Intent { .. } => self.commands += 1,
            Event::Retry { .. } => self.retries += 1,
            Event::LeftWatchdogOff { because } => self.left_watchdog_off = Some(because.clone()),
            Event::PointOfNoReturn { .. } => self.point_of_no_return = true,
            Event::Ended { .. } => self.close(elapsed),
            Event::Statement { .. }
            | Event::Seen { .. }
            | Event::Looked { .. }
            | Event::WaitBegan { .. }
            | Event::WaitDone { .. }
            | Event::Outcome { .. }
            | Event::Settling { .. }
            | Event::Settled { .. }
            | Event::Stands { .. }
            | Event::AlreadySo { .. }
            | Event::Approved { .. }
            | Event::Declined { .. }
            | Event::Notified { .. }
            | Event::Failed { .. }
            | Event::BackingOut { .. }
            | Event::Interrupted => {}
        }
    }

    pub fn failed(&mut self, step: Option<StepId>, stopped: bool, told: Told) {
        if stopped {
            self.stops.push(told.what);
        } else {
            self.failures.push((step, told));
        }
    }

    /// The step that was begun last.
    #[must_use]
    pub fn last_step(&self) -> Option<StepId> {
        self.steps.iter().rev().find(|taken| !taken.done).map(|taken| taken.step)
    }

    fn began(&mut self, step: StepId, attempt: u32, elapsed: Duration) {
        // A retry from an earlier step does the later ones again.
        self.steps.retain(|taken| taken.step <= step);
        match self.steps.iter_mut().find(|taken| taken.step == step) {
            Some(taken) => {
                taken.attempts = attempt.max(taken.attempts);
                (taken.took, taken.done) = (None, false);
            }
            None => {
                self.steps.push(Taken { step, began: elapsed, took: None, attempts: attempt, done: false });
            }
        }
    }

    fn over(&mut self, step: StepId, elapsed: Duration, done: bool) {
        if let Some(taken) = self.steps.iter_mut().find(|taken| taken.step == step) {
            taken.took = Some(elapsed.saturating_sub(taken.began));
            taken.done = done;
        }
    }

    fn close(&mut self, elapsed: Duration) {
        for taken in self.steps.iter_mut().filter(|taken| taken.took.is_none()) {
            taken.took = Some(elapsed.saturating_sub(taken.began));
        }
    }
}
