//! The one loop all kernels run, over the few operations that differ between them.

use super::{
    anchors::Anchors,
    block::{Before, Carry, Raw, WIDTH},
    planes::Planes,
    shapes::{self, Maybe, Shapes},
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

    /// The classes of the bytes.
    fn raw(self) -> Raw;

    /// Bit `i` of the result is the xor of bits `0..=i`.
    fn parity(bits: u64) -> u64;

    /// Where the literals and the bytes of the anchors are.
    fn hot(self, anchors: &Anchors, trail: &mut Self::Trail) -> u64;

    /// Where a byte is in one of the classes: some bits of [`class`].
    fn class(self, class: u8) -> u64;

    /// Where a byte is.
    fn byte(self, byte: u8) -> u64;

    /// Whether a byte is anywhere.
    fn any(self, byte: u8) -> bool;

    /// [`settle`], compiled with the features and not inlined: it is rare, and the loop is faster without it.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn settle(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64;
}

/// Fills one block for each 64 bytes of at most [`super::WINDOW`].
///
/// # Safety
/// - The machine has the features of `L`.
#[inline(always)]
pub(super) unsafe fn scan<L: Lanes>(input: &[u8], anchors: &Anchors, before: Before, out: &mut Planes) {
    let (blocks, rest) = input.as_chunks::<WIDTH>();
    // The last block, where it is not whole.
    let mut last = [0; WIDTH];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let watched = anchors.watched();
    // SAFETY: the caller guarantees the features.
    let mut trail = unsafe { L::trail(anchors) };
    let mut carry = Carry::new(before);
    let mut found = shapes::Batch::default();
    let mut at = 0;
    let count = input.len().div_ceil(WIDTH).min(out.blocks.len());
    // The shapes of many blocks are looked for at once, after their planes are there: the same few operations on
    // each are then done for several blocks by one vector instruction.
    let (filled, _) = out.blocks.split_at_mut(count);
    for batch in filled.chunks_mut(shapes::BATCH) {
        let mut high = 0u64;
        for (of, slot) in batch.iter_mut().enumerate() {
            // SAFETY: the caller guarantees the features.
            let here = unsafe { L::load(blocks.get(at + of).unwrap_or(&last)) };
            let raw = here.raw();
            high |= u64::from(raw.high != 0) << of;
            let block = slot.write(carry.block(raw, L::parity));
            block.hot = here.hot(anchors, &mut trail);
            if !watched.is_empty() {
                found.add(of, here, raw.colon);
            }
        }
        if let Some(word) = out.high.get_mut(at / 64) {
            *word |= high << (at % 64);
        }
        if !watched.is_empty() {
            found.find(watched, batch.len());
            for (of, slot) in batch.iter_mut().enumerate() {
                let maybe = found.maybe(of);
                let mut hot = found.sure(of);
                if maybe.is_any() {
                    let start = (at + of) * WIDTH;
                    // SAFETY: the caller guarantees the features.
                    hot |= unsafe { L::settle(Place { input, start }, watched, maybe) };
                }
                // SAFETY: every block of the batch was written by the loop before.
                unsafe { slot.assume_init_mut() }.hot |= hot;
            }
            found.carry(batch.len());
        }
        at += batch.len();
    }
    if !rest.is_empty()
        && let Some(slot) = filled.get_mut(blocks.len())
    {
        // SAFETY: all of `filled` was written above.
        let block = unsafe { slot.assume_init_mut() };
        *block = block.truncated(rest.len());
    }
}

/// A block of an input.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    input: &'a [u8],
    /// Where it starts.
    start: usize,
}

impl Place<'_> {
    /// The 64 bytes before the byte `at` of the block, NUL where there is no input: NUL is in no class a shape
    /// asks for.
    ///
    /// # Safety
    /// - The machine has the features of `L`.
    #[inline(always)]
    unsafe fn before<L: Lanes>(self, at: usize) -> L {
        let end = self.start + at;
        let mut padded = [0; WIDTH];
        let whole = end
            .checked_sub(WIDTH)
            .and_then(|start| self.input.get(start..end));
        if let Some(bytes) = whole.and_then(<[u8]>::first_chunk) {
            // SAFETY: the caller guarantees the features.
            return unsafe { L::load(bytes) };
        }
        let (skip, start) = (WIDTH.saturating_sub(end), end.saturating_sub(WIDTH));
        for (to, from) in padded.iter_mut().skip(skip).zip(self.input.iter().skip(start)) {
            *to = *from;
        }
        // SAFETY: the caller guarantees the features.
        unsafe { L::load(&padded) }
    }
}

/// [`Lanes::settle`]: where shapes end in a block in which they may.
///
/// # Safety
/// - The machine has the features of `L`.
#[inline(always)]
pub(super) unsafe fn settle<L: Lanes>(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64 {
    let mut hot = 0;
    let mut left = maybe.ends;
    while left != 0 {
        // The 64 bytes up to the last candidate mostly have the others in them too.
        let unused = left.leading_zeros();
        // SAFETY: the caller guarantees the features.
        let tail: L = unsafe { place.before(WIDTH - unused as usize) };
        let shown = u64::MAX << shapes::REACH >> unused;
        hot |= shapes::ends(watched, tail) >> unused & left & shown;
        left &= !shown;
    }
    if maybe.hex != 0 {
        // SAFETY: the caller guarantees the features.
        let (before, here): (L, L) = unsafe { (place.before(0), place.before(WIDTH)) };
        hot |= shapes::hex32(before, here);
    }
    hot
}
