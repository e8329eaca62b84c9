//! Event streams of AWS (`application/vnd.amazon.eventstream`): binary frames that declare their length and have two
//! checksums.
//!
//! ```text
//! 4 length of all of it · 4 length of the headers · 4 CRC-32 of these eight bytes
//! headers, each: 1 length, name · 1 kind of value · the value; texts and bytes have 2 for their length before them
//! payload · 4 CRC-32 of everything before
//! ```
//!
//! A frame is one unit: nothing of it leaves before its checksum is read, and where something in it is masked, its
//! lengths and checksums are written anew ([`rewritten`]). Texts in headers are searched like lines beside a payload.
//!
//! # Errors
//! Lengths and checksums that are wrong refuse the stream, and so does what cannot be searched: a payload that its headers
//! say is neither JSON nor text, one that holds events of another protocol in base64 (`chunk`), and headers whose names are
//! no names. Where they are known to be so, behind the field that says it.

use super::{Part, Supply};
use crate::error::{ErrorKind, Limit, SenderError};
use core::ops::Range;

/// Lengths and their checksum.
const PRELUDE: usize = 12;

/// A checksum.
const CHECK: usize = 4;

/// The longest name of a header, and the most bytes of a value that is looked at.
const NAME: usize = 64;

/// A stream of frames.
#[derive(Clone, Debug)]
pub(super) struct Aws {
    state: State,
    /// The bytes of a field that is not complete; ≤ [`NAME`].
    field: Vec<u8>,
    /// Whose value follows.
    header: Header,
    /// The first bytes of a text in a header; ≤ [`NAME`] + 1.
    text: Vec<u8>,
    /// What the frame says it is: by which header, and what that says.
    event: Option<(EventHeader, Vec<u8>)>,
    /// CRC-32 of the frame so far.
    check: u32,
    /// Bytes of the frame that follow, checksum included.
    left: usize,
    /// Bytes of headers that follow. Invariant: `headers + CHECK <= left` behind the prelude.
    headers: usize,
    /// The longest frame.
    most: usize,
    /// The longest text of a header.
    most_text: usize,
}

/// Where in a frame the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between two frames.
    Between,
    /// In the first twelve bytes.
    Prelude,
    /// At a header, or behind the last.
    Header,
    /// In a name of so many bytes.
    Name(usize),
    /// At the kind of a value.
    Kind,
    /// In a value of so many bytes that is no text.
    Fixed(usize),
    /// In the length of a text.
    Length,
    /// In a text, of which so much follows.
    Text(usize),
    /// The end of a text is due.
    EndText,
    /// In the payload.
    Payload,
    /// In the checksum.
    Check,
    /// The unit's end is due.
    Unit,
    /// The end of the record is due.
    Record,
    /// What was read last is refused.
    Wrong(ErrorKind),
}

/// What a header is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    /// What the frame is.
    Event(EventHeader),
    /// What its payload is.
    Content,
    /// Nothing.
    Other,
}

/// A header that says what a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventHeader {
    /// What kind of event.
    Event,
    /// What kind of exception.
    Exception,
    /// The code of an error.
    Error,
}

impl EventHeader {
    /// The names.
    pub(crate) const NAMES: [(&str, Self); 3] = [
        (":event-type", Self::Event),
        (":exception-type", Self::Exception),
        (":error-code", Self::Error),
    ];

    /// The one of a name.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| known.as_bytes() == name);
        known.map(|(_, header)| *header)
    }
}

const BROKEN: State = State::Wrong(ErrorKind::Sender(SenderError::BrokenFrame));
const NOT_TEXT: State = State::Wrong(ErrorKind::Sender(SenderError::NotText));

impl Aws {
    /// Before the first frame. The longest frame, and the longest text in a header, in bytes.
    pub(super) fn new(most: usize, most_text: usize) -> Self {
        Self {
            state: State::Between,
            field: Vec::new(),
            header: Header::Other,
            text: Vec::new(),
            event: None,
            check: 0,
            left: 0,
            headers: 0,
            most,
            most_text,
        }
    }

    /// What the current frame says it is.
    pub(super) fn event(&self) -> Option<(EventHeader, &[u8])> {
        self.event.as_ref().map(|(header, text)| (*header, &text[..]))
    }

    /// See [`super::Framer::next`].
    ///
    /// # Errors
    /// A frame is too long, broken, or cannot be searched.
    pub(super) fn part(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        if self.state == State::Header && self.headers == 0 {
            self.state = State::Payload;
        }
        match self.state {
            State::Wrong(kind) => return Err(kind),
            State::Unit => {
                self.state = State::Record;
                return Ok(Some(Part::UnitEnds));
            }
            State::EndText => {
                self.state = self.text_read();
                return Ok(Some(Part::EndAside));
            }
            State::Payload if self.left == CHECK => {
                self.state = State::Check;
                return Ok(Some(Part::EndPayload));
            }
            State::Between if !rest.is_empty() => {
                self.state = State::Prelude;
                return Ok(Some(Part::Unit));
            }
            State::Record => {
                self.state = State::Between;
                self.event = None;
                return Ok(Some(Part::EndRecord));
            }
            _ => {}
        }
        if rest.is_empty() {
            return match supply {
                Supply::Last if self.state != State::Between => {
                    Err(ErrorKind::Sender(SenderError::Truncated))
                }
                _ => Ok(None),
            };
        }
        Ok(Some(match self.state {
            State::Payload => {
                let bytes = self.pass(rest, self.left.saturating_sub(CHECK));
                Part::Payload(bytes.len())
            }
            State::Text(follows) => {
                let bytes = self.pass(rest, follows);
                self.headers = self.headers.saturating_sub(bytes.len());
                let room = (NAME + 1).saturating_sub(self.text.len());
                self.text.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
                self.state = match follows.saturating_sub(bytes.len()) {
                    0 => State::EndText,
                    follows => State::Text(follows),
                };
                Part::Aside(bytes.len())
            }
            _ => Part::Framing(self.field(rest)),
        }))
    }

    /// Names at most so many bytes of the frame.
    fn pass<'a>(&mut self, rest: &'a [u8], most: usize) -> &'a [u8] {
        let bytes = rest.get(..most).unwrap_or(rest);
        self.left = self.left.saturating_sub(bytes.len());
        if self.state != State::Check {
            let mut hasher = crc32fast::Hasher::new_with_initial(self.check);
            hasher.update(bytes);
            self.check = hasher.finalize();
        }
        bytes
    }

    /// A field of known length, as far as it is there: how many bytes. The last one says what follows.
    fn field(&mut self, rest: &[u8]) -> usize {
        let size = match self.state {
            State::Prelude => PRELUDE,
            State::Check => CHECK,
            State::Name(size) | State::Fixed(size) => size,
            State::Length => 2,
            _ => 1,
        };
        let bytes = self.pass(rest, size.saturating_sub(self.field.len()));
        self.field.extend_from_slice(bytes);
        if !matches!(self.state, State::Prelude | State::Check) {
            self.headers = self.headers.saturating_sub(bytes.len());
        }
        if self.field.len() == size {
            let field = core::mem::take(&mut self.field);
            self.state = self.field_read(&field);
            self.field = field;
            self.field.clear();
        }
        bytes.len()
    }

    /// What comes behind a field.
    fn field_read(&mut self, field: &[u8]) -> State {
        let first = field.first().copied().unwrap_or_default();
        let (next, size) = match self.state {
            State::Prelude => return self.prelude_read(field),
            State::Check if number(field) == self.check as usize => return State::Unit,
            State::Check => return State::Wrong(ErrorKind::Sender(SenderError::WrongChecksum)),
            State::Header => match usize::from(first) {
                size @ 1..=NAME => (State::Name(size), size + 1),
                _ => return BROKEN,
            },
            State::Name(_) => {
                if !field.iter().copied().all(is_name) {
                    return BROKEN;
                }
                self.header = match (EventHeader::named(field), field) {
                    (Some(header), _) => Header::Event(header),
                    (None, b":content-type") => Header::Content,
                    _ => Header::Other,
                };
                (State::Kind, 1)
            }
            State::Kind => match first {
                // True and false.
                0 | 1 => (State::Header, 0),
                2 => (State::Fixed(1), 1),
                3 => (State::Fixed(2), 2),
                4 => (State::Fixed(4), 4),
                // A long, and a time.
                5 | 8 => (State::Fixed(8), 8),
                // Bytes and a string, with their length before them.
                6 | 7 => (State::Length, 2),
                // A UUID.
                9 => (State::Fixed(16), 16),
                _ => return BROKEN,
            },
            State::Length => {
                self.text.clear();
                match number(field) {
                    size if size > self.most_text => return State::Wrong(ErrorKind::Limit(Limit::Frame)),
                    0 => return self.text_read(),
                    size => (State::Text(size), size),
                }
            }
            _ => (State::Header, 0),
        };
        if size > self.headers { BROKEN } else { next }
    }

    /// The lengths of a frame, and their checksum.
    fn prelude_read(&mut self, field: &[u8]) -> State {
        let word = |at: usize| field.get(at..at + 4).map_or(0, number);
        let (all, headers, check) = (word(0), word(4), word(8));
        if check != crc32fast::hash(field.get(..8).unwrap_or_default()) as usize {
            return State::Wrong(ErrorKind::Sender(SenderError::WrongChecksum));
        }
        let Some(left) = all.checked_sub(PRELUDE).filter(|left| *left >= CHECK) else {
            return BROKEN;
        };
        if headers > left - CHECK {
            return BROKEN;
        }
        if all > self.most {
            return State::Wrong(ErrorKind::Limit(Limit::Frame));
        }
        self.check = crc32fast::hash(field);
        (self.left, self.headers) = (left, headers);
        State::Header
    }

    /// What comes behind the text of a header.
    fn text_read(&mut self) -> State {
        match self.header {
            // Another protocol's events, in base64: what is in them cannot be seen.
            Header::Event(_) if self.text == b"chunk" => NOT_TEXT,
            Header::Event(header) => {
                self.event = Some((header, self.text.clone()));
                State::Header
            }
            Header::Content if !is_text(&self.text) => NOT_TEXT,
            _ => State::Header,
        }
    }
}

/// A number of some bytes, the highest first.
fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Whether a name may have a byte: no value worth masking is made of these alone.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b':' | b'-' | b'_' | b'.')
}

/// Whether a payload of a media type is searched.
fn is_text(kind: &[u8]) -> bool {
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    let essence = essence.trim_ascii().to_ascii_lowercase();
    essence == b"application/json" || essence.starts_with(b"text/")
}

/// A whole frame with other bytes in its texts and its payload: `piece` says what stands in the place of a range of it.
/// Nothing, if a text has become longer than its length can say.
pub(crate) fn rewritten(frame: &[u8], mut piece: impl FnMut(Range<usize>) -> Vec<u8>) -> Option<Vec<u8>> {
    let byte = |at: usize| frame.get(at).copied().map(usize::from);
    let behind = PRELUDE + number(frame.get(4..8)?);
    let mut out = vec![0; PRELUDE];
    let mut at = PRELUDE;
    while at < behind {
        let kind = at + 1 + byte(at)?;
        let size = match byte(kind)? {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            9 => 16,
            _ => {
                let text = kind + 3;
                let end = text + number(frame.get(kind + 1..text)?);
                out.extend_from_slice(frame.get(at..=kind)?);
                let value = piece(text..end);
                out.extend_from_slice(&u16::try_from(value.len()).ok()?.to_be_bytes());
                out.extend_from_slice(&value);
                at = end;
                continue;
            }
        };
        let end = kind + 1 + size;
        out.extend_from_slice(frame.get(at..end)?);
        at = end;
    }
    let headers = u32::try_from(out.len() - PRELUDE).ok()?;
    out.extend_from_slice(&piece(behind..frame.len().checked_sub(CHECK)?));
    let all = u32::try_from(out.len() + CHECK).ok()?;
    out.get_mut(..4)?.copy_from_slice(&all.to_be_bytes());
    out.get_mut(4..8)?.copy_from_slice(&headers.to_be_bytes());
    let check = crc32fast::hash(out.get(..8)?);
    out.get_mut(8..PRELUDE)?.copy_from_slice(&check.to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::tests::trace;
    use super::rewritten;
    use crate::Format;

    /// A frame with these headers and this payload.
    fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
        let all = 16 + headers.len() + payload.len();
        let mut out = (all as u32).to_be_bytes().to_vec();
        out.extend((headers.len() as u32).to_be_bytes());
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out.extend([headers, payload].concat());
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out
    }

    /// What is told, without the bytes of framing.
    fn told(input: &[u8]) -> String {
        let told = trace(Format::Aws, input);
        let words = told.split(' ').filter(|word| !word.starts_with("F("));
        words.collect::<Vec<_>>().join(" ")
    }

    const EVENT: &[u8] = b"\x0b:event-type\x07\x00\x04stop\x01b\x00\x01n\x04abcd";

    #[test]
    fn frames_are_records_with_texts_beside_them() {
        assert_eq!(told(&frame(b"", b"")), "U ; E .");
        let two = [frame(EVENT, b"{}"), frame(b"", b"1")].concat();
        assert_eq!(told(&two), "U A(stop) | P({}) ; E . U P(1) ; E .");
        assert_eq!(told(&frame(b"\x01t\x07\x00\x00", b"1")), "U P(1) ; E .");
    }

    #[test]
    fn what_is_broken_is_refused_behind_what_says_so() {
        let good = frame(EVENT, b"{}");
        let broken = |at: usize, bit: u8| {
            let mut bytes = good.clone();
            bytes[at] ^= bit;
            told(&bytes)
        };
        for at in 0..12 {
            assert_eq!(broken(at, 1), "U !Sender(WrongChecksum)@12");
        }
        assert_eq!(broken(46, 1), "U A(stop) | P({}) ; !Sender(WrongChecksum)@47");
        assert_eq!(broken(41, 1), "U A(stop) | P(z}) ; !Sender(WrongChecksum)@47");
        assert_eq!(told(&good[..29]), "U A(st) !Sender(Truncated)@29");
        let headers = |headers: &[u8]| told(&frame(headers, b"payload"));
        assert!(headers(b"\x00").ends_with("!Sender(BrokenFrame)@13"));
        assert!(headers(b"\x01").ends_with("!Sender(BrokenFrame)@13"));
        assert!(headers(b"\x03a").ends_with("!Sender(BrokenFrame)@13"));
        assert!(headers(b"\x01a").ends_with("!Sender(BrokenFrame)@13"));
        assert!(headers(b"\x011\x00").ends_with("!Sender(BrokenFrame)@14"));
        assert!(headers(b"\x01a\x0a").ends_with("!Sender(BrokenFrame)@15"));
        assert!(headers(b"\x01a\x05ab").ends_with("!Sender(BrokenFrame)@15"));
        assert!(headers(b"\x01a\x07\x00\x05ab").ends_with("!Sender(BrokenFrame)@17"));
        assert!(headers(b"\x0b:event-type\x07\x00\x05chunk").ends_with("!Sender(NotText)@32"));
    }

    #[test]
    fn a_frame_is_written_anew() {
        let input = frame(EVENT, b"bob");
        let same = rewritten(&input, |range| input[range].to_vec());
        assert_eq!(same.as_deref(), Some(&input[..]));
        let longer = rewritten(&input, |range| [&input[range], b"!"].concat()).unwrap();
        let headers = b"\x0b:event-type\x07\x00\x05stop!\x01b\x00\x01n\x04abcd";
        assert_eq!(longer, frame(headers, b"bob!"));
    }
}
