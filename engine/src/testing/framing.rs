//! That a framing names every byte once, at any cut.

use crate::frame::{Framer, Part};
use crate::{ErrorKind, Format, Limits};

/// What a framer said: runs of a kind in one, marks between them, then the error.
type Told = (Vec<(String, usize)>, Option<ErrorKind>);

/// Any bytes in any framing: each byte in one part, the same parts whatever the cuts, never more than 5 undecided.
///
/// # Panics
/// It is not so.
pub fn fuzz_framing(data: &[u8]) {
    let Some((dial, stream)) = data.split_first() else {
        return;
    };
    let formats = [
        Format::Auto,
        Format::Json,
        Format::Sequence,
        Format::Ndjson,
        Format::Sse,
        Format::Text,
        Format::Array,
        Format::Aws,
    ];
    let format = formats[usize::from(dial % 8) % formats.len()];
    let limits = Limits {
        frame_line: if dial / 8 % 2 == 1 { 16 } else { 4096 },
        ..Limits::default()
    };
    let whole = told(format, &limits, stream, usize::MAX);
    let covered: usize = whole.0.iter().map(|(_, count)| count).sum();
    assert!(covered <= stream.len() && (whole.1.is_some() || covered == stream.len()));
    for size in [1, 2, 5, 6, 7, usize::from(dial / 16) + 8] {
        assert_eq!(
            told(format, &limits, stream, size),
            whole,
            "{format:?} in chunks of {size}"
        );
    }
}

/// Everything a framer says of a stream in chunks of a size.
fn told(format: Format, limits: &Limits, stream: &[u8], size: usize) -> Told {
    let mut framer = Framer::new(format, limits);
    let mut parts = Vec::new();
    let (mut from, mut to) = (0, 0);
    while to < stream.len() {
        to = to.saturating_add(size).min(stream.len());
        loop {
            match framer.next(&stream[from..to]) {
                Err(kind) => return (parts, Some(kind)),
                Ok(None) => break,
                Ok(Some(Part::Undecided(count))) => {
                    assert_eq!(count, to - from, "undecided is not the rest");
                    assert!(count <= 5, "{count} bytes undecided");
                    break;
                }
                Ok(Some(part)) => from += add(&mut parts, part),
            }
        }
    }
    loop {
        match framer.finish(&stream[from..]) {
            Err(kind) => return (parts, Some(kind)),
            Ok(None) => break,
            Ok(Some(Part::Undecided(_))) => panic!("undecided at the end"),
            Ok(Some(part)) => from += add(&mut parts, part),
        }
    }
    assert_eq!(from, stream.len(), "bytes in no part");
    (parts, None)
}

/// Adds a part; how many bytes it covers.
fn add(parts: &mut Vec<(String, usize)>, part: Part) -> usize {
    let (name, count) = match part {
        Part::Payload(count) => ("payload", count),
        Part::Join(count) => ("join", count),
        Part::Aside(count) => ("aside", count),
        Part::Framing(count) => ("framing", count),
        mark => {
            parts.push((format!("{mark:?}"), 0));
            return 0;
        }
    };
    assert!(count > 0, "{name} of no bytes");
    match parts.last_mut() {
        // Each join stands for one line end.
        Some((last, known)) if last == name && name != "join" => *known += count,
        _ => parts.push((name.to_owned(), count)),
    }
    count
}
