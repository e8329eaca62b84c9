//! What one does with sets of bytes when rules are compiled.

use crate::simd::ByteSet;

impl ByteSet {
    /// What is in either.
    #[must_use]
    pub(crate) fn union(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.words(), other.words());
        Self::of_words([a | e, b | f, c | g, d | h])
    }

    /// What is in both.
    #[must_use]
    pub(crate) fn intersection(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.words(), other.words());
        Self::of_words([a & e, b & f, c & g, d & h])
    }

    /// What is in it and not in the other.
    #[must_use]
    pub(crate) fn minus(self, other: Self) -> Self {
        self.intersection(Self::of_words(other.words().map(|word| !word)))
    }

    /// How many bytes are in it.
    pub(crate) fn len(self) -> usize {
        self.words().map(|word| word.count_ones() as usize).iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_their_bytes_say() {
        let one = ByteSet::of(b"\x00 ?@Zz\x7F\x80\xBF\xC0\xFF");
        let other = ByteSet::of(b"\x01 @a\x80\xFF");
        for byte in 0..=u8::MAX {
            let (in_one, in_other) = (one.contains(byte), other.contains(byte));
            assert_eq!(one.union(other).contains(byte), in_one || in_other);
            assert_eq!(one.intersection(other).contains(byte), in_one && in_other);
            assert_eq!(one.minus(other).contains(byte), in_one && !in_other);
        }
        let listed: Vec<u8> = (0..=u8::MAX).filter(|byte| one.contains(*byte)).collect();
        assert_eq!(one.iter().collect::<Vec<_>>(), listed);
        assert_eq!(one.len(), listed.len());
        assert_eq!(ByteSet::FULL.iter().count(), 256);
        assert_eq!(ByteSet::EMPTY.iter().next(), None);
    }
}
