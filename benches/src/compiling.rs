//! What it takes until the first byte can be read.

use crate::CpuTime;
use core::fmt;
use lacuna::{Faults, Ruleset};

/// What compiling the default rules costs.
#[derive(Clone, Copy, Debug)]
pub struct Compiling {
    /// How many detectors they are.
    pub detectors: usize,
    /// Nanoseconds of the first time in this process, which reads the catalogue too.
    pub first: f64,
    /// Nanoseconds of the second time.
    pub again: f64,
    /// The memory of the automata, in bytes.
    pub bytes: usize,
    /// The steps, which are the same on every machine.
    pub steps: u64,
}

/// Compiles the default rules twice. For [`Compiling::first`] to be right nothing may have compiled them before.
///
/// # Errors
/// The catalogue is wrong.
pub fn compiling() -> Result<Compiling, Faults> {
    let start = CpuTime::now();
    let rules = Ruleset::builtin("default")?;
    let first = start.elapsed();
    let start = CpuTime::now();
    Ruleset::builtin("default")?;
    let again = start.elapsed();
    Ok(Compiling {
        detectors: rules.source().detectors.len(),
        first,
        again,
        bytes: rules.costs().map(|cost| cost.bytes).sum(),
        steps: rules.costs().map(|cost| cost.steps).sum(),
    })
}

impl fmt::Display for Compiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |time: f64| time / 1e6;
        write!(
            f,
            "builtin:default: {} detectors compiled in {:.1} ms ({:.1} ms again), {} steps, {} KiB of automata",
            self.detectors,
            milliseconds(self.first),
            milliseconds(self.again),
            self.steps,
            self.bytes.div_ceil(1024),
        )
    }
}
