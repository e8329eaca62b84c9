//! Generators of inputs, the same for a seed on every machine.
//!
//! Everything in them is made: domains, networks, telephone and card ranges are those kept for examples.

mod json;
mod prose;
mod records;
mod rng;
mod sample;
mod sse;
mod value;

pub use self::{
    json::{json, json_common},
    prose::text,
    records::records,
    rng::Rng,
    sample::{Density, Kind, Planted, Sample},
    sse::sse,
};

/// Values that look like something sensitive and are none, as JSON: an object of what they are, and lists of them. See
/// `decoys/README.md`.
pub const DECOYS: &str = include_str!("../decoys/decoys.json");
