//! A stretch of one text in a scanned window.

use crate::simd::{Block, Scan, Start};

/// A stretch `from..bytes.len()` of a scanned window. Positions are those of the scan; bits of its planes that lie
/// outside the stretch belong to others.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    /// The bytes up to the end of the stretch.
    pub bytes: &'a [u8],
    /// The planes of the scan.
    pub blocks: &'a [Block],
    /// Where the stretch begins.
    from: usize,
    /// All ones if what looks like a string is what is between two.
    flip: u64,
}

impl<'a> Window<'a> {
    /// The stretch `from..to` of a scan.
    pub(crate) fn new(scan: &Scan<'a>, from: usize, to: usize, start: Start) -> Self {
        let before = from.checked_sub(1);
        let odd = before
            .and_then(|at| Some(scan.blocks.get(at / 64)?.parity >> (at % 64) & 1))
            .unwrap_or(scan.start.bit());
        Self {
            bytes: scan.bytes.get(..to).unwrap_or(scan.bytes),
            blocks: scan.blocks,
            from,
            flip: 0u64.wrapping_sub(odd ^ start.bit()),
        }
    }

    /// The stretch up to a position.
    pub(crate) fn upto(&self, to: usize) -> Window<'a> {
        Window {
            bytes: self.bytes.get(..to).unwrap_or(self.bytes),
            ..*self
        }
    }

    /// Where the stretch begins.
    #[inline]
    pub(crate) fn from(&self) -> usize {
        self.from
    }

    /// Where a block's bytes are in strings: opening quotes are, closing ones are not.
    #[inline]
    pub(crate) fn inside(&self, block: &Block) -> u64 {
        block.parity ^ self.flip
    }

    /// Whether strings are where the planes say.
    #[inline]
    pub(crate) fn is_straight(&self) -> bool {
        self.flip == 0
    }

    /// The byte at `at`; 0 past the end.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// The first set bit of a plane at or after `from`, if one comes before the end.
    #[inline]
    pub(crate) fn next(&self, from: usize, plane: impl Fn(&Block) -> u64) -> Option<usize> {
        let first = from / 64;
        let blocks = self.blocks.get(first..self.bytes.len().div_ceil(64))?;
        let (head, tail) = blocks.split_first()?;
        let found = |index: usize, bits: u64| {
            Some(index * 64 + bits.trailing_zeros() as usize).filter(|at| *at < self.bytes.len())
        };
        let bits = plane(head) & u64::MAX << (from % 64);
        if bits != 0 {
            return found(first, bits);
        }
        for (by, block) in tail.iter().enumerate() {
            let bits = plane(block);
            if bits != 0 {
                return found(first + 1 + by, bits);
            }
        }
        None
    }

    /// The last set bit of a plane at or before `at`, if there is one in the stretch.
    #[inline]
    pub(crate) fn last(&self, at: usize, plane: impl Fn(&Block) -> u64) -> Option<usize> {
        let mut index = at / 64;
        let mut mask = u64::MAX >> (63 - at % 64);
        loop {
            let bits = self.blocks.get(index).map_or(0, &plane) & mask;
            if bits != 0 {
                return Some(index * 64 + 63 - bits.leading_zeros() as usize).filter(|at| *at >= self.from);
            }
            mask = u64::MAX;
            index = index.checked_sub(1).filter(|index| *index >= self.from / 64)?;
        }
    }

    /// The quote that opens the string in which byte `at` is, if it lies in the stretch.
    #[inline]
    pub(crate) fn opening(&self, at: usize) -> Option<usize> {
        self.last(at, |block| block.quote & self.inside(block))
    }

    /// The last byte of the stretch before `at` that is no blank.
    #[inline]
    pub(crate) fn solid_before(&self, at: usize) -> Option<usize> {
        let mut before = self.bytes.get(self.from..at)?.iter();
        let solid = before.rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        solid.map(|by| self.from + by)
    }

    /// Where a plane has a bit set, from a position on.
    #[inline]
    pub(crate) fn each(&self, from: usize, plane: impl Fn(&Block) -> u64) -> impl Iterator<Item = usize> {
        core::iter::successors(self.next(from, &plane), move |at| self.next(at + 1, &plane))
    }

    /// Whether a test holds for some position in `from..to` at which a plane has a bit set.
    pub(crate) fn find(
        &self,
        from: usize,
        to: usize,
        plane: impl Fn(&Block) -> u64,
        test: impl Fn(usize) -> bool,
    ) -> bool {
        let (part, mut from) = (self.upto(to), from);
        while let Some(at) = part.next(from, &plane) {
            if test(at) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// Whether a plane has a bit set in `from..to`, both in the stretch.
    #[inline]
    pub(crate) fn any(&self, from: usize, to: usize, plane: impl Fn(&Block) -> u64) -> bool {
        let [any] = self.either(from, to, |block| [plane(block)]);
        any
    }

    /// The same for several planes.
    #[inline]
    pub(crate) fn either<const N: usize>(
        &self,
        from: usize,
        to: usize,
        planes: impl Fn(&Block) -> [u64; N],
    ) -> [bool; N] {
        let Some(last) = to.checked_sub(1).filter(|last| from <= *last) else {
            return [false; N];
        };
        let blocks = self.blocks.get(from / 64..=last / 64).unwrap_or_default();
        let mut found = [0; N];
        let mut mask = u64::MAX << (from % 64);
        let mut add = |block: &Block, mask: u64| {
            for (found, bits) in found.iter_mut().zip(planes(block)) {
                *found |= bits & mask;
            }
        };
        if let [whole @ .., end] = blocks {
            for block in whole {
                add(block, mask);
                mask = u64::MAX;
            }
            add(end, mask & u64::MAX >> (63 - last % 64));
        }
        found.map(|bits| bits != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Anchors, Before, ByteSet, Kernels, Planes, Shapes, Start};
    use proptest::prelude::*;

    /// One byte at a time: (real quote, inside).
    fn truth(text: &[u8]) -> Vec<(bool, bool)> {
        let (mut inside, mut escaped) = (false, false);
        text.iter()
            .map(|byte| {
                let quote = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                inside ^= quote;
                (quote, inside)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn windows_equal_the_walk_at_every_cut_and_offset(
            text in "[\\\\\"a{, ]{0,200}", cut in 0usize..200, offset in 0usize..130,
        ) {
            let text = text.as_bytes();
            let cut = cut.min(text.len());
            let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY);
            let truth = truth(text);
            for kernels in Kernels::all() {
                let mut got = Vec::new();
                let (mut start, mut before) = (Start::Outside, Before::Nothing);
                for (index, part) in [&text[..cut], &text[cut..]].into_iter().enumerate() {
                    // The first part lies behind bytes of others.
                    let offset = if index == 0 { offset } else { 0 };
                    let mut bytes = b"\"".repeat(offset.saturating_sub(1));
                    bytes.resize(offset, b'\n');
                    bytes.extend_from_slice(part);
                    let looks = if offset % 3 == 0 { start } else { Start::Outside };
                    let mut planes = Planes::new();
                    let scan = planes.scan(kernels, &bytes, &anchors, before, looks);
                    let window = Window::new(&scan, offset, bytes.len(), start);
                    for (at, byte) in bytes.iter().enumerate().skip(offset) {
                        let block = &scan.blocks[at / 64];
                        let bit = |plane: u64| plane >> (at % 64) & 1 == 1;
                        got.push((bit(block.quote), bit(window.inside(block))));
                        let behind = at.checked_sub(1).is_some_and(|at| {
                            scan.blocks[at / 64].quote >> (at % 64) & 1 == 1
                        });
                        prop_assert_eq!(bit(block.lead), behind && b" {".contains(byte));
                        let rare = *byte == b'\\' || bit(block.parity) && (*byte < b' ' || bit(block.lead));
                        prop_assert_eq!(bit(block.rare), rare);
                    }
                    before = before.after(part);
                    if got.last().is_some_and(|(_, inside)| *inside) {
                        start = Start::InString;
                    }
                    prop_assert_eq!(window.opening(bytes.len().saturating_sub(1)).map(|at| at - offset),
                        part.iter().enumerate().filter(|(at, _)| truth[if index == 0 { *at } else { cut + at }] == (true, true))
                            .map(|(at, _)| at).next_back());
                }
                prop_assert_eq!(&got, &truth);
            }
        }
    }
}
