//! The passes all kernels run, over the few operations that differ between them.

use super::{
    anchors::{Anchors, Bytes, Position},
    block::{Carry, Raw, WIDTH},
    planes::Planes,
    shapes::{self, Four, Fours, Shape, Shapes},
};
use core::mem::MaybeUninit;

/// 64 bytes in the registers of one instruction set.
///
/// Everything is `#[inline(always)]`, so that it compiles with the features of the loop it is used in.
pub(super) trait Lanes: Copy {
    /// Planes of four blocks.
    type Four: Four;

    /// Takes 64 bytes.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self;

    /// Puts 64 bytes where they can be loaded from.
    fn store(self, bytes: &mut [u8; WIDTH]);

    /// Bit `i` of the result is the xor of bits `0..=i`.
    fn parity(bits: u64) -> u64;

    /// What every block is asked for.
    fn raw(self) -> Raw;

    /// Where bytes from 0x80 on are.
    fn high(self) -> u64;

    /// Where a byte is.
    fn byte(self, byte: u8) -> u64;

    /// Whether a byte is anywhere.
    fn has(self, byte: u8) -> bool;

    /// Where digits are.
    fn digits(self) -> u64;

    /// Where bytes of a set are.
    fn listed(self, set: &Bytes) -> u64;

    /// Whether a byte is not 0.
    fn is_any(self) -> bool;

    /// Which bytes are not 0.
    fn set(self) -> u64;

    /// The bits that one has.
    fn or(self, other: Self) -> Self;
}

/// How literals are looked up: each byte by so many keys.
pub(super) trait Keyed<const KEYS: usize>: Lanes {
    /// The tables of some literals.
    type Tables: Copy;

    /// The tables of eight buckets of literals.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn tables(positions: &[Position; 4]) -> Self::Tables;

    /// What of each byte is looked up in the tables: see [`Position`].
    fn keys(self) -> [Self; KEYS];

    /// Not 0 where the tables let the four bytes up to a byte be a literal. The four are given by their keys, from
    /// the one that is three before to the last.
    fn literals(tables: &Self::Tables, keys: [[Self; KEYS]; 4]) -> Self;
}

/// Lanes that are looked up in tables of 16.
pub(super) trait Nibbles: Lanes {
    /// A table.
    type Table: Copy;

    /// The table of these entries.
    ///
    /// # Safety
    /// - The machine has the features of this instruction set.
    unsafe fn table(entries: &[u8; 16]) -> Self::Table;

    /// The entries at bytes under 16.
    fn look_up(self, entries: Self::Table) -> Self;

    /// The low nibbles.
    fn low(self) -> Self;

    /// The four bits from bit `FROM` on.
    fn bits<const FROM: i32>(self) -> Self;

    /// The bits that both have.
    fn and(self, other: Self) -> Self;
}

/// Two keys: the low nibble, and the bits 3 to 6.
impl<L: Nibbles> Keyed<2> for L {
    /// For each of the four places the buckets by either key.
    type Tables = [[L::Table; 2]; 4];

    #[inline(always)]
    unsafe fn tables(positions: &[Position; 4]) -> Self::Tables {
        let [first, second, third, fourth] = positions;
        // SAFETY: the caller guarantees the features.
        let both = |at: &Position| unsafe { [L::table(&at.low), L::table(&at.middle)] };
        [both(first), both(second), both(third), both(fourth)]
    }

    #[inline(always)]
    fn keys(self) -> [Self; 2] {
        [self.low(), self.bits::<3>()]
    }

    #[inline(always)]
    fn literals(tables: &Self::Tables, keys: [[Self; 2]; 4]) -> Self {
        let buckets = |at: usize| {
            let ([by_low, by_middle], [low, middle]) = (tables[at], keys[at]);
            low.look_up(by_low).and(middle.look_up(by_middle))
        };
        buckets(0).and(buckets(1)).and(buckets(2)).and(buckets(3))
    }
}

/// At the low nibble of each operator the operator itself, `[` and `]` as `{` and `}`: they differ in the bit 0x20.
/// Elsewhere 0.
pub(super) const OPERATORS: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':', b'{', b',', b'}', 0, 0];

/// Likewise for brackets and space.
pub(super) const LEADS: [u8; 16] = [b' ', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'{', 0, b'}', 0, 0];

/// Blocks of a part: as many as one register has flags.
pub(super) const PART: usize = WIDTH;

/// Some blocks of a window that are scanned together.
pub(super) struct Part<'a> {
    /// The window.
    bytes: &'a [u8],
    /// The first block: its index in the window.
    start: usize,
    /// Those that are whole.
    whole: &'a [[u8; WIDTH]],
    /// The one that is not, if there is one: with NULs.
    last: &'a [[u8; WIDTH]],
}

impl<'a> Part<'a> {
    /// Divides a window into parts.
    #[inline(always)]
    pub(super) fn each(bytes: &'a [u8], mut then: impl FnMut(&Part<'_>)) {
        let (mut whole, rest) = bytes.as_chunks();
        let mut last = [[0; WIDTH]];
        for (to, from) in last.as_flattened_mut().iter_mut().zip(rest) {
            *to = *from;
        }
        let mut last = if rest.is_empty() { &[][..] } else { &last[..] };
        let mut start = 0;
        while !whole.is_empty() || !last.is_empty() {
            let (now, later) = whole.split_at(whole.len().min(PART));
            let ends = now.len() < PART;
            let part = Part {
                bytes,
                start,
                whole: now,
                last: if ends { core::mem::take(&mut last) } else { &[] },
            };
            then(&part);
            (whole, start) = (later, start + now.len());
        }
    }

    /// How many.
    #[inline(always)]
    fn len(&self) -> usize {
        self.whole.len() + self.last.len()
    }

    /// All of them, in two pieces.
    #[inline(always)]
    fn pieces(&self) -> [&[[u8; WIDTH]]; 2] {
        [self.whole, self.last]
    }

    /// Those of some bits of block `of` at which the bytes of the window up to there end in something.
    #[inline(always)]
    fn settle(&self, of: usize, mut maybe: u64, ends: impl Fn(&[u8]) -> bool) -> u64 {
        let mut hot = 0;
        while maybe != 0 {
            let bit = maybe.trailing_zeros();
            maybe &= maybe - 1;
            let text = self.bytes.get(..=(self.start + of) * WIDTH + bit as usize);
            hot |= u64::from(text.is_some_and(&ends)) << bit;
        }
        hot
    }

    /// The block before; NULs where there is none.
    #[inline(always)]
    fn before(&self) -> [u8; WIDTH] {
        let (blocks, _) = self.bytes.as_chunks();
        let before = self.start.checked_sub(1).and_then(|at| blocks.get(at));
        before.copied().unwrap_or([0; WIDTH])
    }
}

/// The passes over a part, compiled with the features of a kernel. Each has few enough constants for the registers.
#[derive(Clone, Copy)]
pub(super) struct Passes {
    /// Writes the blocks, of `hot` only [`Shape::At`]; and where digits, dots, dashes, capitals, and letters and digits are, if a
    /// shape of these is watched.
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    pub(super) planes: unsafe fn(&Part<'_>, Shapes, &mut Carry, &mut Planes),
    /// Looks for literals, and shapes that are found as such: there are some.
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    /// - The planes of the part were written.
    pub(super) literals: unsafe fn(&Part<'_>, &Anchors, &mut Planes),
    /// Looks for shapes made of digits.
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    /// - The planes of this part and of all before it were written, with a shape made of digits watched.
    pub(super) digits: unsafe fn(&Part<'_>, Shapes, &mut Planes),
    /// Looks for [`Shape::Mixed12`], [`Shape::Uuid`], and the shapes of [`shapes::CODED`].
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    /// - The planes of this part and of all before it were written, with the same shapes watched.
    pub(super) tokens: unsafe fn(&Part<'_>, Shapes, &mut Planes),
    /// Looks for single bytes: most rules have none.
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    /// - The planes of the part were written.
    pub(super) others: unsafe fn(&Part<'_>, &Anchors, &mut Planes),
}

/// The passes of a kernel: its [`Lanes`], and the attribute they are compiled with.
macro_rules! passes {
    ($lanes:ty $(, #[$attribute:meta])?) => {{
        use $crate::simd::{
            anchors::Anchors,
            block::Carry,
            lanes::{self, Part, Passes},
            planes::Planes,
            shapes::Shapes,
        };
        $(#[$attribute])?
        unsafe fn planes(part: &Part<'_>, watched: Shapes, carry: &mut Carry, out: &mut Planes) {
            // SAFETY: see `Passes`.
            unsafe { lanes::planes::<$lanes>(part, watched, carry, out) }
        }
        $(#[$attribute])?
        unsafe fn literals(part: &Part<'_>, anchors: &Anchors, out: &mut Planes) {
            // SAFETY: see `Passes`.
            unsafe { lanes::literals::<_, $lanes>(part, anchors, out) }
        }
        $(#[$attribute])?
        unsafe fn digits(part: &Part<'_>, watched: Shapes, out: &mut Planes) {
            // SAFETY: see `Passes`.
            unsafe { lanes::digits::<$lanes>(part, watched, out) }
        }
        $(#[$attribute])?
        unsafe fn tokens(part: &Part<'_>, watched: Shapes, out: &mut Planes) {
            // SAFETY: see `Passes`.
            unsafe { lanes::tokens::<$lanes>(part, watched, out) }
        }
        $(#[$attribute])?
        unsafe fn others(part: &Part<'_>, anchors: &Anchors, out: &mut Planes) {
            // SAFETY: see `Passes`.
            unsafe { lanes::others::<$lanes>(part, anchors, out) }
        }
        Passes {
            planes,
            literals,
            digits,
            tokens,
            others,
        }
    }};
}
pub(super) use passes;

/// [`Passes::planes`].
///
/// # Safety
/// - As there.
#[inline(always)]
pub(super) unsafe fn planes<L: Lanes>(part: &Part<'_>, watched: Shapes, carry: &mut Carry, out: &mut Planes) {
    const ALNUM: Bytes = Bytes::new(shapes::ALNUM);
    const UPPER: Bytes = Bytes::new(shapes::UPPER);
    let (coded, uuid) = (watched.has_any(&shapes::CODED), watched.has(Shape::Uuid));
    let mixed = coded || watched.has(Shape::Mixed12);
    let digits = mixed || watched.has_any(&shapes::DIGITS);
    let at_sign = if watched.has(Shape::At) { u64::MAX } else { 0 };
    let (mut now, mut start) = (*carry, part.start);
    for piece in part.pieces() {
        let slots = out.blocks.iter_mut().zip(&mut out.high).skip(start);
        let rows = out.digit.planes().zip(out.dot.planes()).skip(start);
        let more = out.alnum.planes().zip(out.dash.planes()).skip(start);
        let rows = rows.zip(more).zip(out.upper.planes().skip(start));
        for ((bytes, (slot, high)), (((digit, dot), (alnum, dash)), upper)) in
            piece.iter().zip(slots).zip(rows)
        {
            // SAFETY: the caller guarantees the features.
            let here = unsafe { L::load(bytes) };
            if digits {
                digit.write(here.digits().to_le_bytes());
                dot.write(here.byte(b'.').to_le_bytes());
            }
            if mixed {
                alnum.write(here.listed(&ALNUM).to_le_bytes());
            }
            if coded {
                upper.write(here.listed(&UPPER).to_le_bytes());
            }
            if uuid {
                dash.write(here.byte(b'-').to_le_bytes());
            }
            high.write(here.high());
            let block = slot.write(now.block(here.raw(), L::parity));
            if here.has(b'@') {
                core::hint::cold_path();
                block.hot = here.byte(b'@') & at_sign;
            }
        }
        start += piece.len();
    }
    *carry = now;
}

/// One of the keys of each byte of a part, behind those of the block before.
struct Row([MaybeUninit<[u8; WIDTH]>; 1 + PART]);

impl Row {
    /// None.
    #[inline(always)]
    const fn new() -> Self {
        Self([MaybeUninit::uninit(); _])
    }

    /// Those of the blocks of the part, as they are some bytes before each.
    ///
    /// # Safety
    /// - `len` blocks and the one before are written.
    #[inline(always)]
    unsafe fn back(&self, bytes: usize, len: usize) -> &[[u8; WIDTH]] {
        let written = self.0.get(..1 + len).unwrap_or_default();
        // SAFETY: the caller guarantees it.
        let written = unsafe { written.assume_init_ref() }.as_flattened();
        &written.split_at(WIDTH - bytes).1.as_chunks().0[..len]
    }
}

/// [`Passes::literals`].
///
/// # Safety
/// - As there.
#[inline(always)]
pub(super) unsafe fn literals<const KEYS: usize, L: Keyed<KEYS>>(
    part: &Part<'_>,
    anchors: &Anchors,
    out: &mut Planes,
) {
    let Some(literals) = anchors.literals() else {
        return;
    };
    // SAFETY: the caller guarantees the features.
    let [tables, more] = literals.positions();
    // SAFETY: likewise.
    let (tables, more) = unsafe { (L::tables(tables), L::tables(more)) };
    let are_many = literals.are_many();
    // SAFETY: likewise.
    let load = |bytes: &[u8; WIDTH]| unsafe { L::load(bytes) };
    // A missing byte counts as NUL: that is in the full set too, and what else has it is told apart later.
    let mut rows = [const { Row::new() }; KEYS];
    let mut done = 0;
    for piece in [&[part.before()], part.whole, part.last] {
        // The end is said so that no bound is checked within.
        for (at, bytes) in (done..1 + PART).zip(piece) {
            for (row, key) in rows.iter_mut().zip(load(bytes).keys()) {
                key.store(row.0[at].write([0; _]));
            }
        }
        done += piece.len();
    }
    // They are taken from memory again, since there what lies some bytes before is as near as what lies here.
    // SAFETY: the part and the block before are written above.
    let back = |bytes: usize| rows.each_ref().map(|row| unsafe { row.back(bytes, part.len()) });
    // First the blocks in which there is something, then what: so that few jumps depend on what is in a block.
    let mut found = [const { MaybeUninit::<L>::uninit() }; PART];
    let mut some = [0; PART];
    let places = [back(3), back(2), back(1), back(0)];
    for ((at, slot), some) in (0..part.len()).zip(&mut found).zip(&mut some) {
        let mut keys = [[load(&[0; _]); KEYS]; 4];
        for (keys, rows) in keys.iter_mut().zip(places) {
            for (key, row) in keys.iter_mut().zip(rows) {
                *key = load(&row[at]);
            }
        }
        let found = L::literals(&tables, keys);
        let found = if are_many {
            found.or(L::literals(&more, keys))
        } else {
            found
        };
        let found = *slot.write(found);
        *some = u8::from(found.is_any());
    }
    let mut some = load(&some).byte(1);
    while some != 0 {
        let of = some.trailing_zeros() as usize;
        some &= some - 1;
        // SAFETY: only where it was written is there something.
        let maybe = unsafe { found[of].assume_init() }.set();
        let ends = |text: &[u8]| {
            let ending = literals.ending(text);
            ending.is_literal() || ending.is_any() && shapes::ends_after_fingerprint(anchors.watched(), text)
        };
        let hot = part.settle(of, maybe, ends);
        if let Some(block) = out.blocks.get_mut(part.start + of) {
            // SAFETY: the caller guarantees the planes.
            unsafe { block.assume_init_mut() }.hot |= hot;
        }
    }
}

/// [`Passes::digits`].
///
/// # Safety
/// - As there.
#[inline(always)]
pub(super) unsafe fn digits<L: Lanes>(part: &Part<'_>, watched: Shapes, out: &mut Planes) {
    // SAFETY: the caller guarantees the planes, and their rows with them.
    let (digit, dot) = unsafe {
        (
            out.digit.row(part.start, part.len()),
            out.dot.row(part.start, part.len()),
        )
    };
    let blocks = out.blocks.get_mut(part.start..part.start + part.len());
    // SAFETY: the caller guarantees the planes.
    let blocks = unsafe { blocks.unwrap_or_default().assume_init_mut() };
    // SAFETY: the caller guarantees the features.
    let wanted = unsafe { Fours::<L::Four>::wanted(watched) };
    let early = digit.early.iter().zip(dot.early);
    let late = digit.late.iter().zip(dot.late);
    for (first, (early, late)) in (0..).step_by(4).zip(early.zip(late)) {
        // SAFETY: likewise.
        let four = unsafe { Fours::new(wanted, early, late) };
        if let Some(planes) = four.runs() {
            for (block, runs) in blocks.iter_mut().skip(first).zip(planes) {
                block.hot |= runs;
            }
        }
        if let Some(planes) = four.maybe() {
            for ((of, block), maybe) in blocks.iter_mut().enumerate().skip(first).zip(planes) {
                block.hot |= part.settle(of, maybe, |text| shapes::ends_in_digits(watched, text));
            }
        }
    }
}

/// [`Passes::tokens`].
///
/// # Safety
/// - As there.
#[inline(always)]
pub(super) unsafe fn tokens<L: Lanes>(part: &Part<'_>, watched: Shapes, out: &mut Planes) {
    let blocks = out.blocks.get_mut(part.start..part.start + part.len());
    // SAFETY: the caller guarantees the planes.
    let blocks = unsafe { blocks.unwrap_or_default().assume_init_mut() };
    if watched.has(Shape::Mixed12) {
        // SAFETY: likewise, and their rows with them.
        let (alnum, digit) = unsafe {
            (
                out.alnum.row(part.start, part.len()),
                out.digit.row(part.start, part.len()),
            )
        };
        let early = alnum.early.iter().zip(digit.early);
        let late = alnum.late.iter().zip(digit.late);
        for (first, (early, late)) in (0..).step_by(4).zip(early.zip(late)) {
            // SAFETY: the caller guarantees the features.
            if let Some(planes) = unsafe { shapes::mixed::<L::Four>(early, late) } {
                for (block, ends) in blocks.iter_mut().skip(first).zip(planes) {
                    block.hot |= ends;
                }
            }
        }
    }
    if watched.has_any(&shapes::CODED) {
        // SAFETY: the caller guarantees the planes, and their rows with them.
        let (upper, digit, alnum) = unsafe {
            (
                out.upper.row(part.start, part.len()),
                out.digit.row(part.start, part.len()),
                out.alnum.row(part.start, part.len()),
            )
        };
        let early = upper.early.iter().zip(digit.early).zip(alnum.early);
        let late = upper.late.iter().zip(digit.late).zip(alnum.late);
        for (first, (((a, b), c), ((d, e), f))) in (0..).step_by(4).zip(early.zip(late)) {
            // SAFETY: the caller guarantees the features.
            if let Some([ends, maybe]) = unsafe { shapes::coded::<L::Four>(watched, [a, b, c], [d, e, f]) } {
                let planes = ends.into_iter().zip(maybe);
                for ((of, block), (ends, maybe)) in blocks.iter_mut().enumerate().skip(first).zip(planes) {
                    block.hot |= ends | part.settle(of, maybe, shapes::ends_coded);
                }
            }
        }
    }
    if watched.has(Shape::Uuid) {
        // SAFETY: the caller guarantees the planes, and their rows with them.
        let dash = unsafe { out.dash.row(part.start, part.len()) };
        for (first, (early, late)) in (0..).step_by(4).zip(dash.early.iter().zip(dash.late)) {
            // SAFETY: the caller guarantees the features.
            if let Some(planes) = unsafe { shapes::dashes::<L::Four>(early, late) } {
                for ((of, block), maybe) in blocks.iter_mut().enumerate().skip(first).zip(planes) {
                    block.hot |= part.settle(of, maybe, shapes::ends_uuid);
                }
            }
        }
    }
}

/// [`Passes::others`].
///
/// # Safety
/// - As there.
#[inline(always)]
pub(super) unsafe fn others<L: Lanes>(part: &Part<'_>, anchors: &Anchors, out: &mut Planes) {
    let Some(listed) = anchors.bytes() else { return };
    let blocks = out.blocks.get_mut(part.start..part.start + part.len());
    // SAFETY: the caller guarantees the planes.
    let blocks = unsafe { blocks.unwrap_or_default().assume_init_mut() };
    for (block, bytes) in blocks.iter_mut().zip(part.pieces().into_iter().flatten()) {
        // SAFETY: the caller guarantees the features.
        block.hot |= unsafe { L::load(bytes) }.listed(listed);
    }
}
