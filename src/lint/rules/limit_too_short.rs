//! A wait gives up before the servers themselves do.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{How, Known, observes};
use crate::lint::scene::Scene;
use crate::lint::walk::Look;
use crate::pair::Act;
use crate::program::CondKind;
use crate::text::Span;

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(within), How::Wait | How::Ensure) = (look.within, look.how) else { return };
    let begun = known.pending.iter().chain(&known.copies);
    for begun in begun.filter(|begun| observes_end(look, begun)) {
        let Act::Admin(command) = begun.act else { continue };
        let Some(patience) = command.patience() else { continue };
        if within < patience.limit {
            let at = limit(look, scene);
            let finding = diagnostics::limit_too_short(at, within, command, &patience, begun.span);
            found.report_from(finding, look.here);
        }
    }
}

fn observes_end(look: &Look, begun: &crate::lint::known::Begun) -> bool {
    let servers = |term: &_| look.here.server(term);
    let copy = crate::lint::assume::any_part(
        look.cond,
        |part| matches!(&part.kind, CondKind::Status { words, .. } if words.status == crate::pair::Status::Copy),
    );
    observes(look.cond, begun, &servers) || copy
}

/// `within …`, to the end of the statement.
fn limit(look: &Look, scene: &Scene) -> Span {
    Span { end: look.span.end, ..scene.word(look.span, "within") }
}
