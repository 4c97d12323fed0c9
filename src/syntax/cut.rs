//! A long text read in pieces, cut before items: pest keeps a token for each rule that matched until it has read all, and
//! most of the time of a long text goes into the memory for them.
//!
//! A piece that is sound means alone what it means in its place: a line that begins with a word of an item ends
//! everything that is open before it, and is no part of it. Of one that is not that may not be so, because what is wrong is
//! explained by what stands around it; such a text is read whole.

use crate::text::SourceId;

use super::grammar;
use super::lower::Lower;
use super::scan::begins_item_here;
use super::shift::shift;
use super::tree::Item;

/// A piece has at least so many bytes.
pub(super) const PIECE: usize = 32 << 10;

/// The items of a text whose every piece is sound; none where a piece is not, or where there is only one.
pub(super) fn sound_items(source: SourceId, text: &str, least: usize) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let to = cut(text, from, least);
        if from == 0 && to == text.len() {
            return None;
        }
        let mut lower = Lower::new(source, &text[from..to]);
        let mut piece = lower.file(grammar::file(&text[from..to])?);
        if !lower.findings.is_empty() {
            return None;
        }
        shift(&mut piece, u32::try_from(from).expect("because a source is bounded"));
        items.append(&mut piece);
        from = to;
    }
    Some(items)
}

/// Where a piece that begins at `from` ends: before a line that begins an item, or at the end of the text.
fn cut(text: &str, from: usize, least: usize) -> usize {
    let mut at = from + least;
    while let Some(end) = text.as_bytes().get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        at += end + 1;
        if begins_item_here(&text[at..]) {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::tree::ItemKind;

    const SHIPPED: &str = include_str!("../../runbooks/hot-migration-netcopy.hsbrun");
    const SMALL: &str = "\u{FEFF}# above\nlanguage 1\nrunbook \"ä\"\n\nserver S1: any # behind\nparam a: yes | no = yes\n\
                         step 1 \"{a}\" on S1 {\n    choose a {\n        yes { sql 'x ?' with 5m in doubt ask }\n        no { }\n\
                         on\n{\n        }\n    }\n}\non failure { }\n# below";

    fn whole(text: &str) -> (Vec<Item>, bool) {
        let mut lower = Lower::new(SourceId(0), text);
        let items = lower.file(grammar::file(text).expect("because it does not nest deep"));
        (items, lower.findings.is_empty())
    }

    #[test]
    fn pieces_mean_together_what_the_text_means_whole() {
        for text in [SHIPPED, SMALL] {
            let (items, _) = whole(text);
            assert!(items.len() > 4 && items.iter().any(|item| matches!(item.kind, ItemKind::Step(_))));
            for least in [1, 40, 300, 5_000] {
                if let Some(cut) = sound_items(SourceId(0), text, least) {
                    assert_eq!(cut, items, "in pieces of {least} bytes");
                }
            }
        }
        assert!(sound_items(SourceId(0), SHIPPED, 300).is_some() && sound_items(SourceId(0), SMALL, 1).is_none());
    }

    #[test]
    fn a_text_with_a_mistake_is_read_whole_and_one_that_seems_sound_in_pieces_is_sound() {
        let mut sound = 0;
        for at in (0..SHIPPED.len()).step_by(97).filter(|at| SHIPPED.is_char_boundary(*at)) {
            for put_in in ["{", "}", "\"", "\n", "x", " step ", "\nstep {\n", "\non\n"] {
                let text = format!("{}{put_in}{}", &SHIPPED[..at], &SHIPPED[at..]);
                if let Some(cut) = sound_items(SourceId(0), &text, 1) {
                    assert_eq!((cut, true), whole(&text), "{put_in:?} at {at}");
                    sound += 1;
                }
            }
        }
        assert!(sound > 10, "only {sound} of them are sound");
    }
}
