//! Lacuna masks sensitive values in JSON while they are in flight.
//!
//! A [`Ruleset`] says what to find and is compiled once; a [`Plan`] says what happens to it on one stream; a
//! [`Redactor`] is one stream. It never reads, waits or allocates for what it does not have to hold: chunks go
//! in with [`Redactor::push`], what may leave comes out through a [`Sink`] at once.
//!
//! ```
//! use lacuna::{Collect, Format, Plan, Redactor, Ruleset, State};
//!
//! let rules = Ruleset::builtin("default")?;
//! let plan = Plan::new(&rules);
//! let mut stream = Redactor::new(&rules, &plan, Format::Auto);
//! let mut out = Collect::default();
//! stream.push(br#"{"mail":"bob@exam"#, &mut out)?;
//! stream.push(br#"ple.com"}"#, &mut out)?;
//! assert!(matches!(stream.finish(&mut out)?.state, State::Ready));
//! assert_eq!(out.caller, br#"{"mail":"[EMAIL]"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Who has a whole buffer asks the rules themselves, [`Ruleset::redact`] or [`Ruleset::findings`]; who has a file or a
//! socket wraps it in a [`Reader`] or a [`Writer`]; lines go on several threads in a [`Batch`]:
//!
//! ```
//! let rules = lacuna::Ruleset::builtin("default")?;
//! assert_eq!(rules.redact(br#"{"mail":"bob@example.com"}"#)?, br#"{"mail":"[EMAIL]"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without the default feature `engine` only the shared words remain ([`Class`], [`Action`], [`Slot`] ...).

#![deny(unsafe_code)]

#[cfg(feature = "engine")]
mod act;
#[cfg(feature = "engine")]
mod batch;
#[cfg(feature = "engine")]
mod detect;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod frame;
#[cfg(feature = "engine")]
mod hold;
#[cfg(feature = "engine")]
mod io;
#[cfg(feature = "engine")]
mod key;
mod limits;
#[cfg(all(feature = "engine", any(test, feature = "oracle")))]
pub mod oracle;
mod outcome;
#[cfg(feature = "engine")]
mod path;
#[cfg(feature = "engine")]
mod pauses;
mod receipt;
#[cfg(feature = "engine")]
mod redactor;
#[cfg(feature = "engine")]
mod rules;
#[cfg(feature = "engine")]
mod simd;
mod sink;
#[cfg(all(feature = "engine", any(test, feature = "oracle")))]
pub mod testing;
#[cfg(feature = "engine")]
mod text;
#[cfg(feature = "engine")]
mod token;
#[cfg(feature = "engine")]
mod whole;
mod word;

#[cfg(feature = "engine")]
pub use crate::{
    batch::Batch,
    detect::Cost,
    error::{CallerError, Error, ErrorKind, Limit, SenderError},
    frame::Format,
    io::{Reader, Writer},
    key::Key,
    redactor::Redactor,
    rules::{
        AllowRule, Anatomy, Case, DetectorRule, Fault, Faults, FieldAs, FieldRule, Grammar, Load,
        OnBadRecord, OnDeepNesting, PauseRule, PauseTrigger, Plan, Ruleset, RunRule, Source, Triggers,
    },
    simd::{Kernels, Level},
    whole::Findings,
};
pub use limits::Limits;
pub use outcome::{Function, Hold, State, Step};
pub use receipt::{Receipt, Wait};
pub use sink::{Collect, Finding, FindingOwned, Inner, Sink};
pub use word::{Action, Class, Confidence, Pos, Ruling, Slot, Unscanned, View};
