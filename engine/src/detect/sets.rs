//! What one does with sets of bytes when rules are compiled.

use crate::simd::ByteSet;

impl ByteSet {
    /// What is in either.
    #[must_use]
    pub(crate) fn union(self, other: Self) -> Self {
        (0..=u8::MAX)
            .filter(|byte| other.contains(*byte))
            .fold(self, ByteSet::with)
    }

    /// What is in both.
    #[must_use]
    pub(crate) fn intersection(self, other: Self) -> Self {
        (0..=u8::MAX)
            .filter(|byte| self.contains(*byte) && other.contains(*byte))
            .fold(Self::EMPTY, ByteSet::with)
    }

    /// How many bytes are in it.
    pub(crate) fn len(self) -> usize {
        (0..=u8::MAX).filter(|byte| self.contains(*byte)).count()
    }
}
