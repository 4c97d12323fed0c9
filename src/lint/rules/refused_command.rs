//! A command that the pair refuses in every state that it can be in there.

use crate::pair::{Act, StateSet, already_so};
use crate::program::ServerId;

use crate::lint::diagnostics::{self, Forbids};
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::pairs::{Pairs, Reaction};
use crate::lint::scene::Scene;
use crate::lint::walk::{By, Sent};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(act), Some(server), Some(reaction)) = (sent.act, sent.server, sent.reaction) else { return };
    let Some(refusal) = reaction.refuses_all(known.pairs) else { return };
    // `ensure` takes it for what it wants.
    if sent.by == By::Ensure && already_so(act, refusal.code) {
        return;
    }
    let own = known.of(server);
    let other = Scene::other(server);
    let forbids = if own.iter().any(|state| reaction.is_done_in(server, state)) { other } else { server };
    let finding = diagnostics::refused_command(
        sent.effect.span,
        act,
        refusal,
        &Forbids {
            server: scene.name(server),
            other: scene.name(other),
            by: scene.name(forbids),
            states: known.of(forbids),
            since: known.since[forbids.0 as usize],
            accepted: accepting(reaction, server, forbids, known),
            other_accepts: forbids == server && other_does(act, other, known),
        },
    );
    found.report_from(finding, sent.here);
}

/// The states of the server that forbids it in which it would be done.
fn accepting(reaction: &Reaction, server: ServerId, forbids: ServerId, known: &Known) -> StateSet {
    let pairs = if forbids == server { Pairs::all() } else { Pairs::all().with(server, known.of(server)) };
    pairs.iter().filter(|pair| reaction.refused_in(*pair).is_none()).map(|pair| pair[forbids.0 as usize]).collect()
}

/// Whether the other server would do it, whatever it can be in.
fn other_does(act: Act, other: ServerId, known: &Known) -> bool {
    let reaction = Reaction::of(act, other, known.connecting);
    known.pairs.iter().all(|pair| reaction.refused_in(pair).is_none())
}
