//! A step whose number is smaller than that of one before it.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let numbers = super::step_number_gap::numbers(scene.program);
    for pair in numbers.windows(2) {
        if pair[1].number < pair[0].number {
            found.report(diagnostics::steps_out_of_order(
                (pair[1].span, pair[1].number),
                (pair[0].span, pair[0].number),
            ));
        }
    }
}
