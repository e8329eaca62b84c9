//! What a scanner reads: a piece of a text, and where it is hot.

use crate::act::Wording;
use crate::simd::Block;
use crate::text::{Map, Place};

/// A stretch of a text, contiguous, with what was kept of it in front.
#[derive(Clone, Copy)]
pub(crate) struct Stretch<'a> {
    /// The bytes.
    pub text: &'a [u8],
    /// Where they lie.
    pub map: Map<'a>,
    /// Places where the byte before does not end where the next begins: offset in the text, and that end.
    pub gaps: &'a [(u64, Place)],
    /// The offsets of characters that the text has as escapes of its own, in order.
    pub undone: &'a [u64],
    /// The offset of the first byte in the text.
    pub base: u64,
}

impl Stretch<'_> {
    /// Where the byte at a text offset begins.
    pub(crate) fn begins(&self, offset: u64) -> Place {
        self.map.at(self.index(offset))
    }

    /// Where the byte before a text offset ends.
    pub(crate) fn ends(&self, offset: u64) -> Place {
        let gap = self.gaps.iter().find(|(at, _)| *at == offset);
        gap.map_or_else(|| self.begins(offset), |(_, end)| *end)
    }

    /// The bytes between two text offsets, as far as they are here.
    pub(crate) fn bytes(&self, from: u64, to: u64) -> &[u8] {
        self.text
            .get(self.index(from)..self.index(to))
            .unwrap_or_default()
    }

    /// Whether it stands as it is read between two text offsets.
    pub(crate) fn wording(&self, from: u64, to: u64) -> Wording {
        let first = self.undone.partition_point(|at| *at < from);
        match self.undone.get(first) {
            Some(at) if *at < to => Wording::Undone,
            _ => Wording::AsWritten,
        }
    }

    /// One past the last byte.
    pub(crate) fn end(&self) -> u64 {
        self.base + self.text.len() as u64
    }

    fn index(&self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.base))
            .unwrap_or(usize::MAX)
            .min(self.text.len())
    }
}

/// Where a stretch's new bytes are hot.
#[derive(Clone, Copy)]
pub(crate) enum Hot<'a> {
    /// As the planes say.
    Planes {
        /// The planes.
        blocks: &'a [Block],
        /// The bit of the first new byte: bit `at + i` belongs to new byte `i`.
        at: usize,
    },
    /// At these of the new bytes, in order.
    Listed(&'a [usize]),
}

impl Hot<'_> {
    /// Calls back with the index of each hot byte among `len`.
    #[inline]
    pub(super) fn each(&self, len: usize, mut then: impl FnMut(usize)) {
        let (blocks, at) = match *self {
            Self::Planes { blocks, at } => (blocks, at),
            Self::Listed(listed) => return listed.iter().copied().for_each(then),
        };
        let end = at + len;
        let first = at / 64;
        let blocks = blocks
            .get(first..end.div_ceil(64).min(blocks.len()))
            .unwrap_or_default();
        let mut mask = u64::MAX << (at % 64);
        for (block, planes) in (first..).zip(blocks) {
            let mut bits = planes.hot & mask;
            while bits != 0 {
                let bit = block * 64 + bits.trailing_zeros() as usize;
                if bit >= end {
                    return;
                }
                then(bit - at);
                bits &= bits - 1;
            }
            mask = u64::MAX;
        }
    }
}
