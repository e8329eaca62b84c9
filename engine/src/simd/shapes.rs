//! Shapes: what values without a literal look like. A closed list, made by hand.
//!
//! All of it is bit logic on planes, written once for all kernels. It has two steps, since on most blocks there is
//! nothing. [`window`] runs on every block, four of them at once: it finds the shapes that are runs of digits or
//! letters, and says on which bytes others may end. [`ends`] then looks at the 64 bytes up to the last such byte,
//! with more planes.

use super::lanes::{Lanes, class};

/// What a value looks like; D is a digit, H a hex digit. The trigger is on its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `@`.
    At,
    /// The 13th digit of a run, and no other of that run.
    Digits13,
    /// The 9th digit of a run, and no other of that run.
    Digits9,
    /// DDDD, space or dash, DDDD; the runs may be longer.
    Group44,
    /// DDD-DD-DDDD, with dash, space or dot; the runs at the ends may be longer.
    Ssn324,
    /// DDD-DDDD, with dash, dot or space; the runs may be longer.
    Phone34,
    /// `+D` or `+(D`.
    PlusDigit,
    /// D, dot, one to three D, dot, one to three D, dot, D.
    Quad,
    /// `::`, and the third colon of H, colon, one to four H, colon, one to four H, colon.
    Colons,
    /// Two of `A`-`Z` and DD, at the start or after what is neither an ASCII letter nor a digit.
    Iban,
    /// The 32nd hex digit of a run, and no other of that run.
    Hex32,
    /// The 20th of a run of ASCII letters, digits, `_` and `-`, and no other of that run.
    Alnum20,
}

impl Shape {
    /// Every shape.
    pub(crate) const ALL: [Self; 12] = [
        Self::At,
        Self::Digits13,
        Self::Digits9,
        Self::Group44,
        Self::Ssn324,
        Self::Phone34,
        Self::PlusDigit,
        Self::Quad,
        Self::Colons,
        Self::Iban,
        Self::Hex32,
        Self::Alnum20,
    ];
}

/// A set of shapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shapes(u16);

impl Shapes {
    /// None.
    pub(crate) const NONE: Self = Self(0);
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: Self = Self((1 << Shape::ALL.len()) - 1);

    /// This set and one more shape.
    #[must_use]
    pub(crate) const fn with(self, shape: Shape) -> Self {
        Self(self.0 | 1 << shape as u16)
    }

    /// This set without a shape.
    #[must_use]
    pub(crate) const fn without(self, shape: Shape) -> Self {
        Self(self.0 & !(1 << shape as u16))
    }

    /// Whether a shape is in it.
    #[inline(always)]
    pub(crate) const fn has(self, shape: Shape) -> bool {
        self.0 & 1 << shape as u16 != 0
    }

    /// Whether nothing is in it.
    #[inline(always)]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The shapes in it.
    #[inline]
    pub(crate) fn iter(self) -> impl Iterator<Item = Shape> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let shape = Shape::ALL.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(*shape)
        })
    }
}

/// Blocks of a batch.
pub(super) const BATCH: usize = 32;

/// The planes of a batch of blocks, and what was found in them.
pub(super) struct Batch {
    /// Where there are digits. The first is the block before the batch, all 0 at the start of the input.
    digit: [u64; BATCH + 1],
    /// Where there are letters, digits, `_` and `-`; likewise.
    word: [u64; BATCH + 1],
    /// Where there are colons; likewise.
    colon: [u64; BATCH + 1],
    /// Where shapes that are runs end.
    sure: [u64; BATCH],
    /// Where other shapes may end.
    maybe: [u64; BATCH],
    /// Not 0 where a run of hex digits may be long enough.
    hex: [u64; BATCH],
    /// What a `+` at the end of a block adds to the `maybe` of the next.
    after_plus: u64,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            digit: [0; BATCH + 1],
            word: [0; BATCH + 1],
            colon: [0; BATCH + 1],
            sure: [0; BATCH],
            maybe: [0; BATCH],
            hex: [0; BATCH],
            after_plus: 0,
        }
    }
}

impl Batch {
    /// Takes the planes of block `at`.
    #[inline(always)]
    pub(super) fn add<L: Lanes>(&mut self, at: usize, here: L, colon: u64) {
        let at = at % BATCH;
        self.digit[at + 1] = here.class(class::DIGIT);
        self.word[at + 1] = here.class(class::WORD);
        self.colon[at + 1] = colon;
        self.maybe[at] = self.after_plus;
        self.after_plus = 0;
        if here.any(b'+') {
            let plus = here.byte(b'+');
            self.maybe[at] |= plus << 1 | plus << 2;
            self.after_plus = plus >> 63 | plus >> 62;
        }
    }

    /// Looks at the first `len` blocks.
    #[inline(always)]
    pub(super) fn find(&mut self, shapes: Shapes, len: usize) {
        let wanted = Wanted::new(shapes);
        // A multiple of the lanes of a vector, so that there is no rest to be done one by one.
        let len = len.next_multiple_of(4).min(BATCH);
        // Slices of one length, so that no index needs a check and the loop becomes vector instructions.
        let (digits, words, colons) = (&self.digit[1..=len], &self.word[1..=len], &self.colon[1..=len]);
        let (digits_before, words_before, colons_before) =
            (&self.digit[..len], &self.word[..len], &self.colon[..len]);
        let (sure, maybe, hex) = (
            &mut self.sure[..len],
            &mut self.maybe[..len],
            &mut self.hex[..len],
        );
        for at in 0..len {
            let early = wanted.window(
                digits[at] << 32 | digits_before[at] >> 32,
                words[at] << 32 | words_before[at] >> 32,
                colons[at] << 32 | colons_before[at] >> 32,
            );
            let late = wanted.window(digits[at], words[at], colons[at]);
            sure[at] = early.sure >> 32 | late.sure >> 32 << 32;
            maybe[at] |= early.maybe >> 32 | late.maybe >> 32 << 32;
            hex[at] = (early.hex | late.hex) >> 32;
        }
    }

    /// Where shapes end in block `at` for sure.
    #[inline(always)]
    pub(super) fn sure(&self, at: usize) -> u64 {
        self.sure[at % BATCH]
    }

    /// Where others may end in block `at`.
    #[inline(always)]
    pub(super) fn maybe(&self, at: usize) -> Maybe {
        let at = at % BATCH;
        Maybe {
            ends: self.maybe[at],
            hex: self.hex[at],
        }
    }

    /// Ends the batch after `len` blocks: the last one is now the one before.
    #[inline(always)]
    pub(super) fn carry(&mut self, len: usize) {
        for plane in [&mut self.digit, &mut self.word, &mut self.colon] {
            plane[0] = plane[len % (BATCH + 1)];
        }
    }
}

/// Where shapes may end in a block.
#[derive(Clone, Copy)]
pub(super) struct Maybe {
    /// Where those of [`ends`] may.
    pub(super) ends: u64,
    /// Not 0 where that of [`hex32`] may.
    pub(super) hex: u64,
}

impl Maybe {
    /// Whether one may end anywhere.
    #[inline(always)]
    pub(super) fn is_any(self) -> bool {
        self.ends | self.hex != 0
    }
}

/// For each shape that is a run: all ones if it is looked for, else 0.
#[derive(Clone, Copy)]
struct Wanted {
    digits9: u64,
    digits13: u64,
    alnum20: u64,
    hex32: u64,
}

/// What a window shows in its upper 32 bits; what it says of the lower ones is wrong.
#[derive(Clone, Copy)]
struct Window {
    /// Where [`Shape::Digits9`], [`Shape::Digits13`] and [`Shape::Alnum20`] end.
    sure: u64,
    /// Where others but [`Shape::PlusDigit`] and [`Shape::Hex32`] may end; never 0 where one does.
    maybe: u64,
    /// Not 0 if [`Shape::Hex32`] may end.
    hex: u64,
}

impl Wanted {
    #[inline(always)]
    fn new(shapes: Shapes) -> Self {
        let mask = |shape| if shapes.has(shape) { u64::MAX } else { 0 };
        Self {
            digits9: mask(Shape::Digits9),
            digits13: mask(Shape::Digits13),
            alnum20: mask(Shape::Alnum20),
            hex32: mask(Shape::Hex32),
        }
    }

    /// Looks for shapes that end in the upper 32 bits; the lower 32 are the bytes before.
    #[inline(always)]
    fn window(self, digit: u64, word: u64, colon: u64) -> Window {
        let two = digit & digit << 1;
        let four = two & two << 2;
        let nine = four & four << 4 & digit << 8;
        let ninth = nine & !(nine << 1);
        // The 13th is four after the ninth, if it is one still.
        let thirteenth = ninth << 4 & nine;
        // DD, no digit, DDDD: Group44, Ssn324, Phone34.
        let grouped = four & !(digit << 4) & two << 5;
        // Quad has three digits after a non-word, each two to four bytes after the one before. Colons has two bytes
        // after colons, two to five apart, and one to four bytes after the second another colon. Both at once:
        let start = digit & !(word << 1);
        let mark = start | colon << 1;
        let second = mark & two_to_five(mark);
        let third = (start | colon) & (two_to_five(second) | second << 1);
        // Two letters and two digits: Iban.
        let letter = word & !digit;
        let iban = two & (letter & letter << 1) << 2;
        let pair = word & word << 1;
        let quartet = pair & pair << 2;
        let octet = quartet & quartet << 4;
        let twenty = octet & octet << 8 & quartet << 16;
        Window {
            sure: ninth & self.digits9 | thirteenth & self.digits13 | twenty & !(twenty << 1) & self.alnum20,
            maybe: grouped | third | iban | colon & colon << 1,
            // Of a run of 32 the window shows 31 where it ends in the lowest bit; 28 are enough to ask.
            hex: twenty & octet << 20 & self.hex32,
        }
    }
}

/// Where a bit is two to five places lower.
#[inline(always)]
fn two_to_five(plane: u64) -> u64 {
    let pair = plane | plane << 1;
    (pair | pair << 2) << 2
}

/// Bytes a shape of [`ends`] reaches back at most: Colons, of H:HHHH:HHHH: before its last colon.
pub(super) const REACH: u32 = 11;

/// Where shapes that are no runs end in 64 bytes, right from bit [`REACH`] on. NULs stand for what is before the
/// start.
#[inline(always)]
pub(super) fn ends<L: Lanes>(shapes: Shapes, tail: L) -> u64 {
    let (digit, hex) = (tail.class(class::DIGIT), tail.class(class::HEX));
    let (upper, alnum) = (tail.class(class::UPPER), tail.class(class::ALNUM));
    let (dash, space, dot) = (tail.byte(b'-'), tail.byte(b' '), tail.byte(b'.'));
    let (colon, plus, parenthesis) = (tail.byte(b':'), tail.byte(b'+'), tail.byte(b'('));
    let wanted = |shape: Shape, plane: u64| if shapes.has(shape) { plane } else { 0 };

    let (tight, any) = (dash | space, dash | space | dot);
    let two = digit & digit << 1;
    let three = two & digit << 2;
    let four = two & two << 2;
    let group = wanted(Shape::Group44, four & (tight & four << 1) << 4);
    let phone = wanted(Shape::Phone34, four & (any & three << 1) << 4);
    let ssn = wanted(
        Shape::Ssn324,
        four & (any & (two & (any & three << 1) << 2) << 1) << 4,
    );

    // Dots one to three digits after one of these bits.
    let dots = |start: u64| {
        let one = digit & start << 1;
        let two = digit & one << 1;
        let three = digit & two << 1;
        dot & (one | two | three) << 1
    };
    let quad = wanted(Shape::Quad, digit & dots(dots(dot & digit << 1)) << 1);

    // Colons one to four hex digits after one of these bits.
    let colons = |start: u64| {
        let one = hex & start << 1;
        let two = hex & one << 1;
        let three = hex & two << 1;
        let four = hex & three << 1;
        colon & (one | two | three | four) << 1
    };
    let colons = wanted(
        Shape::Colons,
        colon & colon << 1 | colons(colons(colon & hex << 1)),
    );

    let plus = wanted(Shape::PlusDigit, digit & (plus | parenthesis & plus << 1) << 1);
    let iban = wanted(Shape::Iban, two & (upper & upper << 1 & !(alnum << 2)) << 2);
    group | phone | ssn | quad | colons | plus | iban
}

/// Where [`Shape::Hex32`] ends in a block; `before` is the block before it, NULs at the start.
#[inline(always)]
pub(super) fn hex32<L: Lanes>(before: L, here: L) -> u64 {
    // The lower 64 bits are the block before. What is shifted in from below is 0: a run there may look too short,
    // but nothing reaches from there to the upper ones.
    let hex = u128::from(before.class(class::HEX)) | u128::from(here.class(class::HEX)) << 64;
    let pair = hex & hex << 1;
    let quartet = pair & pair << 2;
    let octet = quartet & quartet << 4;
    let sixteen = octet & octet << 8;
    let all = sixteen & sixteen << 16;
    ((all & !(all << 1)) >> 64) as u64
}
