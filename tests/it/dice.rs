//! Randomness that can be repeated: the same seed, the same sequence. A campaign that fails names its seed.

/// splitmix64.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let value = (mixed ^ (mixed >> 31)) % sides as u64;
        usize::try_from(value).expect("because it is below a usize")
    }

    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.roll(things.len())]
    }
}

/// `HSBRUN_SEED`, when a failure is to be repeated.
pub fn wanted_seed() -> Option<u64> {
    std::env::var("HSBRUN_SEED").ok()?.parse().ok()
}

/// Whether the long form of a campaign is asked for.
pub fn full_campaign() -> bool {
    std::env::var("HSBRUN_CAMPAIGN").as_deref() == Ok("full")
}
