//! What a value looks like: the checks behind a pattern, and the catalogue of detectors.

pub(crate) mod catalog;
pub(crate) mod check;
