//! `hash`: equal values have equal bodies under one key.

use super::letters;
use crate::hold::{Bytes, Text};

/// Letters in the body of an envelope: 26 to the 12th is more than 2 to the 56th.
const BODY: u32 = 12;

/// `[ENTITY#body]`: twelve letters that say `mark`.
pub(crate) fn hash(entity: &str, mark: u64) -> Text {
    let mut body = Vec::with_capacity(BODY as usize);
    letters::number_to(mark % 26u64.pow(BODY), BODY as usize, &mut body);
    Text::Bytes(Bytes::of(&[b"[", entity.as_bytes(), b"#", &body, b"]"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_the_mark_in_letters() {
        assert_eq!(hash("X", 27), Text::Bytes(b"[X#aaaaaaaaaabb]".as_slice().into()));
        assert_eq!(hash("X", 26u64.pow(BODY)), hash("X", 0));
    }
}
