//! Commits of a connected Primary on their way to the Secondary: one that somebody waits for goes at once, and all before it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::catchup::MESSAGE;
use crate::simserver::store::{Haste, Parcel, Record};

#[derive(Debug)]
pub(super) struct Outbox {
    parcels: mpsc::UnboundedReceiver<Parcel>,
    /// Came out of the channel and waits. The store bounds how much that can be.
    held: Vec<Record>,
    /// When the first of them must go.
    due: Option<Instant>,
    /// Somebody waits for the last of them.
    waited: bool,
}

impl Outbox {
    pub fn new(parcels: mpsc::UnboundedReceiver<Parcel>) -> Outbox {
        Outbox { parcels, held: Vec::new(), due: None, waited: false }
    }

    fn hold(&mut self, parcel: Parcel) {
        self.waited |= parcel.haste == Haste::Waited;
        self.held.push(parcel.record);
    }

    /// Until another commit has come, or one has waited long enough. May be given up at any time.
    pub async fn ready(&mut self) {
        let due = self.due;
        let waited = async {
            match due {
                Some(due) => sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            parcel = self.parcels.recv() => match parcel {
                Some(parcel) => self.hold(parcel),
                // The store has gone over to another mode.
                None => std::future::pending().await,
            },
            () = waited => {}
        }
    }

    /// What must go now, where one that nobody waits for may lie so long: all or nothing, in messages of bounded size.
    pub fn take_due(&mut self, delay: Duration) -> Vec<Vec<Record>> {
        let now = Instant::now();
        let latest = if self.waited { now } else { now + delay };
        let due = self.due.map_or(latest, |due| due.min(latest));
        self.due = Some(due);
        if due <= now { self.take() } else { Vec::new() }
    }

    /// Everything, now.
    pub fn take(&mut self) -> Vec<Vec<Record>> {
        while let Ok(parcel) = self.parcels.try_recv() {
            self.hold(parcel);
        }
        (self.due, self.waited) = (None, false);
        let mut messages: Vec<Vec<Record>> = Vec::new();
        let mut bytes = 0;
        for record in self.held.drain(..) {
            bytes += record.body.len();
            match messages.last_mut() {
                Some(message) if bytes <= MESSAGE => message.push(record),
                _ => {
                    bytes = record.body.len();
                    messages.push(vec![record]);
                }
            }
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simserver::store::Position;

    fn parcel(seq: i64, bytes: usize, haste: Haste) -> Parcel {
        let position = Position { seq, chain: String::new() };
        Parcel { record: Record { position, origin: String::new(), body: "x".repeat(bytes) }, haste }
    }

    fn numbers(messages: &[Vec<Record>]) -> Vec<Vec<i64>> {
        messages.iter().map(|message| message.iter().map(|record| record.position.seq).collect()).collect()
    }

    #[test]
    fn what_lies_goes_when_nothing_may_lie_any_more_or_somebody_waits() {
        let (sender, parcels) = mpsc::unbounded_channel();
        let mut outbox = Outbox::new(parcels);
        let send = |seq, haste| sender.send(parcel(seq, 1, haste)).expect("because the outbox is there");
        send(1, Haste::MayLie);
        assert!(outbox.take_due(Duration::from_secs(60)).is_empty());
        send(2, Haste::MayLie);
        assert_eq!(numbers(&outbox.take_due(Duration::ZERO)), [[1, 2]]);
        assert!(outbox.take().is_empty());
        outbox.hold(parcel(3, 1, Haste::MayLie));
        assert!(outbox.take_due(Duration::from_secs(60)).is_empty());
        outbox.hold(parcel(4, 1, Haste::Waited));
        assert_eq!(numbers(&outbox.take_due(Duration::from_secs(60))), [[3, 4]]);
    }

    #[test]
    fn messages_are_bounded_and_a_record_is_never_divided() {
        let (sender, parcels) = mpsc::unbounded_channel();
        for (seq, bytes) in [(1, MESSAGE / 2), (2, MESSAGE / 2), (3, 1), (4, 2 * MESSAGE)] {
            sender.send(parcel(seq, bytes, Haste::MayLie)).expect("because the receiver is there");
        }
        assert_eq!(numbers(&Outbox::new(parcels).take()), [vec![1, 2], vec![3], vec![4]]);
    }
}
