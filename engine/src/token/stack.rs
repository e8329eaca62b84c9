//! The kinds of the open brackets: one bit each.

use core::ops::Range;

/// The kind of a bracket pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    /// `{}`
    Object,
    /// `[]`
    Array,
}

impl Bracket {
    /// The kind of a bracket byte; every byte that is not `{` or `}` counts as square.
    pub(crate) fn of(byte: u8) -> Self {
        // '{' 0x7b, '}' 0x7d, '[' 0x5b, ']' 0x5d: bit 5 tells them apart.
        if byte & 0x20 != 0 {
            Self::Object
        } else {
            Self::Array
        }
    }
}

/// The open brackets. The innermost 64 or fewer need no memory of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    /// Bit 0 is the innermost level, bit 1 the one around it: 1 for an object.
    inner: u64,
    /// 64 levels a word, the outermost first; as many whole words as leave at least one level in `inner`.
    outer: Vec<u64>,
    len: u32,
}

impl Stack {
    /// How many brackets are open.
    #[inline]
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Opens one.
    #[inline]
    pub(crate) fn push(&mut self, kind: Bracket) {
        if self.len.is_multiple_of(64) && self.len > 0 {
            self.outer.push(self.inner);
        }
        self.inner = self.inner << 1 | u64::from(kind == Bracket::Object);
        self.len += 1;
    }

    /// The innermost open bracket.
    #[inline]
    pub(crate) fn top(&self) -> Option<Bracket> {
        match (self.len, self.inner & 1) {
            (0, _) => None,
            (_, 1) => Some(Bracket::Object),
            _ => Some(Bracket::Array),
        }
    }

    /// The kind of the open bracket so many levels outside the innermost, of those that are at hand.
    #[inline]
    pub(crate) fn outward(&self, levels: u32) -> Option<Bracket> {
        // `inner` is never empty while something is open.
        let at_hand = self.len.checked_sub(1)? % 64;
        (levels <= at_hand).then(|| match self.inner >> levels & 1 {
            1 => Bracket::Object,
            _ => Bracket::Array,
        })
    }

    /// Closes the innermost, if it is of this kind.
    #[inline]
    pub(crate) fn pop(&mut self, kind: Bracket) -> bool {
        if self.len == 0 || self.inner & 1 != u64::from(kind == Bracket::Object) {
            return false;
        }
        self.len -= 1;
        self.inner >>= 1;
        if self.len.is_multiple_of(64)
            && let Some(word) = self.outer.pop()
        {
            self.inner = word;
        }
        true
    }

    /// The innermost word, for brackets that follow closely on one another and leave so many open, at least and at most:
    /// what it comes to is [`Self::set_near`].
    #[inline]
    pub(crate) fn near(&self, levels: Range<u32>) -> Near {
        Near {
            inner: self.inner,
            len: self.len,
            least: levels.start,
            // With no more levels than one word has, words need no care.
            most: levels.end.min(63),
        }
    }

    /// Becomes what its innermost word has come to.
    #[inline]
    pub(crate) fn set_near(&mut self, near: Near) {
        (self.inner, self.len) = (near.inner, near.len);
    }

    /// Becomes like another.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.inner = other.inner;
        self.outer.clone_from(&other.outer);
        self.len = other.len;
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.inner = 0;
        self.outer.clear();
        self.len = 0;
    }
}

/// The innermost word of a [`Stack`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near {
    inner: u64,
    len: u32,
    least: u32,
    most: u32,
}

impl Near {
    /// Takes the brackets of a block at `base`, by their plane, while enough levels and not too many stay open and they
    /// match: those from the first on that it did not take.
    #[inline(always)]
    pub(crate) fn pass(
        &mut self,
        (block, base): (&[u8; 64], usize),
        mut brackets: u64,
        opens: &mut Opens,
    ) -> u64 {
        // Later ones leave it so.
        if self.len < self.least || self.len > self.most {
            return brackets;
        }
        while brackets != 0 {
            let at = (brackets.trailing_zeros() & 63) as usize;
            let byte = block[at];
            // '{' 0x7b, '}' 0x7d, '[' 0x5b, ']' 0x5d: bit 5 is the kind, bit 1 says that it opens.
            let kind = u64::from(byte >> 5 & 1);
            if byte & 2 != 0 {
                if self.len == self.most {
                    break;
                }
                opens.open(self.len, base + at);
                self.inner = self.inner << 1 | kind;
                self.len += 1;
            } else {
                if self.len == self.least || self.inner & 1 != kind {
                    break;
                }
                self.inner >>= 1;
                self.len -= 1;
            }
            brackets &= brackets - 1;
        }
        brackets
    }
}

/// Where the open brackets of a window opened, as far out as one word of a [`Stack`] goes.
#[derive(Clone, Debug)]
pub(crate) struct Opens([u16; 64]);

impl Opens {
    /// For a window before which so many brackets are open.
    pub(crate) fn begin(&mut self, open: u32) {
        let known = (open as usize).min(self.0.len());
        self.0.iter_mut().take(known).for_each(|open| *open = 0);
    }

    /// One opens at a position, with so many others around it.
    #[inline]
    pub(crate) fn open(&mut self, others: u32, at: usize) {
        // A window has 16 KiB.
        if let Some(open) = self.0.get_mut(others as usize) {
            *open = at as u16 + 1;
        }
    }

    /// How many of the first `open` brackets opened before a position.
    pub(crate) fn before(&self, at: usize, open: usize) -> usize {
        let opens = self.0.get(..open).unwrap_or_default();
        opens
            .iter()
            .rposition(|open| usize::from(*open) <= at)
            .map_or(0, |last| last + 1)
    }

    /// Where a bracket opened that has so many others around it, if it did in this window.
    pub(crate) fn at(&self, others: usize) -> Option<usize> {
        usize::from(*self.0.get(others)?).checked_sub(1)
    }
}

impl Default for Opens {
    fn default() -> Self {
        Self([0; 64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_back_in_reverse_across_words() {
        let mut stack = Stack::default();
        let kind = |level: u32| {
            if level.is_multiple_of(3) {
                Bracket::Object
            } else {
                Bracket::Array
            }
        };
        for level in 0..200 {
            stack.push(kind(level));
        }
        assert!((0..8).all(|levels| stack.outward(levels) == Some(kind(199 - levels))));
        assert_eq!(stack.outward(8), None);
        for level in (0..200).rev() {
            assert_eq!(stack.outward(0), Some(kind(level)));
            assert!(!stack.pop(kind(level + 1)) || kind(level + 1) == kind(level));
            if kind(level + 1) != kind(level) {
                assert!(stack.pop(kind(level)));
            }
        }
        assert_eq!(
            (stack.len(), stack.top(), stack.pop(Bracket::Array)),
            (0, None, false)
        );
        assert_eq!(
            b"{}[]".map(Bracket::of),
            [Bracket::Object, Bracket::Object, Bracket::Array, Bracket::Array]
        );
    }
}
