//! Where the fragments of a lane lie in the input.

use crate::profile::Elements;
use std::collections::VecDeque;

/// A fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Its first byte in the lane.
    pub from: u64,
    /// One past its last byte there. Invariant: `from < to`.
    pub to: u64,
    /// Its first byte in the input.
    pub raw: u64,
    /// Where its event's first fragment begins in the input.
    pub event: u64,
    /// Its event.
    pub record: u64,
    /// The elements it lies in.
    pub elements: Elements,
}

impl Piece {
    /// Where a byte of the lane lies in the input. One that is not in it is at its nearer end.
    pub(super) fn raw_at(&self, at: u64) -> u64 {
        self.raw + at.clamp(self.from, self.to) - self.from
    }

    /// One past its last byte in the input.
    pub(super) fn raw_end(&self) -> u64 {
        self.raw + (self.to - self.from)
    }
}

/// The fragments that somebody may still ask for, in order.
#[derive(Debug, Default)]
pub(super) struct Pieces(pub VecDeque<Piece>);

impl Pieces {
    /// The fragment that a byte of the lane lies in; behind the last one, that.
    pub(super) fn of(&self, at: u64) -> Option<&Piece> {
        let index = self.0.partition_point(|piece| piece.to <= at);
        self.0
            .get(index)
            .or(self.0.back())
            .filter(|piece| piece.from <= at)
    }

    /// The fragments that a stretch of the lane lies in, each with its part of it in the input; the first even where
    /// nothing of it lies there.
    pub(super) fn stretches(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
        let first = self.0.partition_point(|piece| piece.to <= from);
        // What is put behind the last byte stands there.
        let first = first.min(self.0.len().saturating_sub(1));
        let pieces = self.0.iter().skip(first).enumerate();
        pieces
            .take_while(move |(index, piece)| *index == 0 || piece.from < to)
            .map(move |(_, piece)| (piece.raw_at(from), piece.raw_at(to)))
    }

    /// The byte of the lane that lies at a place of the input, if one does.
    pub(super) fn at_raw(&self, raw: u64) -> Option<u64> {
        let index = self.0.partition_point(|piece| piece.raw_end() <= raw);
        let piece = self.0.get(index).filter(|piece| piece.raw <= raw)?;
        Some(piece.from + (raw - piece.raw))
    }
}
