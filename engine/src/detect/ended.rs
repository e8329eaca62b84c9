//! Which shapes end at a byte of a text: what the kernel saw in a window, asked again of one text alone.

use crate::simd::{Shape, Shapes, ends_coded, ends_dated, ends_group33, ends_pairs, ends_uuid};

/// How many bytes up to the one asked about are looked at: [`Shape::Digits13`] wants to know what is before 13.
const SEEN: usize = 16;

/// Those of `watched` that end at `text[at]`; text before the slice is not seen.
#[inline]
pub(super) fn ended(watched: Shapes, text: &[u8], at: usize) -> Shapes {
    let only = |shape| {
        if watched.has(shape) {
            Shapes::NONE.with(shape)
        } else {
            Shapes::NONE
        }
    };
    let found = match text.get(at) {
        Some(b'@') => only(Shape::At),
        Some(b':') => only(Shape::Colons),
        Some(b'-') if watched.has(Shape::Uuid) && ends_uuid(text.get(..=at).unwrap_or_default()) => {
            Shapes::NONE.with(Shape::Uuid)
        }
        Some(b'0'..=b'9') => mixed(watched, text, at, ended_by_digit(watched, text, at)),
        Some(b'A'..=b'Z' | b'a'..=b'z') => mixed(watched, text, at, Shapes::NONE),
        _ => Shapes::NONE,
    };
    let upto = || text.get(..=at).unwrap_or_default();
    let found = match watched.has(Shape::Coded) && ends_coded(upto()) {
        true => found.with(Shape::Coded),
        false => found,
    };
    match watched.has(Shape::Dated) && ends_dated(upto()) {
        true => found.with(Shape::Dated),
        false => found,
    }
}

/// Some shapes, and [`Shape::Mixed12`] if that is watched and ends at `text[at]` too.
#[inline]
fn mixed(watched: Shapes, text: &[u8], at: usize, found: Shapes) -> Shapes {
    if !watched.has(Shape::Mixed12) {
        return found;
    }
    let upto = text.get(..=at).unwrap_or_default();
    let run = upto
        .iter()
        .rev()
        .take(13)
        .take_while(|byte| byte.is_ascii_alphanumeric());
    let mixed = |run: &[u8]| {
        let digits = run.iter().filter(|byte| byte.is_ascii_digit()).count();
        digits > 0 && digits < run.len()
    };
    let ends = match run.count() {
        // One byte before it was none.
        13 => upto.last_chunk::<13>().is_some_and(|[before @ .., last]| {
            let [_, rest @ ..] = before;
            !mixed(before)
                && (mixed(rest)
                    || rest
                        .iter()
                        .any(|byte| byte.is_ascii_digit() != last.is_ascii_digit()))
        }),
        12 => upto.last_chunk::<12>().is_some_and(|run| mixed(run)),
        _ => false,
    };
    if ends { found.with(Shape::Mixed12) } else { found }
}

/// How many bytes a shape has at least.
pub(super) fn shortest(shape: Shape) -> usize {
    match shape {
        Shape::At => 1,
        Shape::PlusDigit | Shape::Colons | Shape::Coded => 2,
        Shape::Iban | Shape::Dated => 4,
        Shape::Quad | Shape::Group33 => 7,
        Shape::Digits6 => 6,
        Shape::Phone34 | Shape::Pairs => 8,
        Shape::Digits9 | Shape::Group44 => 9,
        Shape::Ssn324 => 11,
        Shape::Digits13 => 13,
        Shape::Mixed12 => 12,
        Shape::Uuid => 14,
    }
}

fn ended_by_digit(watched: Shapes, text: &[u8], at: usize) -> Shapes {
    // The byte itself lowest, then those before it; NUL where there are none.
    let upto = text.get(..=at).unwrap_or_default();
    let seen = match upto.last_chunk::<SEEN>() {
        Some(last) => u128::from_be_bytes(*last),
        None => upto.iter().fold(0, |seen, byte| seen << 8 | u128::from(*byte)),
    };
    let digits = digits(seen);
    let back = |by: u32| (seen >> (8 * by)) as u8;
    let (b1, b2, b3, b4, b7) = (back(1), back(2), back(3), back(4), back(7));
    let all = |mask: u32| digits & mask == mask;
    let dash = |byte: u8| matches!(byte, b'-' | b' ');
    let mark = |byte: u8| matches!(byte, b'-' | b' ' | b'.');
    let mut found = Shapes::NONE;
    let mut add = |shape: Shape, ends: bool| {
        if ends && watched.has(shape) {
            found = found.with(shape);
        }
    };
    add(Shape::PlusDigit, b1 == b'+' || b1 == b'(' && b2 == b'+');
    add(Shape::Digits13, digits & 0x3FFF == 0x1FFF);
    add(Shape::Digits9, digits & 0x3FF == 0x1FF);
    add(Shape::Digits6, digits & 0x7F == 0x3F);
    // Two or three digits and what is none before them.
    add(Shape::Group33, digits & 0xF == 0x7 && ends_group33(upto));
    add(Shape::Pairs, digits & 0x7 == 0x3 && ends_pairs(upto));
    add(Shape::Quad, b1 == b'.');
    add(
        Shape::Iban,
        all(0b11) && b2.is_ascii_uppercase() && b3.is_ascii_uppercase(),
    );
    // Four digits and a mark before them.
    if all(0xF) && (b4 == b':' || dash(b4)) {
        add(Shape::Group44, all(0x1EF));
    }
    if all(0xF) && mark(b4) {
        add(Shape::Phone34, all(0xEF));
        add(Shape::Ssn324, all(0x76F) && mark(b7));
    }
    found
}

/// Which bytes are digits: bit `i` is byte `i`, the lowest first.
#[inline]
fn digits(bytes: u128) -> u32 {
    /// A byte in each of eight.
    const EACH: u64 = u64::MAX / 255;
    let of = |word: u64| {
        let low = word & (0x7F * EACH);
        // The highest bit of each byte says that it is at least `0`; that it is more than `9`.
        let (least, over) = (
            low + (0x80 - u64::from(b'0')) * EACH,
            low + (0x7F - u64::from(b'9')) * EACH,
        );
        let highest = ((least & !over & !word) >> 7) & EACH;
        // The multiplication brings bit 8 * i to bit 56 + i; no two bits meet on the way.
        (highest.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    };
    of(bytes as u64) | of((bytes >> 64) as u64) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_end_where_their_patterns_do() {
        for (shape, text) in [
            (Shape::At, "a@"),
            (Shape::PlusDigit, "+(4"),
            (Shape::Digits13, "x1234567890123"),
            (Shape::Group44, "1234 5678"),
            (Shape::Phone34, "555-1234"),
            (Shape::Ssn324, "123-45-6789"),
            (Shape::Quad, "1.2.3.4"),
            (Shape::Iban, "DE89"),
            (Shape::Colons, "::"),
            (Shape::Digits9, "123456789"),
            (Shape::Digits6, "123456"),
            (Shape::Group33, "123 456"),
            (Shape::Coded, "AB-1"),
            (Shape::Pairs, "12-34-56"),
            (Shape::Uuid, "01234567-89ab-"),
            (Shape::Mixed12, "abc456789012"),
            (Shape::Dated, "5-Ma"),
        ] {
            for before in ["", " ", "some longer text before "] {
                let text = format!("{before}{text}");
                let ended = |shapes| ended(shapes, text.as_bytes(), text.len() - 1);
                assert_eq!(
                    ended(Shapes::NONE.with(shape)),
                    Shapes::NONE.with(shape),
                    "{text}"
                );
                assert!(ended(Shapes::NONE).is_empty());
                assert!(ended(Shapes::ALL).has(shape), "{text}");
            }
        }
    }

    #[test]
    fn no_shape_is_shorter_than_the_shortest() {
        for (shape, pattern) in crate::detect::anchor::LIKELY {
            let pattern = regex_syntax::parse(pattern).unwrap();
            assert_eq!(
                pattern.properties().minimum_len(),
                Some(shortest(shape)),
                "{shape:?}"
            );
        }
    }

    #[test]
    fn runs_end_once_and_every_digit_is_one() {
        let text = b"x12345678901234567890";
        let ends = |shape: Shape| {
            let ends = |at: &usize| ended(Shapes::NONE.with(shape), text, *at).has(shape);
            (0..text.len()).filter(ends).collect::<Vec<_>>()
        };
        assert_eq!((ends(Shape::Digits9), ends(Shape::Digits13)), (vec![9], vec![13]));
        for byte in 0..=u8::MAX {
            for at in 0..SEEN {
                let mut bytes = [b'-'; SEEN];
                bytes[at] = byte;
                assert_eq!(
                    digits(u128::from_le_bytes(bytes)),
                    u32::from(byte.is_ascii_digit()) << at,
                    "{byte} {at}"
                );
            }
        }
    }
}
