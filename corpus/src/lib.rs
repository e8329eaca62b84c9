//! Cases and generators.

mod rng;

pub use rng::Rng;
