//! Incremental JSON: bit planes and carried state in, tokens out.
//!
//! The tokenizer borrows the window it reads and copies nothing. Where a string ends it finds in the planes, not
//! byte by byte. Both grammar levels are one machine: the structural level takes the same steps and forgives what
//! only the full level refuses.

mod machine;
mod scalar;
mod stack;
mod utf8;
mod walk;
mod window;

use machine::is_delimiter;
pub(crate) use machine::{Expect, Extent, Role, Stop, Token, Tokenizer, skip_blanks};
pub(crate) use stack::{Bracket, Opens, Stack};
pub(crate) use utf8::Utf8;
pub(crate) use walk::walk;
pub(crate) use window::Window;
