//! A question to a server is sent as a command: nobody reads the answer.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;
use crate::pair::Act;

pub fn at_effect(sent: &Sent, scene: &Scene, found: &mut Found) {
    let (Some(Act::Admin(command)), Some(server)) = (sent.act, sent.server) else { return };
    if command.is_query() {
        let finding = diagnostics::unread_answer(sent.effect.span, command, scene.name(server));
        found.report_from(finding, sent.here);
    }
}
