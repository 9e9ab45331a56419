//! Damages files: flipped bits, bytes of other files, cuts, repeats, and numbers that lie about lengths.

/// SplitMix64 (public domain, Vigna): the same number gives the same damage everywhere.
#[derive(Debug)]
pub(super) struct Mutator(u64);

impl Mutator {
    pub(super) fn new(case: u64) -> Self {
        Self(case.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6f75_746c_6f6f_6b21)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or zero.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap()
    }

    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let from = self.below(length);
        from..(from + 1 + self.below(most)).min(length)
    }

    /// One of the seeds with one to six injuries.
    pub(super) fn damage(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            self.injure(&mut bytes, seeds);
        }
        bytes.truncate(1 << 20);
        bytes
    }

    fn injure(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let length = bytes.len();
        if length < 8 {
            return bytes.extend(self.next().to_le_bytes());
        }
        match self.below(10) {
            0..=2 => {
                let at = self.below(length);
                bytes[at] ^= 1 << self.below(8);
            }
            3 => {
                let at = self.below(length);
                bytes[at] = [0, 1, 0x20, 0x22, 0x5c, 0x7f, 0x80, 0xff][self.below(8)];
            }
            4 | 5 => {
                // A length, a count or an offset.
                let width = [1, 2, 4, 8][self.below(4)];
                let at = self.below(length - width + 1);
                let size = length as u64;
                let lie =
                    [0, 1, size, size - 1, size + 1, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX, self.next()];
                let number = lie[self.below(lie.len())];
                bytes[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
            }
            6 => bytes.truncate(1 + self.below(length)),
            7 => {
                let gone = self.range(length, 64);
                bytes.drain(gone);
            }
            8 => {
                let again = self.range(length, 512);
                let copy = bytes[again.clone()].repeat(1 + self.below(8));
                bytes.splice(again, copy);
            }
            _ => {
                let other = &seeds[self.below(seeds.len())];
                let part = other[self.range(other.len(), 256)].to_vec();
                let at = self.range(length, 256);
                bytes.splice(at, part);
            }
        }
    }
}

#[test]
fn the_same_case_is_damaged_the_same_way_and_another_is_not() {
    let seeds = [vec![7; 100], (0..=255).collect()];
    let damaged: std::collections::BTreeSet<Vec<u8>> = (0..500).map(|case| Mutator::new(case).damage(&seeds)).collect();
    assert!(damaged.len() > 450, "{}", damaged.len());
    assert_eq!(Mutator::new(3).damage(&seeds), Mutator::new(3).damage(&seeds));
}
