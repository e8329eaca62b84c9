//! Cases and generators.
