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

    /// What is in it, ascending.
    fn iter(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |&byte| self.contains(byte))
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
                let high = (0..16)
                    .zip(FREQUENCY)
                    .filter(|(nibble, _)| nibbles.high >> nibble & 1 != 0)
                    .map(|(_, frequency)| frequency)
                    .sum::<u64>();
                high * u64::from(nibbles.low.count_ones())
            })
            .product()
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
    let mut open = Vec::with_capacity(OPEN + 1);
    for cluster in all {
        open.push(cluster);
        reduce(&mut open, OPEN);
    }
    reduce(&mut open, 8);
    open
}

/// Joins until there are at most `limit`.
fn reduce(clusters: &mut Vec<Cluster>, limit: usize) {
    while clusters.len() > limit {
        let pairs = (0..clusters.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        let added = |&(one, other): &(usize, usize)| {
            let (one, other): (&Cluster, &Cluster) = (&clusters[one], &clusters[other]);
            one.joined(other).cost().saturating_sub(one.cost() + other.cost())
        };
        let Some((one, other)) = pairs.min_by_key(added) else {
            return;
        };
        // `other` is the lower index, so taking `one` out does not move it.
        let gone = clusters.swap_remove(one);
        clusters[other] = clusters[other].joined(&gone);
    }
}
