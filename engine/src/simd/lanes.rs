//! The one loop all kernels run, over the few operations that differ between them.

use super::{
    anchors::Anchors,
    block::{Block, WIDTH},
    shapes,
};

/// The bits of a byte's class: a class asked for is a union of them.
///
/// Each bit is one set of high nibbles times one set of low nibbles, so that two 16-entry lookups find them all.
pub(super) mod class {
    /// `0`-`9`.
    pub(in crate::simd) const DIGIT: u8 = 0x80;
    /// `A`-`F`, `a`-`f`.
    const HEX_LETTER: u8 = 0x40;
    /// `A`-`O`.
    const UPPER_FIRST: u8 = 0x20;
    /// `P`-`Z`.
    const UPPER_LAST: u8 = 0x10;
    /// `a`-`o`.
    const LOWER_FIRST: u8 = 0x08;
    /// `p`-`z`.
    const LOWER_LAST: u8 = 0x04;
    /// `_`.
    const UNDERSCORE: u8 = 0x02;
    /// `-`.
    const DASH: u8 = 0x01;

    /// `0`-`9`, `A`-`F`, `a`-`f`.
    pub(in crate::simd) const HEX: u8 = DIGIT | HEX_LETTER;
    /// `A`-`Z`.
    pub(in crate::simd) const UPPER: u8 = UPPER_FIRST | UPPER_LAST;
    /// `A`-`Z`, `a`-`z`, `0`-`9`.
    pub(in crate::simd) const ALNUM: u8 = DIGIT | UPPER | LOWER_FIRST | LOWER_LAST;
    /// `A`-`Z`, `a`-`z`, `0`-`9`, `_`, `-`.
    pub(in crate::simd) const WORD: u8 = ALNUM | UNDERSCORE | DASH;

    /// The bits of one byte: the definition.
    pub(in crate::simd) const fn of(byte: u8) -> u8 {
        let letter = match byte {
            b'A'..=b'O' => UPPER_FIRST,
            b'P'..=b'Z' => UPPER_LAST,
            b'a'..=b'o' => LOWER_FIRST,
            b'p'..=b'z' => LOWER_LAST,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDERSCORE,
            b'-' => DASH,
            _ => 0,
        };
        match byte {
            b'A'..=b'F' | b'a'..=b'f' => letter | HEX_LETTER,
            _ => letter,
        }
    }
}

/// 64 bytes in the registers of one instruction set.
///
/// Everything is `#[inline(always)]`, so that it compiles with the features of the loop it is used in.
pub(super) trait Lanes: Copy {
    /// What the literals remember of the bytes before a block.
    type Trail: Copy;

    /// Takes 64 bytes.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self;

    /// What the literals remember where there is nothing before.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn trail(anchors: &Anchors) -> Self::Trail;

    /// All planes but `hot`.
    fn raw(self) -> Block;

    /// Where the literals and the bytes of the anchors are.
    fn hot(self, anchors: &Anchors, trail: &mut Self::Trail) -> u64;

    /// Where a byte is in one of the classes: some bits of [`class`].
    fn class(self, class: u8) -> u64;

    /// Where a byte is.
    fn byte(self, byte: u8) -> u64;

    /// Whether a byte is anywhere.
    fn any(self, byte: u8) -> bool;
}

/// Fills one block for each 64 bytes, as far as `out` reaches, and says how many.
///
/// # Safety
/// - The machine has the features of `L`.
#[inline(always)]
pub(super) unsafe fn scan<L: Lanes>(input: &[u8], anchors: &Anchors, out: &mut [Block]) -> usize {
    let (blocks, rest) = input.as_chunks::<WIDTH>();
    // SAFETY: the caller guarantees the features.
    let mut trail = unsafe { L::trail(anchors) };
    let mut shapes = shapes::Batch::default();
    // NUL is in no class a shape asks for: it stands for "nothing before".
    let mut before = &[0; WIDTH];
    for (blocks, out) in blocks.chunks(shapes::BATCH).zip(out.chunks_mut(shapes::BATCH)) {
        // SAFETY: the caller guarantees the features.
        unsafe { batch::<L>(before, blocks, anchors, &mut trail, &mut shapes, out) };
        before = blocks.last().unwrap_or(before);
    }
    if !rest.is_empty()
        && let Some(block) = out.get_mut(blocks.len())
    {
        let mut bytes = [0; WIDTH];
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        let block = core::slice::from_mut(block);
        // SAFETY: the caller guarantees the features.
        unsafe { batch::<L>(before, &[bytes], anchors, &mut trail, &mut shapes, block) };
        for block in block {
            *block = block.truncated(rest.len());
        }
    }
    input.len().div_ceil(WIDTH).min(out.len())
}

/// Fills the blocks of a batch, as far as `out` reaches.
///
/// The shapes of many blocks are looked for at once, after their planes are there: the same few operations on
/// each are then done for several blocks by one vector instruction.
///
/// # Safety
/// - The machine has the features of `L`.
#[inline(always)]
unsafe fn batch<L: Lanes>(
    before: &[u8; WIDTH],
    blocks: &[[u8; WIDTH]],
    anchors: &Anchors,
    trail: &mut L::Trail,
    shapes: &mut shapes::Batch,
    out: &mut [Block],
) {
    let watched = anchors.watched();
    if watched.is_empty() {
        for (block, bytes) in out.iter_mut().zip(blocks) {
            // SAFETY: the caller guarantees the features.
            let here = unsafe { L::load(bytes) };
            *block = here.raw();
            block.hot = here.hot(anchors, trail);
        }
        return;
    }
    for (at, (block, bytes)) in out.iter_mut().zip(blocks).enumerate() {
        // SAFETY: the caller guarantees the features.
        let here = unsafe { L::load(bytes) };
        *block = here.raw();
        block.hot = here.hot(anchors, trail);
        shapes.add(at, here, block.colon);
    }
    let len = blocks.len().min(out.len());
    shapes.find(watched, len);
    for (at, block) in out.iter_mut().enumerate().take(len) {
        block.hot |= shapes.sure(at);
        if shapes.maybe(at) {
            let before = at.checked_sub(1).and_then(|at| blocks.get(at)).unwrap_or(before);
            let Some(here) = blocks.get(at) else { return };
            // SAFETY: the caller guarantees the features.
            let (before, here) = unsafe { (L::load(before), L::load(here)) };
            block.hot |= shapes.exact(watched, at, before, here);
        }
    }
    shapes.carry(len);
}
