//! The kinds of the open brackets: one bit each.

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

/// The open brackets, outermost first. The first 64 need no memory of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    /// Bit `i` is level `i`: 1 for an object. Bits at and above `len` are 0.
    low: u64,
    /// Bit `i % 64` of word `i / 64 - 1` is level `i`, from 64 on; likewise.
    more: Vec<u64>,
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
        let bit = u64::from(kind == Bracket::Object) << (self.len % 64);
        if self.len < 64 {
            self.low |= bit;
        } else {
            self.push_more(bit);
        }
        self.len += 1;
    }

    #[cold]
    fn push_more(&mut self, bit: u64) {
        let word = self.len as usize / 64 - 1;
        if word == self.more.len() {
            self.more.push(0);
        }
        if let Some(word) = self.more.get_mut(word) {
            *word |= bit;
        }
    }

    /// The word of a level.
    #[inline]
    fn word(&mut self, level: u32) -> &mut u64 {
        match (level as usize / 64).checked_sub(1) {
            None => &mut self.low,
            Some(word) => self.more.get_mut(word).unwrap_or(&mut self.low),
        }
    }

    /// The innermost open bracket.
    #[inline]
    pub(crate) fn top(&self) -> Option<Bracket> {
        let level = self.len.checked_sub(1)?;
        let word = match (level as usize / 64).checked_sub(1) {
            None => self.low,
            Some(word) => *self.more.get(word)?,
        };
        Some(if word >> (level % 64) & 1 == 1 {
            Bracket::Object
        } else {
            Bracket::Array
        })
    }

    /// Closes the innermost, if it is of this kind.
    #[inline]
    pub(crate) fn pop(&mut self, kind: Bracket) -> bool {
        if self.top() != Some(kind) {
            return false;
        }
        self.len -= 1;
        let level = self.len;
        *self.word(level) &= !(1 << (level % 64));
        true
    }

    /// Becomes like another.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.low = other.low;
        self.more.clone_from(&other.more);
        self.len = other.len;
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.low = 0;
        self.more.clear();
        self.len = 0;
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
        for level in (0..200).rev() {
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
