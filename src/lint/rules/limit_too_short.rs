//! A wait gives up before the servers themselves do.

use crate::lint::assume::any_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Begun, How, Known, observes};
use crate::lint::scene::Scene;
use crate::lint::walk::Look;
use crate::pair::{Act, Status};
use crate::program::{CondKind, ServerTerm};
use crate::text::Span;

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(within), How::Wait | How::Ensure) = (look.within, look.how) else { return };
    let servers = |term: &ServerTerm| look.here.server(term);
    let asks_for_copy = any_part(
        look.cond,
        |part| matches!(&part.kind, CondKind::Status { words, .. } if words.status == Status::Copy),
    );
    let awaited = known.pending.iter().filter(|begun| observes(look.cond, begun, &servers));
    let copies: &[Begun] = if asks_for_copy { &known.copies } else { &[] };
    for begun in awaited.chain(copies) {
        let Act::Admin(command) = begun.act else { continue };
        let Some(patience) = command.patience() else { continue };
        if within < patience.limit {
            let at = limit(look, scene);
            let finding = diagnostics::limit_too_short(at, within, command, &patience, begun.span);
            found.report_from(finding, look.here);
        }
    }
}

/// `within …`, to the end of the statement.
fn limit(look: &Look, scene: &Scene) -> Span {
    Span { end: look.span.end, ..scene.word(look.span, "within") }
}
