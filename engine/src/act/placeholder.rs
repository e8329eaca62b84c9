//! `placeholder`, and `null` on a finding: what was there, and nothing of it.

use crate::hold::{Bytes, Text};

/// `[ENTITY]`
pub(crate) fn placeholder(entity: &str) -> Text {
    Text::Bytes(Bytes::of(&[b"[", entity.as_bytes(), b"]"]))
}
