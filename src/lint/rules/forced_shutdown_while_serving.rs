//! Users are thrown out of the server that they work on.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;
use crate::pair::{Act, Command};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(Act::Admin(Command::ShutdownForce)), Some(server)) = (sent.act, sent.server) else { return };
    let states = known.of(server);
    let asked = known.approved_in_step || known.closed[server.0 as usize];
    if !asked && states.iter().all(|state| state.serves()) {
        let since = known.since[server.0 as usize];
        let finding = diagnostics::forced_shutdown_while_serving(sent.effect.span, scene.name(server), states, since);
        found.report_from(finding, sent.here);
    }
}
