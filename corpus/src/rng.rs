//! Randomness that is the same everywhere, for a seed.

/// A splitmix64 generator: small, seedable with any number, good enough to make documents.
///
/// ```
/// use lacuna_corpus::Rng;
/// assert_eq!(Rng::new(7).next_u64(), Rng::new(7).next_u64());
/// ```
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator; equal seeds give equal numbers.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of the 2^64.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number under `limit`; 0 where the limit is 0. The bias of the remainder is of no matter here.
    #[allow(clippy::cast_possible_truncation, reason = "the remainder is under a usize")]
    pub const fn under(&mut self, limit: usize) -> usize {
        if limit == 0 {
            0
        } else {
            (self.next_u64() % limit as u64) as usize
        }
    }

    /// A number from `low` to `high`, both included; `low` if the range is empty.
    pub const fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.under((high + 1).saturating_sub(low))
    }

    /// True in `percent` of a hundred calls.
    pub const fn chance(&mut self, percent: usize) -> bool {
        self.under(100) < percent
    }

    /// One of the items.
    ///
    /// # Panics
    /// There are no items.
    pub const fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.under(items.len())]
    }

    /// `len` characters, each one of an ASCII alphabet.
    ///
    /// # Panics
    /// The alphabet is empty.
    pub fn string(&mut self, alphabet: &str, len: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..len)
            .map(|_| char::from(letters[self.under(letters.len())]))
            .collect()
    }

    /// `len` digits.
    pub fn digits(&mut self, len: usize) -> String {
        self.string("0123456789", len)
    }
}
