//! A long text read in pieces, cut before items, on all cores: pest keeps a token for each rule that matched until it has
//! read all, and most of the time of a long text would go into the memory for them.
//!
//! A piece that is sound means alone what it means in its place: a line that begins with a word of an item ends
//! everything that is open before it, and is no part of it. Of one that is not that may not be so, because what is wrong is
//! explained by what stands around it; such a text is read whole.

use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::text::SourceId;

use super::grammar;
use super::lower::Lower;
use super::scan::begins_item_here;
use super::shift::shift;
use super::tree::Item;

/// A piece has at least so many bytes: its tokens fit into memory that is at hand anyway.
pub(super) const PIECE: usize = 4 << 10;
/// Fewer pieces than these are read sooner than a thread begins.
const WORTH_A_THREAD: usize = 16;

/// The items of a text whose every piece is sound; none where a piece is not, or where there is only one.
pub(super) fn sound_items(source: SourceId, text: &str, least: usize) -> Option<Vec<Item>> {
    let pieces = pieces(text, least);
    if pieces.len() < 2 {
        return None;
    }
    let reading = Reading { source, text, broken: AtomicBool::new(false) };
    let most = pieces.len() / WORTH_A_THREAD + 1;
    // Asking for the cores reads files of the kernel: as long as a small piece.
    let threads = if most == 1 { 1 } else { thread::available_parallelism().map_or(1, NonZero::get).min(most) };
    let mut shares = pieces.chunks(pieces.len().div_ceil(threads));
    let own = shares.next()?;
    thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| scope.spawn(|| reading.items(share))).collect();
        let mut items = reading.items(own)?;
        for other in others {
            items.append(&mut other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Some(items)
    })
}

/// A text whose pieces are being read, on as many threads as there are cores; what comes of it does not depend on how many.
struct Reading<'t> {
    source: SourceId,
    text: &'t str,
    /// Somebody met a piece that is not sound: nobody need read on.
    broken: AtomicBool,
}

impl Reading<'_> {
    fn items(&self, pieces: &[Range<usize>]) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        for piece in pieces {
            if self.broken.load(Ordering::Relaxed) {
                return None;
            }
            let Some(mut found) = self.sound(piece) else {
                self.broken.store(true, Ordering::Relaxed);
                return None;
            };
            items.append(&mut found);
        }
        Some(items)
    }

    /// The items of one piece, in their places in the text; none where it is not sound.
    fn sound(&self, piece: &Range<usize>) -> Option<Vec<Item>> {
        let text = &self.text[piece.clone()];
        let mut lower = Lower::new(self.source, text);
        let mut items = lower.file(grammar::file(text)?);
        if !lower.findings.is_empty() {
            return None;
        }
        shift(&mut items, u32::try_from(piece.start).expect("because a source is bounded"));
        Some(items)
    }
}

fn pieces(text: &str, least: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let to = cut(text, from, least);
        pieces.push(from..to);
        from = to;
    }
    pieces
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
