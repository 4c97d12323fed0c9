//! A condition that the run must see and cannot: the servers are in other states, and nothing changes them.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{How, Known, Possible};
use crate::lint::scene::Scene;
use crate::lint::walk::{Look, Part, asked};

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    // A watchdog that acts may bring it about in time.
    let stays = match look.how {
        How::Assert => true,
        How::Wait | How::Ensure => known.watchdog_off,
        How::If => false,
    };
    if look.possible == Possible::Yes || !stays || look.here.part != Part::Steps {
        return;
    }
    let servers = asked(look.cond, look.here);
    let states = servers.iter().map(|server| (scene.name(*server), known.of(*server), known.since[server.0 as usize]));
    let mut states: Vec<_> = states.collect();
    states.dedup_by_key(|(name, _, _)| *name);
    found.report_from(diagnostics::dead_wait(look.cond.span, look.how, &states), look.here);
}
