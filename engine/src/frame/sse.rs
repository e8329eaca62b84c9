//! Server-sent events, as the WHATWG HTML standard reads them, with every byte kept.
//!
//! An event's payload is the values of its `data` lines, joined by LF. It is complete at the empty line, or at the
//! stream's end: the standard drops an event cut short, but some clients do not, so it is masked as any other.
//! A block without a `data` line (comments, a keep-alive) is no event and no record.
//!
//! Everything else that carries text is searched too, as nothing keeps a sender from writing a secret there:
//! comments, the values of `event`, `id` and `retry`, and lines without such a name, as a whole. That text is
//! given piece by piece and never held here, but a line of it longer than [`crate::Limits::frame_line`] is refused.

use super::{Part, Supply, common};
use crate::{ErrorKind, Limit};
use memchr::memchr2;

/// A stream of events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sse {
    state: State,
    event: Event,
    feed: Feed,
    /// Bytes of the current line named so far, where it is no `data` line; ≤ `line_limit`, or a name's length.
    line: usize,
    /// How long such a line may be, without its end.
    line_limit: usize,
}

/// How far the current line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At its first byte.
    Start,
    /// Behind `data` and its colon: one space may follow.
    BeforeData,
    /// In a data line's value.
    Data,
    /// Behind another name and its colon: one space may follow.
    BeforeAside,
    /// In text beside the payload, of which none was named.
    Aside,
    /// In text beside the payload, whose end is due.
    AsideOpen,
    /// It is empty and ends an event: the payload's end was told, the line end is the next byte.
    Blank,
    /// The record's end is due.
    Record,
}

/// Whether the current event has a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    NoData,
    Data,
}

/// Whether a LF, if it is the next byte, belongs to the line end before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feed {
    Own,
    OfCr,
}

/// What the first bytes of a line say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// It may become a name with its colon.
    Open,
    /// A comment's colon.
    Comment,
    /// `data:`.
    Data,
    /// Another known name with its colon; the length of both.
    Named(usize),
    /// None of these.
    Other,
}

/// What a line, of which `rest` is known and not empty, begins with.
pub(super) fn head(rest: &[u8]) -> Head {
    // The first byte leaves one name, so no byte is compared twice.
    let (name, known): (&[u8], _) = match rest.first() {
        Some(b':') => return Head::Comment,
        Some(b'd') => (b"data:", Head::Data),
        Some(b'e') => (b"event:", Head::Named(6)),
        Some(b'i') => (b"id:", Head::Named(3)),
        Some(b'r') => (b"retry:", Head::Named(6)),
        _ => return Head::Other,
    };
    match common(rest, name) {
        equal if equal == name.len() => known,
        equal if equal == rest.len() => Head::Open,
        _ => Head::Other,
    }
}

/// The name of the field that is the payload.
const DATA: &[u8] = b"data";

impl Sse {
    /// At the start of a line, before any event.
    pub(super) fn new(line_limit: usize) -> Self {
        Self {
            state: State::Start,
            event: Event::NoData,
            feed: Feed::Own,
            line: 0,
            line_limit,
        }
    }

    /// See [`super::Framer::next`].
    ///
    /// # Errors
    /// [`Limit::Frame`]: a line beside the payload is too long.
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        if self.state == State::Record {
            self.state = State::Start;
            self.event = Event::NoData;
            return Ok(Some(Part::EndRecord));
        }
        let Some(&first) = rest.first() else {
            return Ok(if supply == Supply::Last { self.end() } else { None });
        };
        let after_cr = core::mem::replace(&mut self.feed, Feed::Own) == Feed::OfCr;
        if after_cr && first == b'\n' {
            return Ok(Some(Part::Framing(1)));
        }
        Ok(Some(match self.state {
            State::Start => return self.start(rest, supply),
            State::BeforeData | State::BeforeAside if first == b' ' => {
                self.line += 1;
                self.state = self.state.value();
                Part::Framing(1)
            }
            State::BeforeData | State::Data => self.data(rest),
            State::BeforeAside | State::Aside | State::AsideOpen => return self.aside(rest).map(Some),
            State::Blank | State::Record => {
                self.state = State::Record;
                self.line_end(first)
            }
        }))
    }

    /// The first part of a line of which `rest` is known.
    fn start(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        if let Some(&first @ (b'\r' | b'\n')) = rest.first() {
            if self.event == Event::Data {
                self.state = State::Blank;
                return Ok(Some(Part::EndPayload));
            }
            return Ok(Some(self.line_end(first)));
        }
        self.line = 0;
        Ok(Some(match head(rest) {
            Head::Open if supply == Supply::More => Part::Undecided(rest.len()),
            Head::Data => self.data_name(DATA.len() + 1, rest),
            Head::Named(length) => {
                self.state = State::BeforeAside;
                self.name(length, rest)
            }
            Head::Comment => {
                self.state = State::Aside;
                self.line = 1;
                Part::Framing(1)
            }
            Head::Open | Head::Other => match rest.strip_prefix(DATA) {
                // The name alone is a data line with an empty value.
                Some([] | [b'\r' | b'\n', ..]) => self.data_name(DATA.len(), rest),
                _ => return self.aside(rest).map(Some),
            },
        }))
    }

    /// The name of a data line, `length` bytes with its colon if it has one.
    fn data_name(&mut self, length: usize, rest: &[u8]) -> Part {
        self.state = State::BeforeData;
        match core::mem::replace(&mut self.event, Event::Data) {
            Event::NoData => self.name(length, rest),
            // Without the space, which the next chunk may bring: a join is one LF, so it cannot come in pieces.
            Event::Data => Part::Join(length),
        }
    }

    /// A name of `length` bytes at the front of `rest`, with the space behind it if that is known.
    fn name(&mut self, length: usize, rest: &[u8]) -> Part {
        self.line = length;
        if rest.get(length) == Some(&b' ') {
            self.line += 1;
            self.state = self.state.value();
        }
        Part::Framing(self.line)
    }

    /// In a data line's value, or at its end.
    fn data(&mut self, rest: &[u8]) -> Part {
        match run(rest) {
            Run::Text(length) => {
                self.state = State::Data;
                Part::Payload(length)
            }
            Run::End(byte) => {
                self.state = State::Start;
                self.line_end(byte)
            }
        }
    }

    /// In text beside the payload, or at its end.
    fn aside(&mut self, rest: &[u8]) -> Result<Part, ErrorKind> {
        Ok(match run(rest) {
            Run::Text(length) => {
                let length = length.min(self.line_limit.saturating_sub(self.line));
                if length == 0 {
                    return Err(ErrorKind::Limit(Limit::Frame));
                }
                self.line += length;
                self.state = State::AsideOpen;
                Part::Aside(length)
            }
            Run::End(_) if self.state == State::AsideOpen => {
                self.state = State::Aside;
                Part::EndAside
            }
            Run::End(byte) => {
                self.state = State::Start;
                self.line_end(byte)
            }
        })
    }

    /// The line end that begins with `byte`. The LF of a CR LF is a part of its own, so that the CR need not wait.
    fn line_end(&mut self, byte: u8) -> Part {
        if byte == b'\r' {
            self.feed = Feed::OfCr;
        }
        Part::Framing(1)
    }

    /// At the end of the stream: what is open ends as if complete.
    fn end(&mut self) -> Option<Part> {
        if self.state == State::AsideOpen {
            self.state = State::Start;
            return Some(Part::EndAside);
        }
        if self.event == Event::NoData {
            return None;
        }
        self.state = State::Record;
        Some(Part::EndPayload)
    }
}

impl State {
    /// Behind the optional space.
    fn value(self) -> Self {
        match self {
            Self::BeforeData => Self::Data,
            Self::BeforeAside => Self::Aside,
            other => other,
        }
    }
}

/// What is at the front of some bytes.
enum Run {
    /// So many bytes of a line, > 0.
    Text(usize),
    /// The line's end.
    End(u8),
}

/// The longest run of one line at the front of `rest`, which is not empty.
fn run(rest: &[u8]) -> Run {
    match memchr2(b'\r', b'\n', rest) {
        Some(0) => Run::End(rest.first().copied().unwrap_or(b'\n')),
        Some(length) => Run::Text(length),
        None => Run::Text(rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{trace, trace_with};
    use crate::{Format, Limits};

    fn told(input: &[u8]) -> String {
        trace(Format::Sse, input)
    }

    #[test]
    fn data_lines_are_the_payload() {
        assert_eq!(told(b"data: 1\n\n"), r"F(data:_) P(1) F(\n) ; F(\n) .");
        assert_eq!(told(b"data:1\n\n"), r"F(data:) P(1) F(\n) ; F(\n) .");
        assert_eq!(told(b"data:  1\n\n"), r"F(data:_) P(_1) F(\n) ; F(\n) .");
        assert_eq!(
            told(b"data: 1\ndata:\ndata\ndata: 2\n\n"),
            r"F(data:_) P(1) F(\n) J(data:) F(\n) J(data) F(\n) J(data:) F(_) P(2) F(\n) ; F(\n) ."
        );
        // An empty payload is one too.
        assert_eq!(told(b"data\n\n"), r"F(data\n) ; F(\n) .");
        assert_eq!(told(b"data: \n\n"), r"F(data:_\n) ; F(\n) .");
    }

    #[test]
    fn other_lines_are_aside() {
        assert_eq!(told(b": a\n\n"), r"F(:) A(_a) | F(\n\n)");
        assert_eq!(told(b":\n:\n"), r"F(:\n:\n)");
        assert_eq!(
            told(b"event: a\nid:b\nretry:  1\n"),
            r"F(event:_) A(a) | F(\nid:) A(b) | F(\nretry:_) A(_1) | F(\n)"
        );
        assert_eq!(
            told(b"event\nx: y\ndatax: 1\n data: 1\n"),
            r"A(event) | F(\n) A(x:_y) | F(\n) A(datax:_1) | F(\n) A(_data:_1) | F(\n)"
        );
        assert_eq!(
            told(b"data: 1\nid: 7\ndata: 2\n\n"),
            r"F(data:_) P(1) F(\nid:_) A(7) | F(\n) J(data:) F(_) P(2) F(\n) ; F(\n) ."
        );
    }

    #[test]
    fn every_line_end_ends_a_line_once() {
        assert_eq!(
            told(b"data:1\r\n\r\ndata:2\r\rdata:3\n\r\n\n"),
            r"F(data:) P(1) F(\r\n) ; F(\r) . F(\ndata:) P(2) F(\r) ; F(\r) . F(data:) P(3) F(\n) ; F(\r) . F(\n\n)"
        );
        assert_eq!(
            told(b"data:1\n\rdata:2"),
            r"F(data:) P(1) F(\n) ; F(\r) . F(data:) P(2) ; ."
        );
    }

    #[test]
    fn the_end_completes_what_is_open() {
        assert_eq!(told(b"data: 1"), "F(data:_) P(1) ; .");
        assert_eq!(told(b"data: 1\n"), r"F(data:_) P(1) F(\n) ; .");
        assert_eq!(told(b"data"), "F(data) ; .");
        assert_eq!(told(b"data:1\ndata"), r"F(data:) P(1) F(\n) J(data) ; .");
        assert_eq!(told(b"data:1\ndat"), r"F(data:) P(1) F(\n) A(dat) | ; .");
        assert_eq!(told(b"event: a"), "F(event:_) A(a) |");
        assert_eq!(told(b"event"), "A(event) |");
        assert_eq!(told(b"id:"), "F(id:)");
        assert_eq!(told(b""), "");
    }

    #[test]
    fn only_the_first_mark_is_framing() {
        assert_eq!(
            told(b"\xEF\xBB\xBFdata:1\n\n"),
            r"F(\xef\xbb\xbfdata:) P(1) F(\n) ; F(\n) ."
        );
        assert_eq!(told(b"\n\xEF\xBB\xBFdata:1"), r"F(\n) A(\xef\xbb\xbfdata:1) |");
        assert_eq!(told(b"\xEF\xBB"), r"A(\xef\xbb) |");
    }

    #[test]
    fn a_long_line_beside_the_payload_is_refused() {
        let limits = Limits {
            frame_line: 8,
            ..Limits::default()
        };
        let told = |input: &[u8]| trace_with(Format::Sse, &limits, &[input]);
        assert_eq!(told(b":1234567\n"), r"F(:) A(1234567) | F(\n)");
        assert_eq!(told(b":12345678\n"), "F(:) A(1234567) !Limit(Frame)@8");
        assert_eq!(
            told(b"event: 1\nevent: 12"),
            r"F(event:_) A(1) | F(\nevent:_) A(1) !Limit(Frame)@17"
        );
        assert_eq!(told(b"123456789"), "A(12345678) !Limit(Frame)@8");
        assert_eq!(told(b"data: 123456789"), "F(data:_) P(123456789) ; .");
    }
}
