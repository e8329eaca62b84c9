//! Room for the planes of a window.

use super::{
    Kernels,
    anchors::Anchors,
    block::{Before, Block, WIDTH},
};
use core::mem::MaybeUninit;

/// The most bytes of a window: its planes take as much again.
pub(crate) const WINDOW: usize = 16384;

/// Blocks of a window.
const BLOCKS: usize = WINDOW / WIDTH;

/// Room for the planes of one window: 16 KiB, on the stack of who reads it. Making one costs nothing.
pub(crate) struct Planes {
    pub(super) blocks: [MaybeUninit<Block>; BLOCKS],
    /// Bit `i % 64` of word `i / 64`: block `i` has bytes from 0x80 on.
    pub(super) high: [u64; BLOCKS / 64],
}

/// A window and its planes, one [`Block`] for each 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// The bytes: at most [`WINDOW`].
    pub(crate) bytes: &'a [u8],
    /// Invariant: `blocks.len() == bytes.len().div_ceil(64)`.
    pub(crate) blocks: &'a [Block],
    high: &'a [u64; BLOCKS / 64],
}

impl Planes {
    /// Room.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self {
            blocks: [MaybeUninit::uninit(); BLOCKS],
            high: [0; BLOCKS / 64],
        }
    }

    /// Scans as much of `bytes` as a window holds, its first byte being behind `before`.
    ///
    /// Nothing else is known of what came before: shapes and literals are found where they lie in `bytes` whole.
    pub(crate) fn scan<'a>(
        &'a mut self,
        kernels: Kernels,
        bytes: &'a [u8],
        anchors: &Anchors,
        before: Before,
    ) -> Scan<'a> {
        let bytes = bytes.get(..WINDOW).unwrap_or(bytes);
        let count = bytes.len().div_ceil(WIDTH);
        self.high = [0; BLOCKS / 64];
        // SAFETY: a handle is only made where `available` said yes.
        unsafe { (kernels.table.scan)(bytes, anchors, before, self) }
        let blocks = self.blocks.get(..count).unwrap_or_default();
        // SAFETY: a kernel writes one block for each 64 bytes, the last one maybe in part: `count` of them, which is
        // at most `BLOCKS`. `MaybeUninit<Block>` has the layout of `Block`.
        let blocks = unsafe { core::slice::from_raw_parts(blocks.as_ptr().cast::<Block>(), blocks.len()) };
        Scan {
            bytes,
            blocks,
            high: &self.high,
        }
    }
}

impl Scan<'_> {
    /// The first stretch of `from..to` that holds every byte from 0x80 on of that stretch's blocks, and goes on to
    /// a byte that is none.
    #[inline]
    pub(crate) fn next_high(&self, from: usize, to: usize) -> Option<core::ops::Range<usize>> {
        let is_high = |block: usize| {
            self.high
                .get(block / 64)
                .is_some_and(|word| word >> (block % 64) & 1 == 1)
        };
        let last = if from < to { to.div_ceil(WIDTH) } else { 0 };
        let first = (from / WIDTH..last).find(|block| is_high(*block))?;
        let end = (first..last).find(|block| !is_high(*block)).unwrap_or(last);
        Some(from.max(first * WIDTH)..to.min(end * WIDTH + 1))
    }
}
