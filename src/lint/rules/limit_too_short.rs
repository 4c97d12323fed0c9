//! A wait gives up before the servers themselves do, or before what it waits for can be over.

use std::time::Duration;

use crate::lint::assume::any_part;
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Begun, How, Known, observes, stops};
use crate::lint::scene::Scene;
use crate::lint::walk::{By, Look, Question, Sent};
use crate::pair::{Act, Status};
use crate::program::{CondKind, ServerTerm};
use crate::text::Span;

/// What takes its time even where all goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slow {
    Answer,
    Shutdown,
    Start,
    Installation,
}

impl Slow {
    /// No real one is over sooner, or is so every time. Source: INF, of a small database on a quick machine.
    pub fn least(self) -> Duration {
        match self {
            Slow::Answer => Duration::from_secs(30),
            Slow::Shutdown | Slow::Start | Slow::Installation => Duration::from_secs(10),
        }
    }

    fn of(act: Act) -> Option<Slow> {
        match act {
            Act::Start(_) => Some(Slow::Start),
            Act::Install => Some(Slow::Installation),
            Act::Admin(_) => stops(act).then_some(Slow::Shutdown),
        }
    }
}

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
        judge(begun.act, within, &|| limit(look.span, scene), Some(begun.span), &mut |finding| {
            found.report_from(finding, look.here);
        });
    }
}

/// A command that has a limit of its own, or an `ensure`, which waits for what its effect brings about.
pub fn at_effect(sent: &Sent, scene: &Scene, found: &mut Found) {
    let (Some(act), Some(within)) = (sent.act, sent.within) else { return };
    let waits = match sent.by {
        By::Ensure => true,
        By::Itself => matches!(act, Act::Start(_) | Act::Install),
    };
    if waits {
        judge(act, within, &|| limit(sent.span, scene), None, &mut |finding| {
            found.report_from(finding, sent.here);
        });
    }
}

pub fn at_question(question: &Question, scene: &Scene, found: &mut Found) {
    let Some(within) = question.within.filter(|within| *within < Slow::Answer.least()) else { return };
    let finding = diagnostics::over_too_soon(limit(question.span, scene), within, Slow::Answer, None);
    found.report_from(finding, question.here);
}

/// `limit` finds the place of the limit, where there is something to say of it.
fn judge(
    act: Act,
    within: Duration,
    limit: &dyn Fn() -> Span,
    begun: Option<Span>,
    report: &mut dyn FnMut(crate::diag::Finding),
) {
    if let Some(slow) = Slow::of(act).filter(|slow| within < slow.least()) {
        report(diagnostics::over_too_soon(limit(), within, slow, begun));
    }
    let Act::Admin(command) = act else { return };
    if let Some(patience) = command.patience().filter(|patience| within < patience.limit) {
        report(diagnostics::limit_too_short(limit(), within, command, &patience, begun));
    }
}

/// `within …`, to the end of the statement.
fn limit(stmt: Span, scene: &Scene) -> Span {
    Span { end: stmt.end, ..scene.word(stmt, "within") }
}
