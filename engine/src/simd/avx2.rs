//! The kernel for AVX2: 64 bytes are two registers of 32.

use super::{
    Level, Table,
    anchors::{Anchors, At, Bytes},
    block::{Before, Raw, WIDTH},
    lanes::{self, Lanes, Place, class},
    planes::Planes,
    shapes::{Maybe, Shapes},
};
use core::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_set1_epi8,
    _mm256_alignr_epi8, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_permute2x128_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
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
            && is_x86_feature_detected!("pclmulqdq")
    },
    scan,
};

/// See [`lanes::scan`].
///
/// # Safety
/// - The machine has AVX2, BMI1, BMI2, LZCNT, POPCNT and PCLMULQDQ.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
unsafe fn scan(input: &[u8], anchors: &Anchors, before: Before, out: &mut Planes) {
    // SAFETY: the caller guarantees the features.
    unsafe { lanes::scan::<Pair>(input, anchors, before, out) }
}

/// See [`lanes::settle`].
///
/// # Safety
/// - The machine has AVX2, BMI1, BMI2, LZCNT, POPCNT and PCLMULQDQ.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[cold]
#[inline(never)]
unsafe fn settle(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64 {
    // SAFETY: the caller guarantees the features.
    unsafe { lanes::settle::<Pair>(place, watched, maybe) }
}

/// 64 bytes, the first 32 first.
///
/// Invariant: a value exists only on a machine with AVX2 (and PCLMULQDQ), since [`Lanes::load`] and [`Lanes::trail`] ask for it.
/// Every `SAFETY` note below rests on that.
#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

/// For each low nibble, the class bits some byte with that nibble has; see [`class`].
const LOW: [u8; 16] = nibbles(0x0f, 0);
/// For each high nibble, likewise.
const HIGH: [u8; 16] = nibbles(0xf0, 4);
/// At the low nibble of each operator the operator itself, `[` and `]` as `{` and `}`; elsewhere 0.
const OPERATORS: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b':', b'{', b',', b'}', 0, 0];
/// Only the brackets of them.
const BRACKETS: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'{', 0, b'}', 0, 0];

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
    fn raw(self) -> Raw {
        // `[` and `{`, `]` and `}` differ in one bit. It makes an operator of no byte but two control characters.
        let bit = splat(0x20);
        let folded = self.or(Self(bit, bit));
        let operator = folded.same(self.look_up(&OPERATORS)).plane();
        let backslash = self.equal(b'\\');
        // As signed numbers the bytes from 0x80 on are under 0x20 too.
        // SAFETY: AVX2 is there, see `Pair`.
        let low = unsafe { Self(_mm256_cmpgt_epi8(bit, self.0), _mm256_cmpgt_epi8(bit, self.1)) };
        let rare = low.or(backslash);
        // SAFETY: AVX2 is there, see `Pair`.
        let rare = unsafe { _mm256_movemask_epi8(_mm256_or_si256(rare.0, rare.1)) };
        let mut raw = Raw {
            quote: self.equal(b'"').plane(),
            operator,
            bracket: folded.same(self.look_up(&BRACKETS)).plane(),
            space: self.equal(b' ').plane(),
            colon: self.equal(b':').plane(),
            ..Raw::default()
        };
        // Extracting bits is what all this is bound by, and most blocks have none of these three.
        if rare != 0 {
            raw.backslash = backslash.plane();
            raw.high = self.plane();
            raw.control = low.plane() & !raw.high;
            raw.operator &= !raw.control;
        }
        raw
    }

    #[inline(always)]
    fn parity(bits: u64) -> u64 {
        // SAFETY: PCLMULQDQ is there, see `Pair`.
        unsafe {
            let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
            _mm_cvtsi128_si64(product).cast_unsigned()
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
