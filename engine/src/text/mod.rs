//! The texts of a document: escapes undone, nested JSON read, every byte mapped to where it came from.

mod body;
mod closer;
mod ends;
mod fast;
mod gate;
mod given;
mod hot;
mod level;
mod map;
mod memo;
mod names;
mod scribe;
mod skim;
mod slot;
mod spared;
mod tokens;
mod undo;
mod unescape;
mod value;

pub(crate) use body::{Body, Cx, Kind};
pub(crate) use map::{Map, Place, Runs};
pub(crate) use scribe::{Note, Purpose};
pub(crate) use spared::Touch;
