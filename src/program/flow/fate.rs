//! What becomes of the watchdog: decided in the endings and nowhere else, on every path of each ending that the runbook
//! needs, before anything that can fail.

use crate::diag::Finding;
use crate::program::{
    Block, Cond, CondKind, Effect, EffectKind, OperandKind, ProcedureId, Program, Stmt, StmtKind, diagnostics,
};
use crate::text::Span;

use super::{Heads, endings};

/// Reports decisions outside the endings, and `watchdog off` inside them.
pub(super) fn check_places(program: &Program, heads: &Heads, findings: &mut Vec<Finding>) {
    let procedures = program.procedures.values().map(|procedure| &procedure.body);
    for block in program.step_blocks().chain(procedures) {
        block.each(&mut |stmt| {
            if let Some(what) = decision(stmt) {
                findings.push(diagnostics::fate_outside_ending(stmt.span, what));
            }
        });
    }
    let silencing = silencing_procedures(program);
    for (_, head, block) in endings(program, heads) {
        block.each(&mut |stmt| {
            if silences(stmt, &silencing).is_some() {
                findings.push(diagnostics::watchdog_off_in_ending(stmt.span, head));
            }
        });
    }
}

/// Reports endings that are missing or leave the fate open, where a step turns the watchdog off.
pub(super) fn check_endings(program: &Program, heads: &Heads, findings: &mut Vec<Finding>) {
    let Some(off) = first_off(program) else { return };
    let back_out = program.steps.values().find_map(|step| step.back_out.as_ref());
    if program.on_success.is_none() {
        findings.push(diagnostics::missing_ending("on success", off, None));
    }
    if program.on_failure.is_none() {
        findings.push(diagnostics::missing_ending("on failure", off, None));
    }
    if program.on_back_out.is_none()
        && let Some(back_out) = back_out
    {
        findings.push(diagnostics::missing_ending("on back out", off, Some(back_out.span)));
    }
    let can_fail = failing_procedures(program);
    for (name, head, block) in endings(program, heads) {
        let open = match walk(block, &can_fail) {
            Ok(Fate::Decided) => continue,
            Ok(Fate::Open) => Open { at: closing(block), label: "can end here without a decision" },
            Err(open) => open,
        };
        findings.push(diagnostics::fate_open(head, name, open.at, open.label, off));
    }
}

/// The closing brace.
fn closing(block: &Block) -> Span {
    Span { start: block.span.end.saturating_sub(1).max(block.span.start), ..block.span }
}

/// Where a step turns the watchdog off, by way of a procedure too.
fn first_off(program: &Program) -> Option<Span> {
    let silencing = silencing_procedures(program);
    let mut first = None;
    for block in program.step_blocks() {
        block.each(&mut |stmt| first = first.or(silences(stmt, &silencing)));
    }
    first
}

/// For each procedure: where it turns the watchdog off.
fn silencing_procedures(program: &Program) -> Vec<Option<Span>> {
    let mut silencing = Vec::new();
    for procedure in program.procedures.values() {
        let mut off = None;
        procedure.body.each(&mut |stmt| off = off.or(silences(stmt, &silencing)));
        silencing.push(off);
    }
    silencing
}

fn silences(stmt: &Stmt, silencing: &[Option<Span>]) -> Option<Span> {
    if let StmtKind::Do { procedure, .. } = &stmt.kind {
        return silencing.get(procedure.0 as usize).copied().flatten();
    }
    stmt.effect().filter(|effect| effect.kind == EffectKind::Watchdog { on: false }).map(|effect| effect.span)
}

/// What a statement decides by itself.
fn decision(stmt: &Stmt) -> Option<&'static str> {
    if let StmtKind::LeaveWatchdogOff(_) = &stmt.kind {
        return Some("`leave watchdog off`");
    }
    stmt.effect().filter(|effect| effect.kind == EffectKind::Watchdog { on: true }).map(|_| "`watchdog on`")
}

enum Fate {
    Decided,
    /// What comes next may decide.
    Open,
}

/// Where a path can end undecided.
struct Open {
    at: Span,
    label: &'static str,
}

fn walk(block: &Block, can_fail: &[bool]) -> Result<Fate, Open> {
    for stmt in &block.stmts {
        if let Fate::Decided = decided_by(stmt, can_fail)? {
            return Ok(Fate::Decided);
        }
    }
    Ok(Fate::Open)
}

fn decided_by(stmt: &Stmt, can_fail: &[bool]) -> Result<Fate, Open> {
    if decision(stmt).is_some() {
        return Ok(Fate::Decided);
    }
    match &stmt.kind {
        // It has a finding of its own.
        StmtKind::Effect(Effect { kind: EffectKind::Watchdog { .. }, .. }) => Ok(Fate::Decided),
        StmtKind::Stop(_) => Err(Open { at: stmt.span, label: "ends here without a decision" }),
        StmtKind::If { arms, otherwise, unknown } => {
            let asks = arms.iter().map(|(cond, _)| cond).find(|cond| can_be_unknown(cond));
            if let (Some(asks), None) = (asks, unknown) {
                return Err(Open { at: asks.span, label: "fails where the answer is unknown, before a decision" });
            }
            let blocks = arms.iter().map(|(_, block)| block).chain(otherwise).chain(unknown);
            let all = every_one(blocks, can_fail)?;
            Ok(if all && otherwise.is_some() { Fate::Decided } else { Fate::Open })
        }
        StmtKind::Choose { arms, .. } => {
            let all = every_one(arms.iter().map(|(_, block)| block), can_fail)?;
            Ok(if all { Fate::Decided } else { Fate::Open })
        }
        StmtKind::Effect(_)
        | StmtKind::Notify(_)
        | StmtKind::Confirm { .. }
        | StmtKind::PointOfNoReturn(_)
        | StmtKind::Assert { .. }
        | StmtKind::Wait { .. }
        | StmtKind::Ensure { .. }
        | StmtKind::Do { .. }
        | StmtKind::Retry { .. }
        | StmtKind::LeaveWatchdogOff(_) => {
            if fails(stmt, can_fail) {
                return Err(Open { at: stmt.span, label: "can fail before a decision" });
            }
            Ok(Fate::Open)
        }
    }
}

/// Whether each of the branches decides.
fn every_one<'p>(blocks: impl Iterator<Item = &'p Block>, can_fail: &[bool]) -> Result<bool, Open> {
    let mut all = true;
    for block in blocks {
        all &= matches!(walk(block, can_fail)?, Fate::Decided);
    }
    Ok(all)
}

/// Which procedures can fail.
#[derive(Debug)]
pub struct Failing(Vec<bool>);

impl Failing {
    #[must_use]
    pub fn of(program: &Program) -> Failing {
        Failing(failing_procedures(program))
    }

    /// Whether something in the body of a step can fail, so that its handler is entered: `stop` ends the run without it.
    #[must_use]
    pub fn enters_handler(&self, body: &Block) -> bool {
        let mut enters = false;
        body.each(&mut |stmt| enters |= !matches!(stmt.kind, StmtKind::Stop(_)) && fails(stmt, &self.0));
        enters
    }
}

/// For each procedure: whether something in it can fail.
fn failing_procedures(program: &Program) -> Vec<bool> {
    let mut can_fail = Vec::new();
    for procedure in program.procedures.values() {
        let mut fails_here = false;
        procedure.body.each(&mut |stmt| fails_here |= fails(stmt, &can_fail));
        can_fail.push(fails_here);
    }
    can_fail
}

/// Whether a statement itself can fail; the blocks in it are looked at on their own.
fn fails(stmt: &Stmt, can_fail: &[bool]) -> bool {
    match &stmt.kind {
        StmtKind::Notify(_)
        | StmtKind::PointOfNoReturn(_)
        | StmtKind::LeaveWatchdogOff(_)
        | StmtKind::Choose { .. } => false,
        StmtKind::If { arms, unknown, .. } => unknown.is_none() && arms.iter().any(|(cond, _)| can_be_unknown(cond)),
        StmtKind::Do { procedure: ProcedureId(id), .. } => can_fail.get(*id as usize).copied().unwrap_or(true),
        StmtKind::Effect(_)
        | StmtKind::Confirm { .. }
        | StmtKind::Assert { .. }
        | StmtKind::Wait { .. }
        | StmtKind::Ensure { .. }
        | StmtKind::Retry { .. }
        | StmtKind::Stop(_) => true,
    }
}

/// Whether a condition asks anything: what compares parameters only is always known.
fn can_be_unknown(cond: &Cond) -> bool {
    match &cond.kind {
        CondKind::And(parts) | CondKind::Or(parts) => parts.iter().any(can_be_unknown),
        CondKind::Compare { left, right, .. } => {
            [left, right].into_iter().any(|side| matches!(side.kind, OperandKind::Measure { .. }))
        }
        CondKind::Refused { .. } | CondKind::Begun { .. } => false,
        CondKind::Is { .. } | CondKind::Status { .. } | CondKind::Answers { .. } | CondKind::Watchdog { .. } => true,
    }
}
