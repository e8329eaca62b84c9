//! What a computation costs.

use rustix::time::{ClockId, clock_gettime};

/// CPU time this thread has used, in nanoseconds.
///
/// Unlike the time on the wall it does not grow while other processes run.
#[derive(Clone, Copy, Debug)]
pub struct CpuTime(i128);

impl CpuTime {
    /// Up to now.
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Self(i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec))
    }

    /// Nanoseconds since `self`; at least 1, so that it can divide.
    pub fn elapsed(self) -> f64 {
        (Self::now().0 - self.0).max(1) as f64
    }
}
