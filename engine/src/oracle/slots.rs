//! Values that field rules name: replaced whole, or masked.

use super::json::{Doc, Fate};
use super::{Char, Work};
use crate::detect::Origin;
use crate::rules::FieldAs;
use crate::{Action, Confidence, FindingOwned, Slot};

/// The members of an open bracket, as far as a `drop` must know them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Members {
    /// Whether none before the next stays.
    pub first: bool,
    /// The comma before the next.
    pub comma: Option<usize>,
    /// The key of the next.
    pub key: Option<usize>,
    /// Whether the comma that follows goes.
    pub swallow: bool,
}

/// A value that is being replaced.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    /// Open brackets outside it.
    pub depth: usize,
    /// Where it begins.
    at: usize,
    /// From where it goes.
    from: usize,
    /// What stands there instead.
    text: Option<Vec<u8>>,
    first: bool,
    slot: Slot,
    /// None where it is not replaced, but read elsewhere.
    finding: Option<FindingOwned>,
}

impl Whole {
    /// A value that is read elsewhere, which begins at an index, with so many brackets open outside it.
    pub(super) fn elsewhere(depth: usize, at: usize) -> Self {
        Self {
            depth,
            at,
            from: at,
            text: None,
            first: false,
            slot: Slot::Value,
            finding: None,
        }
    }
}

/// Whether a value that is replaced came to its end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Complete {
    /// It did.
    Yes,
    /// It was cut short.
    No,
}

impl Work<'_> {
    /// A value begins with a byte at an index: what becomes of it.
    pub(super) fn begins(&mut self, doc: &mut Doc<'_>, at: usize, byte: u8) -> Fate {
        if doc.whole.is_some() {
            return Fate::Search;
        }
        let outside = doc.members.last().copied();
        if let Some(members) = doc.members.last_mut() {
            *members = Members::default();
        }
        let Some((field, class)) = self.rules.field(self.tracker.state()) else {
            return Fate::Search;
        };
        let action = match self.plan.action(0, class) {
            Action::Keep if self.plan.keeps(class) == [true; 2] => return Fate::Search,
            Action::Keep => Action::Placeholder,
            action => action,
        };
        let rule = &self.rules.source.fields[usize::from(field)];
        let drops = action == Action::Drop && outside.is_some();
        let text = match (byte, rule.as_type) {
            _ if drops => None,
            (b'n', None) => return Fate::Search,
            (b'"' | b'{' | b'[', _)
                if (action == Action::Null || rule.as_type == Some(FieldAs::Null))
                    && self.counts_documents
                    && doc.level == 0
                    && doc.members.is_empty() =>
            {
                Some(b" null ".to_vec())
            }
            _ if action == Action::Null || rule.as_type == Some(FieldAs::Null) => Some(b"null".to_vec()),
            (b'"', _) => return Fate::Mask,
            (_, Some(_)) => Some(quoted(&rule.entity, doc.level)),
            (b'{', _) => Some(b"{}".to_vec()),
            (b'[', _) => Some(b"[]".to_vec()),
            (b't' | b'f', _) => Some(b"false".to_vec()),
            _ if matches!(action, Action::Fpe(_)) => return Fate::Mask,
            _ => Some(b"0".to_vec()),
        };
        let outside = outside.unwrap_or_default();
        let from = match (drops, outside.comma, outside.first) {
            (true, Some(comma), _) => comma,
            (true, None, true) => outside.key.unwrap_or(at),
            _ => at,
        };
        let is_number = !matches!(byte, b'"' | b'{' | b'[' | b't' | b'f' | b'n');
        let (path, inner) = self.tracker.paths(None);
        doc.whole = Some(Whole {
            depth: doc.members.len(),
            at,
            from,
            text,
            first: drops && outside.first,
            slot: if is_number { Slot::Number } else { Slot::Value },
            finding: Some(FindingOwned {
                record: self.record,
                path,
                slot: Slot::Value,
                start: 0,
                end: 0,
                inner: inner.map(|path| (path, 0, 0)),
                detector: self.rules.detector(Origin::Field(field)).into_owned(),
                entity: rule.entity.clone(),
                class: self.class_names[usize::from(class.0)].clone(),
                confidence: Confidence::percent(100),
                action: action.name().to_owned(),
                raw_start: 0,
                raw_end: 0,
            }),
        });
        Fate::Replace
    }

    /// A value ended before an index, with so many brackets open around it.
    pub(super) fn ends(&mut self, doc: &mut Doc<'_>, depth: usize, end: usize) {
        if doc.whole.as_ref().is_some_and(|whole| whole.depth == depth) {
            self.finish_whole(doc, end, Complete::Yes);
        }
    }

    /// What is replaced whole ends before an index, complete or not.
    pub(super) fn finish_whole(&mut self, doc: &mut Doc<'_>, end: usize, complete: Complete) {
        let Some(whole) = doc.whole.take() else { return };
        let span = &doc.source[whole.at..end.max(whole.at + 1)];
        let (first, last) = (span[0], span[span.len() - 1]);
        // What is cut short ends where it is known to be: at the byte that does not belong to it.
        let raw_end = match (complete, doc.source.get(end)) {
            (Complete::Yes, _) => last.raw.1,
            (Complete::No, Some(char)) => char.raw.0,
            (Complete::No, None) if doc.level == 0 => self.payload_end,
            (Complete::No, None) => last.raw.1,
        };
        // What a function is given has offsets of its own, with nothing of the framing in them.
        let len = match self.calls.is_reading {
            true => span.len(),
            false => raw_end - first.raw.0,
        } as u64;
        let Some(mut finding) = whole.finding else {
            if let Some(lanes) = &mut self.lanes {
                lanes.walker.given_ends(raw_end as u64);
            }
            return;
        };
        finding.slot = whole.slot;
        (finding.start, finding.end) = if doc.level == 0 {
            (0, len)
        } else {
            (first.outer.0 as u64, last.outer.1 as u64)
        };
        if let Some((_, from, to)) = &mut finding.inner {
            (*from, *to) = (0, finding.end - finding.start);
        }
        (finding.raw_start, finding.raw_end) = (first.raw.0 as u64, raw_end as u64);
        self.texts += 1;
        self.findings.push((self.texts, finding));
        for char in &doc.source[whole.from..end] {
            self.remove_char(char);
        }
        let removed = doc.source[whole.from].raw.0..first.raw.0;
        for put in &mut self.put {
            put.retain(|at, _| !removed.contains(at));
        }
        if let Some(text) = whole.text {
            for view in 0..2 {
                self.insert(view, first.raw.0, &text);
            }
        }
        if let Some(members) = doc.members.last_mut() {
            members.swallow = whole.first;
        }
    }

    /// A comma at an index.
    pub(super) fn comma(&mut self, doc: &mut Doc<'_>, at: usize) {
        if doc.whole.is_some() {
            return;
        }
        let Some(members) = doc.members.last_mut() else {
            return;
        };
        if members.swallow {
            *members = Members {
                first: true,
                ..Members::default()
            };
            let char = doc.source[at];
            self.remove_char(&char);
        } else {
            *members = Members {
                comma: Some(at),
                ..Members::default()
            };
        }
    }

    /// A character goes in both views.
    pub(super) fn remove_char(&mut self, char: &Char) {
        if !char.is_join {
            (char.raw.0..char.raw.1).for_each(|byte| self.remove(byte));
        }
    }

    /// Something is put before an input byte.
    pub(super) fn insert(&mut self, view: usize, at: usize, text: &[u8]) {
        self.put[view].entry(at).or_default().extend_from_slice(text);
    }
}

/// A placeholder as a string that is escaped once for each level it lies in.
fn quoted(entity: &str, level: usize) -> Vec<u8> {
    let mut text = format!("\"[{entity}]\"");
    for _ in 0..level {
        text = text.replace('\\', "\\\\").replace('"', "\\\"");
    }
    text.into_bytes()
}
