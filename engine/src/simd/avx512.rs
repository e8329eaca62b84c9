//! The kernel for AVX-512 with VBMI: 64 bytes are one register, and comparing it gives a plane.

use super::{
    Level, Table,
    anchors::{Bytes, Position},
    avx2,
    block::{Raw, WIDTH},
    lanes::{Keyed, LEADS, Lanes, OPERATORS, passes},
};
use core::arch::x86_64::{
    __m512i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_set1_epi8,
    _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask,
    _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8,
    _mm512_shuffle_epi8, _mm512_srli_epi16, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask,
};

/// The kernel's entry in the list.
pub(super) static TABLE: Table = Table {
    level: Level::Avx512,
    name: "avx512",
    available: || {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("pclmulqdq")
    },
    passes: passes!(
        Single,
        #[target_feature(
            enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq"
        )]
    ),
};

/// 64 bytes.
///
/// Invariant: a value exists only on a machine with AVX-512 F, BW, VL and VBMI (and AVX2 and PCLMULQDQ), since
/// [`Lanes::load`] and [`Keyed::tables`] ask for them. Every `SAFETY` note below rests on that.
#[derive(Clone, Copy)]
struct Single(__m512i);

/// A 16-entry table in all four quarters of a register.
#[inline(always)]
fn table(entries: &[u8; 16]) -> __m512i {
    // SAFETY: 16 bytes are read from an array of 16; AVX-512 is there, see `Single`.
    unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(entries.as_ptr().cast())) }
}

/// 64 times the same byte.
#[inline(always)]
fn splat(byte: u8) -> __m512i {
    // SAFETY: AVX-512 is there, see `Single`.
    unsafe { _mm512_set1_epi8(byte.cast_signed()) }
}

impl Single {
    /// Where the bytes are the same.
    #[inline(always)]
    fn same(self, other: __m512i) -> u64 {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, other) }
    }

    /// Where a byte is under `byte`.
    #[inline(always)]
    fn under(self, byte: u8) -> u64 {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { _mm512_cmplt_epu8_mask(self.0, splat(byte)) }
    }

    /// Where a byte has some of these bits.
    #[inline(always)]
    fn has_bits(self, bits: __m512i) -> u64 {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { _mm512_test_epi8_mask(self.0, bits) }
    }

    /// The entries at the bytes' low nibbles, 0 for bytes from 0x80 on.
    #[inline(always)]
    fn look_up(self, entries: &[u8; 16]) -> Self {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { Self(_mm512_shuffle_epi8(table(entries), self.0)) }
    }

    /// The high nibbles.
    #[inline(always)]
    fn high_nibbles(self) -> Self {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { Self(_mm512_and_si512(_mm512_srli_epi16::<4>(self.0), splat(0x0f))) }
    }

    /// With the bit in which `[` and `{`, `]` and `}` differ. It makes something else only of control characters.
    #[inline(always)]
    fn folded(self) -> Self {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { Self(_mm512_or_si512(self.0, splat(0x20))) }
    }

    /// Where the byte is the entry at its low nibble.
    #[inline(always)]
    fn is_in(self, entries: &[u8; 16]) -> u64 {
        self.same(self.look_up(entries).0)
    }
}

impl Lanes for Single {
    /// As AVX2 has them: eight planes in a register would need another width of [`Four`](super::shapes::Four).
    type Four = avx2::Planes;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self {
        // SAFETY: 64 bytes are read from an array of 64; the caller guarantees AVX-512.
        unsafe { Self(_mm512_loadu_si512(bytes.as_ptr().cast())) }
    }

    #[inline(always)]
    fn store(self, bytes: &mut [u8; WIDTH]) {
        // SAFETY: 64 bytes are written to an array of 64; AVX-512 is there, see `Single`.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn parity(bits: u64) -> u64 {
        // SAFETY: PCLMULQDQ is there, see `Single`.
        unsafe {
            let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
            _mm_cvtsi128_si64(product).cast_unsigned()
        }
    }

    #[inline(always)]
    fn raw(self) -> Raw {
        let folded = self.folded();
        Raw {
            quote: self.byte(b'"'),
            backslash: self.byte(b'\\'),
            control: self.under(0x20),
            operator: folded.is_in(&OPERATORS),
            lead: folded.is_in(&LEADS),
        }
    }

    #[inline(always)]
    fn high(self) -> u64 {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { _mm512_movepi8_mask(self.0) }
    }

    #[inline(always)]
    fn byte(self, byte: u8) -> u64 {
        self.same(splat(byte))
    }

    #[inline(always)]
    fn has(self, byte: u8) -> bool {
        self.byte(byte) != 0
    }

    #[inline(always)]
    fn digits(self) -> u64 {
        // SAFETY: AVX-512 is there, see `Single`.
        let moved = unsafe { Self(_mm512_sub_epi8(self.0, splat(b'0'))) };
        moved.under(10)
    }

    #[inline(always)]
    fn listed(self, set: &Bytes) -> u64 {
        let bits = self.high_nibbles().look_up(&Bytes::BITS);
        self.look_up(&set.low).has_bits(bits.0) | self.has_bits(splat(set.high))
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        self.set() != 0
    }

    #[inline(always)]
    fn set(self) -> u64 {
        self.has_bits(self.0)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: AVX-512 is there, see `Single`.
        unsafe { Self(_mm512_or_si512(self.0, other.0)) }
    }
}

/// One key: the byte, of which the highest bit is not looked at.
impl Keyed<1> for Single {
    /// For each of the four places the buckets of 128 bytes.
    type Tables = [[__m512i; 2]; 4];

    #[inline(always)]
    unsafe fn tables(positions: &[Position; 4]) -> Self::Tables {
        let [first, second, third, fourth] = positions;
        let both = |at: &Position| {
            let at = at.whole.as_ptr();
            // SAFETY: 64 bytes each at 0 and at 64 of 128; the caller guarantees AVX-512.
            unsafe {
                [
                    _mm512_loadu_si512(at.cast()),
                    _mm512_loadu_si512(at.add(64).cast()),
                ]
            }
        };
        [both(first), both(second), both(third), both(fourth)]
    }

    #[inline(always)]
    fn keys(self) -> [Self; 1] {
        [self]
    }

    #[inline(always)]
    fn literals(tables: &Self::Tables, keys: [[Self; 1]; 4]) -> Self {
        let buckets = |at: usize| {
            let ([low, high], [bytes]) = (tables[at], keys[at]);
            // SAFETY: AVX-512 is there, see `Single`.
            unsafe { _mm512_permutex2var_epi8(low, bytes.0, high) }
        };
        // SAFETY: AVX-512 is there, see `Single`.
        let and = |one, other| unsafe { _mm512_and_si512(one, other) };
        Self(and(and(buckets(0), buckets(1)), and(buckets(2), buckets(3))))
    }
}
