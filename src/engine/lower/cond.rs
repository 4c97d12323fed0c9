//! Conditions with their servers and values filled in.

use crate::program::{Cond, CondKind, Operand, OperandKind};

use crate::engine::Probe;
use crate::engine::test::{Side, Test, Written};

use super::Lower;

impl Lower<'_> {
    pub(super) fn cond(&self, cond: &Cond) -> Test {
        match &cond.kind {
            CondKind::And(conds) => Test::And(conds.iter().map(|cond| self.cond(cond)).collect()),
            CondKind::Or(conds) => Test::Or(conds.iter().map(|cond| self.cond(cond)).collect()),
            CondKind::Is { server, states } => Test::Is { server: self.server(server), states: *states },
            CondKind::Status { server, words } => {
                Test::Status { server: self.server(server), status: words.status, words: words.words.clone() }
            }
            CondKind::Answers { server, sql, values } => {
                Test::Answers(Probe::Answers(self.server(server), sql.clone(), self.values(values)))
            }
            CondKind::Watchdog { on } => Test::Watchdog { on: *on },
            CondKind::Begun { step, begun } => Test::Begun { step: *step, begun: *begun },
            CondKind::Refused { codes } => Test::Refused { codes: codes.clone() },
            CondKind::Compare { left, op, right } => {
                Test::Compare { left: self.side(left), op: *op, right: self.side(right) }
            }
        }
    }

    pub(super) fn written(&self, test: &Test) -> String {
        Written { test, names: &self.names, steps: &self.program.steps }.to_string()
    }

    fn side(&self, operand: &Operand) -> Side {
        match &operand.kind {
            OperandKind::Measure { server, measure } => Side::Measure(self.server(server), *measure),
            OperandKind::Value(value) => Side::Value(self.value(&value.term)),
        }
    }
}
