//! What in a text is sensitive: anchors, automata carried over pushes, checks, context, clusters.
//!
//! A [`Scanner`] reads one text in pieces. Where the kernel's hot plane shows a trigger it runs the detectors that
//! the trigger stands for; at the end of a piece it also tries every start whose trigger may still come. What is
//! alive is held; what is final goes to the [`resolve::Resolver`], which joins overlapping findings into clusters.

pub(crate) mod anchor;
pub(crate) mod automaton;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod context;
mod detector;
mod determinise;
mod ended;
mod envelope;
mod escapes;
mod group;
mod judge;
mod known;
mod lazy;
mod places;
pub(crate) mod price;
mod resolve;
mod rules;
mod run;
mod scanner;
mod sets;
mod sieve;
mod stretch;

pub(crate) use context::{Lexicon, Words};
pub use detector::Cost;
#[cfg(any(test, feature = "oracle"))]
pub(crate) use detector::Run;
pub(crate) use detector::{Detector, Finds, Scope, TOKENS};
#[cfg(any(test, feature = "oracle"))]
pub(crate) use detector::{LABEL, holds_mixed};
pub(crate) use determinise::{Oversize, Work};
pub(crate) use escapes::{Hiding, stands_for};
pub(crate) use group::AHEAD;
#[cfg(any(test, feature = "oracle"))]
pub(crate) use judge::labelled;
pub(crate) use judge::{BEFORE, CONTEXT, Surroundings, Told};
pub(crate) use lazy::Lazy;
pub(crate) use resolve::{Counted, Decide, Item, Origin, Resolver, Share, Span, as_one};
pub(crate) use rules::{Detectors, Written};
pub(crate) use scanner::{Scanner, TextEnd};
pub(crate) use stretch::{Hot, Stretch};
