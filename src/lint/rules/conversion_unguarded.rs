//! A database is converted for good, and nobody was asked and nothing kept.

use crate::lint::diagnostics;
use crate::lint::found::Found;
use crate::lint::known::Known;
use crate::lint::walk::Sent;
use crate::program::EffectKind;

/// The start options that convert an older database. Source: `pair`, the rows of a start; `convert` RCL.
const CONVERTING: [&str; 2] = ["autoconvert", "convert"];
/// With it the database is replaced by a copy.
const RECEIVING: &str = "backupserver";

pub fn at_effect(sent: &Sent, known: &Known, found: &mut Found) {
    let EffectKind::Start { options } = &sent.effect.kind else { return };
    let converts = options.iter().find(|option| CONVERTING.contains(&option.as_str()));
    let receives = options.iter().any(|option| option == RECEIVING);
    if let Some(option) = converts.filter(|_| !receives && !known.approved && !known.backed_up) {
        found.report_from(diagnostics::conversion_unguarded(sent.effect.span, option), sent.here);
    }
}
