//! What happens without hsbrun, as a trace calls it.

use crate::pair::model::{Fault, Move, Side};
use crate::verify::{Deed, Happening};

/// The word, the server that it is about, and whether a transaction was on its way.
#[must_use]
pub(super) fn word(happening: Happening) -> (&'static str, Option<Side>, bool) {
    let plain = |word| (word, None, false);
    let of = |word, side| (word, Some(side), false);
    match happening {
        Happening::Move(Move::Started(side)) => of("started", side),
        Happening::Move(Move::Stopped(side)) => of("stopped", side),
        Happening::Move(Move::Begins) => plain("operation-begins"),
        Happening::Move(Move::CatchesUp) => plain("catchup-begins"),
        Happening::Move(Move::Ends) => plain("operation-ends"),
        Happening::Move(Move::Ships(side)) => of("ships", side),
        Happening::Commit(side) => of("commit", side),
        Happening::Watchdog(Deed::Promotes(side)) => of("watchdog-promotes", side),
        Happening::Watchdog(Deed::Starts(side)) => of("watchdog-starts", side),
        Happening::Watchdog(Deed::Connects(side)) => of("watchdog-connects", side),
        Happening::Watchdog(Deed::Netcopies(side)) => of("watchdog-netcopies", side),
        Happening::Fault(Fault::Crash { side, pending }) => ("crash", Some(side), pending),
        Happening::Fault(Fault::LinkBreaks { pending }) => ("link-breaks", None, pending),
        Happening::Fault(Fault::LinkHeals) => plain("link-heals"),
        Happening::Fault(Fault::CopyFails) => plain("copy-fails"),
        Happening::Fault(Fault::CatchupFails) => plain("catchup-fails"),
        Happening::Fault(Fault::SwitchFails) => plain("switch-fails"),
        Happening::Fault(Fault::MaxLogSize(side)) => of("max-log-size", side),
        Happening::Fault(Fault::LogDiskFull(side)) => of("log-disk-full", side),
        Happening::LineBreaks(side) => of("line-breaks", side),
        Happening::LineHeals(side) => of("line-heals", side),
        Happening::Slow => plain("slow"),
    }
}

/// The happening of which these are the words.
#[must_use]
pub(super) fn happening(words: (&str, Option<Side>, bool)) -> Option<Happening> {
    all().into_iter().find(|happening| word(*happening) == words)
}

fn all() -> Vec<Happening> {
    let mut all = vec![
        Happening::Move(Move::Begins),
        Happening::Move(Move::CatchesUp),
        Happening::Move(Move::Ends),
        Happening::Fault(Fault::LinkBreaks { pending: false }),
        Happening::Fault(Fault::LinkBreaks { pending: true }),
        Happening::Fault(Fault::LinkHeals),
        Happening::Fault(Fault::CopyFails),
        Happening::Fault(Fault::CatchupFails),
        Happening::Fault(Fault::SwitchFails),
        Happening::Slow,
    ];
    all.extend(Side::BOTH.into_iter().flat_map(of_server));
    all
}

fn of_server(side: Side) -> [Happening; 14] {
    [
        Happening::Move(Move::Started(side)),
        Happening::Move(Move::Stopped(side)),
        Happening::Move(Move::Ships(side)),
        Happening::Commit(side),
        Happening::Watchdog(Deed::Promotes(side)),
        Happening::Watchdog(Deed::Starts(side)),
        Happening::Watchdog(Deed::Connects(side)),
        Happening::Watchdog(Deed::Netcopies(side)),
        Happening::Fault(Fault::Crash { side, pending: false }),
        Happening::Fault(Fault::Crash { side, pending: true }),
        Happening::Fault(Fault::MaxLogSize(side)),
        Happening::Fault(Fault::LogDiskFull(side)),
        Happening::LineBreaks(side),
        Happening::LineHeals(side),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_words_of_its_own() {
        for one in all() {
            assert_eq!(happening(word(one)), Some(one), "{:?}", word(one));
        }
    }
}
