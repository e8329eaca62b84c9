//! Escapes that cannot hide a trigger.

use crate::simd::{ByteSet, Shape, Shapes, ends_pairs};

/// Tells the escapes in a string that cannot make it hot where it is cold as it is written.
///
/// An escape that stands for a character that is in no trigger parts the text as it parts what is written, so that a
/// trigger in the text is one as it is written too; all that may differ is what stands before it. A run is then only
/// longer, and hot as well; [`Shape::Iban`] alone asks for what is no letter and no digit, and [`Shape::Pairs`] for what
/// is no digit.
#[derive(Debug)]
pub(crate) struct Escapes {
    /// Bytes that are in some trigger; 0x80 stands for all from there on.
    held: ByteSet,
    /// With what escapes of two characters end that stand for none of these. What is no escape stays as it is written.
    plain: ByteSet,
    /// Whether [`Shape::Iban`] is watched.
    iban: bool,
    /// Whether [`Shape::Pairs`] is.
    pairs: bool,
    /// Whether a shape is that has slashes.
    slashes: bool,
    /// Whether shapes are watched that count letters.
    counts: bool,
}

/// What the escapes in a string may hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hiding {
    /// Nothing: what is hot in the text is hot as it is written, at the same byte.
    Nothing,
    /// Where it is: if something is hot in the text, something is as it is written.
    Places,
    /// Anything.
    Anything,
}

impl Escapes {
    /// For triggers that are literals of some bytes, and shapes.
    pub(super) fn new(held: ByteSet, shapes: Shapes) -> Self {
        let mut held = held;
        if !shapes.is_empty() {
            held = (0..=u8::MAX)
                .filter(|byte| byte.is_ascii_alphanumeric() || b"-_. :+(@".contains(byte))
                .fold(held, ByteSet::with);
        }
        if shapes.has(Shape::Dated) {
            // It may end with a slash, whatever follows.
            held = held.with(b'/');
        }
        if (0x80..=u8::MAX).any(|byte| held.contains(byte)) {
            held = held.with(0x80);
        }
        let plain = (0..=u8::MAX)
            .filter(|byte| *byte != b'u' && stands_for(*byte).is_none_or(|byte| !held.contains(byte)))
            .fold(ByteSet::EMPTY, ByteSet::with);
        Self {
            held,
            plain,
            iban: shapes.has(Shape::Iban),
            pairs: shapes.has(Shape::Pairs),
            slashes: shapes.has(Shape::Coded) || shapes.has(Shape::Group33),
            counts: shapes.has(Shape::Mixed12) || shapes.has(Shape::Uuid),
        }
    }

    /// What those of a text that ends with some bytes hide; `backslashes` are its backslashes.
    #[inline]
    pub(crate) fn hiding(&self, bytes: &[u8], mut backslashes: impl Iterator<Item = usize>) -> Hiding {
        let mut hiding = if self.counts {
            Hiding::Places
        } else {
            Hiding::Nothing
        };
        let is_plain = |at: usize| {
            // Its digits may lengthen a run in front.
            if bytes.get(at + 1) == Some(&b'u') {
                hiding = Hiding::Places;
            }
            self.is_plain(bytes, at)
        };
        if backslashes.all(is_plain) {
            hiding
        } else {
            Hiding::Anything
        }
    }

    /// Whether the one that begins with the backslash `bytes[at]` is plain.
    ///
    /// A backslash that is escaped itself may be half of an escape once more: it is asked about as if it was none.
    #[inline]
    pub(crate) fn is_plain(&self, bytes: &[u8], at: usize) -> bool {
        let Some(escape) = bytes.get(at + 1) else {
            return false;
        };
        if !self.plain.contains(*escape) {
            return *escape == b'u' && self.is_plain_unit(bytes, at + 2);
        }
        // Before anything else the slash ends no shape, or only one that is as hot without it.
        let coded = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        if self.slashes && *escape == b'/' && bytes.get(at + 2).is_none_or(coded) {
            return false;
        }
        // As it is written, a letter stands before what follows.
        !(self.iban && stands_for(*escape).is_some_and(|byte| byte < 0x20) && begins_iban(bytes, at + 2))
    }

    /// Whether `\u` before `bytes[at]` is plain.
    #[cold]
    fn is_plain_unit(&self, bytes: &[u8], at: usize) -> bool {
        let Some(unit) = bytes.get(at..at + 4).and_then(hex) else {
            return false;
        };
        // Every byte of what is not ASCII is one of these.
        let byte = u8::try_from(unit).unwrap_or(0x80).min(0x80);
        // Text may contain escapes of its own: then this stands for a part of one.
        let in_escape = byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\\' | b'/');
        // As it is written, a letter or a digit stands before what follows.
        let hides = self.iban && begins_iban(bytes, at + 4) || self.pairs && begins_pairs(bytes, at + 4);
        !(in_escape || self.held.contains(byte) || hides)
    }
}

/// What an escape of two characters stands for, given the second (RFC 8259, section 7).
pub(crate) fn stands_for(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' | b'/' => byte,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return None,
    })
}

/// Whether [`Shape::Iban`] may begin at `bytes[at]`.
#[inline]
fn begins_iban(bytes: &[u8], at: usize) -> bool {
    let Some([a, b, c, d]) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else {
        return false;
    };
    a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit()
}

/// Whether [`Shape::Pairs`] with dashes may begin at `bytes[at]`, or a digit and then it.
#[inline]
fn begins_pairs(bytes: &[u8], at: usize) -> bool {
    let begins = |at: usize| {
        let pairs = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
        pairs.is_some_and(|pairs| ends_pairs(pairs))
    };
    begins(at) || bytes.get(at).is_some_and(u8::is_ascii_digit) && begins(at + 1)
}

/// The value of hex digits.
fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)?)
    })
}
