//! The words shared by every part of the product: one word, one thing.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A byte offset in a stream's input, from 0, after content decoding.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u8);

impl Class {
    /// The four classes of a rule set that names none of its own, least sensitive first.
    pub const DEFAULT_NAMES: [&'static str; 4] = ["public", "internal", "confidential", "restricted"];
}

/// How sure a detector is, in percent (0 to 100).
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
    /// `[ENTITY:kid:body]`: reversible with the key.
    Token,
    /// Format-preserving encryption.
    Fpe,
    /// The characters, or the member, go.
    Drop,
    /// `null` for a field, a placeholder for a finding.
    Null,
}

impl Action {
    /// The word used in rules files, findings and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Placeholder => "placeholder",
            Self::Mask => "mask",
            Self::KeepFirst(_) => "keep_first",
            Self::KeepLast(_) => "keep_last",
            Self::Hash => "hash",
            Self::Token => "token",
            Self::Fpe => "fpe",
            Self::Drop => "drop",
            Self::Null => "null",
        }
    }

    /// Whether the replacement is computed under a secret key.
    pub const fn needs_key(self) -> bool {
        matches!(self, Self::Hash | Self::Token | Self::Fpe)
    }
}

/// Who reads an output: one pass makes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// What the caller gets.
    Caller,
    /// What may be kept: only made where the plan has a second set of treatments.
    Record,
}

/// A person's answer to a pause.
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
