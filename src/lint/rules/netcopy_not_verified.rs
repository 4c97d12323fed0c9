//! A copy of the database is taken for good without a look at how it went.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Begun, Known, concerns_the_pair};
use crate::lint::scene::Scene;
use crate::lint::walk::{End, Ends, Sent};
use crate::pair::{Act, Command};
use crate::text::Span;

pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    let Some(act) = sent.act else { return };
    let again = matches!(act, Act::Admin(Command::Netcopy | Command::Copy));
    if concerns_the_pair(act) && !again {
        report(known, Some(sent.effect.span), scene, found);
    }
}

pub fn at_end(end: &End, known: &Known, scene: &Scene, found: &mut Found) {
    if end.how != Ends::Stopped {
        report(known, None, scene, found);
    }
}

fn report(known: &Known, before: Option<Span>, scene: &Scene, found: &mut Found) {
    for begun in &known.copies {
        let Begun { server, .. } = *begun;
        let finding = diagnostics::netcopy_not_verified(begun, scene.name(server), before);
        found.report_begun(finding, begun);
    }
}
