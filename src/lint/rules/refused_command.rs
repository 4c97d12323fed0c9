//! A command that the pair refuses in every state that it can be in there.

use crate::pair::{Act, State, StateSet, already_so};
use crate::program::ServerId;

use super::super::diagnostics::{self, Forbids};
use super::super::found::Found;
use super::super::known::Known;
use super::super::pairs::Reaction;
use super::super::scene::Scene;
use super::super::walk::{By, Sent};

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
    let accepts = accepting(reaction, server);
    let finding = diagnostics::refused_command(
        sent.effect.span,
        act_text(act),
        refusal,
        &Forbids {
            server: scene.name(server),
            other: scene.name(other),
            by: scene.name(forbids),
            states: known.of(forbids),
            since: known.since[forbids.0 as usize],
            accepted: (forbids == server).then_some(accepts),
            other_accepts: forbids == server && other_does(act, other, known),
        },
    );
    found.report_from(finding, sent.here);
}

fn act_text(act: Act) -> &'static str {
    match act {
        Act::Admin(command) => command.text(),
        Act::Start(_) => "start",
        Act::Install => "install",
    }
}

/// The states in which a server does it, beside some state of the other one.
fn accepting(reaction: &Reaction, server: ServerId) -> StateSet {
    State::ALL.into_iter().filter(|state| reaction.is_done_in(server, *state)).collect()
}

/// Whether the other server would do it, whatever it can be in.
fn other_does(act: Act, other: ServerId, known: &Known) -> bool {
    let reaction = Reaction::of(act, other, known.connecting);
    known.pairs.iter().all(|pair| reaction.refused_in(pair).is_none())
}
