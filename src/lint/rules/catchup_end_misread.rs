//! The end of a catchup is taken for its success.

use crate::diag::{Edit, Fix, Safety};
use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::{How, Known};
use crate::lint::scene::Scene;
use crate::lint::walk::Look;
use crate::pair::{Status, StatusWord};
use crate::program::CondKind;
use crate::text::Span;

pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    let (Some(connect), How::Wait, None) = (known.catching_up, look.how, look.fail_if) else { return };
    let CondKind::Status { words, .. } = &look.cond.kind else { return };
    if words.status != Status::Catchup || words.words != [StatusWord::NotActive] {
        return;
    }
    let text = scene.text(look.cond.span);
    let server = text.split('.').next().unwrap_or(text).trim();
    let end = Span { start: look.cond.span.end, ..look.cond.span };
    let finding = diagnostics::catchup_end_misread(look.cond.span, server, connect.span).fix(Fix {
        what: format!("add `and {server}.link is CONNECTED`"),
        safety: Safety::Safe,
        edits: vec![Edit { span: end, text: format!(" and {server}.link is CONNECTED") }],
    });
    found.report_from(finding, look.here);
}
