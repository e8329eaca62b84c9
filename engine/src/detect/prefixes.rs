//! What tokens begin with, looked up where one is.

use super::detector::MIXED_WITHIN;
use crate::simd::ByteSet;

/// What the matches of many detectors begin with: for hundreds of them, a byte of text costs no more than for one.
#[derive(Debug)]
pub(super) struct Prefixes {
    /// The first bytes of a match, and whose it is; by the first two.
    rows: Vec<(u16, Vec<ByteSet>)>,
    /// By the first byte, the rows that begin with it.
    by_first: Vec<Vec<u32>>,
    /// Bit `b & 63` of word `4 * a + b / 64`: some row begins with `a` and `b`.
    pairs: Vec<u64>,
}

impl Prefixes {
    /// Takes the first bytes of detectors' matches, each row at least two bytes long.
    pub(super) fn new(rows: Vec<(u16, Vec<ByteSet>)>) -> Self {
        let mut by_first = vec![Vec::new(); 256];
        let mut pairs = vec![0_u64; 1024];
        for (number, (_, row)) in (0u32..).zip(&rows) {
            let [first, second, ..] = row.as_slice() else {
                continue;
            };
            for a in first.iter() {
                if let Some(list) = by_first.get_mut(usize::from(a)) {
                    list.push(number);
                }
                let words = pairs.iter_mut().skip(usize::from(a) * 4);
                for (to, from) in words.zip(second.words()) {
                    *to |= from;
                }
            }
        }
        Self {
            rows,
            by_first,
            pairs,
        }
    }

    /// Calls back with the detectors whose matches may begin at one of some indices of a text, and where: their first
    /// bytes stand there, as far as the text goes, and no letter, digit or `_` before them.
    pub(super) fn each(&self, text: &[u8], from: usize, to: usize, mut then: impl FnMut(u16, usize)) {
        if self.rows.is_empty() {
            return;
        }
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut inside = from
            .checked_sub(1)
            .and_then(|before| text.get(before))
            .is_some_and(|byte| word(*byte));
        for at in from..to.min(text.len()) {
            let Some(first) = text.get(at) else { return };
            if !core::mem::replace(&mut inside, word(*first)) && self.may_begin(*first, text.get(at + 1)) {
                let rest = text.get(at..).unwrap_or_default();
                for number in self.by_first.get(usize::from(*first)).into_iter().flatten() {
                    if let Some((index, row)) = self.rows.get(*number as usize)
                        && row.iter().zip(rest).all(|(set, byte)| set.contains(*byte))
                    {
                        then(*index, at);
                    }
                }
            }
        }
    }

    /// Whether some row begins with these two bytes; anything may follow at the text's end.
    #[inline]
    fn may_begin(&self, first: u8, second: Option<&u8>) -> bool {
        let Some(second) = second else { return true };
        let word = self.pairs.get(usize::from(first) * 4 + usize::from(second >> 6));
        word.is_some_and(|word| word >> (second & 63) & 1 != 0)
    }

    /// The first and one past the last index at which a match may begin that holds a shape of so many bytes that ends at
    /// an index.
    pub(super) fn around(at: usize, shortest: usize) -> (usize, usize) {
        (
            (at + 1).saturating_sub(MIXED_WITHIN),
            (at + 2).saturating_sub(shortest),
        )
    }
}
