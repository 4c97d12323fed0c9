//! A statement that writes goes to a server that takes no writes.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;
use crate::program::EffectKind;

/// Statements that begin so write.
const WRITING: [&str; 9] = ["INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "GRANT", "REVOKE", "TRUNCATE"];

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (EffectKind::Sql { text, .. }, Some(server)) = (&sent.effect.kind, sent.server) else { return };
    let first = text.split_whitespace().next().unwrap_or("").to_uppercase();
    let states = known.of(server);
    if WRITING.contains(&first.as_str()) && states.iter().all(|state| !state.serves()) {
        let other = Scene::other(server);
        let other_serves = known.of(other).iter().all(|state| state.serves());
        let finding = diagnostics::write_on_secondary(
            sent.effect.span,
            scene.name(server),
            states,
            known.since[server.0 as usize],
            other_serves.then(|| scene.name(other)),
        );
        found.report_from(finding, sent.here);
    }
}
