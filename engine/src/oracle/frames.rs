//! Binary frames, with the whole input at hand: taken apart, and put together again.

use super::framing::{Unit, chars};
use super::{Part, Work};
use crate::Plan;
use crate::error::{ErrorKind, Limit, SenderError};
use crate::frame::aws::EventHeader;
use core::ops::Range;

/// A number of four bytes.
fn word(bytes: &[u8], at: usize) -> usize {
    bytes[at..at + 4]
        .iter()
        .fold(0, |number, byte| number * 256 + usize::from(*byte))
}

/// CRC-32, bit by bit.
fn check(bytes: &[u8]) -> u32 {
    let mut rest = u32::MAX;
    for byte in bytes {
        rest ^= u32::from(*byte);
        for _ in 0..8 {
            rest = if rest & 1 == 1 {
                rest >> 1 ^ 0xEDB8_8320
            } else {
                rest >> 1
            };
        }
    }
    !rest
}

/// The texts of a frame's headers, each with its name; then where and why they are refused, if they are.
type Headers = (Vec<(Range<usize>, Range<usize>)>, Option<(usize, ErrorKind)>);

/// Reads headers that begin at `at` and end at `behind`, as far as there is input.
fn headers(input: &[u8], mut at: usize, behind: usize, plan: &Plan) -> Headers {
    const BROKEN: ErrorKind = ErrorKind::Sender(SenderError::BrokenFrame);
    let mut texts = Vec::new();
    let cut = (input.len(), ErrorKind::Sender(SenderError::Truncated));
    while at < behind {
        // Each field must fit into the headers before its bytes are asked for.
        let Some(size) = input.get(at).map(|byte| usize::from(*byte)) else {
            return (texts, Some(cut));
        };
        let name = at + 1..at + 1 + size;
        if size == 0 || size > 64 || name.end + 1 > behind {
            return (texts, Some((at + 1, BROKEN)));
        }
        let Some(bytes) = input.get(name.clone()) else {
            return (texts, Some(cut));
        };
        let is_name = |byte: &u8| byte.is_ascii_alphabetic() || b":-_.".contains(byte);
        if !bytes.iter().all(is_name) {
            return (texts, Some((name.end, BROKEN)));
        }
        let Some(kind) = input.get(name.end) else {
            return (texts, Some(cut));
        };
        let fixed = [0, 0, 1, 2, 4, 8, 2, 2, 8, 16].get(usize::from(*kind));
        let value = name.end + 1;
        let Some(size) = fixed.filter(|size| value + **size <= behind) else {
            return (texts, Some((value, BROKEN)));
        };
        at = value + size;
        if !matches!(kind, 6 | 7) {
            if at > input.len() {
                return (texts, Some(cut));
            }
            continue;
        }
        if at > input.len() {
            return (texts, Some(cut));
        }
        let size = usize::from(input[value]) * 256 + usize::from(input[value + 1]);
        if size > plan.limits.frame_line as usize {
            return (texts, Some((at, ErrorKind::Limit(Limit::Frame))));
        }
        if at + size > behind {
            return (texts, Some((at, BROKEN)));
        }
        texts.push((name.clone(), at..(at + size).min(input.len())));
        if at + size > input.len() {
            return (texts, Some(cut));
        }
        let (text, from) = (&input[at..at + size], at);
        at += size;
        let kind = text.split(|byte| *byte == b';').next().unwrap_or_default();
        let kind = String::from_utf8_lossy(kind).trim().to_lowercase();
        let is_opaque = EventHeader::named(bytes).is_some() && text == b"chunk"
            || bytes == b":content-type" && kind != "application/json" && !kind.starts_with("text/");
        if is_opaque {
            return (
                texts,
                Some((from + size, ErrorKind::Sender(SenderError::NotText))),
            );
        }
    }
    (texts, None)
}

/// What is read of a stream of frames.
pub(super) fn split(input: &[u8], plan: &Plan) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = 0;
    let cut = Unit::Refused(input.len(), ErrorKind::Sender(SenderError::Truncated));
    while at < input.len() {
        if at + 12 > input.len() {
            units.push(cut);
            return units;
        }
        let (all, head) = (word(input, at), word(input, at + 4));
        let wrong = match () {
            () if word(input, at + 8) != check(&input[at..at + 8]) as usize => {
                Some(ErrorKind::Sender(SenderError::WrongChecksum))
            }
            () if all < 16 || head > all - 16 => Some(ErrorKind::Sender(SenderError::BrokenFrame)),
            () if all > plan.limits.frame as usize => Some(ErrorKind::Limit(Limit::Frame)),
            () => None,
        };
        if let Some(kind) = wrong {
            units.push(Unit::Refused(at + 12, kind));
            return units;
        }
        let (behind, end) = (at + 12 + head, at + all);
        let (texts, wrong) = headers(input, at + 12, behind, plan);
        for (index, (name, text)) in texts.iter().enumerate() {
            let is_cut = index + 1 == texts.len()
                && matches!(wrong, Some((at, ErrorKind::Sender(SenderError::Truncated))) if at == text.end);
            if !text.is_empty() {
                let chars = chars(input, text.start, text.end, 0);
                units.push(match is_cut {
                    true => Unit::CutAside(chars),
                    false => Unit::Aside(chars),
                });
            }
            if let Some(header) = EventHeader::named(&input[name.clone()]) {
                let says = &input[text.clone()];
                units.push(Unit::Event(header, says[..says.len().min(65)].into()));
            }
        }
        if let Some((at, kind)) = wrong {
            units.push(Unit::Refused(at, kind));
            return units;
        }
        let to = (end - 4).min(input.len());
        units.push(Unit::Payload(chars(input, behind.min(to), to, 0), to));
        if end > input.len() {
            units.push(cut);
            return units;
        }
        if word(input, end - 4) != check(&input[at..end - 4]) as usize {
            let kind = ErrorKind::Sender(SenderError::WrongChecksum);
            units.push(Unit::Refused(end, kind));
            return units;
        }
        units.push(Unit::Record);
        at = end;
    }
    units
}

impl Work<'_> {
    /// The frames of an input as they leave, as far as they end before a place, and what follows as it came.
    pub(super) fn frames(&self, view: usize, input: &[u8], upto: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        while at + 16 <= upto && at + word(input, at) <= upto && word(input, at) >= 16 {
            let end = at + word(input, at);
            let behind = at + 12 + word(input, at + 4);
            let (texts, _) = headers(input, at + 12, behind, &self.plan);
            let mut frame = vec![0; 12];
            let mut from = at + 12;
            for (_, text) in texts {
                frame.extend_from_slice(&input[from..text.start - 2]);
                let masked = self.bytes(view, input, text.start, text.end);
                frame.extend_from_slice(&(masked.len() as u16).to_be_bytes());
                frame.extend_from_slice(&masked);
                from = text.end;
            }
            frame.extend_from_slice(&input[from..behind]);
            let head = frame.len() - 12;
            frame.extend_from_slice(&self.bytes(view, input, behind, end - 4));
            frame.extend_from_slice(self.put[view].get(&(end - 4)).map_or(&[], Vec::as_slice));
            let all = frame.len() + 4;
            frame[..4].copy_from_slice(&(all as u32).to_be_bytes());
            frame[4..8].copy_from_slice(&(head as u32).to_be_bytes());
            let prelude = check(&frame[..8]);
            frame[8..12].copy_from_slice(&prelude.to_be_bytes());
            frame.extend_from_slice(&check(&frame).to_be_bytes());
            out.extend_from_slice(&frame);
            at = end;
        }
        out.extend_from_slice(&input[at..upto]);
        out
    }

    /// The parts of a view of frames.
    pub(super) fn frame_parts(&self, view: usize, input: &[u8], refused: Option<usize>) -> Vec<Part> {
        match refused {
            Some(at) => vec![Part::Beginning(self.frames(view, input, at))],
            None => vec![Part::All(self.frames(view, input, input.len()))],
        }
    }
}
