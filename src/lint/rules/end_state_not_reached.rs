//! The last step leaves a server in a state that is not its end state.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::scene::Scene;
use crate::lint::walk::{End, Ends};
use crate::program::ServerId;

pub fn at_end(end: &End, known: &Known, scene: &Scene, found: &mut Found) {
    if end.how != Ends::AllDone || !known.watchdog_off {
        return;
    }
    for (at, (name, server)) in scene.program.servers.iter().enumerate() {
        let Some(to) = &server.to else { continue };
        let Some(wanted) = to.states else { continue };
        let id = ServerId(u8::from(at == 1));
        if known.pairs.with(id, wanted).is_empty() {
            let finding = diagnostics::end_state_not_reached(to.span, name, known.of(id), known.since[at]);
            found.report(finding);
        }
    }
}
