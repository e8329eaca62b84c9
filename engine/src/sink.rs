//! Where output and findings go.

use crate::{Confidence, Slot, View};
use serde::Serialize;

/// Takes what leaves a stream, in order.
///
/// A sink cannot fail: one that writes keeps its error and says so when asked.
pub trait Sink {
    /// Bytes of the chunk being pushed, unchanged: always a sub-slice of it.
    fn pass(&mut self, view: View, bytes: &[u8]);

    /// Bytes the engine made or had kept.
    fn put(&mut self, view: View, bytes: &[u8]);

    /// A finding that is final, in the order in which they become so; in one text, mostly that of their start.
    fn finding(&mut self, finding: &Finding<'_>) {
        let _ = finding;
    }

    /// Whether somebody looks at findings closely: at their paths, and at what makes them surer than they need to be.
    /// Working that out costs more than finding most of them.
    ///
    /// Without, [`Finding::path`] is empty, and words around a value are looked for only where it takes them to make it
    /// a finding, so that [`Finding::confidence`] may be less. All else is the same. It is asked once a stream.
    fn wants_details(&self) -> bool {
        true
    }
}

/// A finding: where it is and what is done to it, never what it says.
///
/// Serialises as the finding format of the command line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding<'a> {
    /// The document, line or event it starts in, from 0.
    pub record: u64,
    /// Where in the record, `$` being the record; a masked key appears as its replacement.
    pub path: &'a str,
    /// What kind of place.
    pub slot: Slot,
    /// First byte in the decoded UTF-8 text of the outermost slot.
    pub start: u64,
    /// One past the last byte in that text. Invariant: `start < end`.
    pub end: u64,
    /// Where in the nested text, for a finding in JSON inside a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<Inner<'a>>,
    /// The detector's id, or `field:` and the path of a field rule.
    pub detector: &'a str,
    /// What the value is.
    pub entity: &'a str,
    /// The class's name.
    pub class: &'a str,
    /// How sure.
    pub confidence: Confidence,
    /// What is done to it: an action's name, or `covered` for one that lies in another's replacement.
    pub action: &'a str,
    /// First byte in the input.
    pub raw_start: u64,
    /// One past the last byte in the input. Invariant: `raw_start < raw_end`.
    pub raw_end: u64,
}

/// The place of a finding in JSON inside a string.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inner<'a> {
    /// Where in the nested document; a deeper level follows after `~`.
    pub path: &'a str,
    /// First byte in the decoded text of the innermost slot.
    pub start: u64,
    /// One past the last byte in that text.
    pub end: u64,
}

/// A sink that keeps everything in memory.
///
/// ```
/// use lacuna::{Collect, Sink, View};
/// let mut out = Collect::default();
/// out.put(View::Caller, b"[EMAIL]");
/// assert_eq!(out.caller, b"[EMAIL]");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collect {
    /// The caller's view.
    pub caller: Vec<u8>,
    /// The record view; empty where the plan has none.
    pub record: Vec<u8>,
    /// The findings, one JSON object each.
    pub findings: Vec<FindingOwned>,
}

/// A [`Finding`] that owns its texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the fields are those of Finding")]
pub struct FindingOwned {
    pub record: u64,
    pub path: String,
    pub slot: Slot,
    pub start: u64,
    pub end: u64,
    pub inner: Option<(String, u64, u64)>,
    pub detector: String,
    pub entity: String,
    pub class: String,
    pub confidence: Confidence,
    pub action: String,
    pub raw_start: u64,
    pub raw_end: u64,
}

impl From<&Finding<'_>> for FindingOwned {
    fn from(finding: &Finding<'_>) -> Self {
        Self {
            record: finding.record,
            path: finding.path.into(),
            slot: finding.slot,
            start: finding.start,
            end: finding.end,
            inner: finding
                .inner
                .as_ref()
                .map(|inner| (inner.path.into(), inner.start, inner.end)),
            detector: finding.detector.into(),
            entity: finding.entity.into(),
            class: finding.class.into(),
            confidence: finding.confidence,
            action: finding.action.into(),
            raw_start: finding.raw_start,
            raw_end: finding.raw_end,
        }
    }
}

impl Sink for Collect {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        match view {
            View::Caller => self.caller.extend_from_slice(bytes),
            View::Record => self.record.extend_from_slice(bytes),
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.findings.push(finding.into());
    }
}
