//! Room for the planes of a window, and the order in which they are made.

use super::{
    Kernels,
    anchors::Anchors,
    block::{Before, Block, Carry, Start, WIDTH},
    lanes::Part,
    shapes::{self, Row, Shape},
};
use core::mem::MaybeUninit;

/// The most bytes of a window: its planes take as much again.
pub(crate) const WINDOW: usize = 16384;

/// Blocks of a window.
const BLOCKS: usize = WINDOW / WIDTH;

/// Room for the planes of one window: 28 KiB, on the stack of who reads it. Making one costs nothing.
pub(crate) struct Planes {
    pub(super) blocks: [MaybeUninit<Block>; BLOCKS],
    /// By block: where bytes from 0x80 on are.
    pub(super) high: [MaybeUninit<u64>; BLOCKS],
    /// Where digits, dots, letters and digits, dashes, and capitals are, as far as it was scanned and shapes of them are watched.
    pub(super) digit: RowRoom,
    pub(super) dot: RowRoom,
    pub(super) alnum: RowRoom,
    pub(super) dash: RowRoom,
    pub(super) upper: RowRoom,
}

/// Room for a [`Row`]: nothing before the first block, the blocks, and nothing behind them, so that four are taken at
/// once.
pub(super) struct RowRoom([MaybeUninit<[u8; 8]>; 1 + BLOCKS + 3]);

impl RowRoom {
    /// None.
    #[inline(always)]
    const fn new() -> Self {
        Self([MaybeUninit::uninit(); _])
    }

    /// There is nothing before the first block.
    #[inline(always)]
    fn begin(&mut self) {
        self.0[0].write([0; 8]);
    }

    /// The room for the planes of blocks.
    #[inline(always)]
    pub(super) fn planes(&mut self) -> impl Iterator<Item = &mut MaybeUninit<[u8; 8]>> {
        self.0.iter_mut().skip(1)
    }

    /// The row of `len` blocks from block `start` on, which are the last so far.
    ///
    /// # Safety
    /// - Their planes are written, and those of all blocks before.
    #[inline(always)]
    pub(super) unsafe fn row(&mut self, start: usize, len: usize) -> Row<'_> {
        for plane in self.0.iter_mut().skip(1 + start + len).take(3) {
            plane.write([0; 8]);
        }
        let written = self.0.split_at(start).1.split_at(1 + len.next_multiple_of(4)).0;
        // SAFETY: the first is written from the beginning or a block before; the caller guarantees those behind it,
        // and the three behind these are written above.
        let bytes = unsafe { written.assume_init_ref() }.as_flattened();
        let view = |from: usize| bytes.split_at(from).1.as_chunks().0.as_chunks().0;
        Row {
            early: view(4),
            late: view(8),
        }
    }
}

/// A window and its planes, one [`Block`] for each 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// The bytes: at most [`WINDOW`].
    pub(crate) bytes: &'a [u8],
    /// Invariant: `blocks.len() == bytes.len().div_ceil(64)`.
    pub(crate) blocks: &'a [Block],
    /// By block.
    high: &'a [u64],
    /// Where it begins.
    pub(crate) start: Start,
}

impl Planes {
    /// Room.
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self {
            blocks: [MaybeUninit::uninit(); BLOCKS],
            high: [MaybeUninit::uninit(); BLOCKS],
            digit: RowRoom::new(),
            dot: RowRoom::new(),
            alnum: RowRoom::new(),
            dash: RowRoom::new(),
            upper: RowRoom::new(),
        }
    }

    /// Scans as much of `all` as a window holds, or a little less, its first byte being behind `before`, in a string or not.
    ///
    /// Nothing else is known of what came before: shapes and literals are found where they lie in `bytes` whole.
    pub(crate) fn scan<'a>(
        &'a mut self,
        kernels: Kernels,
        all: &'a [u8],
        anchors: &Anchors,
        before: Before,
        start: Start,
    ) -> Scan<'a> {
        let bytes = all.get(..WINDOW).unwrap_or(all);
        let count = bytes.len().div_ceil(WIDTH);
        let (passes, watched) = (kernels.table.passes, anchors.watched());
        let watches_digits = watched.has_any(&shapes::DIGITS);
        let watches_tokens =
            watched.has_any(&[Shape::Mixed12, Shape::Uuid]) || watched.has_any(&shapes::CODED);
        let mut carry = Carry::new(before, start);
        self.digit.begin();
        self.dot.begin();
        self.alnum.begin();
        self.dash.begin();
        self.upper.begin();
        // The bytes of a part and all that is made of them stay in the first cache.
        Part::each(bytes, |part| {
            // SAFETY: a handle is only made where `available` said yes.
            unsafe { (passes.planes)(part, watched, &mut carry, self) }
            if anchors.literals().is_some() {
                // SAFETY: likewise, and the planes are written.
                unsafe { (passes.literals)(part, anchors, self) }
            }
            if watches_digits {
                // SAFETY: likewise, as were those of the parts before.
                unsafe { (passes.digits)(part, watched, self) }
            }
            if watches_tokens {
                // SAFETY: likewise.
                unsafe { (passes.tokens)(part, watched, self) }
            }
            if anchors.bytes().is_some() {
                // SAFETY: as for the literals.
                unsafe { (passes.others)(part, anchors, self) }
            }
        });
        // Where more follows, best between two tokens.
        let bytes = match bytes.len() < all.len() {
            // SAFETY: the first pass writes every block of the bytes.
            true => cut(bytes, unsafe { self.blocks[..count].assume_init_ref() }),
            false => bytes,
        };
        let count = bytes.len().div_ceil(WIDTH);
        let blocks = self.blocks.get_mut(..count).unwrap_or_default();
        let high = self.high.get(..count).unwrap_or_default();
        // SAFETY: the first pass writes both for each block of the bytes, of which there are at most `BLOCKS`.
        let (blocks, high) = unsafe { (blocks.assume_init_mut(), high.assume_init_ref()) };
        if let ([.., last], len @ 1..) = (&mut *blocks, bytes.len() % WIDTH) {
            *last = last.truncated(len);
        }
        Scan {
            bytes,
            blocks,
            high,
            start,
        }
    }
}

/// The most blocks that are scanned once more so that a window ends between two tokens.
const AGAIN: usize = 4;

/// Some bytes up to a comma or bracket near their end, if one is there that is in no string.
fn cut<'a>(bytes: &'a [u8], blocks: &[Block]) -> &'a [u8] {
    let ends = blocks.iter().enumerate().rev().take(AGAIN);
    let last = ends.map(|(index, block)| (index, block.operator & !block.parity));
    let cut = last
        .filter(|(_, operators)| *operators != 0)
        .map(|(index, operators)| index * WIDTH + WIDTH - operators.leading_zeros() as usize)
        .next();
    cut.and_then(|cut| bytes.get(..cut)).unwrap_or(bytes)
}

impl Scan<'_> {
    /// Where bytes from 0x80 on are in the blocks of `from..to`, the first of which has the index `from / 64`.
    #[inline]
    pub(crate) fn high(&self, from: usize, to: usize) -> &[u64] {
        let to = to.div_ceil(WIDTH).min(self.high.len());
        self.high.get(from / WIDTH..to).unwrap_or_default()
    }
}
