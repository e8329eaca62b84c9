//! What the scan looks for: shapes, literal fingerprints and single bytes.

use super::shapes::{self, Shapes};

/// A set of byte values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub(crate) const EMPTY: Self = Self([0; 4]);
    /// Every byte: what pads a literal of less than four bytes in front.
    pub(crate) const FULL: Self = Self([u64::MAX; 4]);

    /// Exactly these bytes.
    pub(crate) const fn of(bytes: &[u8]) -> Self {
        let (mut set, mut at) = (Self::EMPTY, 0);
        while at < bytes.len() {
            set = set.with(bytes[at]);
            at += 1;
        }
        set
    }

    /// This set and one more byte.
    #[must_use]
    pub(crate) const fn with(self, byte: u8) -> Self {
        let [a, b, c, d] = self.0;
        let bit = 1 << (byte & 63);
        Self(match byte >> 6 {
            0 => [a | bit, b, c, d],
            1 => [a, b | bit, c, d],
            2 => [a, b, c | bit, d],
            _ => [a, b, c, d | bit],
        })
    }

    /// Whether a byte is in it.
    #[inline]
    pub(crate) const fn contains(self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// Bit `b & 63` of word `b >> 6` says that byte `b` is in it.
    pub(crate) const fn words(self) -> [u64; 4] {
        self.0
    }

    /// The set of these words.
    pub(crate) const fn of_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    /// What is in it, ascending.
    pub(crate) fn iter(self) -> impl Iterator<Item = u8> {
        let bytes = |word: u64, base: u8| {
            core::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
                .take_while(|word| *word != 0)
                .map(move |word| base + word.trailing_zeros() as u8)
        };
        let [a, b, c, d] = self.0;
        bytes(a, 0)
            .chain(bytes(b, 64))
            .chain(bytes(c, 128))
            .chain(bytes(d, 192))
    }
}

/// What the scan looks for. Built once for a rule set, immutable.
#[derive(Clone, Debug)]
pub(crate) struct Anchors {
    watched: Shapes,
    /// Literals, and the shapes that are found as such. None: there are neither.
    literals: Option<Literals>,
    /// None: no bytes.
    bytes: Option<Bytes>,
}

impl Anchors {
    /// Looks for these shapes, for four bytes in a row that are in the four sets of a literal, and for these
    /// bytes alone.
    ///
    /// The trigger of a literal is on its fourth byte. A shorter one is padded in front with
    /// [`ByteSet::FULL`], which also matches where there is no byte, before the start. Literals may fire where
    /// they are not, never the other way round; so do bytes from 0x80 on: if one is in the set, all of them are.
    pub(crate) fn new(shapes: Shapes, literals: &[[ByteSet; 4]], bytes: ByteSet) -> Self {
        Self {
            watched: shapes,
            literals: Literals::new(literals, shapes),
            bytes: (!bytes.is_empty()).then(|| Bytes::new(bytes)),
        }
    }

    /// The shapes.
    #[inline(always)]
    pub(super) fn watched(&self) -> Shapes {
        self.watched
    }

    /// The literals, if there are any.
    #[inline(always)]
    pub(super) fn literals(&self) -> Option<&Literals> {
        self.literals.as_ref()
    }

    /// The single bytes, if there are any.
    #[inline(always)]
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        self.bytes.as_ref()
    }
}

/// A set of bytes, as two lookups find them.
#[derive(Clone, Debug)]
pub(super) struct Bytes {
    /// By low nibble: bit `h` says that byte `h << 4 | low` is in the set, for `h` under 8.
    pub(super) low: [u8; 16],
    /// 0x80 if bytes from there on are in the set, else 0.
    pub(super) high: u8,
}

impl Bytes {
    /// By high nibble: the bit in [`Self::low`].
    pub(super) const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

    /// Takes the set; all bytes from 0x80 on count as one.
    pub(super) const fn new(set: ByteSet) -> Self {
        let (mut low, mut high) = ([0; 16], 0);
        let mut byte = 0;
        loop {
            if set.contains(byte) {
                if byte < 0x80 {
                    low[(byte & 15) as usize] |= 1 << (byte >> 4);
                } else {
                    high = 0x80;
                }
            }
            if byte == u8::MAX {
                return Self { low, high };
            }
            byte += 1;
        }
    }

    /// Whether a byte triggers.
    #[inline(always)]
    pub(super) fn contains(&self, byte: u8) -> bool {
        let [low, bit] = [
            self.low[usize::from(byte & 15)],
            Self::BITS[usize::from(byte >> 4)],
        ];
        low & bit != 0 || byte & self.high != 0
    }
}

/// The literals, and the shapes that are four bytes in a row as well ([`shapes::FINGERPRINTS`]).
///
/// A kernel asks in two steps. The literals are thrown into sixteen buckets, two times eight: a byte is looked up, once for each of the
/// four places it can have in a literal, and gives the buckets it may belong to there. Where a bucket comes out of all
/// four, [`Self::ending`] says what is there.
#[derive(Clone, Debug)]
pub(super) struct Literals {
    /// The second eight buckets are used where there are more than eight.
    positions: [[Position; 4]; 2],
    /// How many there are.
    buckets: usize,
    /// For each place, by byte: the literals that have the byte there.
    exact: Box<[[Mask; 256]; 4]>,
    /// Those that a missing byte matches there.
    missing: [Mask; 4],
}

/// Literals, a bit each; the last bits are shapes.
type Mask = [u64; 4];

/// One of the four places in a literal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    /// The buckets by low nibble.
    pub(super) low: [u8; 16],
    /// The buckets by the bits 3 to 6. One bit is asked for twice, so that letters get in each other's way less than
    /// with the high nibble.
    pub(super) middle: [u8; 16],
    /// The buckets by the bits 0 to 6, for kernels that look up as many at once: of what `low` and `middle` have both,
    /// only what is in a literal.
    pub(super) whole: [u8; 128],
}

impl Position {
    /// No bucket has anything.
    const EMPTY: Self = Self {
        low: [0; 16],
        middle: [0; 16],
        whole: [0; 128],
    };

    /// A bucket has what is seen as these.
    fn add_nibbles(&mut self, bucket: u8, nibbles: Nibbles) {
        for nibble in 0..16 {
            self.low[nibble] |= bucket * u8::from(nibbles.low >> nibble & 1 != 0);
            self.middle[nibble] |= bucket * u8::from(nibbles.middle >> nibble & 1 != 0);
        }
    }

    /// A bucket has these bytes.
    fn add_whole(&mut self, bucket: u8, set: ByteSet) {
        for byte in set.iter() {
            self.whole[usize::from(byte & 0x7f)] |= bucket;
        }
    }
}

/// What ends at a byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending(Mask);

impl Ending {
    /// How many bits are literals; the others are shapes.
    const LITERALS: u32 = 256 - shapes::FINGERPRINTS.len() as u32;

    /// Whether a literal does.
    #[inline(always)]
    pub(super) fn is_literal(self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d & (u64::MAX >> shapes::FINGERPRINTS.len()) != 0
    }

    /// Whether a literal does, or one of [`shapes::FINGERPRINTS`]; that may be no shape for what is before it.
    #[inline(always)]
    pub(super) fn is_any(self) -> bool {
        self.0 != [0; 4]
    }
}

impl Literals {
    /// None where there is nothing to look for.
    fn new(literals: &[[ByteSet; 4]], watched: Shapes) -> Option<Self> {
        let mut literals = literals.to_vec();
        literals.sort_unstable();
        literals.dedup();
        let mut exact = Box::new([[[0; 4]; 256]; 4]);
        let mut missing = [[0; 4]; 4];
        let mut add = |bit: u32, literal: &[ByteSet; 4]| {
            let (word, bit) = ((bit / 64) as usize, bit % 64);
            for ((by_byte, missing), set) in exact.iter_mut().zip(&mut missing).zip(literal) {
                for byte in set.iter() {
                    by_byte[usize::from(byte)][word] |= 1 << bit;
                }
                missing[word] |= u64::from(*set == ByteSet::FULL) << bit;
            }
        };
        let bits = Ending::LITERALS;
        let marked = (bits..).zip(&shapes::FINGERPRINTS);
        let mut marked: Vec<_> = marked
            .filter(|(_, (shape, _))| watched.has(*shape))
            .map(|(bit, (_, fingerprint))| (bit, *fingerprint))
            .collect();
        let fingerprints = marked.iter().map(|(_, fingerprint)| *fingerprint);
        let all: Vec<_> = literals.iter().copied().chain(fingerprints).collect();
        if all.is_empty() {
            return None;
        }
        // Where there are too many, neighbours share a bit; the last in each bucket maybe with fewer.
        let share = match literals.len() {
            some if some <= bits as usize => 1,
            many => many.div_ceil(bits as usize - BUCKETS),
        };
        let mut free = 0..bits;
        let mut positions = [[Position::EMPTY; 4]; 2];
        let clusters = clusters(&all);
        let buckets = clusters.len();
        for (bucket, cluster) in (0..).zip(clusters) {
            let Some(positions) = positions.get_mut(bucket / 8) else {
                break;
            };
            let bucket = 1 << (bucket % 8);
            for (position, nibbles) in positions.iter_mut().zip(cluster.0) {
                position.add_nibbles(bucket, nibbles);
            }
            // What fits into several is in the first. Only what is in one bucket shares a bit: so where a bit comes
            // out, its bucket does, and it does not matter to what is found how a kernel looks up buckets.
            let here: Vec<_> = literals.extract_if(.., |literal| cluster.has(literal)).collect();
            let marked: Vec<_> = marked
                .extract_if(.., |(_, literal)| cluster.has(literal))
                .collect();
            let here = here.chunks(share).zip(&mut free);
            let here = here.flat_map(|(some, bit)| some.iter().map(move |literal| (bit, *literal)));
            for (bit, literal) in here.chain(marked) {
                add(bit, &literal);
                for (position, set) in positions.iter_mut().zip(literal) {
                    position.add_whole(bucket, set);
                }
            }
        }
        Some(Self {
            positions,
            buckets,
            exact,
            missing,
        })
    }

    /// The four places of each eight buckets.
    #[inline(always)]
    pub(super) fn positions(&self) -> &[[Position; 4]; 2] {
        &self.positions
    }

    /// Whether there is something in the second eight.
    #[inline(always)]
    pub(super) fn are_many(&self) -> bool {
        self.buckets > 8
    }

    /// What ends with the last byte of `text`; nothing is known of what is before it.
    #[inline(always)]
    pub(super) fn ending(&self, text: &[u8]) -> Ending {
        let mut found = [u64::MAX; 4];
        let mut keep = |mask: Mask| {
            for (found, word) in found.iter_mut().zip(mask) {
                *found &= word;
            }
        };
        match text.last_chunk::<4>() {
            Some(bytes) => {
                for (by_byte, byte) in self.exact.iter().zip(bytes) {
                    keep(by_byte[usize::from(*byte)]);
                }
            }
            None => {
                let bytes = text.iter().rev().map(Some).chain(core::iter::repeat(None));
                for ((by_byte, missing), byte) in self.exact.iter().zip(&self.missing).rev().zip(bytes) {
                    keep(byte.map_or(*missing, |byte| by_byte[usize::from(*byte)]));
                }
            }
        }
        Ending(found)
    }
}

/// Literals of one bucket: what its nibble tables will say at the four places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cluster([Nibbles; 4]);

/// What two lookups see of a set of bytes. The highest bit of a byte is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Nibbles {
    /// Bit `n`: some byte has the low nibble `n`.
    low: u16,
    /// Bit `n`: some byte has `n` in its bits 3 to 6.
    middle: u16,
}

impl Nibbles {
    /// How many of ten thousand bytes of JSON are seen as in the set, roughly; at least 1.
    fn frequency(self) -> u64 {
        let mut middles = self.middle;
        let mut sum = 0;
        while middles != 0 {
            let middle = middles.trailing_zeros();
            middles &= middles - 1;
            // Bit 3 is seen twice, and must be the same.
            let low = self.low >> (middle % 2 * 8) & 0xff;
            sum += u64::from(FREQUENCIES[middle as usize][usize::from(low)]);
        }
        sum.max(1)
    }
}

impl Cluster {
    /// A literal alone.
    fn of(literal: &[ByteSet; 4]) -> Self {
        Self(literal.map(|set| Nibbles {
            low: set.iter().fold(0, |low, byte| low | 1 << (byte & 15)),
            middle: (set.iter()).fold(0, |middle, byte| middle | 1 << (byte >> 3 & 15)),
        }))
    }

    /// Both.
    fn joined(&self, other: &Self) -> Self {
        let mut nibbles = self.0;
        for (to, from) in nibbles.iter_mut().zip(other.0) {
            to.low |= from.low;
            to.middle |= from.middle;
        }
        Self(nibbles)
    }

    /// Whether a literal lies in it.
    fn has(&self, literal: &[ByteSet; 4]) -> bool {
        self.joined(&Self::of(literal)) == *self
    }

    /// How often it fires on text, roughly; no unit.
    fn cost(&self) -> u64 {
        self.0.iter().map(|nibbles| nibbles.frequency()).product()
    }

    /// What joining two of them adds to their costs.
    fn added(&self, other: &Self) -> u64 {
        self.joined(other)
            .cost()
            .saturating_sub(self.cost() + other.cost())
    }
}

/// How many of ten thousand bytes of JSON are a byte: an estimate, only the cost of a clustering depends on it.
/// Source: the usual letter counts of English prose, and the marks of JSON beside them.
const fn frequency(byte: u8) -> u16 {
    const LETTERS: [u16; 26] = [
        82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1,
    ];
    match byte {
        b'a'..=b'z' => LETTERS[(byte - b'a') as usize] * 5,
        b'A'..=b'Z' => LETTERS[(byte - b'A') as usize] / 2 + 5,
        b'0'..=b'9' => 120,
        b'"' => 600,
        b' ' => 500,
        b':' | b',' => 200,
        b'.' | b'-' | b'_' | b'/' => 80,
        b'{' | b'}' | b'[' | b']' => 50,
        0..b' ' | 0x7f.. => 2,
        _ => 10,
    }
}

/// The same for eight bytes that agree in their bits 3 to 6 (the first index): bit `n` of the second says that the
/// one is meant that ends in `n`.
static FREQUENCIES: [[u16; 256]; 16] = {
    let mut table = [[0; 256]; 16];
    let mut at = 0;
    while at < 16 * 256 {
        let (middle, some) = (at / 256, at % 256);
        let mut bit = 0;
        while bit < 8 {
            if some >> bit & 1 != 0 {
                table[middle][some] += frequency((middle * 8 + bit) as u8);
            }
            bit += 1;
        }
        at += 1;
    }
    table
};

/// Clusters kept open while literals come in: more is slower and, on real rule sets, hardly tighter.
const OPEN: usize = 32;

/// The most buckets.
const BUCKETS: usize = 16;

/// At most [`BUCKETS`] clusters. Where there are too many, the two that are cheapest to have in one are joined.
fn clusters(literals: &[[ByteSet; 4]]) -> Vec<Cluster> {
    let mut all: Vec<_> = literals.iter().map(Cluster::of).collect();
    all.sort_unstable();
    all.dedup();
    let mut clusters = joined(&all);
    refine(&mut clusters, &all);
    clusters
}

/// At most [`BUCKETS`] clusters: where there are too many, the two that are cheapest to have in one are joined.
fn joined(literals: &[Cluster]) -> Vec<Cluster> {
    let mut open = Open::default();
    for literal in literals {
        open.add(*literal);
        open.reduce(OPEN);
    }
    open.reduce(BUCKETS);
    open.clusters
}

/// How often each literal is moved.
const ROUNDS: usize = 2;

/// Takes each literal out of its cluster and puts it where it adds least: what was joined first was joined without
/// knowing the rest.
fn refine(clusters: &mut [Cluster], literals: &[Cluster]) {
    let cheapest = |clusters: &[Cluster], literal: &Cluster| {
        let added = |cluster: &Cluster| cluster.joined(literal).cost().saturating_sub(cluster.cost());
        let added = clusters.iter().map(added).enumerate();
        added.min_by_key(|(_, added)| *added).map(|(home, _)| home)
    };
    // To begin with, a cluster that it is in.
    let homes = literals.iter().map(|literal| cheapest(clusters, literal));
    let mut homes: Vec<usize> = homes.map(Option::unwrap_or_default).collect();
    for _ in 0..ROUNDS {
        for (at, literal) in literals.iter().enumerate() {
            let home = homes[at];
            let others = (0..).zip(literals).zip(&homes);
            let others = others.filter(|((other, _), theirs)| **theirs == home && *other != at);
            let others = others.map(|((_, other), _)| *other);
            // One that is alone stays.
            if let Some(others) = others.reduce(|one, other| one.joined(&other)) {
                clusters[home] = others;
                homes[at] = cheapest(clusters, literal).unwrap_or(home);
                clusters[homes[at]] = clusters[homes[at]].joined(literal);
            }
        }
    }
}

/// Clusters, and for each what joining it with those before it adds: so that it is worked out once for a pair.
#[derive(Default)]
struct Open {
    clusters: Vec<Cluster>,
    /// Invariant: `added[one][other]` for each `other < one`.
    added: Vec<Vec<u64>>,
}

impl Open {
    /// One more.
    fn add(&mut self, cluster: Cluster) {
        self.added
            .push(self.clusters.iter().map(|other| cluster.added(other)).collect());
        self.clusters.push(cluster);
    }

    /// Joins until there are at most `limit`.
    fn reduce(&mut self, limit: usize) {
        while self.clusters.len() > limit {
            let pairs = self.added.iter().enumerate().flat_map(|(one, added)| {
                let others = added.iter().enumerate();
                others.map(move |(other, added)| (*added, one, other))
            });
            let Some((_, one, other)) = pairs.min_by_key(|(added, ..)| *added) else {
                return;
            };
            self.join(one, other);
        }
    }

    /// Joins a cluster to one before it. The last takes its place.
    fn join(&mut self, one: usize, other: usize) {
        let gone = self.clusters.swap_remove(one);
        // What the last adds to those before the place that it takes stays, and is what those behind it add to it.
        let last = self.added.pop().unwrap_or_default();
        if let Some(slot) = self.added.get_mut(one) {
            slot.copy_from_slice(&last[..one]);
        }
        for (row, added) in self.added.iter_mut().zip(&last).skip(one + 1) {
            row[one] = *added;
        }
        let joined = self.clusters[other].joined(&gone);
        self.clusters[other] = joined;
        for (at, cluster) in self.clusters.iter().enumerate() {
            if at < other {
                self.added[other][at] = joined.added(cluster);
            } else if at > other {
                self.added[at][other] = joined.added(cluster);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins as said, without remembering anything.
    fn reduce(clusters: &mut Vec<Cluster>, limit: usize) {
        while clusters.len() > limit {
            let pairs = (0..clusters.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
            let (one, other) = pairs
                .min_by_key(|(one, other)| clusters[*one].added(&clusters[*other]))
                .unwrap();
            let gone = clusters.swap_remove(one);
            clusters[other] = clusters[other].joined(&gone);
        }
    }

    #[test]
    fn the_cheapest_two_are_joined_and_then_each_is_put_where_it_adds_least() {
        let mut state = 1_u64;
        let mut random = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for count in [0, 1, 8, 9, 24, 25, 60] {
            let mut literal =
                || [(); 4].map(|()| ByteSet::of(&[b'!' + random(90) as u8, b'0' + random(60) as u8]));
            let literals: Vec<_> = (0..count).map(|_| literal()).collect();
            let mut all: Vec<_> = literals.iter().map(Cluster::of).collect();
            all.sort_unstable();
            all.dedup();
            let mut open = Vec::new();
            for cluster in &all {
                open.push(*cluster);
                reduce(&mut open, OPEN);
            }
            reduce(&mut open, BUCKETS);
            assert_eq!(joined(&all), open, "{count}");

            let refined = clusters(&literals);
            let costs = |clusters: &[Cluster]| clusters.iter().map(Cluster::cost).sum::<u64>();
            assert!(
                refined.len() <= BUCKETS && costs(&refined) <= costs(&open),
                "{count}"
            );
            for literal in &literals {
                assert!(refined.iter().any(|cluster| cluster.has(literal)), "{count}");
            }
        }
    }
}
