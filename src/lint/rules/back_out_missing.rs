//! A step before the point of no return that says nothing of how it is undone.

use crate::diag::{Edit, Fix, Safety};
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{Block, Program, Step, StmtKind};
use crate::text::Span;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let program = scene.program;
    let Some(example) = program.steps.values().find_map(|step| step.back_out.as_ref()) else {
        nothing_at_all(program, found);
        return;
    };
    let point = point_of_no_return(program);
    let before = program.steps.iter().take(point.map_or(usize::MAX, |(at, _)| at));
    for (id, step) in before.filter(|(_, step)| step.back_out.is_none()) {
        let finding = diagnostics::back_out_missing(step.span, id, example.span, point.map(|(_, span)| span));
        let fix = only_looks(step).then(|| nothing_to_undo(step));
        found.report(finding.fix(fix));
    }
}

/// The step with the point of no return, and where it stands.
fn point_of_no_return(program: &Program) -> Option<(usize, Span)> {
    let in_block = |block: &Block| {
        let mut point = None;
        block.each(&mut |stmt| {
            if let StmtKind::PointOfNoReturn(_) = stmt.kind {
                point = point.or(Some(stmt.span));
            }
        });
        point
    };
    program.steps.values().enumerate().find_map(|(at, step)| in_block(&step.body).map(|span| (at, span)))
}

/// A point of no return behind steps that cannot be backed out anyhow.
fn nothing_at_all(program: &Program, found: &mut Found) {
    if let Some((at, span)) = point_of_no_return(program).filter(|(at, _)| *at > 0) {
        let first = program.steps.values().take(at).map(|step| step.span).next();
        found.report(diagnostics::no_back_out_at_all(span, first));
    }
}

/// Whether a step changes nothing.
fn only_looks(step: &Step) -> bool {
    let mut changes = false;
    step.body.each(&mut |stmt| {
        changes |= stmt.effect().is_some() || matches!(stmt.kind, StmtKind::Do { .. } | StmtKind::PointOfNoReturn(_));
    });
    !changes && step.handler.is_none()
}

fn nothing_to_undo(step: &Step) -> Fix {
    let close = step.body.span.end.saturating_sub(1);
    Fix {
        what: "add `back out { }`".to_owned(),
        safety: Safety::Safe,
        edits: vec![Edit {
            span: Span { start: close, end: close, ..step.body.span },
            text: "    back out { }\n".to_owned(),
        }],
    }
}
