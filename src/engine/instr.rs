//! The instructions of the lowered program.

use std::time::Duration;

use crate::pair::{self, Act, StateSet, Version};
use crate::program::{Doubt, ServerId, StepId};

use super::test::Test;
use super::{Command, InstrId, Question};

/// A statement, or a turn of the way. A statement is the place of events; the rest takes no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Instr {
    /// Every `require` and start state, before anything else.
    Preflight,
    /// A step begins.
    Begin(StepId),
    /// Every statement of a step is done.
    StepDone(StepId),
    Command(Sending),
    Ensure(Box<Ensure>),
    Wait(Wait),
    Assert {
        test: Test,
        otherwise: Option<String>,
    },
    If(Choice),
    Jump(InstrId),
    Confirm(Confirm),
    Notify(String),
    Point(String),
    Stop(String),
    Retry(Retry),
    /// Behind the block of a retry: the step is gone back to.
    Again(StepId),
    LeaveWatchdogOff(String),
    /// The end states, after the last step.
    EndStates,
    /// Behind the back-out of a step.
    BackedOut(StepId),
    /// The start states, after a complete back-out.
    StartStates,
    /// Behind an ending.
    EndingDone,
}

/// A command with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sending {
    pub(super) command: Command,
    pub(super) act: Option<Act>,
    /// The author's word for an effect outside the catalogue.
    pub(super) doubt: Doubt,
    /// What `installed` prints once an `install` has happened, where the runbook says it.
    pub(super) expects: Option<Version>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ensure {
    pub(super) test: Test,
    pub(super) from: Option<StateSet>,
    pub(super) by: Sending,
    pub(super) fail_if: Option<Test>,
    pub(super) within: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) until: Test,
    pub(super) fail_if: Option<Test>,
    pub(super) within: Duration,
}

/// An `if`: where each arm begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) arms: Vec<(Test, InstrId)>,
    /// The `else`, or what follows.
    pub(super) otherwise: InstrId,
    pub(super) unknown: Option<InstrId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Confirm {
    pub(super) question: Question,
    /// Its index among the approvals.
    pub(super) approval: usize,
    /// In the `unknown` branch of an `if`: the servers that it asks, which count as DOWN once this is given.
    pub(super) fences: Vec<ServerId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Retry {
    /// Its index among the counters.
    pub(super) counter: usize,
    pub(super) step: StepId,
    pub(super) from: StepId,
    pub(super) times: u32,
    pub(super) after: Option<Duration>,
    /// What follows once it is used up; its block stands right behind it.
    pub(super) used_up: InstrId,
}

impl Sending {
    /// A code that says that things are as the command would make them or, where it was sent again, about to be.
    pub(super) fn is_already_so(&self, code: Option<i32>, repeated: bool) -> bool {
        let (Some(act), Some(code)) = (self.act, code) else { return false };
        pair::already_so(act, code) || (repeated && pair::under_way(act, code))
    }
}

impl Instr {
    /// The codes that say "already so" are no refusal of an `ensure`, nor of a command that was sent again.
    pub(super) fn forgives(&self, code: Option<i32>, repeated: bool) -> bool {
        let forgiving = repeated || matches!(self, Instr::Ensure(_));
        forgiving && self.sending().is_some_and(|sending| sending.is_already_so(code, repeated))
    }

    /// The code says that what the command asks for is under way.
    pub(super) fn is_under_way(&self, code: Option<i32>) -> bool {
        let act = self.sending().and_then(|sending| sending.act);
        act.zip(code).is_some_and(|(act, code)| pair::under_way(act, code))
    }

    /// The command that it sends.
    pub(super) fn sending(&self) -> Option<&Sending> {
        match self {
            Instr::Command(sending) => Some(sending),
            Instr::Ensure(ensure) => Some(&ensure.by),
            Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
            | Instr::Wait(_)
            | Instr::Assert { .. }
            | Instr::If(_)
            | Instr::Jump(_)
            | Instr::Confirm(_)
            | Instr::Notify(_)
            | Instr::Point(_)
            | Instr::Stop(_)
            | Instr::Retry(_)
            | Instr::Again(_)
            | Instr::LeaveWatchdogOff(_)
            | Instr::EndStates
            | Instr::BackedOut(_)
            | Instr::StartStates
            | Instr::EndingDone => None,
        }
    }

    /// The conditions that it looks at.
    pub(super) fn tests(&self) -> Vec<&Test> {
        match self {
            Instr::Wait(wait) => std::iter::once(&wait.until).chain(&wait.fail_if).collect(),
            Instr::Ensure(ensure) => std::iter::once(&ensure.test).chain(&ensure.fail_if).collect(),
            Instr::Assert { test, .. } => vec![test],
            Instr::If(choice) => choice.arms.iter().map(|(test, _)| test).collect(),
            Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
            | Instr::Command(_)
            | Instr::Jump(_)
            | Instr::Confirm(_)
            | Instr::Notify(_)
            | Instr::Point(_)
            | Instr::Stop(_)
            | Instr::Retry(_)
            | Instr::Again(_)
            | Instr::LeaveWatchdogOff(_)
            | Instr::EndStates
            | Instr::BackedOut(_)
            | Instr::StartStates
            | Instr::EndingDone => Vec::new(),
        }
    }

    /// Looks whether something holds.
    pub(super) fn is_check(&self) -> bool {
        self.check().is_some()
    }

    /// The condition of which it looks whether it holds.
    pub(super) fn check(&self) -> Option<&Test> {
        match self {
            Instr::Wait(wait) => Some(&wait.until),
            Instr::Ensure(ensure) => Some(&ensure.test),
            Instr::Assert { test, .. } => Some(test),
            Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
            | Instr::Command(_)
            | Instr::If(_)
            | Instr::Jump(_)
            | Instr::Confirm(_)
            | Instr::Notify(_)
            | Instr::Point(_)
            | Instr::Stop(_)
            | Instr::Retry(_)
            | Instr::Again(_)
            | Instr::LeaveWatchdogOff(_)
            | Instr::EndStates
            | Instr::BackedOut(_)
            | Instr::StartStates
            | Instr::EndingDone => None,
        }
    }

    /// Takes time, or is seen: its beginning is an event.
    pub(super) fn is_statement(&self) -> bool {
        match self {
            Instr::Command(_)
            | Instr::Ensure(_)
            | Instr::Wait(_)
            | Instr::Assert { .. }
            | Instr::If(_)
            | Instr::Confirm(_)
            | Instr::Notify(_)
            | Instr::Point(_)
            | Instr::Stop(_)
            | Instr::Retry(_)
            | Instr::LeaveWatchdogOff(_)
            | Instr::EndStates
            | Instr::StartStates => true,
            Instr::Preflight
            | Instr::Begin(_)
            | Instr::StepDone(_)
            | Instr::Jump(_)
            | Instr::Again(_)
            | Instr::BackedOut(_)
            | Instr::EndingDone => false,
        }
    }
}
