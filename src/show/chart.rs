//! A story as an SVG sequence chart: for a change request, on a screen or on paper. It has no scripts and loads nothing,
//! and every text in it is inert.

mod draw;
mod layout;
mod palette;

use crate::verify::{Property, Violation};

use super::telling::rows;
use super::words::Words;

use layout::Layout;

/// Draws the story of a violation. `parameters` are the words that were chosen; empty where there are none.
#[must_use]
pub fn chart(words: Words<'_>, violation: &Violation, parameters: &str) -> String {
    let finding = violation.finding(words.code);
    let property = match violation.damage {
        Some(damage) => format!("{}: {}", violation.property.word(), damage.word()),
        None => violation.property.word().to_owned(),
    };
    let with = [parameters.to_owned(), violation.circumstances()];
    let with: Vec<String> = with.into_iter().filter(|part| !part.is_empty()).collect();
    let span = words.code.place(violation.at).span;
    let source = words.sources.get(span.source);
    let page = draw::Page {
        title: words.code.title().to_owned(),
        broken: format!("{} {property}", Property::rule(violation.property).code),
        what: finding.what,
        why: finding.why.unwrap_or_default(),
        place: format!("{}:{}", source.name, source.line_column(span.start).line),
        with: with.join("; "),
    };
    let rows = rows(words, &violation.story);
    draw::draw(&page, &Layout::of(words, rows))
}
