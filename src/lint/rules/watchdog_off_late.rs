//! The watchdog is silenced when the pair has been changed already.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::walk::{Part, Sent};
use crate::program::EffectKind;

pub fn at_effect(sent: &Sent, known: &Known, found: &mut Found) {
    let off = sent.effect.kind == EffectKind::Watchdog { on: false };
    if let Some(changed) = known.changed.filter(|_| off && !known.watchdog_off && sent.here.part == Part::Steps) {
        found.report_from(diagnostics::watchdog_off_late(sent.effect.span, changed), sent.here);
    }
}
