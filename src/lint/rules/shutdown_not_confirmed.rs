//! A server is taken for stopped since it was told to stop.

use crate::lint::diagnostics::{self, Unawaited};
use crate::lint::found::Found;
use crate::lint::known::{Begun, How, Known, observes, stops};
use crate::lint::scene::Scene;
use crate::lint::walk::{End, Ends, Look, Sent};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(act), Some(server)) = (sent.act, sent.server) else { return };
    for begun in known.overtaken_by(act, server).iter().filter(|begun| stops(begun.act)) {
        report(begun, Unawaited::Overtaken(sent.effect.span), scene, found);
    }
}

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    if look.how != How::Assert {
        return;
    }
    for begun in known.pending.iter().filter(|begun| stops(begun.act)) {
        if observes(look.cond, begun, &|term| look.here.server(term)) {
            report(begun, Unawaited::LookedAtOnce(look.cond.span), scene, found);
        }
    }
}

pub fn at_end(end: &End, known: &Known, scene: &Scene, found: &mut Found) {
    let why = match end.how {
        Ends::AllDone => Unawaited::EndStates,
        Ends::PartOver => Unawaited::End(end.at),
        Ends::Stopped => return,
    };
    known.pending.iter().filter(|begun| stops(begun.act)).for_each(|begun| report(begun, why, scene, found));
}

fn report(begun: &Begun, why: Unawaited, scene: &Scene, found: &mut Found) {
    found.report_begun(diagnostics::shutdown_not_confirmed(begun, scene.name(begun.server), why), begun);
}
