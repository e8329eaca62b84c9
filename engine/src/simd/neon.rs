//! The kernel for NEON, on 64-bit ARM: 64 bytes are four registers of 16.

use super::{
    Level, Table,
    anchors::Bytes,
    block::{Raw, WIDTH},
    lanes::{LEADS, Lanes, Nibbles, OPERATORS, passes},
    shapes::Four,
};
use core::arch::aarch64::{
    uint8x16_t, uint64x2_t, vandq_u8, vandq_u64, vbicq_u64, vceqq_u8, vcltq_u8, vdupq_n_u8, vgetq_lane_u64,
    vld1q_u8, vmaxvq_u8, vorrq_u8, vorrq_u64, vpaddq_u8, vqtbl1q_u8, vreinterpretq_u8_u64,
    vreinterpretq_u64_u8, vshlq_n_u64, vshrq_n_u8, vsriq_n_u64, vst1q_u8, vsubq_u8, vtstq_u8,
};

/// The kernel's entry in the list.
pub(super) static TABLE: Table = Table {
    level: Level::Neon,
    name: "neon",
    available: || std::arch::is_aarch64_feature_detected!("neon"),
    passes: passes!(Quartet, #[target_feature(enable = "neon")]),
};

/// 64 bytes, the first 16 first.
///
/// Invariant: a value exists only on a machine with NEON, since [`Lanes::load`] and [`Nibbles::table`] ask for it. Every
/// `SAFETY` note below rests on that.
#[derive(Clone, Copy)]
struct Quartet([uint8x16_t; 4]);

/// The bit that a byte has in its half of 16.
const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// A 16-entry table.
#[inline(always)]
fn table(entries: &[u8; 16]) -> uint8x16_t {
    // SAFETY: 16 bytes are read from an array of 16; NEON is there, see `Quartet`.
    unsafe { vld1q_u8(entries.as_ptr()) }
}

/// 16 times the same byte.
#[inline(always)]
fn splat(byte: u8) -> uint8x16_t {
    // SAFETY: NEON is there, see `Quartet`.
    unsafe { vdupq_n_u8(byte) }
}

impl Quartet {
    /// The same for each register.
    #[inline(always)]
    fn each(self, of: impl Fn(uint8x16_t) -> uint8x16_t) -> Self {
        let [a, b, c, d] = self.0;
        Self([of(a), of(b), of(c), of(d)])
    }

    /// The same for each two registers.
    #[inline(always)]
    fn both(self, other: Self, of: impl Fn(uint8x16_t, uint8x16_t) -> uint8x16_t) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([of(a, e), of(b, f), of(c, g), of(d, h)])
    }

    /// 0xff where the bytes are the same, else 0.
    #[inline(always)]
    fn same(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.both(other, |one, other| unsafe { vceqq_u8(one, other) })
    }

    /// 0xff where a byte is `byte`, else 0.
    #[inline(always)]
    fn equal(self, byte: u8) -> Self {
        self.same(Self([splat(byte); 4]))
    }

    /// 0xff where a byte is under `byte`, else 0.
    #[inline(always)]
    fn under(self, byte: u8) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.each(|bytes| unsafe { vcltq_u8(bytes, splat(byte)) })
    }

    /// All four in one.
    #[inline(always)]
    fn either(self) -> uint8x16_t {
        let [a, b, c, d] = self.0;
        // SAFETY: NEON is there, see `Quartet`.
        unsafe { vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d)) }
    }

    /// Bytes that are 0xff or 0: byte `i` is bit `i`.
    #[inline(always)]
    fn plane(self) -> u64 {
        let [a, b, c, d] = self.and(Self([table(&BITS); 4])).0;
        // SAFETY: NEON is there, see `Quartet`.
        unsafe {
            // Neighbours are added until eight bytes are one.
            let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
        }
    }
}

impl Lanes for Quartet {
    type Four = Planes;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self {
        let at = bytes.as_ptr();
        // SAFETY: 16 bytes each at 0, 16, 32 and 48 of 64; the caller guarantees NEON.
        unsafe {
            Self([
                vld1q_u8(at),
                vld1q_u8(at.add(16)),
                vld1q_u8(at.add(32)),
                vld1q_u8(at.add(48)),
            ])
        }
    }

    #[inline(always)]
    fn store(self, bytes: &mut [u8; WIDTH]) {
        let [a, b, c, d] = self.0;
        let at = bytes.as_mut_ptr();
        // SAFETY: 16 bytes each at 0, 16, 32 and 48 of 64; NEON is there, see `Quartet`.
        unsafe {
            vst1q_u8(at, a);
            vst1q_u8(at.add(16), b);
            vst1q_u8(at.add(32), c);
            vst1q_u8(at.add(48), d);
        }
    }

    #[inline(always)]
    fn parity(bits: u64) -> u64 {
        // A carry-less multiplication would be shorter, but not every machine with NEON has it.
        [1, 2, 4, 8, 16, 32]
            .into_iter()
            .fold(bits, |bits, by| bits ^ bits << by)
    }

    #[inline(always)]
    fn raw(self) -> Raw {
        // `[` and `{`, `]` and `}` differ in one bit. It makes something else only of control characters.
        let folded = self.or(Self([splat(0x20); 4]));
        let low = self.low();
        let is_in = |entries| folded.same(low.look_up(table(entries))).plane();
        Raw {
            quote: self.equal(b'"').plane(),
            backslash: self.equal(b'\\').plane(),
            control: self.under(0x20).plane(),
            operator: is_in(&OPERATORS),
            lead: is_in(&LEADS),
        }
    }

    #[inline(always)]
    fn high(self) -> u64 {
        !self.under(0x80).plane()
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
        // SAFETY: NEON is there, see `Quartet`.
        let moved = self.each(|bytes| unsafe { vsubq_u8(bytes, splat(b'0')) });
        moved.under(10).plane()
    }

    #[inline(always)]
    fn listed(self, set: &Bytes) -> u64 {
        let low = self.low().look_up(table(&set.low));
        let listed = low.and(self.bits::<4>().look_up(table(&Bytes::BITS)));
        listed.or(self.and(Self([splat(set.high); 4]))).set()
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        // SAFETY: NEON is there, see `Quartet`.
        unsafe { vmaxvq_u8(self.either()) != 0 }
    }

    #[inline(always)]
    fn set(self) -> u64 {
        // SAFETY: NEON is there, see `Quartet`.
        self.each(|bytes| unsafe { vtstq_u8(bytes, bytes) }).plane()
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.both(other, |one, other| unsafe { vorrq_u8(one, other) })
    }
}

impl Nibbles for Quartet {
    type Table = uint8x16_t;

    #[inline(always)]
    unsafe fn table(entries: &[u8; 16]) -> uint8x16_t {
        table(entries)
    }

    #[inline(always)]
    fn look_up(self, entries: uint8x16_t) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.each(|bytes| unsafe { vqtbl1q_u8(entries, bytes) })
    }

    #[inline(always)]
    fn low(self) -> Self {
        self.and(Self([splat(0x0f); 4]))
    }

    #[inline(always)]
    fn bits<const FROM: i32>(self) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.each(|bytes| unsafe { vshrq_n_u8::<FROM>(bytes) }).low()
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Quartet`.
        self.both(other, |one, other| unsafe { vandq_u8(one, other) })
    }
}

/// A plane of each of four blocks.
///
/// Invariant: a value exists only on a machine with NEON, since [`Four::load`] asks for it.
#[derive(Clone, Copy)]
struct Planes([uint64x2_t; 2]);

impl Planes {
    /// The same for each two registers.
    #[inline(always)]
    fn both(self, other: Self, of: impl Fn(uint64x2_t, uint64x2_t) -> uint64x2_t) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self([of(a, c), of(b, d)])
    }
}

impl Four for Planes {
    #[inline(always)]
    unsafe fn load(planes: &[[u8; 8]; 4]) -> Self {
        let at: *const u8 = planes.as_ptr().cast();
        // SAFETY: 16 bytes each at 0 and at 16 of 32; the caller guarantees NEON.
        unsafe {
            Self([
                vreinterpretq_u64_u8(vld1q_u8(at)),
                vreinterpretq_u64_u8(vld1q_u8(at.add(16))),
            ])
        }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Planes`.
        self.both(other, |one, other| unsafe { vandq_u64(one, other) })
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Planes`.
        self.both(other, |one, other| unsafe { vbicq_u64(one, other) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: NEON is there, see `Planes`.
        self.both(other, |one, other| unsafe { vorrq_u64(one, other) })
    }

    #[inline(always)]
    fn up<const BY: i32>(self) -> Self {
        let [a, b] = self.0;
        // SAFETY: NEON is there, see `Planes`.
        unsafe { Self([vshlq_n_u64::<BY>(a), vshlq_n_u64::<BY>(b)]) }
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        let [a, b] = self.0;
        // SAFETY: NEON is there, see `Planes`.
        unsafe { vmaxvq_u8(vreinterpretq_u8_u64(vorrq_u64(a, b))) != 0 }
    }

    #[inline(always)]
    fn below(self, late: Self) -> Self {
        // SAFETY: NEON is there, see `Planes`.
        late.both(self, |late, early| unsafe { vsriq_n_u64::<32>(late, early) })
    }

    #[inline(always)]
    fn planes(self) -> [u64; 4] {
        let [a, b] = self.0;
        let mut planes = [0; 4];
        let at: *mut u8 = planes.as_mut_ptr().cast();
        // SAFETY: 16 bytes each at 0 and at 16 of 32; NEON is there, see `Planes`.
        unsafe {
            vst1q_u8(at, vreinterpretq_u8_u64(a));
            vst1q_u8(at.add(16), vreinterpretq_u8_u64(b));
        }
        planes
    }
}
