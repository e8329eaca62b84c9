//! The kernel without vectors: it runs everywhere, and it is the specification of the others.

use super::{
    Level, Table,
    anchors::{self, Position},
    block::{Raw, WIDTH},
    lanes::{Keyed, Lanes, passes},
    shapes::Four,
};

/// The kernel's entry in the list.
pub(super) static TABLE: Table = Table {
    level: Level::Scalar,
    name: "scalar",
    available: || true,
    passes: passes!(Bytes),
};

/// 64 bytes, one at a time.
#[derive(Clone, Copy)]
struct Bytes([u8; WIDTH]);

impl Bytes {
    /// The plane of the bytes a test holds for.
    #[inline(always)]
    fn plane(self, mut test: impl FnMut(u8) -> bool) -> u64 {
        let mut plane = 0;
        for (i, &byte) in self.0.iter().enumerate() {
            plane |= u64::from(test(byte)) << i;
        }
        plane
    }
}

impl Lanes for Bytes {
    type Four = [u64; 4];

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn store(self, bytes: &mut [u8; WIDTH]) {
        *bytes = self.0;
    }

    #[inline(always)]
    fn parity(mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }

    #[inline(always)]
    fn raw(self) -> Raw {
        let mut raw = Raw::default();
        for (i, &byte) in self.0.iter().enumerate() {
            let bit = 1 << i;
            match byte {
                b'"' => raw.quote |= bit,
                b'\\' => raw.backslash |= bit,
                b'{' | b'[' | b'}' | b']' => {
                    raw.operator |= bit;
                    raw.lead |= bit;
                }
                b':' | b',' => raw.operator |= bit,
                b' ' => raw.lead |= bit,
                0..0x20 => raw.control |= bit,
                _ => {}
            }
        }
        raw
    }

    #[inline(always)]
    fn high(self) -> u64 {
        self.plane(|byte| !byte.is_ascii())
    }

    #[inline(always)]
    fn byte(self, byte: u8) -> u64 {
        self.plane(|other| other == byte)
    }

    #[inline(always)]
    fn has(self, byte: u8) -> bool {
        self.0.contains(&byte)
    }

    #[inline(always)]
    fn digits(self) -> u64 {
        self.plane(|byte| byte.is_ascii_digit())
    }

    #[inline(always)]
    fn listed(self, set: &anchors::Bytes) -> u64 {
        self.plane(|byte| set.contains(byte))
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        self.0 != [0; WIDTH]
    }

    #[inline(always)]
    fn set(self) -> u64 {
        self.plane(|byte| byte != 0)
    }

    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        self.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(byte, other)| *byte |= other);
        self
    }
}

/// One key: the byte, of which the highest bit is not looked at.
impl Keyed<1> for Bytes {
    /// For each of the four places the buckets of 128 bytes.
    type Tables = [[u8; 128]; 4];

    #[inline(always)]
    unsafe fn tables(positions: &[Position; 4]) -> Self::Tables {
        positions.map(|at| at.whole)
    }

    #[inline(always)]
    fn keys(self) -> [Self; 1] {
        [self]
    }

    #[inline(always)]
    fn literals(tables: &Self::Tables, keys: [[Self; 1]; 4]) -> Self {
        let mut found = [u8::MAX; WIDTH];
        for (buckets, [bytes]) in tables.iter().zip(keys) {
            for (found, byte) in found.iter_mut().zip(bytes.0) {
                *found &= buckets[usize::from(byte & 0x7f)];
            }
        }
        Self(found)
    }
}

impl Four for [u64; 4] {
    #[inline(always)]
    unsafe fn load(planes: &[[u8; 8]; 4]) -> Self {
        planes.map(u64::from_le_bytes)
    }

    #[inline(always)]
    fn and(self, [e, f, g, h]: Self) -> Self {
        let [a, b, c, d] = self;
        [a & e, b & f, c & g, d & h]
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        self.and(other.map(|plane| !plane))
    }

    #[inline(always)]
    fn or(self, [e, f, g, h]: Self) -> Self {
        let [a, b, c, d] = self;
        [a | e, b | f, c | g, d | h]
    }

    #[inline(always)]
    fn up<const BY: i32>(self) -> Self {
        self.map(|plane| plane << BY)
    }

    #[inline(always)]
    fn is_any(self) -> bool {
        self != [0; 4]
    }

    #[inline(always)]
    fn below(self, late: Self) -> Self {
        let upper = u64::MAX << 32;
        self.map(|plane| plane >> 32).or(late.and([upper; 4]))
    }

    #[inline(always)]
    fn planes(self) -> Self {
        self
    }
}
