//! The kernel without vectors: it runs everywhere, and it is the specification of the others.

use super::{
    Level, Table,
    anchors::{Anchors, At},
    block::{Before, Raw, WIDTH},
    lanes::{self, Lanes, Place, class},
    planes::Planes,
    shapes::{Maybe, Shapes},
};

/// The kernel's entry in the list.
pub(super) static TABLE: Table = Table {
    level: Level::Scalar,
    name: "scalar",
    available: || true,
    scan,
};

/// See [`lanes::scan`].
///
/// # Safety
/// None is needed; the type is that of [`Table::scan`].
unsafe fn scan(input: &[u8], anchors: &Anchors, before: Before, out: &mut Planes) {
    // SAFETY: bytes need no features.
    unsafe { lanes::scan::<Bytes>(input, anchors, before, out) }
}

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
    /// The buckets that matched the last one, two and three bytes.
    type Trail = [u8; 3];

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDTH]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    unsafe fn trail(anchors: &Anchors) -> [u8; 3] {
        anchors.literals().map_or([0; 3], |literals| literals.before())
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
                    raw.bracket |= bit;
                }
                b':' => {
                    raw.operator |= bit;
                    raw.colon |= bit;
                }
                b',' => raw.operator |= bit,
                b' ' => raw.space |= bit,
                0..0x20 => raw.control |= bit,
                0x80.. => raw.high |= bit,
                _ => {}
            }
        }
        raw
    }

    #[inline(always)]
    fn parity(mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }

    #[inline(always)]
    fn hot(self, anchors: &Anchors, trail: &mut [u8; 3]) -> u64 {
        let mut hot = 0;
        if let Some(literals) = anchors.literals() {
            hot |= self.plane(|byte| {
                let [first, second, third, fourth] =
                    literals.positions().each_ref().map(|at| at.buckets(byte));
                let [one, two, three] = *trail;
                *trail = [first, one & second, two & third];
                three & fourth != 0
            });
        }
        if anchors.at().is_some() {
            hot |= self.byte(At::BYTE);
        }
        if let Some(bytes) = anchors.bytes() {
            hot |= self.plane(|byte| bytes.contains(byte));
        }
        hot
    }

    #[inline(always)]
    fn class(self, class: u8) -> u64 {
        self.plane(|byte| class::of(byte) & class != 0)
    }

    #[inline(always)]
    fn byte(self, byte: u8) -> u64 {
        self.plane(|other| other == byte)
    }

    #[inline(always)]
    fn any(self, byte: u8) -> bool {
        self.0.contains(&byte)
    }

    #[inline(never)]
    unsafe fn settle(place: Place<'_>, watched: Shapes, maybe: Maybe) -> u64 {
        // SAFETY: bytes need no features.
        unsafe { lanes::settle::<Self>(place, watched, maybe) }
    }
}
