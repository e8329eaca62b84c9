//! What to find: rules files parsed, linted and compiled.

mod anatomy;
mod compiled;
#[cfg(feature = "contracts")]
mod contract;
mod directed;
mod draft;
mod fault;
mod inspect;
pub(crate) mod keys;
pub(crate) mod lint;
mod parse;
mod places;
mod plan;
pub(crate) mod reader;
mod restore;
mod ruleset;
mod schema;
mod source;
mod tables;

pub(crate) use compiled::Rules;
pub(crate) use draft::Draft;
pub(crate) use parse::{Document, Reading, builtin_hint};

pub use anatomy::{Anatomy, Triggers};
pub use directed::{Direction, PlanRule};
pub use fault::{Fault, Faults};
pub use inspect::{Decoy, Inspected, Inspection};
pub use plan::{Grammar, OnBadRecord, OnDeepNesting, Plan};
pub use ruleset::Ruleset;
pub use source::{
    AllowRule, Case, DetectorRule, FieldAs, FieldRule, Load, MatchShape, PauseRule, PauseTrigger, RunRule,
    Source,
};

#[cfg(test)]
mod tests;
