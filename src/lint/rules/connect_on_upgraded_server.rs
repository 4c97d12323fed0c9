//! The connect goes to the server with the newer software.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::pairs::refuses_the_newer;
use crate::lint::scene::Scene;
use crate::lint::walk::{Part, Sent};
use crate::pair::{Act, Command};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(Act::Admin(Command::Connect)), Some(server), Part::Steps) = (sent.act, sent.server, sent.here.part)
    else {
        return;
    };
    let other = Scene::other(server);
    let Some(installed) = known.upgraded[server.0 as usize] else { return };
    if known.perhaps_upgraded[other.0 as usize] {
        return;
    }
    if let Some(refusal) = refuses_the_newer(server, known.pairs) {
        let names = (scene.name(server), scene.name(other));
        let finding = diagnostics::connect_on_upgraded_server(sent.effect.span, names, &refusal, installed);
        found.report_from(finding, sent.here);
    }
}
