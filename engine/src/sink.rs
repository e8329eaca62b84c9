//! Where output and findings go.

use crate::{Confidence, Slot, View};
use serde::Serialize;

/// Takes what leaves a stream, in order.
///
/// A sink cannot fail: one that writes keeps its error and says so when asked.
///
/// ```
/// use lacuna::{Format, Plan, Redactor, Ruleset, Sink, View};
///
/// /// Counts what leaves as it came, and what does not.
/// #[derive(Default)]
/// struct Counts(usize, usize);
///
/// impl Sink for Counts {
///     fn pass(&mut self, _: View, bytes: &[u8]) {
///         self.0 += bytes.len();
///     }
///
///     fn put(&mut self, _: View, bytes: &[u8]) {
///         self.1 += bytes.len();
///     }
/// }
///
/// let rules = Ruleset::builtin("default")?;
/// let mut counts = Counts::default();
/// Redactor::new(&rules, &Plan::new(&rules), Format::Text).push(b"to bob@example.com, please ", &mut counts)?;
/// assert_eq!((counts.0, counts.1), ("to , please ".len(), "[EMAIL]".len()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Sink {
    /// Bytes of the chunk being pushed, unchanged: always a sub-slice of it.
    ///
    /// ```
    /// # use lacuna::{Format, Plan, Redactor, Ruleset, Sink, View};
    /// const CHUNK: &[u8] = b"to bob@example.com, please ";
    /// struct Within(Vec<usize>);
    /// impl Sink for Within {
    ///     fn pass(&mut self, _: View, bytes: &[u8]) {
    ///         assert!(CHUNK.as_ptr_range().contains(&bytes.as_ptr()));
    ///         self.0.push(bytes.as_ptr() as usize - CHUNK.as_ptr() as usize);
    ///     }
    /// #     fn put(&mut self, _: View, _: &[u8]) {}
    /// }
    /// # let rules = Ruleset::builtin("default")?;
    /// # let mut out = Within(Vec::new());
    /// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// stream.push(CHUNK, &mut out)?;
    /// assert_eq!(out.0, [0, 18], "no byte was copied");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn pass(&mut self, view: View, bytes: &[u8]);

    /// Bytes the engine made or had kept.
    ///
    /// ```
    /// # use lacuna::{Format, Plan, Redactor, Ruleset, Sink, View};
    /// #[derive(Default)]
    /// struct Made(Vec<u8>);
    /// impl Sink for Made {
    ///     fn put(&mut self, _: View, bytes: &[u8]) {
    ///         self.0.extend_from_slice(bytes);
    ///     }
    /// #     fn pass(&mut self, _: View, _: &[u8]) {}
    /// }
    /// # let rules = Ruleset::builtin("default")?;
    /// # let mut out = Made::default();
    /// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// stream.push(b"bob@", &mut out)?;
    /// stream.push(b" me, or bob@example.com, ", &mut out)?;
    /// assert_eq!(out.0, b"bob@[EMAIL]", "held at the end of a push, and a replacement");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn put(&mut self, view: View, bytes: &[u8]);

    /// A finding that is final, in the order in which they become so; in one text, mostly that of their start.
    ///
    /// ```
    /// # use lacuna::{Finding, Format, Plan, Redactor, Ruleset, Sink, View};
    /// #[derive(Default)]
    /// struct Entities(Vec<String>);
    /// impl Sink for Entities {
    ///     fn finding(&mut self, finding: &Finding<'_>) {
    ///         self.0.push(finding.entity.to_owned());
    ///     }
    /// #     fn pass(&mut self, _: View, _: &[u8]) {}
    /// #     fn put(&mut self, _: View, _: &[u8]) {}
    /// }
    /// # let rules = Ruleset::builtin("default")?;
    /// # let mut out = Entities::default();
    /// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// stream.push(b"bob@example.com has 123-45-6789, ", &mut out)?;
    /// assert_eq!(out.0, ["EMAIL", "US_SSN"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn finding(&mut self, finding: &Finding<'_>) {
        let _ = finding;
    }

    /// Whether somebody looks at findings closely: at their paths, and at what makes them surer than they need to be.
    /// Working that out costs more than finding most of them.
    ///
    /// Without, [`Finding::path`] is empty, and words around a value are looked for only where it takes them to make it
    /// a finding, so that [`Finding::confidence`] may be less. All else is the same. It is asked once a stream.
    ///
    /// ```
    /// # use lacuna::{Finding, Format, Plan, Redactor, Ruleset, Sink, View};
    /// #[derive(Default)]
    /// struct Paths(Vec<String>, bool);
    /// impl Sink for Paths {
    ///     fn finding(&mut self, finding: &Finding<'_>) {
    ///         self.0.push(finding.path.to_owned());
    ///     }
    ///     fn wants_details(&self) -> bool {
    ///         self.1
    ///     }
    /// #     fn pass(&mut self, _: View, _: &[u8]) {}
    /// #     fn put(&mut self, _: View, _: &[u8]) {}
    /// }
    /// # let rules = Ruleset::builtin("default")?;
    /// for (wants, path) in [(true, "$.mail"), (false, "")] {
    ///     let mut out = Paths(Vec::new(), wants);
    /// #     let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    ///     stream.push(br#"{"mail":"bob@example.com"}"#, &mut out)?;
    ///     assert_eq!(out.0, [path]);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn wants_details(&self) -> bool {
        true
    }
}

/// A finding: where it is and what is done to it, never what it says.
///
/// Serialises as the finding format of the command line.
///
/// ```
/// use lacuna::{Format, Plan, Redactor, Ruleset, Writer};
/// use std::io::Write;
///
/// let rules = Ruleset::builtin("default")?;
/// let mut found = String::new();
/// let mut out = Writer::new(Redactor::new(&rules, &Plan::new(&rules), Format::Json), Vec::new())
///     .on_finding(|finding| found = serde_json::to_string(finding).unwrap_or_default());
/// out.write_all(br#"{"to":"caf\u00e9 bob@example.com"}"#)?;
/// out.finish()?;
/// let place = r#""record":0,"path":"$.to","slot":"value","start":6,"end":21"#;
/// let what = r#""detector":"email","entity":"EMAIL","class":"confidential","confidence":0.9"#;
/// let done = r#""action":"placeholder","raw_start":17,"raw_end":32"#;
/// assert_eq!(found, format!("{{{place},{what},{done}}}"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use lacuna::{Format, Inner, Plan, Redactor, Ruleset, Writer};
/// use std::io::Write;
///
/// let rules = Ruleset::builtin("default")?;
/// let mut out = Writer::new(Redactor::new(&rules, &Plan::new(&rules), Format::Json), Vec::new())
///     .on_finding(|finding| {
///         assert_eq!((finding.path, finding.start, finding.end), ("$.args", 7, 22));
///         assert_eq!(finding.inner, Some(Inner { path: "$.to", start: 0, end: 15 }));
///     });
/// out.write_all(br#"{"args":"{\"to\":\"bob@example.com\"}"}"#)?;
/// assert_eq!(out.finish()?.1.findings["confidential"], 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// let rules = lacuna::Ruleset::builtin("default")?;
/// let mut found = rules.findings(br#"{"a":1} {"n":4111111111111111}"#);
/// let card = found.next().ok_or("nothing found")??;
/// assert_eq!((card.record, card.path.as_str(), card.slot), (1, "$.n", lacuna::Slot::Number));
/// assert_eq!((card.entity.as_str(), card.raw_start, card.raw_end), ("CREDIT_CARD", 13, 29));
/// assert_eq!((card.start, card.end, card.inner), (0, 16, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
