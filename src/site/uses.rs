//! What a program needs of a site: each need once for each server, with the first place that has it. Procedures are
//! followed with the servers that they are called with.

use std::collections::HashSet;

use crate::pair::{Measure, State, StateSet};
use crate::program::{
    Arg, Bindings, Block, Cond, CondKind, Effect, EffectKind, Expected, Operand, OperandKind, ProcedureId, Program,
    ServerId, ServerTerm, Stmt, StmtKind, Term, Value, ValueTerm,
};
use crate::text::Span;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Need {
    Start {
        with_options: bool,
    },
    Install,
    Previous,
    Run(String),
    /// A proof that the server is DOWN.
    Down,
    LogSpace,
    DatabaseSpace,
    WatchdogOff,
    WatchdogOn,
    WatchdogStatus,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// None: the watchdog's.
    pub server: Option<ServerId>,
    pub need: Need,
    pub span: Span,
}

/// Every need of a program. With bindings only the chosen branches count.
pub(super) fn uses(program: &Program, bindings: Option<&Bindings>) -> Vec<Use> {
    let mut walk =
        Walk { program, bindings, formals: Vec::new(), uses: Vec::new(), known: HashSet::new(), seen: HashSet::new() };
    for (at, server) in program.servers.values().enumerate() {
        let id = ServerId(u8::try_from(at).expect("because a runbook has at most two servers"));
        walk.expected(id, &server.from);
        server.to.iter().for_each(|to| walk.expected(id, to));
    }
    program.requires.iter().for_each(|require| walk.cond(&require.cond));
    for step in program.steps.values() {
        walk.block(&step.body);
        step.handler.iter().chain(&step.back_out).for_each(|block| walk.block(block));
    }
    [&program.on_success, &program.on_failure, &program.on_back_out]
        .into_iter()
        .flatten()
        .for_each(|block| walk.block(block));
    walk.uses
}

/// What a formal parameter of a procedure stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Actual {
    Server(ServerId),
    /// None: not known before the parameters are bound.
    Value(Option<Value>),
}

struct Walk<'p> {
    program: &'p Program,
    bindings: Option<&'p Bindings>,
    formals: Vec<Actual>,
    uses: Vec<Use>,
    known: HashSet<(Option<ServerId>, Need)>,
    /// Calls that were followed.
    seen: HashSet<(ProcedureId, Vec<Actual>)>,
}

impl Walk<'_> {
    fn need(&mut self, server: Option<ServerId>, need: Need, span: Span) {
        if self.known.insert((server, need.clone())) {
            self.uses.push(Use { server, need, span });
        }
    }

    fn server(&self, term: &ServerTerm) -> Option<ServerId> {
        match term {
            Term::Known(server) => Some(*server),
            Term::Formal(formal) => match self.formals.get(formal.0 as usize) {
                Some(Actual::Server(server)) => Some(*server),
                Some(Actual::Value(_)) | None => None,
            },
            Term::Param(_) => None,
        }
    }

    fn value(&self, value: &ValueTerm) -> Option<Value> {
        match &value.term {
            Term::Known(value) => Some(value.clone()),
            Term::Param(param) => self.bindings.map(|bindings| bindings.get(*param).clone()),
            Term::Formal(formal) => match self.formals.get(formal.0 as usize) {
                Some(Actual::Value(value)) => value.clone(),
                Some(Actual::Server(_)) | None => None,
            },
        }
    }

    fn expected(&mut self, server: ServerId, expected: &Expected) {
        if expected.states.is_some_and(|states| states.contains(State::Down)) {
            self.need(Some(server), Need::Down, expected.span);
        }
    }

    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Effect(effect) => self.effect(effect),
            StmtKind::Assert { cond, .. } => self.cond(cond),
            StmtKind::Wait { until, fail_if, .. } => self.conds(until, fail_if.as_ref()),
            StmtKind::Ensure { cond, by, fail_if, .. } => {
                self.conds(cond, fail_if.as_ref());
                self.effect(by);
            }
            StmtKind::If { arms, otherwise, unknown } => {
                for (cond, block) in arms {
                    self.cond(cond);
                    self.block(block);
                }
                otherwise.iter().chain(unknown).for_each(|block| self.block(block));
            }
            StmtKind::Choose { on, arms } => self.choose(on, arms),
            StmtKind::Do { procedure, args } => self.call(*procedure, args),
            StmtKind::Retry { body, .. } => body.iter().for_each(|block| self.block(block)),
            StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => {}
        }
    }

    fn choose(&mut self, on: &ValueTerm, arms: &[(String, Block)]) {
        let chosen = match self.value(on) {
            Some(Value::Word(word)) => Some(word),
            Some(Value::Duration(_) | Value::Size(_) | Value::Text(_) | Value::Version(_) | Value::Number(_))
            | None => None,
        };
        arms.iter()
            .filter(|(word, _)| chosen.as_ref().is_none_or(|chosen| chosen == word))
            .for_each(|(_, block)| self.block(block));
    }

    fn call(&mut self, procedure: ProcedureId, args: &[Arg]) {
        let actuals: Vec<Actual> = args
            .iter()
            .map(|arg| match arg {
                Arg::Server(term) => self.server(term).map_or(Actual::Value(None), Actual::Server),
                Arg::Value(value) => Actual::Value(self.value(value)),
            })
            .collect();
        if !self.seen.insert((procedure, actuals.clone())) {
            return;
        }
        let program = self.program;
        let Some((_, called)) = program.procedures.get_index(procedure.0 as usize) else { return };
        let outer = std::mem::replace(&mut self.formals, actuals);
        self.block(&called.body);
        self.formals = outer;
    }

    fn effect(&mut self, effect: &Effect) {
        let server = effect.server.as_ref().and_then(|term| self.server(term));
        let span = effect.span;
        match &effect.kind {
            EffectKind::Admin { .. } | EffectKind::Sql { .. } => {}
            EffectKind::Start { options } => {
                self.need(server, Need::Start { with_options: !options.is_empty() }, span);
                self.need(server, Need::Down, span);
            }
            EffectKind::Install { previous } => {
                self.need(server, if *previous { Need::Previous } else { Need::Install }, span);
                self.need(server, Need::Down, span);
            }
            EffectKind::Run { name, .. } => self.need(server, Need::Run(name.clone()), span),
            EffectKind::Watchdog { on: true } => self.need(None, Need::WatchdogOn, span),
            EffectKind::Watchdog { on: false } => {
                self.need(None, Need::WatchdogOff, span);
                // It is put back where the start states do not hold.
                self.need(None, Need::WatchdogOn, span);
            }
        }
    }

    fn conds(&mut self, first: &Cond, second: Option<&Cond>) {
        self.cond(first);
        second.into_iter().for_each(|cond| self.cond(cond));
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::And(conds) | CondKind::Or(conds) => conds.iter().for_each(|cond| self.cond(cond)),
            CondKind::Is { server, states } => self.states(server, *states, cond.span),
            CondKind::Watchdog { .. } => self.need(None, Need::WatchdogStatus, cond.span),
            CondKind::Compare { left, right, .. } => {
                self.operand(left);
                self.operand(right);
            }
            CondKind::Status { .. } | CondKind::Answers { .. } | CondKind::Refused { .. } | CondKind::Begun { .. } => {}
        }
    }

    fn states(&mut self, server: &ServerTerm, states: StateSet, span: Span) {
        if states.contains(State::Down) {
            let server = self.server(server);
            self.need(server, Need::Down, span);
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Measure { server, measure } => {
                let server = self.server(server);
                match measure {
                    Measure::LogSpace => self.need(server, Need::LogSpace, operand.span),
                    Measure::DiskSpace => self.need(server, Need::DatabaseSpace, operand.span),
                    Measure::Position | Measure::Version => {}
                }
            }
            OperandKind::Value(_) => {}
        }
    }
}
