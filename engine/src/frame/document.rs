//! JSON documents: one, or several one behind the other.
//!
//! Where a document ends is the tokenizer's knowledge, so all of the stream is one payload here.

use super::{Part, Supply};

/// How far a stream of documents is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Document {
    /// In the payload.
    #[default]
    Body,
    /// The end was told.
    Done,
}

impl Document {
    /// See [`super::Framer::next`].
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Option<Part> {
        if !rest.is_empty() {
            return Some(Part::Payload(rest.len()));
        }
        if supply == Supply::Last && *self == Self::Body {
            *self = Self::Done;
            return Some(Part::EndPayload);
        }
        None
    }
}
