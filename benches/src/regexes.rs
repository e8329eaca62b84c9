//! What a developer writes who has a JSON library and a regex library, and an hour.

use crate::{Answer, CpuTime, Input};
use core::hint::black_box;
use core::ops::Range;
use regex::Regex;
use regex_automata::{meta, util::syntax};
use serde_json::Value;
use std::borrow::Cow;
use std::error::Error;
use std::sync::LazyLock;

/// A dozen patterns, written from the public formats, and what stands for a match. No check digits: a pattern cannot
/// add. The order is that of replacing: longer forms before those that may lie in them.
const PATTERNS: [(&str, &str); 12] = [
    // RFC 7468: only the first line, as is usual.
    (r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----", "[PRIVATE_KEY]"),
    // RFC 7519: three parts of base64url, the first of which begins with `{"`.
    (
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        "[JWT]",
    ),
    // RFC 3986: userinfo.
    (r"://[^\s:/@]{1,64}:[^\s:/@]{1,64}@", "[CREDENTIAL]"),
    // RFC 5321, as far as people use it.
    (
        r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}",
        "[EMAIL]",
    ),
    // GitHub: a prefix for the kind, and 36 letters and digits.
    (r"\bgh[opsur]_[A-Za-z0-9]{36}\b", "[GITHUB_TOKEN]"),
    // AWS: a prefix for the kind, and 16 of a base-32 alphabet.
    (r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", "[AWS_KEY_ID]"),
    // ISO 13616, without spaces.
    (r"\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b", "[IBAN]"),
    // ISO 7812, bare or in fours.
    (
        r"\b[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}\b",
        "[CARD]",
    ),
    // The form the Social Security Administration prints.
    (r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b", "[SSN]"),
    // RFC 791, dotted.
    (r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b", "[IP]"),
    // E.164 and the North American 3-3-4.
    (
        r"\+[1-9][0-9]{7,14}\b|\(?\b[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}\b",
        "[PHONE]",
    ),
    // What configuration files say.
    (r#"(?i)password["']?\s{0,3}[:=]\s{0,3}\S{4,64}"#, "[PASSWORD]"),
];

/// One after the other, over text.
static EACH: LazyLock<Result<Vec<(Regex, &str)>, regex::Error>> = LazyLock::new(|| {
    let compiled = PATTERNS
        .iter()
        .map(|(pattern, with)| Ok((Regex::new(pattern)?, *with)));
    compiled.collect()
});

/// All at once, over bytes.
static ALL: LazyLock<Result<meta::Regex, Box<meta::BuildError>>> = LazyLock::new(|| {
    let patterns: Vec<&str> = PATTERNS.iter().map(|(pattern, _)| *pattern).collect();
    let bytes = syntax::Config::new().unicode(false).utf8(false);
    let config = meta::Config::new().utf8_empty(false);
    let built = meta::Builder::new()
        .syntax(bytes)
        .configure(config)
        .build_many(&patterns);
    built.map_err(Box::new)
});

/// Parses each document, replaces in every string, writes it again. Keys are left alone, as are numbers.
pub(crate) fn value_by_value(input: &Input) -> Result<(f64, Answer), Box<dyn Error>> {
    let patterns = EACH.as_ref().map_err(Clone::clone)?;
    let mut out = Vec::with_capacity(input.sample.bytes.len());
    let mut parts = Vec::with_capacity(input.documents.len());
    let mut answer = Answer::default();
    let clock = CpuTime::now();
    for document in &input.documents {
        let document = input.sample.bytes.get(document.clone()).unwrap_or(&[]);
        let mut value: Value = serde_json::from_slice(document)?;
        answer.findings += replace(&mut value, patterns);
        answer.documents += usize::from(value.is_object());
        let start = out.len();
        serde_json::to_writer(&mut out, &value)?;
        parts.push(start..out.len());
    }
    let time = clock.elapsed();
    answer.bytes = black_box(&out).len();
    answer.planted = gone(input, &out, &parts);
    Ok((time, answer))
}

/// Replaces in every string of a value: how many strings changed.
fn replace(value: &mut Value, patterns: &[(Regex, &str)]) -> usize {
    match value {
        Value::String(text) => {
            let mut changed = 0;
            for (pattern, with) in patterns {
                if let Cow::Owned(masked) = pattern.replace_all(text, *with) {
                    (*text, changed) = (masked, 1);
                }
            }
            changed
        }
        Value::Array(items) => items.iter_mut().map(|item| replace(item, patterns)).sum(),
        Value::Object(members) => members.values_mut().map(|member| replace(member, patterns)).sum(),
        _ => 0,
    }
}

/// How many planted values are not in the document they were planted in any more.
fn gone(input: &Input, out: &[u8], parts: &[Range<usize>]) -> usize {
    let mut planted = input.sample.planted.iter().peekable();
    let mut gone = 0;
    for (document, part) in input.documents.iter().zip(parts) {
        let masked = out.get(part.clone()).unwrap_or(&[]);
        while let Some(one) = planted.next_if(|one| one.at.start < document.end) {
            let value = input.sample.bytes.get(one.at.clone()).unwrap_or(&[]);
            gone += usize::from(memchr::memmem::find(masked, value).is_none());
        }
    }
    gone
}

/// Replaces in the input as it is written: the whole of it at once, without knowing strings or escapes.
pub(crate) fn raw(input: &Input) -> Result<(f64, Answer), Box<dyn Error>> {
    let pattern = ALL.as_ref().map_err(Clone::clone)?;
    let bytes = input.sample.bytes.as_slice();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut found = Vec::new();
    let mut from = 0;
    let clock = CpuTime::now();
    for span in pattern.find_iter(bytes) {
        let with = PATTERNS
            .get(span.pattern().as_usize())
            .map_or("", |(_, with)| with);
        out.extend_from_slice(bytes.get(from..span.start()).unwrap_or(&[]));
        out.extend_from_slice(with.as_bytes());
        found.push((span.start() as u64, span.end() as u64));
        from = span.end();
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or(&[]));
    let time = clock.elapsed();
    let answer = Answer {
        documents: 0,
        bytes: black_box(&out).len(),
        planted: input.covered(&found),
        findings: found.len(),
    };
    Ok((time, answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strings_are_masked_wherever_they_are() {
        let patterns = EACH.as_ref().unwrap();
        let mut value = json!({"a": ["x ada@example.com", 1, null], "ada@example.com": {"b": "219-09-9999"}});
        assert_eq!(replace(&mut value, patterns), 2);
        assert_eq!(
            value,
            json!({"a": ["x [EMAIL]", 1, null], "ada@example.com": {"b": "[SSN]"}})
        );
    }

    #[test]
    fn every_pattern_matches_what_it_is_for() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        let texts = [
            "-----BEGIN RSA PRIVATE KEY-----",
            jwt,
            "http://ada:secret@example.com",
            "ada@example.com",
            "ghp_012345678901234567890123456789abcdef",
            "AKIAIOSFODNN7EXAMPLE",
            "DE89370400440532013000",
            "4111 1111 1111 1111",
            "219-09-9999",
            "192.0.2.1",
            "(212) 555-0123",
            "password = hunter2",
        ];
        let (each, all) = (EACH.as_ref().unwrap(), ALL.as_ref().unwrap());
        for (at, text) in texts.iter().enumerate() {
            assert!(each[at].0.is_match(text), "{text}");
            assert_eq!(
                all.find(text).map(|span| span.pattern().as_usize()),
                Some(at),
                "{text}"
            );
        }
        assert!(each[10].0.is_match("+447700900123"));
    }
}
