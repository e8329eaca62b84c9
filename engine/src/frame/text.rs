//! Text: one payload and one record, from the first byte to the last, even if there is none.

use super::{Part, Supply};

/// How far a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Text {
    /// In the payload.
    #[default]
    Body,
    /// The payload's end was told.
    Ended,
    /// So was the record's.
    Done,
}

impl Text {
    /// See [`super::Framer::next`].
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Option<Part> {
        if !rest.is_empty() {
            return Some(Part::Payload(rest.len()));
        }
        if supply == Supply::More {
            return None;
        }
        let (next, part) = match self {
            Self::Body => (Self::Ended, Part::EndPayload),
            Self::Ended => (Self::Done, Part::EndRecord),
            Self::Done => return None,
        };
        *self = next;
        Some(part)
    }
}
