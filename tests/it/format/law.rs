//! What must hold when a text is formatted. The long runs of the fuzz targets use it, too.

use hsbrun::format::format;
use hsbrun::syntax::{Parsed, parse};
use hsbrun::text::SourceId;

/// Panics with the text where one of the laws does not hold for it.
pub fn hold(name: &str, text: &str) {
    let once = format(text);
    let twice = format(&once);
    assert_eq!(once, twice, "{name}: formatting again changes the text\n--- it was\n{text}");
    let (before, after) = (parse(SourceId(0), text), parse(SourceId(0), &once));
    let told = || format!("{name}\n--- before\n{text}\n--- after\n{once}");
    if let Some(difference) = difference(&meaning(&before), &meaning(&after)) {
        panic!("another program: {difference}\n{}", told());
    }
    assert_eq!(codes(&before), codes(&after), "other findings: {}", told());
    assert_eq!(comments(&before), comments(&after), "other comments: {}", told());
    assert_eq!(broken(&before, text), broken(&after, &once), "a broken piece was touched: {}", told());
}

/// The first difference of two texts, with what stands around it.
fn difference(one: &str, other: &str) -> Option<String> {
    let at = one.bytes().zip(other.bytes()).position(|(one, other)| one != other);
    let at = at.or_else(|| (one.len() != other.len()).then_some(one.len().min(other.len())))?;
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(100)..text.len().min(at + 100)]).into_owned()
    };
    Some(format!("{}\nbecame\n{}", around(one), around(other)))
}

/// A tree without its places.
fn meaning(parsed: &Parsed) -> String {
    let tree = format!("{:?}", parsed.tree.items);
    let mut pieces = tree.split("Span { source: SourceId(0), start: ");
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once('}').map_or("", |(_, rest)| rest))
}

fn codes(parsed: &Parsed) -> Vec<&'static str> {
    parsed.findings.iter().map(|finding| finding.rule.code).collect()
}

fn comments(parsed: &Parsed) -> Vec<(bool, &str)> {
    parsed.tree.comments.iter().map(|comment| (comment.own_line, comment.text.trim_end())).collect()
}

/// Every broken piece of the tree, as written.
fn broken<'t>(parsed: &Parsed, text: &'t str) -> Vec<&'t str> {
    let tree = format!("{:?}", parsed.tree.items);
    let pieces = tree.split("kind: Broken, span: Span { source: SourceId(0), start: ").skip(1);
    let span = |piece: &str| -> Option<(usize, usize)> {
        let (start, rest) = piece.split_once(", end: ")?;
        Some((start.parse().ok()?, rest.split_once(' ')?.0.parse().ok()?))
    };
    pieces
        .map(|piece| span(piece).expect("because that is how a span is printed"))
        .map(|(start, end)| &text[start..end])
        .collect()
}
