//! A server is made to accept writes where the other one may be doing so.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;
use crate::pair::{Act, Command, State};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(Act::Admin(command)), Some(server), Some(reaction)) = (sent.act, sent.server, sent.reaction) else {
        return;
    };
    let other = Scene::other(server);
    let two = |pair: [State; 2]| {
        let (own, peer) = (pair[server.0 as usize], pair[other.0 as usize]);
        !own.serves() && own.answers() && peer.serves()
    };
    // What is refused in any case has a finding for that.
    // A switch changes the roles of both, or is refused.
    let promotes = command.promotes() && command != Command::SwitchPrimary;
    if promotes && reaction.refuses_all(known.pairs).is_none() && known.pairs.iter().any(two) {
        let declared = scene.program.servers.len() > other.0 as usize;
        let other = declared.then(|| scene.name(other));
        let finding = diagnostics::promotion_without_look(sent.effect.span, command, scene.name(server), other);
        found.report_from(finding, sent.here);
    }
}
