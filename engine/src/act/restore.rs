//! `restore`: what a token stands for comes back, escaped as it must be where it lands.

use super::{Replacement, Secrets, placeholder, token};
use crate::hold::Text;

/// Whether a text may have line ends that are not escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnds {
    /// It may.
    Text,
    /// They are framing.
    Framing,
}

impl LineEnds {
    /// Whether a value may stand in so many strings within strings: in none of them its line ends are its own.
    pub(crate) fn allow(self, value: &[u8], strings: usize) -> bool {
        let breaks = || value.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        self == Self::Text || strings > 0 || !breaks()
    }
}

/// What a token stands for, in so many strings within strings. What is none has a placeholder: only tokens are restored,
/// whatever a plan asks for.
pub(crate) fn restore(entity: &str, text: &[u8], secrets: Secrets<'_>, strings: usize) -> Replacement {
    let Some(opened) = token::open(text, secrets) else {
        return Replacement::whole(placeholder(entity));
    };
    let mut value = opened.value;
    for _ in 0..strings {
        value = escape(&value);
    }
    Replacement::whole(Text::Bytes(value.as_slice().into()))
}

/// The characters of a JSON string, without its quotes. What is no UTF-8 becomes U+FFFD.
pub(crate) fn escape(value: &[u8]) -> Vec<u8> {
    let mut to = Vec::with_capacity(value.len() + 2);
    for chunk in value.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            match byte {
                b'"' | b'\\' => to.extend([b'\\', byte]),
                b'\n' => to.extend(b"\\n"),
                b'\r' => to.extend(b"\\r"),
                b'\t' => to.extend(b"\\t"),
                0x08 => to.extend(b"\\b"),
                0x0C => to.extend(b"\\f"),
                0..=0x1F => to.extend(format!("\\u{byte:04x}").bytes()),
                byte => to.push(byte),
            }
        }
        if !chunk.invalid().is_empty() {
            to.extend("\u{FFFD}".bytes());
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_as_it_was() {
        let value: String = (0..0x100)
            .filter_map(char::from_u32)
            .chain("\u{1F600}\u{FFFD}".chars())
            .collect();
        let mut bytes = value.clone().into_bytes();
        for _ in 0..3 {
            let quoted = [b"\"", escape(&bytes).as_slice(), b"\""].concat();
            let read: String = serde_json::from_slice(&quoted).unwrap();
            assert_eq!(read.as_bytes(), bytes);
            bytes = escape(&bytes);
        }
        assert_eq!(escape(b"a\xFF\xC3"), "a\u{FFFD}\u{FFFD}".as_bytes());
    }
}
