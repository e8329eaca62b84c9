//! The proof of what was searched.

use crate::Unscanned;
use serde::Serialize;
use std::collections::BTreeMap;

/// What happened to every byte of a stream: `scanned + masked + unscanned = input`.
///
/// No receipt, no success: a stream that was refused has one with `complete: false`.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Ndjson);
/// let mut out = Collect::default();
/// stream.push(b"{\"mail\":\"bob@example.com\"}\n[1]\n", &mut out)?;
/// stream.finish(&mut out)?;
/// let receipt = stream.receipt();
/// assert_eq!((receipt.scanned, receipt.masked, receipt.input), (16, 15, 31));
/// assert_eq!((receipt.records, receipt.findings["confidential"]), (2, 1));
/// assert_eq!((receipt.format, receipt.grammar, receipt.complete), ("ndjson", "structural", true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Bytes of input, after content decoding.
    pub input: u64,
    /// Bytes searched that left as they came.
    pub scanned: u64,
    /// Bytes replaced or removed in the caller's view, or destroyed by a refusal; tokens too for which a value came back.
    pub masked: u64,
    /// Bytes that left without having been searched, by reason.
    pub unscanned: BTreeMap<Unscanned, u64>,
    /// Documents, lines or events.
    pub records: u64,
    /// Findings by class name, kept ones included.
    pub findings: BTreeMap<String, u64>,
    /// Bad records that were masked or read as text.
    pub bad_records: u64,
    /// What became of tokens, on a stream that restores.
    #[serde(skip_serializing_if = "Tokens::is_none")]
    pub tokens: Tokens,
    /// The framing the stream was read in.
    pub format: &'static str,
    /// `full` or `structural`.
    pub grammar: &'static str,
    /// How often bytes had to wait at the end of a push, by what they waited for, and the most that waited.
    pub waits: BTreeMap<&'static str, Wait>,
    /// Whether the stream came to its end.
    pub complete: bool,
}

/// What became of the tokens of a stream that restores: see `Ruleset::restoring`.
///
/// ```
/// use lacuna::{Action, Collect, Class, Format, Key, Plan, Redactor, Ruleset, Tokens};
///
/// let rules = Ruleset::builtin("default")?.restoring();
/// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
/// let plan = Plan::new(&rules).treat(Class(2), Action::Keep).with_key(key);
/// let mut stream = Redactor::new(&rules, &plan, Format::Text);
/// let mut out = Collect::default();
/// stream.push(b"[EMAIL:k0:hctlmdbjsibckvqyhkcjoagqonzcgkishbpufgnhbtcxtksjbczbvb] [email:k0:", &mut out)?;
/// stream.push(b"HCTLMDBJSIBCKVQYHKCJOAGQONZCGKISHBPUFGNHBTCXTKSJBCZBVA]", &mut out)?;
/// stream.finish(&mut out)?;
/// assert_eq!(out.caller, b"bob@example.com [email:k0:HCTLMDBJSIBCKVQYHKCJOAGQONZCGKISHBPUFGNHBTCXTKSJBCZBVA]");
/// assert_eq!(stream.receipt().tokens, Tokens { restored: 1, kept: 0, forged: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// What they stand for came back.
    pub restored: u64,
    /// They stayed: their class is not shown, or what they stand for cannot stand there.
    pub kept: u64,
    /// They stayed, since no key of the plan made them for its scope.
    pub forged: u64,
}

impl Tokens {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Counts those of another stream too.
    #[cfg(feature = "engine")]
    pub(crate) fn add(&mut self, other: Self) {
        self.restored += other.restored;
        self.kept += other.kept;
        self.forged += other.forged;
    }
}

/// Waits of one reason.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, Wait};
///
/// let rules = Ruleset::builtin("default")?;
/// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
/// let mut out = Collect::default();
/// for chunk in ["to bob@", "exam"] {
///     stream.push(chunk.as_bytes(), &mut out)?;
/// }
/// assert_eq!(stream.receipt().waits["candidate"], Wait { pushes: 2, most: 8 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// Pushes that ended with bytes waiting for this reason.
    pub pushes: u64,
    /// The most bytes that waited.
    pub most: u64,
}
