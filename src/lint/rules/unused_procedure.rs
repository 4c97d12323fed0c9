//! A procedure of the runbook's own file that nothing calls.

use std::collections::HashSet;

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::program::StmtKind;

pub fn of_program(scene: &Scene, found: &mut Found) {
    let mut called = HashSet::new();
    scene.each_stmt(&mut |stmt| {
        if let StmtKind::Do { procedure, .. } = &stmt.kind {
            called.insert(procedure.0 as usize);
        }
    });
    for (at, (name, procedure)) in scene.program.procedures.iter().enumerate() {
        // Those of a library serve other runbooks.
        if !called.contains(&at) && scene.is_own(procedure.span) {
            found.report(diagnostics::unused_procedure(scene.word(procedure.span, name), name));
        }
    }
}
