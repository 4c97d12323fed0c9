//! Commits of a connected Primary on their way to the Secondary: two-safe they go at once, one-safe they may wait.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::catchup::MESSAGE;
use crate::simserver::store::Record;

#[derive(Debug)]
pub(super) struct Outbox {
    records: mpsc::UnboundedReceiver<Record>,
    /// Came out of the channel and waits. The store bounds how much that can be.
    held: Vec<Record>,
    /// When the first of them must go.
    due: Option<Instant>,
}

impl Outbox {
    pub fn new(records: mpsc::UnboundedReceiver<Record>) -> Outbox {
        Outbox { records, held: Vec::new(), due: None }
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
            record = self.records.recv() => match record {
                Some(record) => self.held.push(record),
                // The store has gone over to another mode.
                None => std::future::pending().await,
            },
            () = waited => {}
        }
    }

    /// What must go now, where each may wait so long: all or nothing, in messages of bounded size.
    pub fn take_due(&mut self, delay: Duration) -> Vec<Vec<Record>> {
        let now = Instant::now();
        let latest = now + delay;
        let due = self.due.map_or(latest, |due| due.min(latest));
        self.due = Some(due);
        if due <= now { self.take() } else { Vec::new() }
    }

    /// Everything, now.
    pub fn take(&mut self) -> Vec<Vec<Record>> {
        self.due = None;
        while let Ok(record) = self.records.try_recv() {
            self.held.push(record);
        }
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

    fn record(seq: i64, bytes: usize) -> Record {
        Record { position: Position { seq, chain: String::new() }, origin: String::new(), body: "x".repeat(bytes) }
    }

    fn numbers(messages: &[Vec<Record>]) -> Vec<Vec<i64>> {
        messages.iter().map(|message| message.iter().map(|record| record.position.seq).collect()).collect()
    }

    #[test]
    fn what_waits_goes_when_nothing_may_wait_any_more() {
        let (sender, records) = mpsc::unbounded_channel();
        let mut outbox = Outbox::new(records);
        sender.send(record(1, 1)).expect("because the outbox is there");
        assert!(outbox.take_due(Duration::from_secs(60)).is_empty());
        sender.send(record(2, 1)).expect("because the outbox is there");
        assert_eq!(numbers(&outbox.take_due(Duration::ZERO)), [[1, 2]]);
        assert!(outbox.take().is_empty());
    }

    #[test]
    fn messages_are_bounded_and_a_record_is_never_divided() {
        let (sender, records) = mpsc::unbounded_channel();
        for (seq, bytes) in [(1, MESSAGE / 2), (2, MESSAGE / 2), (3, 1), (4, 2 * MESSAGE)] {
            sender.send(record(seq, bytes)).expect("because the receiver is there");
        }
        assert_eq!(numbers(&Outbox::new(records).take()), [vec![1, 2], vec![3], vec![4]]);
    }
}
