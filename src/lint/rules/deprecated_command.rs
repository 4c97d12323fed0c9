//! A command that the manuals advise against.

use crate::diag::{Edit, Fix, Safety};
use crate::pair::Act;

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::scene::Scene;
use crate::lint::walk::Sent;

pub fn at_effect(sent: &Sent, scene: &Scene, found: &mut Found) {
    let Some(Act::Admin(command)) = sent.act else { return };
    let Some(instead) = command.deprecated() else { return };
    let finding = diagnostics::deprecated_command(sent.effect.span, command, instead);
    let fix = scene.quoted(sent.effect.span).map(|span| Fix {
        what: format!("write `{instead}`"),
        // The copy goes to another place, and wants a server that runs there.
        safety: Safety::Unsafe,
        edits: vec![Edit { span, text: instead.to_owned() }],
    });
    found.report_from(finding.fix(fix), sent.here);
}
