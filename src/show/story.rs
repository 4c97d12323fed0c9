//! What a run came through, folded from its events for the summary.

use std::time::Duration;

use crate::engine::{EndingKind, Event, PreflightFailure};
use crate::program::StepId;

use super::failure::Told;

/// One step as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub step: StepId,
    /// When the attempt under way began; none while there is none.
    since: Option<Duration>,
    /// All attempts that are over, together.
    pub took: Duration,
    pub done: bool,
}

/// What the summary says of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    /// The step at which it began, if not at the first one.
    pub entered: Option<StepId>,
    pub steps: Vec<Taken>,
    last: Option<StepId>,
    /// In their order, with the step in whose text each stands.
    pub failures: Vec<(Option<StepId>, Told)>,
    /// What the runbook says with `stop`.
    pub stops: Vec<String>,
    pub preflight: Vec<PreflightFailure>,
    pub handlers: Vec<StepId>,
    pub endings: Vec<EndingKind>,
    /// The approval that was asked for last, with its question.
    pub asked: Option<(String, String)>,
    pub left_watchdog_off: Option<String>,
    pub point_of_no_return: bool,
    pub commands: usize,
    pub retries: usize,
}

impl Story {
    pub fn event(&mut self, elapsed: Duration, event: &Event) {
        match event {
            Event::Entered { entry } => self.entered = Some(entry.step),
            Event::Preflight { failures } => self.preflight.clone_from(failures),
            Event::StepBegan { step, .. } => self.began(*step, elapsed),
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
        self.last
    }

    fn began(&mut self, step: StepId, elapsed: Duration) {
        self.close(elapsed);
        self.last = Some(step);
        match self.steps.iter_mut().find(|taken| taken.step == step) {
            Some(taken) => (taken.since, taken.done) = (Some(elapsed), false),
            None => self.steps.push(Taken { step, since: Some(elapsed), took: Duration::ZERO, done: false }),
        }
        // A retry from an earlier step does the later ones again.
        self.steps.iter_mut().filter(|taken| taken.step > step).for_each(|taken| taken.done = false);
    }

    fn over(&mut self, step: StepId, elapsed: Duration, done: bool) {
        self.close(elapsed);
        if let Some(taken) = self.steps.iter_mut().find(|taken| taken.step == step) {
            taken.done = done;
        }
    }

    /// No attempt is under way any more.
    fn close(&mut self, elapsed: Duration) {
        for taken in &mut self.steps {
            let since = taken.since.take();
            taken.took += since.map_or(Duration::ZERO, |since| elapsed.saturating_sub(since));
        }
    }
}
