//! A condition that every server meets whatever it is in, or that asks for a step which has begun by then.

use crate::lint::assume::if_false;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::pairs::Pairs;
use crate::lint::scene::{Scene, as_written};

use super::condition_never_true::constant;

pub fn of_program(scene: &Scene, found: &mut Found) {
    scene.each_cond(&mut |cond| {
        if if_false(cond, Pairs::every(), &as_written).is_empty() || constant(cond) == Some(true) {
            found.report(diagnostics::condition_always_true(cond.span, None));
        }
    });
    scene.each_begun(&mut |cond, step, begun| {
        if begun {
            found.report(diagnostics::condition_always_true(cond.span, Some(scene.step(step))));
        }
    });
}
