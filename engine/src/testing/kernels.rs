//! That every kernel sees what the scalar one does.

use super::dials::{Cuts, sets};
use crate::simd::{Anchors, Before, Block, ByteSet, Planes, Scan, Shape, Shapes, Start};
use crate::{Kernels, Level};

/// How many bytes at the start of an input are dials; the rest is scanned.
const DIALS: usize = 8;

/// Streams longer than this are cut off: two windows and a bit.
const LONGEST: usize = 40_000;

/// The most windows of one stream: many small ones show no more than some.
const WINDOWS: usize = 100;

/// Any bytes, in windows of any size, for any anchors: every kernel makes the planes that the scalar one makes, and
/// where a window begins changes none that says what a byte is.
///
/// # Panics
/// It is not so.
pub fn fuzz_kernels(data: &[u8]) {
    let (head, stream) = data.split_at_checked(DIALS).unwrap_or((data, &[]));
    let dial = |at: usize| head.get(at).copied().unwrap_or_default();
    let stream = stream.get(..LONGEST).unwrap_or(stream);
    let made;
    let anchors = match sets().get(usize::from(dial(0)) % 16) {
        Some((_, rules, _)) => &rules.rules().detectors.anchors,
        None => {
            made = anchors([dial(1), dial(2), dial(3), dial(4)], stream);
            &made
        }
    };
    let first = [Before::Nothing, Before::Backslash][usize::from(dial(5) % 2)];
    let kinds = in_windows(anchors, first, stream, || usize::MAX);
    let mut sizes = Cuts::new(u16::from_le_bytes([dial(5), dial(6)]), dial(7));
    // A window of no bytes is none.
    let cut = in_windows(anchors, first, stream, || sizes.next().max(1));
    assert!(
        kinds.starts_with(&cut),
        "where a window begins changes what a byte is"
    );
}

/// Scans a stream in windows with every kernel: for each byte, which of the planes it is in that know nothing of what is
/// around it but an escape and a string.
fn in_windows(
    anchors: &Anchors,
    first: Before,
    stream: &[u8],
    mut size: impl FnMut() -> usize,
) -> Vec<[bool; 6]> {
    let scalar = Kernels::capped(Level::Scalar);
    let mut kinds = Vec::new();
    let (mut before, mut start) = (first, Start::Outside);
    let mut rest = stream;
    for _ in 0..WINDOWS {
        if rest.is_empty() {
            break;
        }
        let window = rest.get(..size()).unwrap_or(rest);
        let (mut planes, mut others) = (Planes::new(), Planes::new());
        let expected = planes.scan(scalar, window, anchors, before, start);
        for kernels in Kernels::all() {
            let scan = others.scan(kernels, window, anchors, before, start);
            must_equal(&scan, &expected, kernels);
        }
        let scanned = expected.bytes;
        kinds.extend((0..scanned.len()).map(|at| kind(expected.blocks, at)));
        before = before.after(scanned);
        let inside = scanned.len() - 1;
        start = match expected.blocks[inside / 64].parity >> (inside % 64) & 1 {
            0 => Start::Outside,
            _ => Start::InString,
        };
        rest = &rest[scanned.len()..];
    }
    kinds
}

/// Two scans of the same bytes are the same.
fn must_equal(scan: &Scan<'_>, expected: &Scan<'_>, kernels: Kernels) {
    assert_eq!(scan.bytes.len(), expected.bytes.len(), "{kernels:?}");
    assert_eq!(scan.blocks.len(), expected.blocks.len(), "{kernels:?}");
    for (block, (got, wanted)) in scan.blocks.iter().zip(expected.blocks).enumerate() {
        assert_eq!(got, wanted, "{kernels:?} in block {block}");
    }
    let len = scan.bytes.len();
    assert_eq!(scan.high(0, len), expected.high(0, len), "{kernels:?}");
}

/// Which planes a byte is in.
fn kind(blocks: &[Block], at: usize) -> [bool; 6] {
    let block = &blocks[at / 64];
    [
        block.quote,
        block.parity,
        block.backslash,
        block.control,
        block.operator,
        block.bracket,
    ]
    .map(|plane| plane >> (at % 64) & 1 == 1)
}

/// Anchors that no rule set has: shapes by the bits of two bytes and the highest of a third, literals that stand in the
/// stream, single bytes.
fn anchors([low, high, literals, bytes]: [u8; 4], stream: &[u8]) -> Anchors {
    let watched = u32::from_le_bytes([low, high, bytes >> 7, 0]);
    let shapes = (0..)
        .zip(Shape::ALL)
        .filter(|(bit, _)| watched >> bit & 1 == 1)
        .fold(Shapes::NONE, |shapes, (_, shape)| shapes.with(shape));
    let mut places = Cuts::new(u16::from(literals), u8::MAX);
    let literals: Vec<_> = (0..usize::from(literals) % 70)
        .filter_map(|_| {
            let at = places.next() * 7 % stream.len().max(1);
            let len = 1 + places.next() % 4;
            literal(stream.get(at..at + len)?)
        })
        .collect();
    let listed = [
        ByteSet::EMPTY,
        ByteSet::of(b"%"),
        ByteSet::of(b"@=~\x80"),
        ByteSet::of(b"abc_-#/{0"),
    ];
    Anchors::new(shapes, &literals, listed[usize::from(bytes) % listed.len()])
}

/// A literal of up to four bytes in either case, padded in front.
fn literal(text: &[u8]) -> Option<[ByteSet; 4]> {
    let mut sets = [ByteSet::FULL; 4];
    for (set, byte) in sets.iter_mut().rev().zip(text.iter().rev()) {
        *set = ByteSet::of(&[byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
    }
    (!text.is_empty()).then_some(sets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    /// A body that cannot fail proves nothing.
    #[test]
    fn a_bit_that_differs_is_noticed() {
        let text = |last: u8| [b"x".repeat(99), vec![last]].concat();
        let equal = |one: u8, other: u8| {
            let anchors = anchors([0; 4], &[]);
            let kernels = Kernels::best();
            let (one, other) = (text(one), text(other));
            let (mut planes, mut others) = (Planes::new(), Planes::new());
            must_equal(
                &planes.scan(kernels, &one, &anchors, Before::Nothing, Start::Outside),
                &others.scan(kernels, &other, &anchors, Before::Nothing, Start::Outside),
                kernels,
            );
        };
        equal(b'a', b'b');
        assert!(catch_unwind(|| equal(b'a', b'"')).is_err());
        assert!(catch_unwind(|| equal(b'a', 0x80)).is_err());
        assert!(catch_unwind(|| equal(0x80, b'a')).is_err());
    }
}
