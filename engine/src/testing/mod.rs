//! Bodies of the fuzz targets: each takes any bytes and panics where a promise is broken.
//!
//! The targets in `fuzz/` are one line each, so that what they check is compiled, linted and run with the rest. The
//! tests here read the files in `fuzz/corpus` and some thousand changed copies of them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a promise that is broken ends the run: that is what fuzzing looks for"
)]

mod dials;
mod framing;
mod invariance;
mod kernels;
mod redactor;
mod restore;
mod rules;
#[cfg(test)]
mod tests;

pub use self::{
    framing::fuzz_framing,
    invariance::{fuzz_invariance, fuzz_json},
    kernels::fuzz_kernels,
    redactor::fuzz_redactor,
    restore::fuzz_restore,
    rules::fuzz_rules,
};
