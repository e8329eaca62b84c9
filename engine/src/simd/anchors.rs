//! What the scan looks for: shapes, literal fingerprints and single bytes.

use super::shapes::{Shape, Shapes};

/// A set of byte values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub(crate) const EMPTY: Self = Self([0; 4]);
    /// Every byte: what pads a literal of less than four bytes in front.
    pub(crate) const FULL: Self = Self([u64::MAX; 4]);

    /// Exactly these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        bytes.iter().fold(Self::EMPTY, |set, &byte| set.with(byte))
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
    pub(crate) const fn contains(self, byte: u8) -> bool {
        let [a, b, c, d] = self.0;
        let word = match byte >> 6 {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        };
        word >> (byte & 63) & 1 != 0
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
    /// Without [`Shape::At`], which is found with the bytes.
    watched: Shapes,
    /// The byte that is [`Shape::At`], if that is looked for.
    at: Option<At>,
    /// None: no literals.
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
        let bytes = if shapes.has(Shape::At) {
            bytes.with(b'@')
        } else {
            bytes
        };
        Self {
            watched: shapes.without(Shape::At),
            at: shapes.has(Shape::At).then_some(At),
            literals: Literals::new(literals),
            bytes: (!bytes.is_empty()).then(|| Bytes::new(bytes)),
        }
    }

    /// The shapes that need shape logic.
    #[inline(always)]
    pub(super) fn watched(&self) -> Shapes {
        self.watched
    }

    /// Whether `@` is looked for.
    #[inline(always)]
    pub(super) fn at(&self) -> Option<At> {
        self.at
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

/// `@`: comparing is cheaper than looking up.
#[derive(Clone, Copy, Debug)]
pub(super) struct At;

impl At {
    /// The byte.
    pub(super) const BYTE: u8 = b'@';
}

/// The single bytes.
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
    fn new(set: ByteSet) -> Self {
        let mut low = [0; 16];
        for (nibble, slot) in (0_u8..).zip(&mut low) {
            for high in (0..8).filter(|high| set.contains(high << 4 | nibble)) {
                *slot |= 1 << high;
            }
        }
        Self {
            low,
            high: if (0x80..=u8::MAX).any(|byte| set.contains(byte)) {
                0x80
            } else {
                0
            },
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

/// The literals, thrown into eight buckets: a byte is looked up by its two nibbles, once for each of the four
/// places it can have in a literal, and gives the buckets it may belong to there.
#[derive(Clone, Debug)]
pub(super) struct Literals {
    positions: [Position; 4],
}

/// One of the four places in a literal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    /// The buckets by low nibble.
    pub(super) low: [u8; 16],
    /// The buckets by high nibble.
    pub(super) high: [u8; 16],
    /// The buckets in which some literal has [`ByteSet::FULL`] here: those a missing byte matches.
    pub(super) missing: u8,
}

impl Position {
    /// The buckets a byte may belong to.
    #[inline(always)]
    pub(super) fn buckets(&self, byte: u8) -> u8 {
        self.low[usize::from(byte & 15)] & self.high[usize::from(byte >> 4)]
    }
}

impl Literals {
    /// None where there are no literals.
    fn new(literals: &[[ByteSet; 4]]) -> Option<Self> {
        if literals.is_empty() {
            return None;
        }
        let mut positions = [Position::default(); 4];
        for (bucket, cluster) in clusters(literals).into_iter().enumerate() {
            let bit = 1 << bucket;
            for (position, nibbles) in positions.iter_mut().zip(cluster.0) {
                for nibble in 0..16 {
                    position.low[nibble] |= bit * u8::from(nibbles.low >> nibble & 1 != 0);
                    position.high[nibble] |= bit * u8::from(nibbles.high >> nibble & 1 != 0);
                }
                position.missing |= bit * u8::from(nibbles.full);
            }
        }
        Some(Self { positions })
    }

    /// The four places.
    #[inline(always)]
    pub(super) fn positions(&self) -> &[Position; 4] {
        &self.positions
    }

    /// The buckets that match one, two and three bytes that are missing.
    #[inline(always)]
    pub(super) fn before(&self) -> [u8; 3] {
        let [first, second, third, _] = self.positions.each_ref().map(|at| at.missing);
        [first, first & second, first & second & third]
    }
}

/// Literals of one bucket: what its nibble tables will say at the four places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cluster([Nibbles; 4]);

/// The nibbles of a set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Nibbles {
    /// Bit `n`: some byte has the low nibble `n`.
    low: u16,
    /// Bit `n`: some byte has the high nibble `n`.
    high: u16,
    /// Whether one of the sets was full.
    full: bool,
}

impl Cluster {
    /// A literal alone.
    fn of(literal: &[ByteSet; 4]) -> Self {
        Self(literal.map(|set| Nibbles {
            low: set.iter().fold(0, |low, byte| low | 1 << (byte & 15)),
            high: set.iter().fold(0, |high, byte| high | 1 << (byte >> 4)),
            full: set == ByteSet::FULL,
        }))
    }

    /// Both.
    fn joined(&self, other: &Self) -> Self {
        let mut nibbles = self.0;
        for (to, from) in nibbles.iter_mut().zip(other.0) {
            to.low |= from.low;
            to.high |= from.high;
            to.full |= from.full;
        }
        Self(nibbles)
    }

    /// How often it fires on text, roughly; no unit.
    fn cost(&self) -> u64 {
        self.0
            .iter()
            .map(|nibbles| {
                let mut high = nibbles.high;
                let mut frequency = 0;
                while high != 0 {
                    frequency += FREQUENCY[high.trailing_zeros() as usize & 15];
                    high &= high - 1;
                }
                frequency * u64::from(nibbles.low.count_ones())
            })
            .product()
    }

    /// What joining two of them adds to their costs.
    fn added(&self, other: &Self) -> u64 {
        self.joined(other)
            .cost()
            .saturating_sub(self.cost() + other.cost())
    }
}

/// How often bytes of a high nibble are met in JSON, in percent: an estimate, only the cost of a clustering
/// depends on it.
const FREQUENCY: [u64; 16] = [1, 1, 22, 14, 5, 3, 32, 18, 1, 1, 1, 1, 1, 1, 1, 1];

/// Clusters kept open while literals come in: more is slower and, on real rule sets, hardly tighter.
const OPEN: usize = 24;

/// At most eight clusters. Where there are too many, the two that are cheapest to have in one are joined.
fn clusters(literals: &[[ByteSet; 4]]) -> Vec<Cluster> {
    let mut all: Vec<_> = literals.iter().map(Cluster::of).collect();
    all.sort_unstable();
    all.dedup();
    let mut open = Open::default();
    for cluster in all {
        open.add(cluster);
        open.reduce(OPEN);
    }
    open.reduce(8);
    open.clusters
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
    fn the_cheapest_two_are_joined_each_time() {
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
            for cluster in all {
                open.push(cluster);
                reduce(&mut open, OPEN);
            }
            reduce(&mut open, 8);
            assert_eq!(clusters(&literals), open, "{count}");
        }
    }
}
