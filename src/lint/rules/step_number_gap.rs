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
    let mut next = 1;
    let mut before = None;
    for Numbered { number, span } in numbers {
        if number > next {
            found.report(diagnostics::step_number_gap(span, next..number, before, source));
        }
        next = number.saturating_add(1).max(next);
        before = Some(span);
    }
}
