//! The roles are switched while the Secondary may still be catching up.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::walk::Sent;
use crate::pair::{Act, Command};

pub fn at_effect(sent: &Sent, known: &Known, found: &mut Found) {
    let switches = matches!(sent.act, Some(Act::Admin(Command::SwitchPrimary | Command::SwitchSecondary)));
    if let Some(connect) = known.catching_up.filter(|_| switches) {
        found.report_from(diagnostics::switch_before_catchup(sent.effect.span, connect.span), sent.here);
    }
}
