//! Where payloads begin and end, with the whole input at hand.

use super::{Char, frames};
use crate::error::{ErrorKind, Limit, SenderError};
use crate::frame::aws::EventHeader;
use crate::{Format, Plan};

/// A part of the input that is read.
pub(super) enum Unit {
    /// Its bytes, and where it ends in the input.
    Payload(Vec<Char>, usize),
    /// Text beside a payload.
    Aside(Vec<Char>),
    /// The beginning of one that is refused.
    CutAside(Vec<Char>),
    /// A record ends.
    Record,
    /// The stream ended where a record did not: what was read last is its payload.
    Unended,
    /// What framing says of the event whose payload follows.
    Event(EventHeader, Box<[u8]>),
    /// The stream is refused.
    Refused(usize, ErrorKind),
}

/// The format, and what is read.
pub(super) fn split(format: Format, input: &[u8], plan: &Plan) -> (Format, Vec<Unit>) {
    let start = if input.starts_with(&[0xEF, 0xBB, 0xBF]) {
        3
    } else {
        0
    };
    match format {
        Format::Auto => match sniff(input, start) {
            Ok((Format::Sse, at)) => (Format::Sse, sse(input, at, plan)),
            // A text's characters are counted from its start, blanks included.
            Ok((Format::Text, at)) => (
                Format::Text,
                vec![Unit::Payload(chars(input, at, input.len(), at), input.len())],
            ),
            Ok((format, at)) => (format, whole(input, at)),
            Err(at) => (
                Format::Auto,
                vec![Unit::Refused(at, ErrorKind::Sender(SenderError::NotText))],
            ),
        },
        Format::Ndjson => (format, lines(input, start)),
        Format::Sse => (format, sse(input, start, plan)),
        Format::Array => (format, array(input, start)),
        Format::Aws => (format, frames::split(input, plan)),
        _ => (format, whole(input, start)),
    }
}

fn whole(input: &[u8], start: usize) -> Vec<Unit> {
    vec![Unit::Payload(chars(input, start, input.len(), 0), input.len())]
}

/// Input bytes as they are; the first is number `outer` of its text.
pub(super) fn chars(input: &[u8], from: usize, to: usize, outer: usize) -> Vec<Char> {
    (from..to)
        .map(|at| Char {
            byte: input[at],
            raw: (at, at + 1),
            outer: (at - from + outer, at - from + outer + 1),
            is_join: false,
            is_undone: false,
        })
        .collect()
}

fn lines(input: &[u8], start: usize) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut from = start;
    while from < input.len() {
        let end = (from..input.len())
            .find(|at| input[*at] == b'\n')
            .unwrap_or(input.len());
        units.push(Unit::Payload(chars(input, from, end, 0), end));
        units.push(Unit::Record);
        from = end + 1;
    }
    units
}

/// The elements of an array; or one document.
fn array(input: &[u8], start: usize) -> Vec<Unit> {
    let blank = |at: usize| input.get(at).is_some_and(|byte| b" \t\r\n".contains(byte));
    let skip = |mut at: usize| {
        while blank(at) {
            at += 1;
        }
        at
    };
    let refused = |at, kind| Unit::Refused(at, ErrorKind::Sender(kind));
    let mut at = skip(start);
    let mut units = Vec::new();
    match input.get(at) {
        None => return units,
        Some(b'[') => at = skip(at + 1),
        Some(_) => {
            units.push(Unit::Payload(chars(input, at, input.len(), 0), input.len()));
            units.push(Unit::Record);
            return units;
        }
    }
    loop {
        // Before an element.
        match input.get(at) {
            None => {
                units.push(refused(at, SenderError::Truncated));
                return units;
            }
            Some(b']') => break,
            Some(_) => {}
        }
        let (mut depth, mut end, mut in_string, mut is_whole) = (0, at, false, false);
        while let Some(byte) = input.get(end).filter(|_| !is_whole) {
            match byte {
                b'\\' if in_string => end += 1,
                b'"' => in_string = !in_string,
                b'[' | b'{' if !in_string => depth += 1,
                b']' | b',' if !in_string && depth == 0 => break,
                b']' | b'}' if !in_string && depth > 0 => {
                    depth -= 1;
                    is_whole = depth == 0;
                }
                _ => {}
            }
            end += 1;
        }
        let end = end.min(input.len());
        units.push(Unit::Payload(chars(input, at, end, 0), end));
        if end == input.len() && !is_whole {
            units.push(refused(end, SenderError::Truncated));
            return units;
        }
        units.push(Unit::Record);
        at = skip(end);
        match input.get(at) {
            None => {
                units.push(refused(at, SenderError::Truncated));
                return units;
            }
            Some(b',') => at = skip(at + 1),
            Some(b']') => break,
            Some(_) => {
                units.push(refused(at, SenderError::UnexpectedByte));
                return units;
            }
        }
    }
    at = skip(at + 1);
    if at < input.len() {
        units.push(refused(at, SenderError::TrailingBytes));
    }
    units
}

/// What `auto` finds, and where the payload or first line begins; or where it refuses.
fn sniff(input: &[u8], start: usize) -> Result<(Format, usize), usize> {
    let blank = |at: &usize| matches!(input.get(*at), Some(b' ' | b'\t' | b'\n' | b'\r'));
    let at = (start..)
        .find(|at| !blank(at) || at - start == 512)
        .unwrap_or(start);
    if at - start == 512 {
        return Ok((Format::Text, at));
    }
    let rest = &input[at..];
    Ok(match rest {
        [b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..] => (Format::Sequence, at),
        [0, ..] | [0x1F, 0x8B, ..] | [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(at),
        _ => {
            let at_line_start = at == start || matches!(input[at - 1], b'\n' | b'\r');
            let names: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];
            if at_line_start && names.iter().any(|name| rest.starts_with(name)) {
                (Format::Sse, at)
            } else {
                (Format::Text, at)
            }
        }
    })
}

fn sse(input: &[u8], start: usize, plan: &Plan) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut payload: Option<Vec<Char>> = None;
    let limit = plan.limits.frame_line as usize;
    let mut from = start;
    while from < input.len() {
        let end = (from..input.len())
            .find(|at| matches!(input[*at], b'\n' | b'\r'))
            .unwrap_or(input.len());
        let line = &input[from..end];
        let value = |name: usize| {
            let blank = line.get(name) == Some(&b' ');
            from + name + usize::from(blank)
        };
        let data = if line == b"data" {
            Some(end)
        } else {
            line.starts_with(b"data:").then(|| value(5))
        };
        if line.is_empty() {
            if let Some(chars) = payload.take() {
                let end = chars.last().map_or(end, |char| char.raw.1);
                units.push(Unit::Payload(chars, end));
                units.push(Unit::Record);
            }
        } else if let Some(at) = data {
            let is_first = payload.is_none();
            let text = payload.get_or_insert_default();
            let outer = text.len();
            if !is_first {
                text.push(Char {
                    byte: b'\n',
                    raw: (from, at.min(from + 5)),
                    outer: (outer, outer + 1),
                    is_join: true,
                    is_undone: false,
                });
            }
            text.extend(chars(input, at, end, outer + usize::from(!is_first)));
        } else {
            let names: [&[u8]; 3] = [b"event:", b"id:", b"retry:"];
            let name = names.iter().find(|name| line.starts_with(name));
            let at = match name {
                _ if line.starts_with(b":") => from + 1,
                Some(name) => value(name.len()),
                None => from,
            };
            if line.len() > limit {
                let (text, at) = (at, from + limit);
                if let Some(chars) = payload.take() {
                    // What comes before the refusal is read; its end is not.
                    units.push(Unit::Payload(chars, at));
                }
                units.push(Unit::CutAside(chars(input, text.min(at), at, 0)));
                units.push(Unit::Refused(at, ErrorKind::Limit(Limit::Frame)));
                return units;
            }
            if at < end {
                units.push(Unit::Aside(chars(input, at, end, 0)));
            }
        }
        from = end + 1;
        if input.get(end) == Some(&b'\r') && input.get(from) == Some(&b'\n') {
            from += 1;
        }
    }
    if let Some(chars) = payload {
        let end = chars.last().map_or(input.len(), |char| char.raw.1);
        units.push(Unit::Payload(chars, end));
        units.push(Unit::Unended);
    }
    units
}
