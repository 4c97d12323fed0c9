//! One line a finding, `file:line:column: error HSB1030 missing-within: what`, as compilers write it: editors and `grep`
//! read it.

use crate::text::inert;

use super::Told;
use super::told::severity;

/// The line of one finding, with its line end.
#[must_use]
pub fn short(told: &Told) -> String {
    let place = match told.places.first() {
        Some(place) => format!("{}:{}:{}", inert(&place.file), place.start.line, place.start.column),
        None => inert(&told.file),
    };
    format!("{place}: {} {} {}: {}\n", severity(told.severity), told.code, told.name, inert(&told.what))
}
