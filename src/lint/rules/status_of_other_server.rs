//! A server is asked how its copy went, and the copy was made by the other one.

use crate::lint::assume::each_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{How, Known};
use crate::lint::scene::Scene;
use crate::lint::walk::{Look, Part};
use crate::pair::Status;
use crate::program::CondKind;

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    // An `ensure` may be about to begin it.
    if look.how == How::Ensure || look.here.part != Part::Steps {
        return;
    }
    each_part(look.cond, &mut |part| {
        let CondKind::Status { server, words } = &part.kind else { return };
        let Some(server) = look.here.server(server).filter(|_| words.status == Status::Copy) else { return };
        let other = Scene::other(server);
        if !known.copied[server.0 as usize] && known.copied[other.0 as usize] {
            let finding = diagnostics::status_of_other_server(part.span, scene.name(server), scene.name(other));
            found.report_from(finding, look.here);
        }
    });
}
