//! What a condition says of the states of a pair: in which of them it can be true, and in which false. A condition that
//! asks for something else can be either.

use crate::pair::{State, StateSet, Status, StatusWord};
use crate::program::{Cond, CondKind, ServerId, ServerTerm};

use super::pairs::Pairs;

/// The servers that the terms of the code at hand stand for.
pub type Servers<'a> = &'a dyn Fn(&ServerTerm) -> Option<ServerId>;

/// Those of the pairs in which the condition can be true.
pub fn if_true(cond: &Cond, pairs: Pairs, servers: Servers) -> Pairs {
    match &cond.kind {
        CondKind::And(parts) => parts.iter().fold(pairs, |pairs, part| if_true(part, pairs, servers)),
        CondKind::Or(parts) => parts.iter().fold(Pairs::NONE, |all, part| all.or(if_true(part, pairs, servers))),
        CondKind::Is { server, states } => servers(server).map_or(pairs, |server| pairs.with(server, *states)),
        CondKind::Status { server, words } => {
            let shown = states_showing(words.status, &words.words);
            servers(server).map_or(pairs, |server| pairs.with(server, shown))
        }
        CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => pairs,
    }
}

/// Those of the pairs in which the condition can be false.
pub fn if_false(cond: &Cond, pairs: Pairs, servers: Servers) -> Pairs {
    match &cond.kind {
        CondKind::And(parts) => parts.iter().fold(Pairs::NONE, |all, part| all.or(if_false(part, pairs, servers))),
        CondKind::Or(parts) => parts.iter().fold(pairs, |pairs, part| if_false(part, pairs, servers)),
        CondKind::Is { server, states } => servers(server).map_or(pairs, |server| pairs.without(server, *states)),
        CondKind::Status { .. }
        | CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => pairs,
    }
}

/// The states in which a server can show one of these words.
fn states_showing(status: Status, words: &[StatusWord]) -> StateSet {
    let connected = [State::PrimaryActive, State::SecondaryActive];
    let only = |word| words.iter().all(|known| *known == word);
    State::ALL
        .into_iter()
        .filter(|state| state.answers())
        .filter(|state| {
            let is_connected = connected.contains(state);
            match status {
                Status::Link if only(StatusWord::Connected) => is_connected,
                Status::Link if only(StatusWord::Broken) => !is_connected,
                Status::Link | Status::Copy | Status::Switch | Status::Catchup | Status::Activity => true,
            }
        })
        .collect()
}

/// Calls `f` for every comparison and probe of a condition.
pub fn each_part<'p>(cond: &'p Cond, f: &mut dyn FnMut(&'p Cond)) {
    match &cond.kind {
        CondKind::And(parts) | CondKind::Or(parts) => parts.iter().for_each(|part| each_part(part, f)),
        CondKind::Is { .. }
        | CondKind::Status { .. }
        | CondKind::Answers { .. }
        | CondKind::Watchdog { .. }
        | CondKind::Refused { .. }
        | CondKind::Begun { .. }
        | CondKind::Compare { .. } => f(cond),
    }
}

/// Whether some part of a condition is like that.
pub fn any_part(cond: &Cond, mut like: impl FnMut(&Cond) -> bool) -> bool {
    let mut any = false;
    each_part(cond, &mut |part| any |= like(part));
    any
}
