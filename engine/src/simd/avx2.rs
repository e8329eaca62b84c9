//! The kernel for AVX2: 64 bytes are two registers of 32.

use super::{
    Level, Table,
    anchors::{Anchors, At, Bytes},
    block::{Block, WIDTH},
    lanes::{self, Lanes, Place, class},
    shapes::{Maybe, Shapes},
};
use core::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_alignr_epi8, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_permute2x128_si256, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srli_epi16,
};

/// The kernel's entry in the list.
pub(super) static TABLE: Table = Table {
    level: Level::Avx2,
    name: "avx2",
    available: || {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
    },
    scan,
};

/// See [`lanes::scan`].
///
/// # Safety
/// - The machine has AVX2, BMI1, BMI2, LZCNT and POPCNT.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
unsafe fn scan(input: &[u8], anchors: &Anchors, out: &mut [Block]) -> usize {
    // SAFETY: the caller guarantees the features.
    unsafe { lanes::scan::<Pair>(input, anchors, out) }
}

/// See [`lanes::settle`].
///
/// # Safety
/// - The machine has AVX2, BMI1, BMI2, LZCNT and POPCNT.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
#[cold]
#[inline(never)]
unsafe fn settle(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64 {
    // SAFETY: the caller guarantees the features.
    unsafe { lanes::settle::<Pair>(place, watched, maybe) }
}

/// 64 bytes, the first 32 first.
///
/// Invariant: a value exists only on a machine with AVX2, since [`Lanes::load`] and [`Lanes::trail`] ask for it.
/// Every `SAFETY` note below rests on that.
#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

/// For each low nibble, the class bits some byte with that nibble has; see [`class`].
const LOW: [u8; 16] = nibbles(0x0f, 0);
/// For each high nibble, likewise.
const HIGH: [u8; 16] = nibbles(0xf0, 4);
/// At the low nibble of each blank the blank itself, elsewhere a byte that does not have that nibble.
const BLANK: [u8; 16] = [b' ', 0, 0, 0, 0, 0, 0, 0, 0, b'\t', b'\n', 0, 0, b'\r', 0, 0];

/// The union of the class bits of all bytes that agree in a nibble.
const fn nibbles(mask: u8, shift: u8) -> [u8; 16] {
    let mut table = [0; 16];
    let mut byte = 0;
    while byte < 128 {
        table[((byte & mask) >> shift) as usize] |= class::of(byte);
        byte += 1;
    }
    table
}

/// A 16-entry table in both halves of a register.
#[inline(always)]
fn table(entries: &[u8; 16]) -> __m256i {
    // SAFETY: 16 bytes are read from an array of 16; AVX2 is there, see `Pair`.
    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(entries.as_ptr().cast())) }
}

/// 32 times the same byte.
#[inline(always)]
fn splat(byte: u8) -> __m256i {
    // SAFETY: AVX2 is there, see `Pair`.
    unsafe { _mm256_set1_epi8(byte.cast_signed()) }
}

impl Pair {
    /// The bits that both have.
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            Self(
                _mm256_and_si256(self.0, other.0),
                _mm256_and_si256(self.1, other.1),
            )
        }
    }

    /// The bits that one has.
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe { Self(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
    }

    /// 0xff where the bytes are the same, else 0.
    #[inline(always)]
    fn same(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            Self(
                _mm256_cmpeq_epi8(self.0, other.0),
                _mm256_cmpeq_epi8(self.1, other.1),
            )
        }
    }

    /// Every byte one place later; the first is the last of `before`.
    #[inline(always)]
    fn later(self, before: __m256i) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            Self(
                _mm256_alignr_epi8::<15>(self.0, _mm256_permute2x128_si256::<0x21>(before, self.0)),
                _mm256_alignr_epi8::<15>(self.1, _mm256_permute2x128_si256::<0x21>(self.0, self.1)),
            )
        }
    }

    /// 0xff where a byte is `byte`, else 0.
    #[inline(always)]
    fn equal(self, byte: u8) -> Self {
        let other = splat(byte);
        self.same(Self(other, other))
    }

    /// The entries at the bytes' low nibbles, 0 for bytes from 0x80 on.
    #[inline(always)]
    fn look_up(self, entries: &[u8; 16]) -> Self {
        let entries = table(entries);
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            Self(
                _mm256_shuffle_epi8(entries, self.0),
                _mm256_shuffle_epi8(entries, self.1),
            )
        }
    }

    /// The low nibbles.
    #[inline(always)]
    fn low(self) -> Self {
        let nibble = splat(0x0f);
        self.and(Self(nibble, nibble))
    }

    /// The high nibbles.
    #[inline(always)]
    fn high(self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        let moved = unsafe { Self(_mm256_srli_epi16::<4>(self.0), _mm256_srli_epi16::<4>(self.1)) };
        moved.low()
    }

    /// The class bits of each byte.
    #[inline(always)]
    fn classes(self) -> Self {
        // Bytes from 0x80 on are 0 by the first lookup, which needs no nibble taken out.
        self.look_up(&LOW).and(self.high().look_up(&HIGH))
    }

    /// The highest bit of each byte: byte `i` is bit `i`.
    #[inline(always)]
    fn plane(self) -> u64 {
        // SAFETY: AVX2 is there, see `Pair`.
        let (low, high) = unsafe { (_mm256_movemask_epi8(self.0), _mm256_movemask_epi8(self.1)) };
        u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
    }

    /// Which bytes are not 0.
    #[inline(always)]
    fn set(self) -> u64 {
        !self.equal(0).plane()
    }
}

impl Lanes for Pair {
    /// The buckets that matched one, two and three bytes, for the last 32 bytes.
    type Trail = [__m256i; 3];

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self {
        let at = bytes.as_ptr();
        // SAFETY: 32 bytes each at 0 and at 32 of 64; the caller guarantees AVX2.
        unsafe {
            Self(
                _mm256_loadu_si256(at.cast()),
                _mm256_loadu_si256(at.add(32).cast()),
            )
        }
    }

    #[inline(always)]
    unsafe fn trail(anchors: &Anchors) -> [__m256i; 3] {
        let [one, two, three] = anchors.literals().map_or([0; 3], |literals| literals.before());
        [splat(one), splat(two), splat(three)]
    }

    #[inline(always)]
    fn raw(self) -> Block {
        // `[` and `{`, `]` and `}` differ in one bit, and no other byte becomes one of them by it.
        let bit = splat(0x20);
        let folded = self.or(Self(bit, bit));
        let last = splat(0x1f);
        // SAFETY: AVX2 is there, see `Pair`.
        let clipped = unsafe { Self(_mm256_min_epu8(self.0, last), _mm256_min_epu8(self.1, last)) };
        let backslash = self.equal(b'\\');
        let control = self.same(clipped);
        let rare = backslash.or(control).or(self);
        // SAFETY: AVX2 is there, see `Pair`.
        let rare = unsafe { _mm256_movemask_epi8(_mm256_or_si256(rare.0, rare.1)) };
        // Extracting bits is what all this is bound by, and most blocks have none of these three.
        let (backslash, control, high) = if rare == 0 {
            (0, 0, 0)
        } else {
            (backslash.plane(), control.plane(), self.plane())
        };
        Block {
            quote: self.equal(b'"').plane(),
            backslash,
            control,
            open: folded.equal(b'{').plane(),
            close: folded.equal(b'}').plane(),
            colon: self.equal(b':').plane(),
            comma: self.equal(b',').plane(),
            blank: self.same(self.look_up(&BLANK)).plane(),
            high,
            hot: 0,
        }
    }

    #[inline(always)]
    fn hot(self, anchors: &Anchors, trail: &mut [__m256i; 3]) -> u64 {
        // SAFETY: AVX2 is there, see `Pair`.
        let zero = unsafe { _mm256_setzero_si256() };
        let mut found = Self(zero, zero);
        if anchors.at().is_some() {
            found = self.equal(At::BYTE);
        }
        if let Some(bytes) = anchors.bytes() {
            let high = splat(bytes.high);
            let listed = self.look_up(&bytes.low).and(self.high().look_up(&Bytes::BITS));
            found = found.or(listed).or(self.and(Self(high, high)));
        }
        if let Some(literals) = anchors.literals() {
            let (low, high) = (self.low(), self.high());
            let [first, second, third, fourth] = literals.positions();
            // One, two and three bytes of a literal, then all four.
            let match1 = low.look_up(&first.low).and(high.look_up(&first.high));
            let match2 =
                (low.look_up(&second.low).and(high.look_up(&second.high))).and(match1.later(trail[0]));
            let match3 = (low.look_up(&third.low).and(high.look_up(&third.high))).and(match2.later(trail[1]));
            let match4 =
                (low.look_up(&fourth.low).and(high.look_up(&fourth.high))).and(match3.later(trail[2]));
            *trail = [match1.1, match2.1, match3.1];
            found = found.or(match4);
        }
        found.set()
    }

    #[inline(always)]
    fn class(self, class: u8) -> u64 {
        match class {
            class::DIGIT => self.classes().plane(),
            class::WORD => self.classes().set(),
            _ => {
                let bits = splat(class);
                self.classes().and(Self(bits, bits)).set()
            }
        }
    }

    #[inline(always)]
    fn byte(self, byte: u8) -> u64 {
        self.equal(byte).plane()
    }

    #[inline(always)]
    fn any(self, byte: u8) -> bool {
        let found = self.equal(byte);
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe { _mm256_movemask_epi8(_mm256_or_si256(found.0, found.1)) != 0 }
    }

    #[inline(always)]
    unsafe fn settle(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64 {
        // SAFETY: the caller guarantees the features.
        unsafe { settle(place, watched, maybe) }
    }
}
