//! What the contenders are run on.

use core::ops::Range;
use lacuna::Format;
use lacuna_corpus::{Density, Sample, records, sse};

/// A sample and how it is framed.
pub struct Input {
    /// Its name in the table.
    pub name: &'static str,
    /// The bytes, and what was planted in them.
    pub sample: Sample,
    /// How it is divided into records.
    pub format: Format,
    /// The JSON documents in it: what a parser is given.
    pub documents: Vec<Range<usize>>,
}

impl Input {
    /// How many planted values lie in a finding, or overlap one. Findings are start and end in the input, in order.
    pub(crate) fn covered(&self, findings: &[(u64, u64)]) -> usize {
        let mut findings = findings.iter().peekable();
        let covered = self.sample.planted.iter().filter(|planted| {
            let (start, end) = (planted.at.start as u64, planted.at.end as u64);
            while findings.next_if(|finding| finding.1 <= start).is_some() {}
            findings.peek().is_some_and(|finding| finding.0 < end)
        });
        covered.count()
    }
}

/// The inputs of the table, each of at least `bytes`.
pub fn inputs(bytes: usize) -> Vec<Input> {
    vec![
        lines("records 2 %", records(1, bytes, Density::Light)),
        lines("records clean", records(2, bytes, Density::Clean)),
        events("sse", sse(3, bytes)),
    ]
}

/// One document a line.
fn lines(name: &'static str, sample: Sample) -> Input {
    let documents = split(&sample.bytes, b"\n");
    Input {
        name,
        sample,
        format: Format::Ndjson,
        documents,
    }
}

/// One document an event, but for the `[DONE]` that ends an answer.
fn events(name: &'static str, sample: Sample) -> Input {
    let prefix = b"data: ";
    let documents = split(&sample.bytes, b"\n\n")
        .into_iter()
        .map(|event| event.start + prefix.len()..event.end)
        .filter(|payload| sample.bytes.get(payload.start) == Some(&b'{'))
        .collect();
    Input {
        name,
        sample,
        format: Format::Sse,
        documents,
    }
}

/// The parts that end in a mark.
fn split(bytes: &[u8], mark: &[u8]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, window) in bytes.windows(mark.len()).enumerate() {
        if window == mark {
            parts.push(start..at);
            start = at + mark.len();
        }
    }
    parts
}
