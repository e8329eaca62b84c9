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
//! # From a buffer, a file, many lines
//!
//! Who has a whole buffer asks the rules themselves, [`Ruleset::redact`] or [`Ruleset::findings`]; who has a file or a
//! socket wraps it in a [`Reader`] or a [`Writer`]; lines go on several threads in a [`Batch`]:
//!
//! ```
//! let rules = lacuna::Ruleset::builtin("default")?;
//! assert_eq!(rules.redact(br#"{"mail":"bob@example.com"}"#)?, br#"{"mail":"[EMAIL]"}"#);
//! for finding in rules.findings(br#"{"mail":"bob@example.com"}"#) {
//!     let finding = finding?;
//!     assert_eq!((&*finding.path, &*finding.entity, &*finding.action), ("$.mail", "EMAIL", "placeholder"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules of one's own
//!
//! A rules file adds detectors (a pattern, searched in every text) and fields (a path, replaced whatever it says) to a
//! built-in set, takes others away, and says what is done with each class:
//!
//! ```
//! use lacuna::Ruleset;
//!
//! let file = r#"
//!     extends = ["builtin:default"]
//!     [[detector]]
//!     id = "acme-employee"
//!     entity = "EMPLOYEE_ID"
//!     class = "confidential"
//!     pattern = 'EMP-[0-9]{6}'
//!     examples = ["EMP-204817"]
//!     [[field]]
//!     path = "$..patient.diagnosis"
//!     class = "restricted"
//!     [treatment]
//!     confidential = { keep_last = 3 }
//! "#;
//! let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
//! let record = br#"{"by":"EMP-204817","patient":{"diagnosis":"flu","ward":3}}"#;
//! assert_eq!(
//!     rules.redact(record)?,
//!     br#"{"by":"*******817","patient":{"diagnosis":"[DIAGNOSIS]","ward":3}}"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Fields may also come from an API contract that says what is sensitive (`[[schema]]`, feature `contracts`); an
//! [`Inspection`] says all that is wrong with a file, and [`Source::json_schema`] tells an editor its keys.
//!
//! # One stream's plan
//!
//! Rules say what is sensitive; a [`Plan`] says what one reader may see of it: [`Plan::treat`] for each [`Class`], and
//! with [`Plan::with_record`] a second view in the same pass, for what may be kept.
//!
//! ```
//! use lacuna::{Action, Collect, Format, Plan, Redactor, Ruleset};
//!
//! let rules = Ruleset::builtin("default")?;
//! let confidential = rules.class("confidential").ok_or("no such class")?;
//! let masked = Plan::new(&rules);
//! let all = (0..4).map(|class| masked.treatment(lacuna::Class(class))).collect();
//! let plan = masked.with_record(all).treat(confidential, Action::Keep);
//! let mut stream = Redactor::new(&rules, &plan, Format::Ndjson);
//! let mut out = Collect::default();
//! stream.push(b"{\"mail\":\"bob@example.com\"}\n", &mut out)?;
//! stream.finish(&mut out)?;
//! assert_eq!(out.caller, b"{\"mail\":\"bob@example.com\"}\n");
//! assert_eq!(out.record, b"{\"mail\":\"[EMAIL]\"}\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A stream that waits for somebody
//!
//! A `[[pause]]` is an allowance. Where it runs out, exactly the bytes before that finding have left; the caller rules,
//! then offers the rest of the chunk again:
//!
//! ```
//! use lacuna::{Collect, Format, Plan, Redactor, Ruleset, Ruling, State};
//!
//! let file = "extends = [\"builtin:default\"]\n[[pause]]\nclass = \"confidential\"\nfindings = 1\n";
//! let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
//! let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
//! let (mut out, mut rest) = (Collect::default(), &b"ask bob@example.com or eve@example.com now"[..]);
//! loop {
//!     let step = stream.push(rest, &mut out)?;
//!     rest = &rest[step.consumed..];
//!     match step.state {
//!         State::Paused(hold) => {
//!             assert_eq!((hold.detector.as_str(), out.caller.as_slice()), ("email", &b"ask [EMAIL] or "[..]));
//!             stream.rule(Ruling::Mask)?;
//!         }
//!         _ => break,
//!     }
//! }
//! stream.finish(&mut out)?;
//! assert_eq!(out.caller, b"ask [EMAIL] or [EMAIL] now");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What can go wrong
//!
//! An [`Error`] says who is to blame (sender, caller, limits, us), where, and never what the bytes say. After one nothing
//! leaves any more, and what was held is destroyed: what the caller has is complete up to there, and no further. What
//! happened to every byte is in the [`Receipt`]; without `complete` it was no success.
//!
//! # Fast
//!
//! Chunks of 16 KiB and more are best; each end of a chunk costs as much as a few kilobytes. Rules and plans are made once
//! and shared. A [`Sink`] that looks at no paths should say so ([`Sink::wants_details`]). A field rule costs where its
//! name stands, but one with `*` or an index at the end of its path costs wherever that may match.
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
#[cfg(feature = "engine")]
mod lane;
mod limits;
#[cfg(all(feature = "engine", any(test, feature = "oracle")))]
pub mod oracle;
mod outcome;
#[cfg(feature = "engine")]
mod path;
#[cfg(feature = "engine")]
mod pauses;
#[cfg(feature = "engine")]
mod profile;
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
    key::{Key, KeyFault, Keys, Kid, Scope},
    profile::Profile,
    redactor::Redactor,
    rules::{
        AllowRule, Anatomy, Case, Decoy, DetectorRule, Direction, Fault, Faults, FieldAs, FieldRule, Grammar,
        Inspected, Inspection, Load, MatchShape, OnBadRecord, OnDeepNesting, PauseRule, PauseTrigger, Plan,
        PlanRule, Ruleset, RunRule, Source, Triggers,
    },
    simd::{Kernels, Level},
    whole::Findings,
};
pub use limits::Limits;
pub use outcome::{Function, Hold, State, Step};
pub use receipt::{Receipt, Tokens, Wait};
pub use sink::{Collect, Finding, FindingOwned, Inner, Sink};
pub use word::{Action, CheckDigit, Class, Confidence, Pos, Ruling, Slot, Unscanned, View};
