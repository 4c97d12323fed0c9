//! A run that begins at a later step, on a pair that others have left half done.

use std::collections::BTreeSet;

use crate::pair::{State, Status};
use crate::program::StepId;

use super::code::Part;
use super::instr::Instr;
use super::live::successors;
use super::test::Test;
use super::{Action, Code, InstrId};

/// Where such a run begins. Its record stands for all that was done before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    pub step: StepId,
    /// What each server was in when the step was chosen, by `ServerId`. It must be in it still when the run begins, and right
    /// before its first command: these take the place of the start states.
    pub states: Vec<State>,
}

/// A probe that answers for a process which the run must have started itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unstarted {
    /// The statement that asks it.
    pub at: InstrId,
    /// `Copy` or `Switch`.
    pub status: Status,
}

impl Entry {
    /// Whether the skipped steps leave the watchdog silenced.
    #[must_use]
    pub fn silences_watchdog(&self, code: &Code) -> bool {
        let commands = code.commands().filter(|(at, _)| self.skips(code, *at));
        let last = commands.filter_map(|(_, command)| match command.action {
            Action::Watchdog { on } => Some(on),
            Action::Admin { .. }
            | Action::Sql { .. }
            | Action::Start { .. }
            | Action::Install { .. }
            | Action::Run { .. } => None,
        });
        last.last() == Some(false)
    }

    /// Whether a point of no return stands in the skipped steps.
    pub(super) fn passes_a_point_of_no_return(&self, code: &Code) -> bool {
        code.ids().any(|at| self.skips(code, at) && matches!(code.instr(at), Instr::Point(_)))
    }

    /// That instruction is on the way before the step: it counts as done by others.
    pub(super) fn skips(&self, code: &Code, at: InstrId) -> bool {
        let place = code.place(at);
        place.part == Part::Body && place.step.is_some_and(|step| step < self.step)
    }
}

impl Code {
    /// What a run that begins with that step may ask of a copy or a switch that it has not started, and that one from the
    /// first step would have: there it would read old news.
    #[must_use]
    pub fn unstarted_from(&self, step: StepId) -> Vec<Unstarted> {
        let anyway = self.steps.first().map(|first| self.asked_unstarted(first.begin)).unwrap_or_default();
        self.asked_unstarted(self.step(step).begin).difference(&anyway).copied().collect()
    }

    /// The place at which a run stands first in a step; none where it asks and does nothing there.
    #[must_use]
    pub fn stands_first(&self, step: StepId) -> Option<InstrId> {
        let mut at = self.step(step).begin;
        loop {
            at = match self.instr(at) {
                Instr::Jump(to) => *to,
                Instr::Begin(begun) if *begun == step => at.following(),
                Instr::Notify(_) | Instr::Point(_) => at.following(),
                Instr::Command(_)
                | Instr::Ensure(_)
                | Instr::Wait(_)
                | Instr::Assert { .. }
                | Instr::If(_)
                | Instr::Confirm(_) => return Some(at),
                Instr::Preflight
                | Instr::Begin(_)
                | Instr::StepDone(_)
                | Instr::Stop(_)
                | Instr::Retry(_)
                | Instr::Again(_)
                | Instr::LeaveWatchdogOff(_)
                | Instr::EndStates
                | Instr::BackedOut(_)
                | Instr::StartStates
                | Instr::EndingDone => return None,
            };
        }
    }

    /// Every copy or switch that is asked for on a way from there on which none was started.
    fn asked_unstarted(&self, from: InstrId) -> BTreeSet<Unstarted> {
        let mut asked = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(from, Started::default())];
        while let Some((at, started)) = open.pop() {
            if !seen.insert((at, started)) {
                continue;
            }
            let statuses = self.statuses_asked(at).into_iter();
            asked.extend(statuses.filter(|status| !started.has(*status)).map(|status| Unstarted { at, status }));
            let behind = started.and(self.instr(at).sending().and_then(|sending| sending.command.action.act()));
            for next in successors(self, at) {
                // A command that fails has started nothing.
                open.push((next, if next == at.following() { behind } else { started }));
            }
        }
        asked
    }

    /// What a statement asks of copies and switches.
    fn statuses_asked(&self, at: InstrId) -> BTreeSet<Status> {
        let mut found = BTreeSet::new();
        for test in self.instr(at).tests() {
            test.each(&mut |test| {
                if let Test::Status { status: status @ (Status::Copy | Status::Switch), .. } = test {
                    found.insert(*status);
                }
            });
        }
        found
    }
}

/// What a way has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Started {
    copy: bool,
    switch: bool,
}

impl Started {
    fn has(self, status: Status) -> bool {
        match status {
            Status::Copy => self.copy,
            Status::Switch => self.switch,
            Status::Link | Status::Catchup | Status::Activity => true,
        }
    }

    fn and(self, act: Option<crate::pair::Act>) -> Started {
        let Some(crate::pair::Act::Admin(command)) = act else { return self };
        match command.shown_by() {
            Some(Status::Copy) => Started { copy: true, ..self },
            Some(Status::Switch) => Started { switch: true, ..self },
            Some(Status::Link | Status::Catchup | Status::Activity) | None => self,
        }
    }
}
