//! Chance that is the same for the same seed, on every machine and in every version.
//!
//! Source: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).

/// A sequence of numbers.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end` - 1; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        let number = i64::try_from(self.next() >> 1).unwrap_or_default();
        number.checked_rem(end).unwrap_or_default()
    }

    /// True `percent` times out of a hundred.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(super) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let index = self.below(i64::try_from(of.len()).unwrap_or_default());
        usize::try_from(index).ok().and_then(|index| of.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_sequence() {
        let mut dice = Dice::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| dice.next()).collect();
        let published =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first, published);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut dice = Dice::new(1);
        let numbers: Vec<i64> = (0..1000).map(|_| dice.below(7)).collect();
        assert!((0..7).all(|number| numbers.contains(&number)));
        assert!(numbers.iter().all(|number| (0..7).contains(number)));
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.one(&[]), "");
    }
}
