//! Chance that can be repeated: the same seed gives the same account again. Of no use for secrets.

/// A stream of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of one thing among many: each has its own, so that none depends on how many there are.
    pub fn of(seed: u64, number: u64) -> Chance {
        Chance(Chance(seed).next() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `end`; 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// A place in a list of so many.
    pub fn place(&mut self, of: usize) -> usize {
        self.below(of as u64) as usize
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of these; they are written down here, so there is one.
    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.place(of.len())).copied().unwrap_or_default()
    }
}
