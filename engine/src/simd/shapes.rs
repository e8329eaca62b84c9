//! Shapes: what values without a literal look like. A closed list, made by hand.
//!
//! Most bytes end none, and what says so has to be cheap. Shapes that are four bytes in a row are looked for with the
//! literals ([`FINGERPRINTS`]); those made of digits by bit logic on planes ([`Fours`]), four blocks at once. Where
//! that leaves a byte in doubt, the bytes up to it are looked at ([`ends_after_fingerprint`], [`ends_in_digits`]).
//! All of it is written once for all kernels.

use super::anchors::ByteSet;

/// What a value looks like; D is a digit, H a hex digit. The trigger is on its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `@`.
    At,
    /// The 13th digit of a run, and no other of that run.
    Digits13,
    /// The 9th digit of a run, and no other of that run.
    Digits9,
    /// The 6th digit of a run, and no other of that run.
    Digits6,
    /// DDDD, space, dash or colon, DDDD; the runs may be longer.
    Group44,
    /// DDD-DD-DDDD, with dash, space or dot; the runs at the ends may be longer.
    Ssn324,
    /// DDD-DDDD, with dash, dot or space; the runs may be longer.
    Phone34,
    /// DDD-DDD, with dash, space or slash, or .DDD.DDD; the run in front may be longer but for the dots, and the one behind.
    Group33,
    /// DD-DD-DD, with two dashes or two spaces; the last run may be longer, and the first: by one if these are dashes.
    Pairs,
    /// `+D` or `+(D`.
    PlusDigit,
    /// D, dot, one to three D, dot, one to three D, dot, D.
    Quad,
    /// `::`, and the third colon of H, colon, one to four H, colon, one to four H, colon.
    Colons,
    /// Two of `A`-`Z` and DD, at the start or after what is neither an ASCII letter nor a digit.
    Iban,
    /// A capital and a digit, one directly behind the other, and nowhere in the 24 letters and digits before; a capital or mark, a capital, a mark and a digit; the same the
    /// other way round. A mark is a dash, space, dot or slash, but no slash on the outside.
    Coded,
    /// HHHHHHHH-HHHH-; the run in front may be longer.
    Uuid,
    /// The last of twelve ASCII letters and digits in a row that are of both kinds, if that is not so one byte before.
    Mixed12,
    /// D, mark, DD; D, mark, D, mark; D, dash or space, a capital and a small letter. A mark is a dash, slash or dot.
    Dated,
}

impl Shape {
    /// Every shape.
    pub(crate) const ALL: [Self; 17] = [
        Self::At,
        Self::Digits13,
        Self::Digits9,
        Self::Digits6,
        Self::Group44,
        Self::Ssn324,
        Self::Phone34,
        Self::Group33,
        Self::Pairs,
        Self::PlusDigit,
        Self::Quad,
        Self::Colons,
        Self::Iban,
        Self::Coded,
        Self::Uuid,
        Self::Mixed12,
        Self::Dated,
    ];
}

/// A set of shapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shapes(u32);

impl Shapes {
    /// None.
    pub(crate) const NONE: Self = Self(0);
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: Self = Self((1 << Shape::ALL.len()) - 1);

    /// This set and one more shape.
    #[must_use]
    pub(crate) const fn with(self, shape: Shape) -> Self {
        Self(self.0 | 1 << shape as u32)
    }

    /// A bit each, by their place in [`Shape::ALL`].
    #[cfg(test)]
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// Those that both have.
    #[inline(always)]
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set of these bits; others say nothing.
    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self(bits & ((1 << Shape::ALL.len()) - 1))
    }

    /// Whether a shape is in it.
    #[inline(always)]
    pub(crate) const fn has(self, shape: Shape) -> bool {
        self.0 & 1 << shape as u32 != 0
    }

    /// Whether nothing is in it.
    #[inline(always)]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one of these is in it.
    #[inline(always)]
    pub(super) fn has_any(self, shapes: &[Shape]) -> bool {
        shapes.iter().any(|shape| self.has(*shape))
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

/// Shapes that are four bytes in a row, or may end with them: the kernels look for these as for literals, and
/// [`ends_after_fingerprint`] says whether it is one.
pub(super) const FINGERPRINTS: [(Shape, [ByteSet; 4]); 6] = {
    const ANY: ByteSet = ByteSet::FULL;
    const DIGIT: ByteSet = ByteSet::of(b"0123456789");
    const COLON: ByteSet = ByteSet::of(b":");
    const HEX_OR_COLON: ByteSet = ByteSet::of(b"0123456789ABCDEFabcdef:");
    const PLUS: ByteSet = ByteSet::of(b"+");
    const MARK: ByteSet = ByteSet::of(b"-/.");
    const DIGIT_OR_MARK: ByteSet = ByteSet::of(b"0123456789-/.");
    const LOWER: ByteSet = ByteSet::of(b"abcdefghijklmnopqrstuvwxyz");
    [
        (Shape::PlusDigit, [ANY, ANY, PLUS, DIGIT]),
        (Shape::PlusDigit, [ANY, PLUS, ByteSet::of(b"("), DIGIT]),
        (Shape::Colons, [ANY, ANY, COLON, COLON]),
        (Shape::Colons, [HEX_OR_COLON, HEX_OR_COLON, HEX, COLON]),
        (Shape::Dated, [DIGIT, MARK, DIGIT, DIGIT_OR_MARK]),
        (Shape::Dated, [DIGIT, ByteSet::of(b"- "), UPPER, LOWER]),
    ]
};

/// Shapes that [`Fours`] find.
pub(super) const DIGITS: [Shape; 9] = [
    Shape::Digits13,
    Shape::Digits9,
    Shape::Digits6,
    Shape::Group44,
    Shape::Ssn324,
    Shape::Phone34,
    Shape::Group33,
    Shape::Pairs,
    Shape::Quad,
];

/// Shapes that [`coded`] finds.
pub(super) const CODED: [Shape; 2] = [Shape::Coded, Shape::Iban];

/// What these begin with.
pub(super) const UPPER: ByteSet = ByteSet::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ");

const HEX: ByteSet = ByteSet::of(b"0123456789ABCDEFabcdef");

/// What [`Shape::Mixed12`] is made of.
pub(super) const ALNUM: ByteSet =
    ByteSet::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/// Whether one of the shapes of [`FINGERPRINTS`] ends with `text`, which is all that is known.
pub(super) fn ends_after_fingerprint(shapes: Shapes, text: &[u8]) -> bool {
    match text {
        [.., b':', b':'] => shapes.has(Shape::Colons),
        [rest @ .., b':'] => {
            // Most are in times of day, which have two colons.
            let colons = |near: &[u8; 12]| near.iter().filter(|byte| **byte == b':').count();
            if text.last_chunk().is_some_and(|near| colons(near) < 3) {
                return false;
            }
            let before = |text| before_run(text, 4, u8::is_ascii_hexdigit)?.strip_suffix(b":");
            shapes.has(Shape::Colons)
                && before(rest)
                    .and_then(before)
                    .and_then(<[u8]>::last)
                    .is_some_and(u8::is_ascii_hexdigit)
        }
        [.., b'+', digit] | [.., b'+', b'(', digit] => shapes.has(Shape::PlusDigit) && digit.is_ascii_digit(),
        _ => shapes.has(Shape::Dated) && ends_dated(text),
    }
}

/// Whether [`Shape::Dated`] ends with `text`, which is all that is known.
pub(crate) fn ends_dated(text: &[u8]) -> bool {
    let mark = |byte: u8| matches!(byte, b'-' | b'/' | b'.');
    text.last_chunk().is_some_and(|[first, second, third, last]| {
        let digits = mark(*second) && third.is_ascii_digit() && (last.is_ascii_digit() || mark(*last));
        let word = matches!(second, b'-' | b' ') && third.is_ascii_uppercase() && last.is_ascii_lowercase();
        first.is_ascii_digit() && (digits || word)
    })
}

/// Whether [`Shape::Coded`] ends with `text`, which is all that is known.
pub(crate) fn ends_coded(text: &[u8]) -> bool {
    let touch = |one: u8, other: u8| {
        one.is_ascii_uppercase() && other.is_ascii_digit()
            || one.is_ascii_digit() && other.is_ascii_uppercase()
    };
    let mark = |byte: &u8| matches!(byte, b'-' | b'.' | b'/' | b' ');
    let outer = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'.' | b' ');
    match text {
        [rest @ .., one, other] if touch(*one, *other) => {
            let mut later = *one;
            let run = rest
                .iter()
                .rev()
                .take(CODED_ONCE)
                .take_while(|byte| byte.is_ascii_alphanumeric());
            !run.into_iter()
                .any(|byte| touch(*byte, core::mem::replace(&mut later, *byte)))
        }
        [.., a, b, c, d] => {
            outer(a) && b.is_ascii_uppercase() && mark(c) && d.is_ascii_digit()
                || a.is_ascii_digit() && mark(b) && c.is_ascii_uppercase() && outer(d)
        }
        _ => false,
    }
}

/// How many letters and digits before it may not have such a place already, for [`Shape::Coded`] inside a word.
const CODED_ONCE: usize = 24;

/// Whether [`Shape::Group44`], [`Shape::Ssn324`], [`Shape::Phone34`], [`Shape::Group33`], [`Shape::Pairs`] or
/// [`Shape::Quad`] ends with `text`, which is all that is known.
pub(super) fn ends_in_digits(shapes: Shapes, text: &[u8]) -> bool {
    if shapes.has(Shape::Group33) && ends_group33(text) || shapes.has(Shape::Pairs) && ends_pairs(text) {
        return true;
    }
    if let [rest @ .., b'.', digit] = text {
        let before = |text| before_run(text, 3, u8::is_ascii_digit)?.strip_suffix(b".");
        return shapes.has(Shape::Quad)
            && digit.is_ascii_digit()
            && before(rest)
                .and_then(before)
                .and_then(<[u8]>::last)
                .is_some_and(u8::is_ascii_digit);
    }
    let [
        rest @ ..,
        mark @ (b'-' | b' ' | b'.' | b':'),
        one,
        two,
        three,
        four,
    ] = text
    else {
        return false;
    };
    if ![one, two, three, four].into_iter().all(u8::is_ascii_digit) {
        return false;
    }
    let before = rest.iter().rev().take_while(|byte| byte.is_ascii_digit());
    match before.take(4).count() {
        4 => shapes.has(Shape::Phone34) && *mark != b':' || shapes.has(Shape::Group44) && *mark != b'.',
        3 => shapes.has(Shape::Phone34) && *mark != b':',
        2 => {
            shapes.has(Shape::Ssn324)
                && *mark != b':'
                && matches!(rest, [.., one, two, three, b'-' | b' ' | b'.', _, _]
                    if [one, two, three].into_iter().all(u8::is_ascii_digit))
        }
        _ => false,
    }
}

/// Whether [`Shape::Group33`] ends with `text`, which is all that is known.
pub(crate) fn ends_group33(text: &[u8]) -> bool {
    text.last_chunk().is_some_and(|[a, b, c, mark, d, e, f]| {
        let dotted = || *mark == b'.' && text.iter().rev().nth(7) == Some(&b'.');
        [a, b, c, d, e, f].into_iter().all(u8::is_ascii_digit)
            && (matches!(mark, b'-' | b' ' | b'/') || dotted())
    })
}

/// Whether [`Shape::Pairs`] ends with `text`, which is all that is known.
pub(crate) fn ends_pairs(text: &[u8]) -> bool {
    let Some((before, [a, b, mark, c, d, other, e, f])) = text.split_last_chunk() else {
        return false;
    };
    let longer = || {
        before
            .last_chunk::<2>()
            .is_some_and(|two| two.iter().all(u8::is_ascii_digit))
    };
    mark == other
        && (*mark == b' ' || *mark == b'-' && !longer())
        && [a, b, c, d, e, f].into_iter().all(u8::is_ascii_digit)
}

/// What is before the run of one to `most` such bytes that `text` ends with.
fn before_run(text: &[u8], most: usize, such: impl Fn(&u8) -> bool) -> Option<&[u8]> {
    let run = text.iter().rev().take(most).take_while(|byte| such(byte));
    let len = run.count();
    (len > 0).then(|| text.split_at(text.len() - len).0)
}

/// Whether [`Shape::Uuid`] ends with `text`, which is all that is known.
pub(crate) fn ends_uuid(text: &[u8]) -> bool {
    let Some([first @ .., b'-', a, b, c, d, b'-']) = text.last_chunk::<14>() else {
        return false;
    };
    first.iter().chain([a, b, c, d]).all(u8::is_ascii_hexdigit)
}

/// The same bits of four blocks.
///
/// Everything is `#[inline(always)]`, so that it compiles with the features of the pass it is used in. For the same
/// reason closures stay out of what is made of it: where two kernels share an implementation, nothing says that a
/// closure is to be compiled with each.
pub(super) trait Four: Copy {
    /// Takes four planes, each as it lies in memory on a little-endian machine.
    ///
    /// # Safety
    /// - The machine has the features of the kernel.
    unsafe fn load(planes: &[[u8; 8]; 4]) -> Self;
    /// Bits that both have.
    fn and(self, other: Self) -> Self;
    /// Bits that this has and the other has not.
    fn and_not(self, other: Self) -> Self;
    /// Bits that one has.
    fn or(self, other: Self) -> Self;
    /// Each bit some places higher; what leaves a block is lost.
    fn up<const BY: i32>(self) -> Self;
    /// Whether there is a bit.
    fn is_any(self) -> bool;
    /// The upper half of each plane as the lower one of the same plane of `late`.
    fn below(self, late: Self) -> Self;
    /// One by one.
    fn planes(self) -> [u64; 4];
}

/// Four blocks, seen in two halves: where digits are and where dots are.
#[derive(Clone, Copy)]
pub(super) struct Fours<F> {
    /// All ones if [`Shape::Digits6`] is wanted, and [`Shape::Digits9`], and [`Shape::Digits13`].
    wanted: [F; 3],
    early: Half<F>,
    late: Half<F>,
}

impl<F: Four> Fours<F> {
    /// What of them is wanted: the same for all of a row.
    ///
    /// # Safety
    /// - The machine has the features of `F`.
    #[inline(always)]
    pub(super) unsafe fn wanted(shapes: Shapes) -> [F; 3] {
        // SAFETY: the caller guarantees the features.
        unsafe {
            [
                Self::all_or_none(shapes, Shape::Digits6),
                Self::all_or_none(shapes, Shape::Digits9),
                Self::all_or_none(shapes, Shape::Digits13),
            ]
        }
    }

    /// All ones if a shape is wanted.
    ///
    /// # Safety
    /// - The machine has the features of `F`.
    #[inline(always)]
    unsafe fn all_or_none(shapes: Shapes, shape: Shape) -> F {
        let plane = if shapes.has(shape) { [0xff; 8] } else { [0; 8] };
        // SAFETY: the caller guarantees the features.
        unsafe { F::load(&[plane; 4]) }
    }

    /// Four blocks: where digits are and where dots are, of the two views of a [`Row`].
    ///
    /// # Safety
    /// - The machine has the features of `F`.
    #[inline(always)]
    pub(super) unsafe fn new(
        wanted: [F; 3],
        early: (&[[u8; 8]; 4], &[[u8; 8]; 4]),
        late: (&[[u8; 8]; 4], &[[u8; 8]; 4]),
    ) -> Self {
        // SAFETY: the caller guarantees the features.
        unsafe {
            Self {
                wanted,
                early: Half::new(F::load(early.0), F::load(early.1)),
                late: Half::new(F::load(late.0), F::load(late.1)),
            }
        }
    }

    /// Where the shapes that are runs end. Mostly nowhere.
    #[inline(always)]
    pub(super) fn runs(self) -> Option<[u64; 4]> {
        let (early, late) = (self.early, self.late);
        if !early.six.or(late.six).is_any() {
            return None;
        }
        Some(early.runs(self.wanted).below(late.runs(self.wanted)).planes())
    }

    /// Where others may: [`ends_in_digits`] is asked there. Mostly nowhere.
    #[inline(always)]
    pub(super) fn maybe(self) -> Option<[u64; 4]> {
        let (early, late) = (self.early, self.late);
        if !early.doubtful().or(late.doubtful()).is_any() {
            return None;
        }
        Some(early.maybe().below(late.maybe()).planes())
    }
}

/// What 64 bits of planes show in their upper half; what they say of the lower one is wrong.
#[derive(Clone, Copy)]
struct Half<F> {
    /// Where digits are.
    digit: F,
    /// Where six digits end.
    six: F,
    /// Where eight do.
    eight: F,
    /// Where [`Shape::Group44`], [`Shape::Ssn324`], [`Shape::Phone34`], [`Shape::Group33`] and [`Shape::Pairs`] may end.
    grouped: F,
    /// Dots after a digit.
    dots: F,
    /// Those two to four places behind another.
    second: F,
}

impl<F: Four> Half<F> {
    #[inline(always)]
    fn new(digit: F, dot: F) -> Self {
        let behind = digit.up::<1>();
        let two = digit.and(behind);
        let three = two.and(digit.up::<2>());
        let four = two.and(two.up::<2>());
        // DDD or DDD-DD, whatever the mark, then what is no digit, then DDDD.
        let before = three.or(two.and(three.up::<3>())).up::<5>();
        let grouped = four.and(before).and_not(digit.up::<4>());
        // DDD, what is no digit, DDD.
        let triples = three.and(three.up::<4>()).and_not(digit.up::<3>());
        // DD, what is no digit, DD, what is no digit, DD.
        let twice = two.and(two.up::<3>()).and_not(digit.up::<2>());
        let pairs = twice.and(twice.up::<3>());
        let dots = dot.and(behind);
        Self {
            digit,
            six: four.and(two.up::<4>()),
            eight: four.and(four.up::<4>()),
            grouped: grouped.or(triples).or(pairs),
            dots,
            second: Self::spaced(dots, dots),
        }
    }

    /// Those of some dots that are two to four places behind one of the others.
    #[inline(always)]
    fn spaced(dots: F, others: F) -> F {
        let two_or_three = others.or(others.up::<1>()).up::<2>();
        dots.and(two_or_three.or(others.up::<4>()))
    }

    /// Not 0 if there may be something in [`Self::maybe`].
    #[inline(always)]
    fn doubtful(self) -> F {
        self.grouped.or(self.second)
    }

    /// Where [`Shape::Digits6`], [`Shape::Digits9`] and [`Shape::Digits13`] end, each where it is wanted.
    #[inline(always)]
    fn runs(self, [digits6, digits9, digits13]: [F; 3]) -> F {
        let sixth = self.six.and_not(self.six.up::<1>());
        let nine = self.eight.and(self.digit.up::<8>());
        let ninth = nine.and_not(nine.up::<1>());
        // Four after the ninth, if it is one still.
        let thirteenth = ninth.up::<4>().and(nine);
        let both = ninth.and(digits9).or(thirteenth.and(digits13));
        sixth.and(digits6).or(both)
    }

    /// Where the shapes of [`ends_in_digits`] may end: [`Shape::Quad`] behind a third dot.
    #[inline(always)]
    fn maybe(self) -> F {
        let third = Self::spaced(self.dots, self.second);
        self.grouped.or(third.up::<1>())
    }
}

/// Where [`Shape::Mixed12`] ends in four blocks, if anywhere: of where letters and digits are, and where digits are, the
/// two views of a [`Row`].
///
/// # Safety
/// - The machine has the features of `F`.
#[inline(always)]
pub(super) unsafe fn mixed<F: Four>(
    early: (&[[u8; 8]; 4], &[[u8; 8]; 4]),
    late: (&[[u8; 8]; 4], &[[u8; 8]; 4]),
) -> Option<[u64; 4]> {
    // SAFETY: the caller guarantees the features.
    let (early, late) = unsafe {
        (
            mixed_half(F::load(early.0), F::load(early.1)),
            mixed_half(F::load(late.0), F::load(late.1)),
        )
    };
    if !early.or(late).is_any() {
        return None;
    }
    Some(early.below(late).planes())
}

/// The same in the upper half of 64 bits; what is said of the lower one is wrong.
#[inline(always)]
fn mixed_half<F: Four>(alnum: F, digit: F) -> F {
    let two = alnum.and(alnum.up::<1>());
    let four = two.and(two.up::<2>());
    let twelve = four.and(four.up::<4>()).and(four.up::<8>());
    // A letter behind a digit, or the other way round; then whether that is so at one of the last eleven.
    let behind = digit.up::<1>();
    let change = two.and(digit.or(behind).and_not(digit.and(behind)));
    let changes = change.or(change.up::<1>());
    let changes = changes.or(changes.up::<2>());
    let eleven = changes.or(changes.up::<4>()).or(changes.up::<7>());
    let such = twelve.and(eleven);
    such.and_not(such.up::<1>())
}

/// Where capitals, digits, and letters and digits are in four blocks: a view of the [`Row`] of each.
type Signs<'a> = [&'a [[u8; 8]; 4]; 3];

/// Where shapes of [`CODED`] end in four blocks, and where [`Shape::Coded`] may end besides ([`ends_coded`] is asked
/// there), if anywhere: of the two views of each [`Row`].
///
/// # Safety
/// - The machine has the features of the kernel.
#[inline(always)]
pub(super) unsafe fn coded<F: Four>(
    shapes: Shapes,
    early: Signs<'_>,
    late: Signs<'_>,
) -> Option<[[u64; 4]; 2]> {
    // SAFETY: the caller guarantees the features.
    let (early, late) = unsafe { (coded_half::<F>(early), coded_half::<F>(late)) };
    let (iban, is) = (shapes.has(Shape::Iban), shapes.has(Shape::Coded));
    let [touch, maybe, head] = [0, 1, 2].map(|at| early[at].below(late[at]));
    let any = match (is, iban) {
        (true, true) => touch.or(maybe).or(head),
        (true, false) => touch.or(maybe),
        _ => head,
    };
    if !any.is_any() {
        return None;
    }
    Some(match (is, iban) {
        (true, true) => [touch.or(head).planes(), maybe.planes()],
        (true, false) => [touch.planes(), maybe.planes()],
        _ => [head.planes(), [0; 4]],
    })
}

/// The same in the upper half of 64 bits, [`Shape::Coded`] first, then where it may end, then [`Shape::Iban`]; what is said
/// of the lower half is wrong.
///
/// # Safety
/// - The machine has the features of `F`.
#[inline(always)]
unsafe fn coded_half<F: Four>([upper, digit, alnum]: Signs<'_>) -> [F; 3] {
    // SAFETY: the caller guarantees the features.
    let (upper, digit, alnum) = unsafe { (F::load(upper), F::load(digit), F::load(alnum)) };
    // Where a capital touches a digit, and where one did in the same word up to 23 bytes before.
    let touch = upper.up::<1>().and(digit).or(digit.up::<1>().and(upper));
    let two = alnum.and(alnum.up::<1>());
    let four = two.and(two.up::<2>());
    let eight = four.and(four.up::<4>());
    let near = touch.or(alnum.and(touch.up::<1>()));
    let near = near.or(two.and(near.up::<2>()));
    let near = near.or(four.and(near.up::<4>()));
    let near = near.or(eight.and(near.up::<8>()));
    let near = near.or(eight.and(near.up::<8>()));
    // A mark between the two.
    let apart = upper.up::<2>().and(digit).and_not(alnum.up::<1>());
    let other = digit.up::<2>().and(upper).and_not(alnum.up::<1>());
    let pairs = upper
        .and(upper.up::<1>())
        .up::<2>()
        .and(digit.and(digit.up::<1>()));
    [
        touch.and_not(near.up::<1>()),
        apart.or(other.up::<1>()),
        pairs.and_not(alnum.up::<4>()),
    ]
}

/// Where [`Shape::Uuid`] may end in four blocks, if anywhere: of where dashes are, the two views of a [`Row`].
///
/// # Safety
/// - The machine has the features of `F`.
#[inline(always)]
pub(super) unsafe fn dashes<F: Four>(early: &[[u8; 8]; 4], late: &[[u8; 8]; 4]) -> Option<[u64; 4]> {
    // SAFETY: the caller guarantees the features.
    let (early, late) = unsafe { (F::load(early), F::load(late)) };
    let (early, late) = (early.and(early.up::<5>()), late.and(late.up::<5>()));
    if !early.or(late).is_any() {
        return None;
    }
    Some(early.below(late).planes())
}

/// The planes of a part as a row of bits, by four blocks.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// 64 bits from the middle of the block before each.
    pub(super) early: &'a [[[u8; 8]; 4]],
    /// 64 bits from its own start.
    pub(super) late: &'a [[[u8; 8]; 4]],
}
