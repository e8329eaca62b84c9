//! Where we are in a document, and which field rules are live there.
//!
//! [`Pattern`] is one path of a rules file; [`Paths`] is all of them as one automaton, which a stream walks with
//! one step a member, element or nested document. The automaton is immutable and shared; a stream keeps a
//! [`PathState`] a level.

mod automaton;
mod build;
mod parse;
mod tracker;

pub(crate) use automaton::{PathState, Paths, TooLarge};
pub(crate) use parse::{Pattern, Simple};
pub(crate) use tracker::Tracker;

use parse::{Reach, Select, Step};
