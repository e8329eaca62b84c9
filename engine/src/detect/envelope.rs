//! What replacements look like, so that no candidate enters one.

/// The longest `[ENTITY]` or `[ENTITY#body]`.
const PLAIN: usize = 128;

/// The longest `[ENTITY:kid:body]`: an entity of 64, an id of 16, and the 467 letters of a value of 256 bytes.
pub(crate) const LONGEST: usize = 1 + ENTITY + 1 + KID + 1 + BODY + 1;

/// The longest name of an entity.
const ENTITY: usize = 64;

/// The longest id of a key.
const KID: usize = 16;

/// The longest body of a token.
const BODY: usize = 467;

/// Whether an envelope begins at the `[` that a text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// So many bytes are one, `[ENTITY]` or `[ENTITY#body]`.
    Whole(usize),
    /// So many bytes have the form of a token, `[ENTITY:kid:body]`, in any case: one if it authenticates.
    Token(usize),
    /// It may become one.
    Open,
    /// No.
    No,
}

/// Where in an envelope a byte lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Entity,
    Hash,
    Kid,
    Body,
}

/// Reads an envelope at the start of `text`.
pub(crate) fn read(text: &[u8]) -> Envelope {
    let mut part = Part::Entity;
    let mut len = 0;
    // Only a token may have been written in another case.
    let mut plain = true;
    for (at, byte) in text.iter().enumerate().take(LONGEST).skip(1) {
        plain &= at < PLAIN;
        match (part, byte) {
            (Part::Entity, b'A'..=b'Z') => len += 1,
            (Part::Entity, b'a'..=b'z') => (plain, len) = (false, len + 1),
            (Part::Entity, b'0'..=b'9' | b'_') if len > 0 => len += 1,
            (Part::Entity, b'#') if len > 0 && plain => (part, len) = (Part::Hash, 0),
            (Part::Entity, b':') if (1..=ENTITY).contains(&len) => (part, len) = (Part::Kid, 0),
            (Part::Kid, b':') if (1..=KID).contains(&len) => (part, len) = (Part::Body, 0),
            (Part::Hash | Part::Body, b'a'..=b'z' | b'A'..=b'Z') => len += 1,
            (Part::Kid, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9') => len += 1,
            (Part::Entity | Part::Hash, b']') if len > 0 && plain => return Envelope::Whole(at + 1),
            (Part::Body, b']') if (1..=BODY).contains(&len) => return Envelope::Token(at + 1),
            _ => return Envelope::No,
        }
        let most = match part {
            Part::Entity if plain => PLAIN,
            Part::Entity => ENTITY,
            Part::Hash => PLAIN,
            Part::Kid => KID,
            Part::Body => BODY,
        };
        if len > most || part == Part::Hash && !plain {
            return Envelope::No;
        }
    }
    if text.len() < LONGEST {
        Envelope::Open
    } else {
        Envelope::No
    }
}

/// What the value is called that a placeholder or a hash stands for.
pub(crate) fn entity(envelope: &[u8]) -> &[u8] {
    let name = envelope.strip_prefix(b"[").unwrap_or_default();
    let len = name
        .iter()
        .take_while(|byte| !matches!(byte, b'#' | b']'))
        .count();
    name.get(..len).unwrap_or_default()
}

/// How many bytes before the end of a text an envelope may begin that reaches beyond it.
pub(crate) fn reach_beyond(before: &[u8]) -> Option<usize> {
    // Before the letters of a body, only an entity and an id may stand, or what is shorter anyway.
    let mut left = PLAIN;
    let mut letters = true;
    for (back, byte) in before.iter().rev().take(LONGEST).enumerate() {
        letters &= byte.is_ascii_alphabetic();
        match byte {
            b'[' => return Some(back + 1),
            _ if letters => {}
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'#' | b':' if left > 0 => left -= 1,
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_every_prefix_is_open() {
        for text in [
            "[EMAIL]",
            "[US_SSN]",
            "[EMAIL#abcdefgh]",
            "[EMAIL:k1:abcdefgh]",
            "[email:K1:ABcdefgh]",
        ] {
            for cut in 1..text.len() {
                assert_eq!(read(&text.as_bytes()[..cut]), Envelope::Open, "{text} {cut}");
            }
            let whole = match text.contains(':') {
                true => Envelope::Token(text.len()),
                false => Envelope::Whole(text.len()),
            };
            assert_eq!(read(format!("{text}x").as_bytes()), whole);
        }
        for text in [
            "[]",
            "[email]",
            "[email#abc]",
            "[1]",
            "[A b]",
            "[A#]",
            "[A:k]",
            "[A:k:]",
            "[A:k:a1]",
        ] {
            assert_eq!(read(text.as_bytes()), Envelope::No, "{text}");
        }
    }

    #[test]
    fn the_longest_are_read_and_no_longer_ones() {
        let token = |entity: usize, kid: usize, body: usize| {
            format!(
                "[{}:{}:{}]",
                "E".repeat(entity),
                "k".repeat(kid),
                "b".repeat(body)
            )
        };
        let longest = token(ENTITY, KID, BODY);
        assert_eq!(
            (longest.len(), read(longest.as_bytes())),
            (LONGEST, Envelope::Token(LONGEST))
        );
        for longer in [
            token(ENTITY + 1, 1, 1),
            token(1, KID + 1, 1),
            token(1, 1, BODY + 1),
        ] {
            assert_eq!(read(longer.as_bytes()), Envelope::No);
        }
        let plain = |count: usize| read(format!("[{}]", "E".repeat(count)).as_bytes());
        assert_eq!((plain(126), plain(127)), (Envelope::Whole(PLAIN), Envelope::No));
        let hash = |count: usize| read(format!("[E#{}]", "b".repeat(count)).as_bytes());
        assert_eq!((hash(124), hash(125)), (Envelope::Whole(PLAIN), Envelope::No));
    }

    #[test]
    fn what_reaches_beyond_is_found_from_behind() {
        let back = |text: &str| reach_beyond(text.as_bytes());
        assert_eq!(back("x [EMAIL:k1:abc"), Some(13));
        assert_eq!(back("[A]b"), None);
        assert_eq!(back(&format!("[E1:k:{}", "a".repeat(BODY))), Some(BODY + 6));
        // Digits stand in no body.
        assert_eq!(back(&format!("[{}", "a1".repeat(80))), None);
    }
}
