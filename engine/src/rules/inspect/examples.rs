//! The forms in which an example may come, and what is found in each, at every cut.

use crate::{Class, Confidence, DetectorRule, Finding, Format, Plan, Redactor, Ruleset, Sink, Source, View};
use core::fmt::Write as _;

/// One form of a text.
pub(super) struct Form {
    /// In words.
    pub(super) name: &'static str,
    pub(super) format: Format,
    pub(super) bytes: Vec<u8>,
}

/// The forms of a text: as it is, and in JSON strings.
pub(super) fn forms(text: &str) -> Vec<Form> {
    let json = |name, bytes: String| Form {
        name,
        format: Format::Json,
        bytes: format!("[\"{bytes}\"]").into_bytes(),
    };
    // What begins like JSON would be read as JSON: then it is another text.
    let begins_json = text.trim_start().starts_with(['{', '[']);
    let text = if begins_json {
        format!("- {text}")
    } else {
        text.to_owned()
    };
    let escaped = escaped(&text);
    let mut forms = vec![
        Form {
            name: "as text",
            format: Format::Text,
            bytes: text.clone().into_bytes(),
        },
        json("in a JSON string", escaped.clone()),
        json("in a JSON string of \\uXXXX", units(&text)),
    ];
    if text.contains('/') {
        forms.push(json("in a JSON string with \\/", escaped.replace('/', "\\/")));
    }
    let deeper = format!("[\"{escaped}\"]");
    forms.push(json(
        "in a JSON string in JSON in a string",
        self::escaped(&deeper),
    ));
    forms
}

/// A text as a JSON string writes it, with as few escapes as may be.
fn escaped(text: &str) -> String {
    let mut to = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => to.extend(['\\', c]),
            '\n' => to.push_str("\\n"),
            '\u{0}'..='\u{1F}' => {
                let _ = write!(to, "\\u{:04x}", u32::from(c));
            }
            c => to.push(c),
        }
    }
    to
}

/// A text with an escape for every unit of UTF-16.
fn units(text: &str) -> String {
    let mut to = String::with_capacity(text.len() * 6);
    for unit in text.encode_utf16() {
        let _ = write!(to, "\\u{unit:04x}");
    }
    to
}

/// A detector alone, that finds whatever its pattern and its check find.
pub(super) struct Alone {
    rules: Ruleset,
    plan: Plan,
}

/// What one reading gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Where findings are: bytes of the input.
    pub(super) found: Vec<(u64, u64)>,
    /// What leaves.
    pub(super) out: Vec<u8>,
    /// Whether it was refused.
    refused: bool,
}

impl Sink for Reading {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, _: View, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.found.push((finding.raw_start, finding.raw_end));
    }

    fn wants_details(&self) -> bool {
        false
    }
}

impl Alone {
    /// A detector that compiles.
    pub(super) fn new(rule: &DetectorRule) -> Option<Self> {
        let sure = Confidence::percent(100);
        let rule = DetectorRule {
            class: Class(0),
            confidence: sure,
            context_confidence: sure,
            alone_confidence: sure,
            explains: Vec::new(),
            ..rule.clone()
        };
        let source = Source {
            classes: vec!["probe".to_owned()],
            treatments: vec![crate::Action::Placeholder],
            thresholds: vec![Confidence::percent(0)],
            detectors: vec![rule],
            ..Source::default()
        };
        let rules = Ruleset::from_source(source).ok()?;
        let plan = Plan::new(&rules);
        Some(Self { rules, plan })
    }

    /// Reads a form in pieces.
    pub(super) fn read<'p>(&self, format: Format, pieces: impl Iterator<Item = &'p [u8]>) -> Reading {
        let mut reading = Reading::default();
        let mut stream = Redactor::new(&self.rules, &self.plan, format);
        for piece in pieces {
            reading.refused |= stream.push(piece, &mut reading).is_err();
            if reading.refused {
                return reading;
            }
        }
        reading.refused |= stream.finish(&mut reading).is_err();
        reading
    }

    /// Reads a form whole.
    pub(super) fn whole(&self, form: &Form) -> Reading {
        self.read(form.format, core::iter::once(form.bytes.as_slice()))
    }

    /// Reads a form cut in two at every byte, and byte by byte: where it is first read otherwise than whole, if it is,
    /// and how often it was read.
    pub(super) fn cut(&self, form: &Form, whole: &Reading) -> (Option<usize>, u64) {
        let bytes = form.bytes.as_slice();
        let mut readings = 0;
        for at in 1..bytes.len() {
            let (head, rest) = bytes.split_at(at);
            readings += 1;
            if self.read(form.format, [head, rest].into_iter()) != *whole {
                return (Some(at), readings);
            }
        }
        readings += 1;
        let single = self.read(form.format, bytes.chunks(1)) != *whole;
        (single.then_some(0), readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_says_the_same() {
        for form in forms("a/\"é\n😀\\") {
            let text = String::from_utf8(form.bytes).unwrap();
            if form.format == Format::Text {
                assert_eq!(text, "a/\"é\n😀\\");
                continue;
            }
            let mut value: Vec<String> = serde_json::from_str(&text).unwrap();
            if form.name.contains("in JSON") {
                value = serde_json::from_str(&value[0]).unwrap();
            }
            assert_eq!(value, ["a/\"é\n😀\\"], "{}", form.name);
        }
        assert_eq!(forms("a").len(), 4);
        assert!(forms(" [x").iter().all(|form| !form.bytes.starts_with(b"[\" [")));
    }
}
