//! What is ensured of one server is brought about on the other.

use crate::lint::assume::each_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::stops;
use crate::lint::scene::Scene;
use crate::lint::walk::act;
use crate::pair::{Act, Command};
use crate::program::{CondKind, StmtKind};

pub fn of_program(scene: &Scene, found: &mut Found) {
    scene.each_stmt(&mut |stmt| {
        let StmtKind::Ensure { cond, by, .. } = &stmt.kind else { return };
        let (Some(act), Some(server)) = (act(by), &by.server) else { return };
        let mut asked = Vec::new();
        each_part(cond, &mut |part| {
            if let CondKind::Is { server, .. } = &part.kind {
                asked.push((server, part.span));
            }
        });
        let elsewhere = asked.iter().all(|(asked, _)| *asked != server);
        if let Some((_, span)) = asked.first().filter(|_| elsewhere && changes_its_server_only(act)) {
            let name = scene.text(*span).split_whitespace().next().unwrap_or_default();
            found.report(diagnostics::ensure_of_other_server(by.span, *span, name));
        }
    });
}

/// Whether an act changes the state of the server that it goes to, and of no other.
fn changes_its_server_only(act: Act) -> bool {
    let sets = [Command::SetPrimaryAlone, Command::SetSecondaryAlone, Command::SetStandalone].map(Act::Admin);
    sets.contains(&act) || stops(act) || matches!(act, Act::Start(_))
}
