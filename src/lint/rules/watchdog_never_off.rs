//! Endings decide what becomes of a watchdog that no step turns off.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::{EffectKind, StmtKind};

pub fn of_program(scene: &Scene, found: &mut Found) {
    let (mut decided, mut off) = (None, false);
    scene.each_stmt(&mut |stmt| {
        let effect = stmt.effect().map(|effect| &effect.kind);
        off |= effect == Some(&EffectKind::Watchdog { on: false });
        let decides = matches!(stmt.kind, StmtKind::LeaveWatchdogOff(_));
        if decides || effect == Some(&EffectKind::Watchdog { on: true }) {
            decided = decided.or(Some(stmt.span));
        }
    });
    let first = scene.program.steps.values().next().map(|step| step.span);
    if let Some(decided) = decided.filter(|_| !off) {
        found.report(diagnostics::watchdog_never_off(decided, first));
    }
}
