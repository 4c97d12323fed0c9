//! What a machine asks at each instruction: worked out once when a program is lowered, as it is asked time and again.

use crate::engine::instr::Instr;
use crate::engine::test::Test;
use crate::engine::{Code, InstrId, Probe};

use super::ensure::ensure_probes;
use super::expected::expected_probes;
use super::guard::guard_probes;
use super::preflight::{preflight_probes, start_probes};
use super::settle::questions;
use super::watch::{choice_probes, wait_probes};

/// Everything that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::engine) struct Asks {
    /// Before anything is done.
    pub(super) preflight: Vec<Probe>,
    /// Before the first command to a server.
    pub(super) start: Vec<Probe>,
    /// By instruction.
    at: Vec<AsksAt>,
}

/// What is asked at one instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AsksAt {
    /// By the statement itself.
    pub(super) statement: Vec<Probe>,
    /// By its condition alone, where it is a check.
    pub(super) check: Vec<Probe>,
    /// By the guard of the command that it sends to a server.
    pub(super) guard: Vec<Probe>,
    /// To settle what came of that command.
    pub(super) settling: Vec<Probe>,
}

impl Asks {
    /// Of the code but for this.
    pub(in crate::engine) fn of(code: &Code) -> Asks {
        Asks {
            preflight: preflight_probes(code),
            start: start_probes(code),
            at: code.ids().map(|at| AsksAt::of(code, at)).collect(),
        }
    }

    pub(super) fn at(&self, at: InstrId) -> &AsksAt {
        &self.at[at.index()]
    }
}

impl AsksAt {
    fn of(code: &Code, at: InstrId) -> AsksAt {
        let instr = code.instr(at);
        let statement = match instr {
            Instr::Wait(wait) => wait_probes(&wait.until, wait.fail_if.as_ref()),
            Instr::Ensure(ensure) => ensure_probes(ensure),
            Instr::Assert { test, .. } => test.probes(),
            Instr::If(choice) => choice_probes(choice),
            Instr::EndStates => expected_probes(code, false),
            Instr::StartStates => expected_probes(code, true),
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
            | Instr::BackedOut(_)
            | Instr::EndingDone => Vec::new(),
        };
        let sent = instr.sending();
        AsksAt {
            statement,
            check: instr.check().map(Test::probes).unwrap_or_default(),
            guard: sent.map(|sending| guard_probes(code, sending)).unwrap_or_default(),
            settling: sent.map(|_| questions(code, at)).unwrap_or_default(),
        }
    }
}
