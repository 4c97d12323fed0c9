//! A runbook that follows a manual and leaves one of its steps out.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::Program;
use crate::text::Span;

/// A step that bears a number.
pub struct Numbered {
    pub number: u32,
    pub span: Span,
}

pub fn numbers(program: &Program) -> Vec<Numbered> {
    let steps = program.steps.iter();
    steps.filter_map(|(id, step)| id.parse().ok().map(|number| Numbered { number, span: step.span })).collect()
}

pub fn of_program(scene: &Scene, found: &mut Found) {
    let Some(source) = &scene.program.source else { return };
    let mut numbers = numbers(scene.program);
    numbers.sort_by_key(|numbered| numbered.number);
    // A runbook may follow the later part of a manual.
    for pair in numbers.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let next = before.number.saturating_add(1);
        if after.number > next {
            found.report(diagnostics::step_number_gap(after.span, next..after.number, before.span, source));
        }
    }
}
