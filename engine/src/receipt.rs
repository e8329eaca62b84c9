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
    /// Bytes replaced or removed in the caller's view, or destroyed by a refusal.
    pub masked: u64,
    /// Bytes that left without having been searched, by reason.
    pub unscanned: BTreeMap<Unscanned, u64>,
    /// Documents, lines or events.
    pub records: u64,
    /// Findings by class name, kept ones included.
    pub findings: BTreeMap<String, u64>,
    /// Bad records that were masked or read as text.
    pub bad_records: u64,
    /// The framing the stream was read in.
    pub format: &'static str,
    /// `full` or `structural`.
    pub grammar: &'static str,
    /// How often bytes had to wait at the end of a push, by what they waited for, and the most that waited.
    pub waits: BTreeMap<&'static str, Wait>,
    /// Whether the stream came to its end.
    pub complete: bool,
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
