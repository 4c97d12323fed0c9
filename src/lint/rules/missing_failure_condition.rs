//! A wait goes on to its limit though the failure could be seen.

use crate::diag::{Edit, Fix, Safety};
use crate::lint::assume::{any_part, each_part};
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{Begun, How, Known, observes};
use crate::lint::scene::Scene;
use crate::lint::walk::Look;
use crate::pair::{Act, Command, Status, StatusWord};
use crate::program::{Cond, CondKind};
use crate::text::Span;

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    if !matches!(look.how, How::Wait | How::Ensure) || look.fail_if.is_some() {
        return;
    }
    let mut outcomes: Vec<(String, Status)> = Vec::new();
    each_part(look.cond, &mut |part| outcomes.extend(outcome_asked(part, scene)));
    // A failure that is waited for, too, is not missed.
    outcomes.retain(|(_, status)| !any_part(look.cond, |part| fails(part, *status)));
    if let Some((server, status)) = outcomes.into_iter().next() {
        report(look, &server, status, None, found);
        return;
    }
    let switch = known.pending.iter().find(|begun| switches(begun) && look.how == How::Wait);
    let seen = switch.filter(|begun| observes(look.cond, begun, &|term| look.here.server(term)));
    // In a procedure the server has another name.
    if let Some(begun) = seen.filter(|begun| look.here.call.is_none() && begun.call.is_none()) {
        report(look, scene.name(begun.server), Status::Switch, Some(begun.span), found);
    }
}

fn report(look: &Look, server: &str, status: Status, command: Option<Span>, found: &mut Found) {
    let failure = format!("{server}.{} is ERROR", status.word());
    let end = Span { start: look.cond.span.end, ..look.cond.span };
    let finding =
        diagnostics::missing_failure_condition(look.cond.span, status, &failure, command, look.within).fix(Fix {
            what: format!("add `fail if {failure}`"),
            safety: Safety::Safe,
            edits: vec![Edit { span: end, text: format!(" fail if {failure}") }],
        });
    found.report_from(finding, look.here);
}

/// The server, as written, whose copy or switch is to have succeeded.
fn outcome_asked(part: &Cond, scene: &Scene) -> Option<(String, Status)> {
    let CondKind::Status { words, .. } = &part.kind else { return None };
    let asks = matches!(words.status, Status::Copy | Status::Switch) && words.words == [StatusWord::Success];
    let text = scene.text(part.span);
    asks.then(|| (text.split('.').next().unwrap_or(text).trim().to_owned(), words.status))
}

fn fails(part: &Cond, status: Status) -> bool {
    matches!(&part.kind, CondKind::Status { words, .. }
        if words.status == status && words.words.contains(&StatusWord::Error))
}

fn switches(begun: &Begun) -> bool {
    matches!(begun.act, Act::Admin(Command::SwitchPrimary | Command::SwitchSecondary))
}
