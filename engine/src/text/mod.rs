//! The texts of a document: escapes undone, nested JSON read, every byte mapped to where it came from.

mod map;
mod unescape;

pub(crate) use map::{Low, Map, Place};
pub(crate) use unescape::{Decoded, Escapes, Outer, Unescape};
