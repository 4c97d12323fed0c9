//! Something that takes its time was begun, and nothing waits for its end.

use crate::lint::diagnostics::{self, Unawaited};
use crate::lint::found::Found;
use crate::lint::known::{Begun, How, Known, observes, stops};
use crate::lint::scene::Scene;
use crate::lint::walk::{End, Ends, Look, Sent};
use crate::pair::{Act, Command};

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(act), Some(server)) = (sent.act, sent.server) else { return };
    for begun in known.overtaken_by(act, server).iter().filter(|begun| !stops(begun.act)) {
        // A switch meets a catchup: that has a rule of its own.
        let catchup = begun.act == Act::Admin(Command::Connect) && switches(act);
        if !catchup {
            report(begun, Unawaited::Overtaken(sent.effect.span), scene, found);
        }
    }
}

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    if look.how != How::Assert {
        return;
    }
    for begun in known.pending.iter().filter(|begun| !stops(begun.act)) {
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
    known.pending.iter().filter(|begun| !stops(begun.act)).for_each(|begun| report(begun, why, scene, found));
}

fn report(begun: &Begun, why: Unawaited, scene: &Scene, found: &mut Found) {
    let finding = diagnostics::command_not_awaited(begun, scene.name(begun.server), scene.pair(), why);
    found.report_begun(finding, begun);
}

fn switches(act: Act) -> bool {
    matches!(act, Act::Admin(Command::SwitchPrimary | Command::SwitchSecondary))
}
