//! A stretch of one text with its planes, and what its strings are.

use crate::simd::Block;

/// What a window's end says about the next one's beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StringCarry {
    /// Whether the next byte is inside a string.
    pub in_string: bool,
    /// Whether the next byte follows an unfinished backslash.
    pub escaped: bool,
}

/// A stretch of text and its planes, one [`Block`] for each 64 bytes.
///
/// After [`resolve`] the planes say: `quote` the quotes that begin or end strings, `backslash` those in strings,
/// `control` those in strings, `blank` the first bytes of strings that may begin nested JSON, `open`, `close`, `colon` and `comma` those outside.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Invariant: `blocks.len() * 64 >= bytes.len()`; bits past the end are 0.
    pub blocks: &'a [Block],
}

impl Window<'_> {
    /// The byte at `at`; 0 past the end.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// The first set bit of a plane at or after `from`, if one comes before the end.
    #[inline]
    pub(crate) fn next(&self, from: usize, plane: impl Fn(&Block) -> u64) -> Option<usize> {
        let mut at = from / 64;
        let mut mask = u64::MAX << (from % 64);
        while let Some(block) = self.blocks.get(at) {
            let bits = plane(block) & mask;
            if bits != 0 {
                return Some(at * 64 + bits.trailing_zeros() as usize);
            }
            mask = u64::MAX;
            at += 1;
        }
        None
    }

    /// The last set bit of a plane at or before `at`, if there is one; the plane is told its block's index.
    #[inline]
    pub(crate) fn last(&self, at: usize, plane: impl Fn(&Block, usize) -> u64) -> Option<usize> {
        let mut index = at / 64;
        let mut mask = u64::MAX >> (63 - at % 64);
        loop {
            let bits = self.blocks.get(index).map_or(0, |block| plane(block, index)) & mask;
            if bits != 0 {
                return Some(index * 64 + 63 - bits.leading_zeros() as usize);
            }
            mask = u64::MAX;
            index = index.checked_sub(1)?;
        }
    }

    /// Whether a plane has a bit set in `from..to`.
    #[inline]
    pub(crate) fn any(&self, from: usize, to: usize, plane: impl Fn(&Block) -> u64) -> bool {
        let Some(last) = to.checked_sub(1).filter(|last| from <= *last) else {
            return false;
        };
        let mut mask = u64::MAX << (from % 64);
        for at in from / 64..=last / 64 {
            let Some(block) = self.blocks.get(at) else {
                return false;
            };
            if at == last / 64 {
                mask &= u64::MAX >> (63 - last % 64);
            }
            if plane(block) & mask != 0 {
                return true;
            }
            mask = u64::MAX;
        }
        false
    }
}

/// Tells strings from what is between them, in place: see [`Window`]. Returns the carry for the next window.
///
/// A quote counts unless an odd run of backslashes stands before it; the bits between odd and even quotes are the
/// strings, which a prefix sum without carry (xor) yields for a block at once. `string` gets, for each block, the
/// bytes in strings: the opening quote is, the closing one is not.
/// Source: G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second", 2019, sections 3.1.1 and 3.1.2.
pub(crate) fn resolve(
    blocks: &mut [Block],
    len: usize,
    mut carry: StringCarry,
    string: &mut [u64],
) -> StringCarry {
    let mut left = len;
    let mut begins = 0;
    for (block, string) in blocks.iter_mut().zip(string).take(len.div_ceil(64)) {
        let bytes = left.min(64);
        left -= bytes;
        let escaped = escaped(block.backslash, bytes, &mut carry.escaped);
        block.quote &= !escaped;
        let inside = prefix_xor(block.quote) ^ 0u64.wrapping_sub(u64::from(carry.in_string));
        let valid = u64::MAX >> (64 - bytes);
        carry.in_string = inside >> (bytes - 1) & 1 == 1;
        *string = inside & valid;
        // The bytes behind opening quotes that say that a string may be JSON: brackets, or blanks before them.
        let opening = block.quote & inside;
        let first = opening << 1 | begins;
        begins = opening >> 63;
        block.blank = first & inside & (block.open | block.blank);
        block.open &= !inside;
        block.close &= !inside;
        block.colon &= !inside;
        block.comma &= !inside;
        block.control &= inside;
    }
    carry
}

/// The bytes that follow an unfinished backslash. `carry`: whether the block's first byte does.
#[inline]
fn escaped(backslash: u64, bytes: usize, carry: &mut bool) -> u64 {
    if backslash == 0 {
        let first = u64::from(*carry);
        *carry = false;
        return first;
    }
    // Walk the runs: few blocks have any.
    let mut escaped = u64::from(*carry);
    let mut bits = backslash & !escaped;
    *carry = false;
    while bits != 0 {
        let at = bits.trailing_zeros();
        if at as usize + 1 >= bytes {
            *carry = true;
            break;
        }
        escaped |= 2 << at;
        bits &= !(3 << at);
    }
    escaped
}

/// Bit `i` of the result is the xor of bits `0..=i`.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Anchors, ByteSet, Kernels, Shapes};
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
        fn planes_equal_the_walk_at_every_cut(text in "[\\\\\"a{,]{0,200}", cut in 0usize..200) {
            let text = text.as_bytes();
            let cut = cut.min(text.len());
            let mut got = Vec::new();
            let mut carry = StringCarry::default();
            for part in [&text[..cut], &text[cut..]] {
                let mut blocks = vec![Block::default(); part.len().div_ceil(64)];
                let mut string = vec![0; blocks.len()];
                Kernels::best().scan(part, &Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY), &mut blocks);
                carry = resolve(&mut blocks, part.len(), carry, &mut string);
                for at in 0..part.len() {
                    let bit = |plane: u64| plane >> (at % 64) & 1 == 1;
                    got.push((bit(blocks[at / 64].quote), bit(string[at / 64])));
                    prop_assert!(!bit(blocks[at / 64].open) || !bit(string[at / 64]));
                }
            }
            prop_assert_eq!(got, truth(text));
        }
    }
}
