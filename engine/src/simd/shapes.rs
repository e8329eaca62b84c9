//! Shapes: what values without a literal look like. A closed list, made by hand.
//!
//! All of it is bit logic on planes, written once for all kernels. No shape reaches back further than 33 bytes,
//! so a block and the one before it are enough. Finding is in two steps, since on most blocks there is nothing:
//! [`window`] is cheap, runs on four blocks at once and says where something may be; [`Batch::exact`] then asks
//! for the planes it needs. On text like JSON records the second step runs on about one block in fifteen.

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
    /// Where Alnum20 ends.
    sure: [u64; BATCH],
    /// Not 0 where others may end.
    maybe: [u64; BATCH],
    /// Bit `i`: there is a `+` in block `i`.
    plus: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            digit: [0; BATCH + 1],
            word: [0; BATCH + 1],
            colon: [0; BATCH + 1],
            sure: [0; BATCH],
            maybe: [0; BATCH],
            plus: 0,
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
        self.plus |= u32::from(here.any(b'+')) << at;
    }

    /// Looks at the first `len` blocks.
    #[inline(always)]
    pub(super) fn find(&mut self, shapes: Shapes, len: usize) {
        let runs = if shapes.has(Shape::Alnum20) { u64::MAX } else { 0 };
        // A multiple of the lanes of a vector, so that there is no rest to be done one by one.
        let len = len.next_multiple_of(4).min(BATCH);
        for at in 0..len {
            let [digit, word, colon] =
                [&self.digit, &self.word, &self.colon].map(|plane| (plane[at], plane[at + 1]));
            let early = |(before, here): (u64, u64)| here << 32 | before >> 32;
            let (sure_early, maybe_early) = window(early(digit), early(word), early(colon));
            let (sure_late, maybe_late) = window(digit.1, word.1, colon.1);
            self.sure[at] = (sure_early >> 32 | sure_late >> 32 << 32) & runs;
            self.maybe[at] = (maybe_early | maybe_late) >> 32;
        }
    }

    /// Where shapes end in block `at` for sure.
    #[inline(always)]
    pub(super) fn sure(&self, at: usize) -> u64 {
        self.sure[at % BATCH]
    }

    /// Whether [`Self::exact`] may find something.
    #[inline(always)]
    pub(super) fn maybe(&self, at: usize) -> bool {
        self.maybe[at % BATCH] != 0 || self.plus >> (at % BATCH) & 1 != 0
    }

    /// Ends the batch after `len` blocks: the last one is now the one before.
    #[inline(always)]
    pub(super) fn carry(&mut self, len: usize) {
        for plane in [&mut self.digit, &mut self.word, &mut self.colon] {
            plane[0] = plane[len % (BATCH + 1)];
        }
        self.plus = 0;
    }
}

/// Where shapes end in the upper 32 bits: [`Shape::Alnum20`] for sure, and others perhaps. The lower 32 are the
/// bytes before, and what is said of them is wrong.
///
/// "Perhaps" is never 0 where a shape but [`Shape::PlusDigit`] ends. It tests what these planes show of it.
#[inline(always)]
fn window(digit: u64, word: u64, colon: u64) -> (u64, u64) {
    let two = digit & digit << 1;
    let four = two & two << 2;
    // Digits9, and so Digits13.
    let nine = four & four << 4 & digit << 8;
    // DD, no digit, DDDD: Group44, Ssn324, Phone34.
    let grouped = four & !(digit << 4) & two << 5;
    // Quad has three digits after a non-word, each two to four bytes after the one before; Colons has two bytes
    // after colons, two to five apart, and one to four bytes after the second another colon. Both at once:
    let start = digit & !(word << 1);
    let mark = start | colon << 1;
    let second = mark & two_to_five(mark);
    let third = (start | colon) & (two_to_five(second) | second << 1);
    let colons = colon & colon << 1;
    // Two letters and two digits: Iban.
    let letter = word & !digit;
    let iban = two & (letter & letter << 1) << 2;
    let pair = word & word << 1;
    let quartet = pair & pair << 2;
    let octet = quartet & quartet << 4;
    let twenty = octet & octet << 8 & quartet << 16;
    // Hex32 is at least a run of 28.
    let long = twenty & octet << 20;
    let maybe = (nine | grouped) | (third | colons) | (iban | long);
    (twenty & !(twenty << 1), maybe)
}

/// Where a bit is two to five places lower.
#[inline(always)]
fn two_to_five(plane: u64) -> u64 {
    let pair = plane | plane << 1;
    (pair | pair << 2) << 2
}

/// Two planes in one: the lower 64 bits are the block before, the upper ones the block itself.
///
/// What is then shifted in from below is 0, so the lower half may be wrong near its start: no shape reaches back
/// so far.
#[inline(always)]
fn wide(before: u64, here: u64) -> u128 {
    u128::from(before) | u128::from(here) << 64
}

impl Batch {
    /// Where the shapes that need other planes end in block `at`; `before` is the block before it.
    #[inline(always)]
    pub(super) fn exact<L: Lanes>(&self, shapes: Shapes, at: usize, before: L, here: L) -> u64 {
        let at = at % BATCH;
        let [digit, word, colon] =
            [&self.digit, &self.word, &self.colon].map(|plane| wide(plane[at], plane[at + 1]));
        let byte = |byte: u8| wide(before.byte(byte), here.byte(byte));
        let class = |class: u8| wide(before.class(class), here.class(class));
        let ends_here = |plane: u128| plane >> 64 != 0;

        let mut hot = 0;
        let mut add = |shape: Shape, plane: u128| {
            if shapes.has(shape) {
                hot |= plane;
            }
        };

        let two = digit & digit << 1;
        let four = two & two << 2;
        let nine = four & four << 4 & digit << 8;
        if ends_here(nine) {
            add(Shape::Digits9, nine & !(nine << 1));
            let thirteen = nine & four << 9;
            add(Shape::Digits13, thirteen & !(thirteen << 1));
        }

        if ends_here(four & !(digit << 4) & two << 5) {
            let tight = byte(b'-') | byte(b' ');
            let any = tight | byte(b'.');
            add(Shape::Group44, four & (tight & four << 1) << 4);
            let three = two & digit << 2;
            add(Shape::Phone34, four & (any & three << 1) << 4);
            add(
                Shape::Ssn324,
                four & (any & (two & (any & three << 1) << 2) << 1) << 4,
            );
        }

        let start = digit & !(word << 1);
        if ends_here(start) {
            let plus = byte(b'+');
            add(Shape::PlusDigit, digit & (plus | byte(b'(') & plus << 1) << 1);
            let dot = byte(b'.');
            let group = |start: u128| {
                let one = digit & start << 1;
                let two = digit & one << 1;
                let three = digit & two << 1;
                dot & (one | two | three) << 1
            };
            add(Shape::Quad, digit & group(group(dot & digit << 1)) << 1);
        }

        add(Shape::Colons, colon & colon << 1);
        if ends_here(colon) && (colon & (colon - 1)) != 0 {
            let hex = class(class::HEX);
            let group = |start: u128| {
                let one = hex & start << 1;
                let two = hex & one << 1;
                let three = hex & two << 1;
                let four = hex & three << 1;
                colon & (one | two | three | four) << 1
            };
            add(Shape::Colons, group(group(colon & hex << 1)));
        }

        let letter = word & !digit;
        if ends_here(two & (letter & letter << 1) << 2) {
            let (upper, alnum) = (class(class::UPPER), class(class::ALNUM));
            add(Shape::Iban, two & (upper & upper << 1 & !(alnum << 2)) << 2);
        }

        let run = |plane: u128| {
            let pair = plane & plane << 1;
            let quartet = pair & pair << 2;
            let octet = quartet & quartet << 4;
            let sixteen = octet & octet << 8;
            sixteen & sixteen << 16
        };
        if ends_here(run(word)) {
            let all = run(class(class::HEX));
            add(Shape::Hex32, all & !(all << 1));
        }
        (hot >> 64) as u64
    }
}
