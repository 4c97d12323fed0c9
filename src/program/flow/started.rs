//! `copy` and `switch` answer for what this run started last: asked where no path has started one, they would speak of
//! an older one. Follows the paths, retries included, with procedures written out.

use std::collections::BTreeSet;

use crate::diag::Finding;
use crate::pair::{Command, Status};
use crate::program::{Block, Cond, CondKind, EffectKind, Program, StepId, Stmt, StmtKind, diagnostics};
use crate::text::Span;

/// What some path to here has started.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Started {
    copy: bool,
    switch: bool,
}

impl Started {
    fn or(self, other: Started) -> Started {
        Started { copy: self.copy || other.copy, switch: self.switch || other.switch }
    }
}

pub(super) fn check(program: &Program, findings: &mut Vec<Finding>) {
    let mut paths = Paths {
        program,
        entries: vec![Started::default(); program.steps.len()],
        anywhere: Started::default(),
        findings: Vec::new(),
        reported: BTreeSet::new(),
    };
    // Each round can only add to what has been started, which takes findings away, and there are two things to start.
    loop {
        let before = (paths.entries.clone(), paths.anywhere);
        paths.findings.clear();
        paths.reported.clear();
        paths.runbook();
        if paths.findings.is_empty() || before == (paths.entries.clone(), paths.anywhere) {
            break;
        }
    }
    findings.append(&mut paths.findings);
}

struct Paths<'p> {
    program: &'p Program,
    /// What retries bring to the first statement of each step.
    entries: Vec<Started>,
    /// What is started anywhere: a back-out may come after all of it.
    anywhere: Started,
    findings: Vec<Finding>,
    reported: BTreeSet<Span>,
}

/// Where a path is: the step whose retries are meant, and the outermost call that led here.
#[derive(Clone, Copy)]
struct Here {
    step: StepId,
    call: Option<Span>,
}

impl Paths<'_> {
    fn runbook(&mut self) {
        let nowhere = Here { step: StepId(0), call: None };
        for require in &self.program.requires {
            self.cond(&require.cond, nowhere, Started::default());
        }
        let mut started = Started::default();
        for (at, step) in self.program.steps.values().enumerate() {
            let id = StepId(u16::try_from(at).expect("because the number of steps is bounded"));
            let here = Here { step: id, call: None };
            started = self.block(&step.body, here, started.or(self.entries[at]));
            let after = step.handler.as_ref().map(|handler| self.block(handler, here, started));
            let undone = step.back_out.as_ref().map(|back_out| self.block(back_out, here, self.anywhere));
            self.anywhere = self.anywhere.or(started).or(after.unwrap_or_default()).or(undone.unwrap_or_default());
        }
        let anywhere = self.anywhere;
        let endings = [
            (&self.program.on_success, started),
            (&self.program.on_failure, anywhere),
            (&self.program.on_back_out, anywhere),
        ];
        for (ending, started) in endings {
            if let Some(ending) = ending {
                self.block(ending, nowhere, started);
            }
        }
    }

    /// Goes through a block; gives what may have been started behind it.
    fn block(&mut self, block: &Block, here: Here, started: Started) -> Started {
        block.stmts.iter().fold(started, |started, stmt| self.stmt(stmt, here, started))
    }

    fn stmt(&mut self, stmt: &Stmt, here: Here, before: Started) -> Started {
        let started = stmt.effect().map_or(before, |effect| before.or(starts(&effect.kind)));
        match &stmt.kind {
            StmtKind::Assert { cond, .. } => self.cond(cond, here, started),
            StmtKind::Wait { until, fail_if, .. } => {
                self.cond(until, here, started);
                fail_if.iter().for_each(|cond| self.cond(cond, here, started));
            }
            StmtKind::Ensure { cond, fail_if, .. } => {
                // Looked at before its effect too: unknown then, it would never be sent.
                self.cond(cond, here, before);
                fail_if.iter().for_each(|cond| self.cond(cond, here, started));
            }
            StmtKind::If { arms, .. } => arms.iter().for_each(|(cond, _)| self.cond(cond, here, started)),
            StmtKind::Do { procedure, .. } => {
                let (_, procedure) = self
                    .program
                    .procedures
                    .get_index(procedure.0 as usize)
                    .expect("because a sound program calls its own procedures");
                let here = Here { call: here.call.or(Some(stmt.span)), ..here };
                return self.block(&procedure.body, here, started);
            }
            StmtKind::Retry { from, body, .. } => {
                let repaired = body.as_ref().map_or(started, |body| self.block(body, here, started));
                let entry = &mut self.entries[from.unwrap_or(here.step).0 as usize];
                *entry = entry.or(repaired);
                return repaired;
            }
            StmtKind::Effect(_)
            | StmtKind::Notify(_)
            | StmtKind::Confirm { .. }
            | StmtKind::PointOfNoReturn(_)
            | StmtKind::Choose { .. }
            | StmtKind::Stop(_)
            | StmtKind::LeaveWatchdogOff(_) => {}
        }
        let branches = stmt.blocks().map(|block| self.block(block, here, started));
        branches.fold(started, Started::or)
    }

    fn cond(&mut self, cond: &Cond, here: Here, started: Started) {
        match &cond.kind {
            CondKind::And(parts) | CondKind::Or(parts) => {
                parts.iter().for_each(|part| self.cond(part, here, started));
            }
            CondKind::Status { words, .. } => {
                let possible = match words.status {
                    Status::Copy => started.copy,
                    Status::Switch => started.switch,
                    Status::Link | Status::Catchup | Status::Activity => true,
                };
                if !possible && self.reported.insert(cond.span) {
                    self.findings.push(diagnostics::nothing_started(words.status, cond.span, here.call));
                }
            }
            CondKind::Is { .. }
            | CondKind::Answers { .. }
            | CondKind::Watchdog { .. }
            | CondKind::Refused { .. }
            | CondKind::Begun { .. }
            | CondKind::Compare { .. } => {}
        }
    }
}

/// What an effect starts.
fn starts(kind: &EffectKind) -> Started {
    let EffectKind::Admin { command, .. } = kind else { return Started::default() };
    let shown_by = command.and_then(Command::shown_by);
    Started { copy: shown_by == Some(Status::Copy), switch: shown_by == Some(Status::Switch) }
}
