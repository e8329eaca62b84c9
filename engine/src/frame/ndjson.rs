//! NDJSON: every line is a payload and a record.
//!
//! Only LF ends a line. A CR before it is a JSON blank and stays in the payload, where it needs no look-ahead.
//! Empty lines are records with an empty payload, so that a record's number is a line's number. What follows the
//! last LF is a line only if it has bytes.

use super::{Part, Supply};
use memchr::memchr;

/// How far a stream of lines is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ndjson {
    /// At the start of a line.
    #[default]
    Start,
    /// In a line that has bytes.
    Line,
    /// The payload's end was told; its LF is the next byte.
    Feed,
    /// The record's end is due.
    Record,
}

impl Ndjson {
    /// See [`super::Framer::next`].
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Option<Part> {
        let (next, part) = match self {
            Self::Record => (Self::Start, Part::EndRecord),
            Self::Line if rest.is_empty() && supply == Supply::Last => (Self::Record, Part::EndPayload),
            _ if rest.is_empty() => return None,
            Self::Feed => (Self::Record, Part::Framing(1)),
            Self::Start | Self::Line => match memchr(b'\n', rest).unwrap_or(rest.len()) {
                0 => (Self::Feed, Part::EndPayload),
                length => (Self::Line, Part::Payload(length)),
            },
        };
        *self = next;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::trace;
    use crate::Format;

    #[test]
    fn lines_are_records() {
        let told = |input: &[u8]| trace(Format::Ndjson, input);
        assert_eq!(told(b"1\n2\r\n"), r"P(1) ; F(\n) . P(2\r) ; F(\n) .");
        assert_eq!(told(b"1\n2"), r"P(1) ; F(\n) . P(2) ; .");
        assert_eq!(told(b"\n\n1"), r"; F(\n) . ; F(\n) . P(1) ; .");
        assert_eq!(told(b""), "");
        assert_eq!(told(b"\xEF\xBB\xBF1\n"), r"F(\xef\xbb\xbf) P(1) ; F(\n) .");
        assert_eq!(told(b"\r"), r"P(\r) ; .");
    }
}
