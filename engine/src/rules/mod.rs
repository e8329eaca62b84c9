//! What to find: rules files parsed, linted and compiled.

mod fault;
mod plan;
mod ruleset;
mod source;

pub use fault::{Fault, Faults};
pub use plan::{Grammar, OnBadRecord, OnDeepNesting, Plan};
pub use ruleset::Ruleset;
pub use source::{
    AllowRule, Case, DetectorRule, FieldAs, FieldRule, Load, PauseRule, PauseTrigger, RunRule, Source,
};
