//! A server worked without keeping the log for the other one, which then gets no full copy.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Begun, Known};
use crate::lint::scene::Scene;
use crate::lint::walk::{End, Ends, Sent};
use crate::pair::{Act, Command, State, StateSet};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(Act::Admin(Command::Connect)), Some(reaction)) = (sent.act, sent.reaction) else { return };
    if reaction.refuses_all(known.pairs).is_some() {
        return;
    }
    for begun in &known.unlogged {
        let finding = diagnostics::standalone_without_copy(begun, names(begun, scene), Some(sent.effect.span));
        found.report_begun(finding, begun);
    }
}

pub fn at_end(end: &End, known: &Known, scene: &Scene, found: &mut Found) {
    if end.how != Ends::AllDone {
        return;
    }
    for begun in known.unlogged.iter().filter(|begun| !meant_to_stay(begun, scene)) {
        found.report_begun(diagnostics::standalone_without_copy(begun, names(begun, scene), None), begun);
    }
}

fn names<'p>(begun: &Begun, scene: &Scene<'p>) -> (&'p str, &'p str) {
    (scene.name(begun.server), scene.name(Scene::other(begun.server)))
}

/// The runbook says that it ends so.
fn meant_to_stay(begun: &Begun, scene: &Scene) -> bool {
    let server = scene.program.servers.get_index(begun.server.0 as usize);
    let to = server.and_then(|(_, server)| server.to.as_ref());
    to.is_none_or(|to| to.states.is_none_or(|states| states == StateSet::of(State::Standalone)))
}
