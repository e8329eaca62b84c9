//! What all framings promise: every byte once, at any cut, as early as the bytes before it allow. And SSE against
//! a reader that has the whole stream before it.

use super::{Format, Framer, Part};
use crate::Limits;
use proptest::prelude::*;
use std::{fmt::Write as _, fs, path::Path};

/// A piece of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    /// Bytes of a kind: P(ayload), J(oin), A(side), F(raming).
    Bytes(char, Vec<u8>),
    /// Something without bytes, as it is written.
    Mark(String),
}

/// A trace: runs of one kind are one piece, however they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Trace(Vec<Told>);

impl Trace {
    fn bytes(&mut self, kind: char, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.0.last_mut() {
            // Two joins are two LF, so they stay two.
            Some(Told::Bytes(last, known)) if *last == kind && kind != 'J' => known.extend_from_slice(bytes),
            _ => self.0.push(Told::Bytes(kind, bytes.to_vec())),
        }
    }

    fn mark(&mut self, mark: impl Into<String>) {
        self.0.push(Told::Mark(mark.into()));
    }

    fn input(&self) -> Vec<u8> {
        let bytes = self.0.iter().filter_map(|told| match told {
            Told::Bytes(_, bytes) => Some(&bytes[..]),
            Told::Mark(_) => None,
        });
        bytes.flatten().copied().collect()
    }

    /// As tests write it: `P(1\r) ; F(\n) .`, where `_` is a space, `|` `;` `.` end an aside, a payload, a record,
    /// `=` is what `auto` found and `!` an error.
    fn text(&self) -> String {
        let mut text = String::new();
        for told in &self.0 {
            text.push_str(if text.is_empty() { "" } else { " " });
            match told {
                Told::Bytes(kind, bytes) => {
                    write!(
                        text,
                        "{kind}({})",
                        bytes.escape_ascii().to_string().replace(' ', "_")
                    )
                    .unwrap();
                }
                Told::Mark(mark) => text.push_str(mark),
            }
        }
        text
    }
}

/// A stream and the caller's side of the contract.
struct Run {
    framer: Framer,
    /// What is undecided.
    rest: Vec<u8>,
    /// Bytes named.
    at: usize,
    trace: Trace,
    failed: bool,
}

impl Run {
    fn new(format: Format, limits: &Limits) -> Self {
        Self {
            framer: Framer::new(format, limits),
            rest: Vec::new(),
            at: 0,
            trace: Trace::default(),
            failed: false,
        }
    }

    fn push(&mut self, chunk: &[u8]) {
        self.rest.extend_from_slice(chunk);
        self.drive(Framer::next);
    }

    fn finish(&mut self) {
        self.drive(Framer::finish);
        assert!(
            self.failed || self.rest.is_empty(),
            "the end left {:?}",
            self.rest
        );
    }

    fn drive(&mut self, step: fn(&mut Framer, &[u8]) -> Result<Option<Part>, crate::ErrorKind>) {
        let known = std::mem::take(&mut self.rest);
        let mut rest = &known[..];
        while !self.failed {
            let part = match step(&mut self.framer, rest) {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(kind) => {
                    self.trace.mark(format!("!{kind:?}@{}", self.at));
                    self.failed = true;
                    break;
                }
            };
            let (kind, length) = match part {
                Part::Payload(length) => ('P', length),
                Part::Join(length) => ('J', length),
                Part::Aside(length) => ('A', length),
                Part::Framing(length) => ('F', length),
                Part::Undecided(length) => {
                    assert!(
                        length == rest.len() && (1..=5).contains(&length),
                        "{part:?} of {rest:?}"
                    );
                    self.rest = rest.to_vec();
                    return;
                }
                Part::EndAside
                | Part::EndPayload
                | Part::EndRecord
                | Part::Found(_)
                | Part::Unit
                | Part::UnitEnds => {
                    self.trace.mark(match part {
                        Part::EndAside => "|".to_owned(),
                        Part::EndPayload => ";".to_owned(),
                        Part::Unit => "U".to_owned(),
                        Part::UnitEnds => "E".to_owned(),
                        Part::Found(format) => {
                            assert_eq!(self.framer.format(), format);
                            format!("={format:?}")
                        }
                        _ => ".".to_owned(),
                    });
                    continue;
                }
            };
            assert!(length > 0, "an empty {part:?}");
            let (named, after) = rest.split_at(length);
            self.trace.bytes(kind, named);
            self.at += length;
            rest = after;
        }
        assert!(self.failed || rest.is_empty(), "no part for {rest:?}");
    }
}

/// The trace of a whole stream, in these chunks.
pub(super) fn trace_with(format: Format, limits: &Limits, chunks: &[&[u8]]) -> String {
    whole(format, limits, chunks).text()
}

/// The trace of a whole stream in one chunk.
pub(super) fn trace(format: Format, input: &[u8]) -> String {
    trace_with(format, &Limits::default(), &[input])
}

fn whole(format: Format, limits: &Limits, chunks: &[&[u8]]) -> Trace {
    let mut run = Run::new(format, limits);
    for chunk in chunks {
        run.push(chunk);
    }
    run.finish();
    run.trace
}

const FORMATS: [Format; 6] = [
    Format::Auto,
    Format::Json,
    Format::Sequence,
    Format::Ndjson,
    Format::Sse,
    Format::Text,
];

/// Every single cut gives the same whole; byte by byte, after each byte, the same as that prefix at once, so
/// that no cut names a byte earlier or later.
fn assert_cut_invariant(format: Format, limits: &Limits, input: &[u8]) {
    let expected = whole(format, limits, &[input]);
    let named = expected.input();
    assert!(input.starts_with(&named), "{format:?}: other bytes");
    let failed = matches!(expected.0.last(), Some(Told::Mark(mark)) if mark.starts_with('!'));
    assert!(failed || named.len() == input.len(), "{format:?}: lost bytes");

    let mut bytewise = Run::new(format, limits);
    for cut in 0..=input.len() {
        let (front, back) = input.split_at(cut);
        let cut_once = whole(format, limits, &[front, back]);
        assert_eq!(
            cut_once,
            expected,
            "{format:?} cut at {cut} of {}",
            input.escape_ascii()
        );

        let mut prefix = Run::new(format, limits);
        prefix.push(front);
        assert_eq!(
            bytewise.trace,
            prefix.trace,
            "{format:?} after {}",
            front.escape_ascii()
        );
        if let Some(next) = back.first() {
            bytewise.push(&[*next]);
        }
    }
    bytewise.finish();
    assert_eq!(bytewise.trace, expected, "{format:?} byte by byte");
}

/// SSE with the whole stream known: lines first, then what each is.
fn sse_reference(input: &[u8]) -> Trace {
    let mut trace = Trace::default();
    let mut has_data = false;
    let mut rest = input;
    if let Some(after) = rest.strip_prefix(b"\xEF\xBB\xBF") {
        trace.bytes('F', &input[..3]);
        rest = after;
    }
    while !rest.is_empty() {
        let length = rest
            .iter()
            .position(|byte| b"\r\n".contains(byte))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at(length);
        let end = if after.starts_with(b"\r\n") {
            2
        } else {
            after.len().min(1)
        };
        let (end, after) = after.split_at(end);
        rest = after;
        if line.is_empty() && has_data {
            trace.mark(";");
            trace.bytes('F', &end[..1]);
            trace.mark(".");
            trace.bytes('F', &end[1..]);
            has_data = false;
            continue;
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let name = &line[..colon.unwrap_or(length)];
        let after_colon = &line[colon.map_or(length, |colon| colon + 1)..];
        let value = after_colon.strip_prefix(b" ").unwrap_or(after_colon);
        let (head, value) = match name {
            b"data" => (line.len() - value.len(), value),
            b"event" | b"id" | b"retry" if colon.is_some() => (line.len() - value.len(), value),
            b"" if colon.is_some() => (1, &line[1..]),
            _ => (0, line),
        };
        if name == b"data" && has_data {
            let joint = colon.map_or(4, |_| 5);
            trace.bytes('J', &line[..joint]);
            trace.bytes('F', &line[joint..head]);
        } else {
            trace.bytes('F', &line[..head]);
        }
        if name == b"data" {
            has_data = true;
            trace.bytes('P', value);
        } else if !value.is_empty() {
            trace.bytes('A', value);
            trace.mark("|");
        }
        trace.bytes('F', end);
    }
    if has_data {
        trace.mark(";");
        trace.mark(".");
    }
    trace
}

/// Bytes and words that mean something to some framing, and a few that do not.
fn word() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        &b"d"[..],
        b"a",
        b"t",
        b"i",
        b"r",
        b"e",
        b"x",
        b":",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"{",
        b"}",
        b"1",
        b"data",
        b"data:",
        b"data: ",
        b"event:",
        b"event",
        b"id:",
        b"id",
        b"retry:",
        b"retr",
        b"\xEF",
        b"\xBB",
        b"\xBF",
        b"\xEF\xBB\xBF",
        b"\0",
        b"\x1F",
        b"\x8B",
        b"\xFF",
        b"\xFE",
    ])
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(word(), 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_single_cut(input in stream(), frame_line in prop::sample::select(vec![0_u32, 1, 6, 9, 4096])) {
        let limits = Limits { frame_line, ..Limits::default() };
        for format in FORMATS {
            assert_cut_invariant(format, &limits, &input);
        }
    }

    #[test]
    fn any_many_cuts(chunks in prop::collection::vec(stream(), 0..12)) {
        let chunks: Vec<&[u8]> = chunks.iter().map(|chunk| &chunk[..]).collect();
        for format in FORMATS {
            let expected = whole(format, &Limits::default(), &[&chunks.concat()]);
            prop_assert_eq!(whole(format, &Limits::default(), &chunks), expected, "{:?}", format);
        }
    }

    #[test]
    fn any_sse_is_what_the_whole_says(input in stream()) {
        prop_assert_eq!(whole(Format::Sse, &Limits::default(), &[&input]).text(), sse_reference(&input).text());
    }
}

#[test]
fn documents_and_text_are_one_payload() {
    for format in [Format::Json, Format::Sequence] {
        assert_eq!(trace(format, b" {}\n{}"), r"P(_{}\n{}) ;");
        assert_eq!(trace(format, b""), ";");
        assert_eq!(trace(format, b"\xEF\xBB\xBF{}"), r"F(\xef\xbb\xbf) P({}) ;");
        assert_eq!(trace(format, b"\xEF\xBB{}"), r"P(\xef\xbb{}) ;");
    }
    assert_eq!(trace(Format::Text, b"a\nb"), r"P(a\nb) ; .");
    assert_eq!(trace(Format::Text, b""), "; .");
    assert_eq!(
        trace(Format::Text, b"\xEF\xBB\xBF\xEF\xBB\xBF"),
        r"F(\xef\xbb\xbf) P(\xef\xbb\xbf) ; ."
    );
}

#[test]
fn blanks_in_front_of_auto_at_every_cut() {
    for (blanks, tail) in [
        (510, &b"data: 1"[..]),
        (511, b"{"),
        (511, b":x"),
        (512, b"{"),
        (512, b"\0"),
        (513, b"data:"),
    ] {
        let input = [&b"\n".repeat(blanks)[..], tail].concat();
        assert_cut_invariant(Format::Auto, &Limits::default(), &input);
    }
}

/// Runs are as long as they can be: kernels work on them, and every part costs its caller a call.
#[test]
fn a_payload_in_one_chunk_is_one_part() {
    let limits = Limits::default();
    let line = [&b"data: "[..], &vec![b'x'; 10_000], b"\n\n"].concat();
    let mut framer = Framer::new(Format::Sse, &limits);
    assert_eq!(framer.next(&line), Ok(Some(Part::Framing(6))));
    assert_eq!(framer.next(&line[6..]), Ok(Some(Part::Payload(10_000))));
    let mut framer = Framer::new(Format::Ndjson, &limits);
    assert_eq!(framer.next(&line), Ok(Some(Part::Payload(10_006))));
}

/// Recorded streams, where the collection is beside the checkout or the folder of checkouts it is in.
#[test]
fn recorded_streams_at_every_cut() {
    /// Every cut of a front this long is tried: cost is its square.
    const FRONT: usize = 2_048;
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(2).take(2);
    let folders = checkout
        .map(|beside| beside.join("shared/wire/samples"))
        .filter_map(|path| fs::read_dir(path).ok());
    let folders = folders.flatten().flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
    for path in files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "sse"))
    {
        let input = fs::read(&path).unwrap();
        let expected = sse_reference(&input);
        let limits = Limits::default();
        assert_eq!(whole(Format::Sse, &limits, &[&input]), expected, "{path:?}");
        let bytes: Vec<&[u8]> = input.chunks(1).collect();
        assert_eq!(whole(Format::Sse, &limits, &bytes), expected, "{path:?}");
        let found = whole(Format::Auto, &limits, &[&input]).text();
        assert!(found.contains("=Sse"), "{path:?}");
        let front = &input[..input.len().min(FRONT)];
        assert_cut_invariant(Format::Auto, &limits, front);
    }
}
