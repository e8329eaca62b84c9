//! The kernel for AVX2: 64 bytes are two registers of 32.

use super::{
    Level, Table,
    anchors::Bytes,
    block::{Raw, WIDTH},
    lanes::{LEADS, Lanes, Nibbles, OPERATORS, passes},
    shapes::Four,
};
use core::arch::x86_64::{
    __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_set1_epi8,
    _mm256_add_epi8, _mm256_and_si256, _mm256_andnot_si256, _mm256_blend_epi32, _mm256_broadcastsi128_si256,
    _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_set1_epi8, _mm256_shuffle_epi8, _mm256_slli_epi64, _mm256_srli_epi16,
    _mm256_srli_epi64, _mm256_storeu_si256, _mm256_testz_si256,
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
    passes: passes!(Pair, #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]),
};

/// 64 bytes, the first 32 first.
///
/// Invariant: a value exists only on a machine with AVX2 (and PCLMULQDQ), since [`Lanes::load`] and [`Nibbles::table`] ask
/// for it. Every `SAFETY` note below rests on that.
#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

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

    /// 0xff where a byte is `byte`, else 0.
    #[inline(always)]
    fn equal(self, byte: u8) -> Self {
        let other = splat(byte);
        self.same(Self(other, other))
    }

    /// With the bit in which `[` and `{`, `]` and `}` differ. It makes something else only of control characters.
    #[inline(always)]
    fn folded(self) -> Self {
        let bit = splat(0x20);
        self.or(Self(bit, bit))
    }

    /// Where the byte is the entry at its low nibble.
    #[inline(always)]
    fn is_in(self, entries: &[u8; 16]) -> Self {
        self.same(self.look_up(table(entries)))
    }

    /// The bits that one half has.
    #[inline(always)]
    fn either(self) -> __m256i {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe { _mm256_or_si256(self.0, self.1) }
    }

    /// The highest bit of each byte: byte `i` is bit `i`.
    #[inline(always)]
    fn plane(self) -> u64 {
        // SAFETY: AVX2 is there, see `Pair`.
        let (low, high) = unsafe { (_mm256_movemask_epi8(self.0), _mm256_movemask_epi8(self.1)) };
        u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
    }
}

impl Lanes for Pair {
    type Four = Planes;

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
    fn store(self, bytes: &mut [u8; WIDTH]) {
        let at = bytes.as_mut_ptr();
        // SAFETY: 32 bytes each at 0 and at 32 of 64; AVX2 is there, see `Pair`.
        unsafe {
            _mm256_storeu_si256(at.cast(), self.0);
            _mm256_storeu_si256(at.add(32).cast(), self.1);
        }
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
    fn raw(self) -> Raw {
        let folded = self.folded();
        let most = splat(0x1f);
        // SAFETY: AVX2 is there, see `Pair`.
        let capped = unsafe { Self(_mm256_min_epu8(self.0, most), _mm256_min_epu8(self.1, most)) };
        Raw {
            quote: self.equal(b'"').plane(),
            backslash: self.equal(b'\\').plane(),
            control: self.same(capped).plane(),
            operator: folded.is_in(&OPERATORS).plane(),
            lead: folded.is_in(&LEADS).plane(),
        }
    }

    #[inline(always)]
    fn high(self) -> u64 {
        self.plane()
    }

    #[inline(always)]
    fn byte(self, byte: u8) -> u64 {
        self.equal(byte).plane()
    }

    #[inline(always)]
    fn has(self, byte: u8) -> bool {
        self.equal(byte).is_any()
    }

    #[inline(always)]
    fn digits(self) -> u64 {
        // What wraps around so that the digits, and nothing else, come out as the greatest signed numbers.
        let offset = splat(0x7f - b'9');
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            let moved = Self(_mm256_add_epi8(self.0, offset), _mm256_add_epi8(self.1, offset));
            let bound = splat(0x7f - 10);
            Self(
                _mm256_cmpgt_epi8(moved.0, bound),
                _mm256_cmpgt_epi8(moved.1, bound),
            )
            .plane()
        }
    }

    #[inline(always)]
    fn listed(self, set: &Bytes) -> u64 {
        let high = splat(set.high);
        let listed = self
            .look_up(table(&set.low))
            .and(self.bits::<4>().look_up(table(&Bytes::BITS)));
        listed.or(self.and(Self(high, high))).set()
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        let either = self.either();
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe { _mm256_testz_si256(either, either) == 0 }
    }

    #[inline(always)]
    fn set(self) -> u64 {
        !self.equal(0).plane()
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe { Self(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
    }
}

impl Nibbles for Pair {
    type Table = __m256i;

    #[inline(always)]
    unsafe fn table(entries: &[u8; 16]) -> __m256i {
        table(entries)
    }

    #[inline(always)]
    fn look_up(self, entries: __m256i) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        unsafe {
            Self(
                _mm256_shuffle_epi8(entries, self.0),
                _mm256_shuffle_epi8(entries, self.1),
            )
        }
    }

    #[inline(always)]
    fn low(self) -> Self {
        let nibble = splat(0x0f);
        self.and(Self(nibble, nibble))
    }

    #[inline(always)]
    fn bits<const FROM: i32>(self) -> Self {
        // SAFETY: AVX2 is there, see `Pair`.
        let moved = unsafe {
            Self(
                _mm256_srli_epi16::<FROM>(self.0),
                _mm256_srli_epi16::<FROM>(self.1),
            )
        };
        moved.low()
    }

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
}

/// A plane of each of four blocks.
///
/// Invariant: a value exists only on a machine with AVX2, since [`Four::load`] asks for it.
#[derive(Clone, Copy)]
pub(super) struct Planes(__m256i);

impl Four for Planes {
    #[inline(always)]
    unsafe fn load(planes: &[[u8; 8]; 4]) -> Self {
        // SAFETY: 32 bytes are read from an array of 32; the caller guarantees AVX2.
        unsafe { Self(_mm256_loadu_si256(planes.as_ptr().cast())) }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe { Self(_mm256_and_si256(self.0, other.0)) }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe { Self(_mm256_andnot_si256(other.0, self.0)) }
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe { Self(_mm256_or_si256(self.0, other.0)) }
    }

    #[inline(always)]
    fn up<const BY: i32>(self) -> Self {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe { Self(_mm256_slli_epi64::<BY>(self.0)) }
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe { _mm256_testz_si256(self.0, self.0) == 0 }
    }

    #[inline(always)]
    fn below(self, late: Self) -> Self {
        // SAFETY: AVX2 is there, see `Planes`.
        unsafe {
            Self(_mm256_blend_epi32::<0b1010_1010>(
                _mm256_srli_epi64::<32>(self.0),
                late.0,
            ))
        }
    }

    #[inline(always)]
    fn planes(self) -> [u64; 4] {
        let mut planes = [0; 4];
        // SAFETY: 32 bytes are written to an array of 32; AVX2 is there, see `Planes`.
        unsafe { _mm256_storeu_si256(planes.as_mut_ptr().cast(), self.0) }
        planes
    }
}
