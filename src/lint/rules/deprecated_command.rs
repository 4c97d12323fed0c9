//! A command that the manuals advise against.

use crate::diag::{Edit, Fix, Safety};
use crate::pair::Act;

use super::super::diagnostics;
use super::super::found::Found;
use super::super::known::Known;
use super::super::scene::Scene;
use super::super::walk::Sent;

pub fn at_effect(sent: &Sent, _known: &Known, scene: &Scene, found: &mut Found) {
    let Some(Act::Admin(command)) = sent.act else { return };
    let Some(instead) = command.deprecated() else { return };
    let finding = diagnostics::deprecated_command(sent.effect.span, command, instead);
    let fix = scene.quoted(sent.effect.span).map(|span| Fix {
        what: format!("write `{instead}`"),
        // The copy goes to another place, and wants a server that runs there.
        safety: Safety::Unsafe,
        edits: vec![Edit { span, text: instead.to_owned() }],
    });
    found.report_from(fix.into_iter().fold(finding, crate::diag::Finding::fix), sent.here);
}
