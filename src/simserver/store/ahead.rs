//! What a Primary has acknowledged before its Secondary has it.

use std::collections::VecDeque;

/// Transactions, and bytes of their records, that a one-safe Primary may be ahead; beyond that a commit waits for the
/// Secondary, so that a Secondary which is slow or silent does not fill the Primary's memory.
const TRANSACTIONS: usize = 10_000;
const BYTES: usize = 16 << 20;

/// The transactions that the Secondary has not acknowledged, in their order: number, and bytes of the record.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    records: VecDeque<(i64, usize)>,
    bytes: usize,
}

impl Ahead {
    pub fn add(&mut self, seq: i64, bytes: usize) {
        self.records.push_back((seq, bytes));
        self.bytes += bytes;
    }

    /// The Secondary has everything up to there.
    pub fn acknowledge(&mut self, up_to: i64) {
        while let Some((_, bytes)) = self.records.front().copied().filter(|(seq, _)| *seq <= up_to) {
            self.records.pop_front();
            self.bytes -= bytes;
        }
    }

    pub fn clear(&mut self) {
        *self = Ahead::default();
    }

    /// Whether the next commit need not wait.
    pub fn has_room(&self) -> bool {
        self.records.len() < TRANSACTIONS && self.bytes < BYTES
    }

    /// The first that the Secondary may lack.
    pub fn first(&self) -> Option<i64> {
        self.records.front().map(|(seq, _)| *seq)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_acknowledged_is_no_longer_ahead() {
        let mut ahead = Ahead::default();
        for seq in 1..=3 {
            ahead.add(seq, 10);
        }
        ahead.acknowledge(2);
        assert_eq!((ahead.first(), ahead.bytes()), (Some(3), 10));
        ahead.acknowledge(9);
        assert_eq!((ahead.first(), ahead.bytes()), (None, 0));
    }

    #[test]
    fn a_primary_may_be_so_many_transactions_and_bytes_ahead() {
        let mut ahead = Ahead::default();
        for seq in 0..TRANSACTIONS as i64 {
            assert!(ahead.has_room());
            ahead.add(seq, 1);
        }
        assert!(!ahead.has_room());
        ahead.clear();
        ahead.add(1, BYTES);
        assert!(!ahead.has_room());
    }
}
