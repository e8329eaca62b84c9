//! The words shared by every part of the product: one word, one thing.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A byte offset in a stream's input, from 0, after content decoding.
///
/// ```
/// use lacuna::Pos;
/// assert!(Pos(9) < Pos(24));
/// assert_eq!(Pos(24).to_string(), "byte 24");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pos(pub u64);

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}", self.0)
    }
}

/// How sensitive a value is: its rank in the rule set's list of classes, 0 the least.
///
/// The name belongs to the rule set (`Ruleset::class_name`); a site may have its own list.
///
/// ```
/// use lacuna::{Class, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// for (rank, name) in (0..).zip(Class::DEFAULT_NAMES) {
///     assert_eq!(rules.class(name), Some(Class(rank)));
/// }
/// assert!(rules.class("public") < rules.class("restricted"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u8);

impl Class {
    /// The four classes of a rule set that names none of its own, least sensitive first.
    pub const DEFAULT_NAMES: [&'static str; 4] = ["public", "internal", "confidential", "restricted"];
}

/// How sure a detector is, in percent (0 to 100).
///
/// ```
/// use lacuna::Confidence;
/// assert!(Confidence::percent(49) < Confidence::percent(50));
/// assert_eq!(Confidence::percent(200), Confidence::percent(100));
/// assert_eq!(serde_json::to_string(&Confidence::percent(95))?, "0.95");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// `percent` over 100 counts as 100.
    ///
    /// ```
    /// assert_eq!(lacuna::Confidence::percent(95).as_ratio(), 0.95);
    /// ```
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// 0.0 to 1.0, with two decimals.
    ///
    /// ```
    /// use lacuna::Confidence;
    /// assert_eq!(Confidence::percent(7).as_ratio(), 0.07);
    /// assert_eq!(Confidence::percent(100).as_ratio(), 1.0);
    /// ```
    pub fn as_ratio(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Serialize for Confidence {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.as_ratio())
    }
}

/// Where in a document a text sits.
///
/// ```
/// use lacuna::{Ruleset, Slot};
///
/// let rules = Ruleset::builtin("default")?;
/// let slot = |bytes: &[u8]| rules.findings(bytes).next().and_then(Result::ok).map(|finding| finding.slot);
/// assert_eq!(slot(br#"["bob@example.com"]"#), Some(Slot::Value));
/// assert_eq!(slot(br#"{"bob@example.com":1}"#), Some(Slot::Key));
/// assert_eq!(slot(b"[4111111111111111]"), Some(Slot::Number));
/// assert_eq!(slot(b"bob@example.com"), Some(Slot::Text));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Slot {
    /// A JSON string value.
    Value,
    /// A JSON object key.
    Key,
    /// A JSON number.
    Number,
    /// Text that is no JSON: a line, a comment, what follows broken JSON.
    Text,
    /// One logical text over many events.
    Lane,
}

/// What is done to a finding or a field.
///
/// ```
/// use lacuna::{Action, Format, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let confidential = rules.class("confidential").ok_or("no such class")?;
/// for (action, masked) in [
///     (Action::Keep, "bob@example.com"),
///     (Action::Placeholder, "[EMAIL]"),
///     (Action::Mask, "***************"),
///     (Action::KeepFirst(2), "bo*************"),
///     (Action::KeepLast(4), "***********.com"),
///     (Action::KeepLast(6), "***************"),
///     (Action::Drop, ""),
/// ] {
///     let plan = Plan::new(&rules).treat(confidential, action);
///     let out = Redactor::new(&rules, &plan, Format::Text).redact(b"bob@example.com")?;
///     assert_eq!(out, masked.as_bytes());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// The value stays; it is reported.
    Keep,
    /// `[ENTITY]`.
    Placeholder,
    /// One `*` for each decoded character.
    Mask,
    /// The first characters stay (at most a third of the value, else as [`Action::Mask`]), `*` for the rest.
    KeepFirst(u8),
    /// The last characters stay (at most a third of the value, else as [`Action::Mask`]), `*` for the rest.
    KeepLast(u8),
    /// `[ENTITY#body]`: equal values have equal bodies under one key.
    Hash,
    /// `[ENTITY:kid:body]`: reversible with the key, in its `Scope`. The body has 12 letters for each 7 bytes of the
    /// value and 16 more, and for what is left over of 1 to 6 bytes 2, 4, 6, 7, 9 or 11: 40 letters for a value of 7 bytes,
    /// 54 for one of 15, 467 for one of 256. A longer value has a placeholder.
    Token,
    /// Digits for digits (FF1, NIST SP 800-38G), in its `Scope`: what stands between them stays, a number stays one, and
    /// equal values become equal ones. It is for 6 digits and more with blanks, `-`, `.`, `/`, `+` and brackets between them,
    /// 64 bytes at most; anything else has a placeholder, a number `0`. It does not authenticate.
    Fpe(CheckDigit),
    /// What a token stands for comes back. No treatment: it happens to tokens of classes that are kept, on a stream that
    /// restores. As a treatment it is a placeholder.
    Restore,
    /// The characters, or the member, go.
    Drop,
    /// `null` for a field, a placeholder for a finding.
    Null,
}

/// What the last of some digits says of the others, and still says when they are encrypted.
///
/// ```
/// use lacuna::{Action, CheckDigit, Class, Format, Key, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let plan = Plan::new(&rules).with_key(Key::new(b"sixteen bytes or more").ok_or("too short")?);
/// let plan = plan.treat(Class(3), Action::Fpe(CheckDigit::Luhn));
/// let record = br#"{"card":"4111 1111 1111 1111","as_number":4111111111111111}"#;
/// let masked = Redactor::new(&rules, &plan, Format::Json).redact(record)?;
/// assert_eq!(
///     core::str::from_utf8(&masked)?,
///     r#"{"card":"5704 2179 0470 7708","as_number":5704217904707708}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckDigit {
    /// Nothing that is known.
    Any,
    /// Digits that pass the check of ISO/IEC 7812-1 pass it after, and those that do not, do not.
    Luhn,
}

impl Action {
    /// The word used in rules files, findings and the API.
    ///
    /// ```
    /// use lacuna::Action;
    /// assert_eq!(Action::Null.name(), "null");
    /// assert_eq!(Action::KeepLast(4).name(), Action::KeepLast(2).name());
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Placeholder => "placeholder",
            Self::Mask => "mask",
            Self::KeepFirst(_) => "keep_first",
            Self::KeepLast(_) => "keep_last",
            Self::Hash => "hash",
            Self::Token => "token",
            Self::Fpe(_) => "fpe",
            Self::Restore => "restore",
            Self::Drop => "drop",
            Self::Null => "null",
        }
    }

    /// Whether the replacement is computed under a secret key.
    ///
    /// ```
    /// use lacuna::Action;
    /// assert!(Action::Hash.needs_key());
    /// assert!(!Action::Mask.needs_key());
    /// ```
    pub const fn needs_key(self) -> bool {
        matches!(self, Self::Hash | Self::Token | Self::Fpe(_) | Self::Restore)
    }
}

/// Who reads an output: one pass makes both.
///
/// ```
/// use lacuna::{Action, Collect, Format, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let plan = Plan::new(&rules).with_record(vec![Action::Mask; 4]);
/// let mut stream = Redactor::new(&rules, &plan, Format::Text);
/// let mut out = Collect::default(); // keeps the two apart
/// stream.push(b"to bob@example.com", &mut out)?;
/// stream.finish(&mut out)?;
/// assert_eq!(out.caller, b"to [EMAIL]");
/// assert_eq!(out.record, b"to ***************");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// What the caller gets.
    Caller,
    /// What may be kept: only made where the plan has a second set of treatments.
    Record,
}

/// A person's answer to a pause.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, Ruling};
///
/// let file = "extends = ['builtin:default']\n[[pause]]\nfindings = 0\n[treatment]\nconfidential = 'keep'\n";
/// let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let chunk = b"bob@example.com eve@example.com ";
/// for (ruling, masked) in [
///     (Ruling::Release, &b"bob@example.com eve@example.com "[..]),
///     (Ruling::Mask, b"[EMAIL] [EMAIL] "),
/// ] {
///     let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
///     let mut out = Collect::default();
///     let step = stream.push(chunk, &mut out)?;
///     stream.rule(ruling)?;
///     stream.push(&chunk[step.consumed..], &mut out)?;
///     stream.finish(&mut out)?;
///     assert_eq!(out.caller, masked);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// The held finding leaves as it came. What comes later is treated as the plan says; the rule asks no more.
    Release,
    /// The held finding is masked, with a placeholder if its treatment is `keep`, and so is every later one that
    /// the rule would count; it asks no more.
    Mask,
    /// Nothing more leaves.
    Refuse,
}

/// Why bytes left without having been searched: a closed list.
///
/// ```
/// use lacuna::{Collect, Format, Limits, OnDeepNesting, Plan, Redactor, Ruleset, Unscanned};
///
/// let rules = Ruleset::builtin("default")?;
/// let shallow = Limits { nesting: 0, ..Limits::default() };
/// let plan = Plan::new(&rules).with_limits(shallow).with_deep_nesting(OnDeepNesting::Text);
/// let mut stream = Redactor::new(&rules, &plan, Format::Json);
/// let mut out = Collect::default();
/// stream.push(br#"["[1, 2]"]"#, &mut out)?;
/// assert_eq!(stream.receipt().unscanned[&Unscanned::BeyondDepth], 6);
/// assert_eq!(serde_json::to_string(&Unscanned::BeyondDepth)?, r#""beyond-depth""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unscanned {
    /// Base64 media in a place a named profile knows.
    Media,
    /// A content coding that cannot be decoded.
    UndecodableCoding,
    /// The route's knob `danger_pass`.
    DangerPass,
    /// Nested deeper than the limit: searched as text, not as JSON.
    BeyondDepth,
    /// A block whose signature would break.
    Signed,
}
