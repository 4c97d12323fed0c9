//! A step changes a role, and the next one goes on without a look at what came of it.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Known, concerns_the_pair};
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    if !sent.act.is_some_and(concerns_the_pair) {
        return;
    }
    for begun in &known.unchecked_before {
        let finding = diagnostics::step_without_check(begun, scene.name(begun.server), sent.effect.span);
        found.report_begun(finding, begun);
    }
}
