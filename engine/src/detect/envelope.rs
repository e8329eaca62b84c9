//! What replacements look like, so that no candidate enters one.

/// The longest envelope: `[` entity `:` kid `:` body `]`.
pub(crate) const LONGEST: usize = 128;

/// Whether an envelope `[ENTITY]`, `[ENTITY#body]` or `[ENTITY:kid:body]` begins at the `[` that `text` begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// So many bytes are one.
    Whole(usize),
    /// It may become one.
    Open,
    /// No.
    No,
}

/// Reads an envelope at the start of `text`.
pub(crate) fn read(text: &[u8]) -> Envelope {
    let mut bytes = text.iter().take(LONGEST).enumerate().skip(1);
    let mut part = 0;
    let mut len = 0;
    for (at, byte) in &mut bytes {
        match (part, byte) {
            (0, b'A'..=b'Z') => len += 1,
            (0, b'0'..=b'9' | b'_') if len > 0 => len += 1,
            (0, b'#') if len > 0 => (part, len) = (1, 0),
            (0, b':') if len > 0 => (part, len) = (2, 0),
            (2, b':') if len > 0 => (part, len) = (1, 0),
            (1, b'a'..=b'z' | b'A'..=b'Z') => len += 1,
            (2, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9') => len += 1,
            (0 | 1, b']') if len > 0 => return Envelope::Whole(at + 1),
            _ => return Envelope::No,
        }
    }
    if text.len() < LONGEST {
        Envelope::Open
    } else {
        Envelope::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_every_prefix_is_open() {
        for text in ["[EMAIL]", "[US_SSN]", "[EMAIL#abcdefgh]", "[EMAIL:k1:abcdefgh]"] {
            for cut in 1..text.len() {
                assert_eq!(read(&text.as_bytes()[..cut]), Envelope::Open, "{text} {cut}");
            }
            assert_eq!(read(format!("{text}x").as_bytes()), Envelope::Whole(text.len()));
        }
        for text in ["[]", "[email]", "[1]", "[A b]", "[A#]", "[A:k]", "[A:k:]"] {
            assert_eq!(read(text.as_bytes()), Envelope::No, "{text}");
        }
    }
}
