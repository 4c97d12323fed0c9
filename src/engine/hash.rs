//! A hash that is quick, and the same in every run, for what nobody chooses to slow it down.

use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type Quick = BuildHasherDefault<QuickHasher>;

/// Multiplies and folds, a word at a time.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct QuickHasher(u64);

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

impl QuickHasher {
    fn add(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word) * u128::from(ODD);
        self.0 = (wide as u64) ^ ((wide >> 64) as u64).wrapping_add(word.rotate_left(29));
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.add(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.add(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }

    fn write_isize(&mut self, word: isize) {
        self.add(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(ODD) ^ (self.0 >> 32)
    }
}
