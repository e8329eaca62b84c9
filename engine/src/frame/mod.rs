//! Framings: where payloads begin and end in a stream.
//!
//! A [`Framer`] names every byte of the stream once, in order, as early as it can be named: payload, text
//! beside the payload, or framing. It holds no bytes, copies none and allocates nothing; what it cannot name yet
//! it leaves with the caller ([`Part::Undecided`]) and sees again with more behind it.
//!
//! # Why six bytes are enough
//! What a framer leaves undecided is at most 5 bytes long, and the 6th decides, because every mark is short and
//! none is told by what comes after it:
//!
//! * a byte order mark is 3 bytes, and only the first bytes of a stream can be one;
//! * the longest SSE name that matters is `retry` with its colon: 6 bytes. Other names need not be read to their
//!   end: their whole line is searched as text from its first byte;
//! * the blank after an SSE colon is framing or value by itself; what is before it has passed already;
//! * a CR ends an SSE line at once. That a LF behind it belongs to the same line end changes nothing before it, so
//!   one bit of state replaces waiting for it;
//! * an event ends with the line end of its empty line, an NDJSON line with its LF; JSON documents end where the
//!   tokenizer says, not here;
//! * `auto` passes leading blanks as framing, whatever follows, and then decides by one byte, a 2-byte magic
//!   number, or an SSE name with its colon;
//! * fields of a binary frame are framing whatever they say, and the framer keeps what it needs of them.
//!
//! So a framer never makes a byte wait for a line to end, and a slow stream is delayed by what its payloads hold,
//! not by its framing.

mod array;
mod auto;
pub(crate) mod aws;
mod document;
mod ndjson;
mod sse;
#[cfg(test)]
mod tests;
mod text;

use crate::{ErrorKind, Limits};
use array::Array;
use auto::Auto;
use aws::{Aws, EventHeader};
use document::Document;
use ndjson::Ndjson;
use sse::Sse;
use text::Text;

/// How a stream is divided into records.
///
/// ```
/// use lacuna::{Format, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let records = |format, bytes: &[u8]| {
///     let found: Result<Vec<_>, _> = Redactor::new(&rules, &Plan::new(&rules), format).findings(bytes).collect();
///     found.map(|found| found.iter().map(|finding| finding.record).collect::<Vec<_>>())
/// };
/// let lines = b"\"a@example.com\"\n\"b@example.com\"\n";
/// assert_eq!(records(Format::Ndjson, lines)?, [0, 1]);
/// assert_eq!(records(Format::Auto, lines)?, [0, 1], "a sequence");
/// assert_eq!(records(Format::Text, lines)?, [0, 0]);
/// assert!(records(Format::Json, lines).is_err(), "it is exactly one");
/// assert_eq!(records(Format::Sse, b"data: a\n\ndata: \"b@example.com\"\n\n")?, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Found from the first bytes: a sequence, SSE or text. What begins as a JSON value does (`{`, `[`, `"`, `-`, a
    /// digit, `t`, `f` or `n`, after blanks) is a sequence, and refused where it is not: for text that may begin so
    /// name [`Self::Text`].
    #[default]
    Auto,
    /// Exactly one JSON document.
    Json,
    /// Concatenated JSON documents.
    Sequence,
    /// One JSON document a line.
    Ndjson,
    /// Server-sent events.
    Sse,
    /// Text.
    Text,
    /// One JSON array whose elements are records; or one document, which is no array.
    Array,
    /// Binary event streams of AWS. Each frame declares its length: it leaves whole, or not at all.
    Aws,
}

impl Format {
    /// Whether its records may be the events of a protocol.
    pub(crate) fn has_events(self) -> bool {
        matches!(self, Self::Sse | Self::Ndjson | Self::Array | Self::Aws)
    }
}

/// What the next bytes of a stream are. Every count is > 0; a part without a count covers no bytes.
///
/// Every input byte is in exactly one part. Where one kind of part is given in several pieces depends on the cut
/// of the input; everything else does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// These bytes belong to the current payload.
    Payload(usize),
    /// These bytes join two `data` lines of one event: in the payload they stand for a single LF, as bytes they
    /// pass unchanged. Never given in pieces.
    Join(usize),
    /// These bytes are text beside the payload which must be searched too: a comment, an event's name, an id, a
    /// line with an unknown field. In SSE they may come while a payload is open, between two of its lines.
    Aside(usize),
    /// The text of the [`Part::Aside`] parts before this one is complete. An empty text has neither.
    EndAside,
    /// These bytes are framing: a byte order mark, leading blanks, a field's name, a line end. They pass unchanged.
    Framing(usize),
    /// The payload is complete. It may have had no bytes.
    EndPayload,
    /// The record (line, event, text) is complete. Never given for JSON documents, which the tokenizer counts.
    EndRecord,
    /// All of the rest cannot be named yet, at most 5 bytes: offer it again with more behind it, or finish.
    Undecided(usize),
    /// A unit begins: nothing of it leaves before all of it is named and decided.
    Unit,
    /// It ends here, and is what it says it is.
    UnitEnds,
    /// `auto` has found the format. Never [`Format::Auto`], and once a stream.
    Found(Format),
}

/// Whether bytes may follow the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Supply {
    /// Perhaps.
    More,
    /// No: the stream ends behind it.
    Last,
}

/// Whether a byte order mark may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// No byte was named yet.
    Possible,
    /// Everything from here on is itself.
    Past,
}

/// Where in its stream a framer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// At the first byte.
    AtStart,
    /// Between two records.
    Within,
}

/// U+FEFF in UTF-8.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// One stream's framing. See the [module](self).
#[derive(Clone, Debug)]
pub(crate) struct Framer {
    format: Format,
    mark: Mark,
    limits: FrameLimits,
    kind: Kind,
}

/// What framing may ask for, in bytes.
#[derive(Clone, Copy, Debug)]
struct FrameLimits {
    /// [`Limits::frame_line`].
    line: usize,
    /// [`Limits::frame`].
    frame: usize,
}

/// The state of one framing.
#[derive(Clone, Debug)]
enum Kind {
    Array(Array),
    Auto(Auto),
    Aws(Box<Aws>),
    Document(Document),
    Ndjson(Ndjson),
    Sse(Sse),
    Text(Text),
}

impl Kind {
    fn new(format: Format, limits: FrameLimits) -> Self {
        match format {
            Format::Array => Self::Array(Array::default()),
            Format::Auto => Self::Auto(Auto::default()),
            Format::Json | Format::Sequence => Self::Document(Document::default()),
            Format::Ndjson => Self::Ndjson(Ndjson::default()),
            Format::Sse => Self::Sse(Sse::new(limits.line)),
            Format::Aws => Self::Aws(Box::new(Aws::new(limits.frame, limits.line))),
            Format::Text => Self::Text(Text::default()),
        }
    }
}

impl Framer {
    /// At the start of a stream.
    pub(crate) fn new(format: Format, limits: &Limits) -> Self {
        let bytes = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
        let limits = FrameLimits {
            line: bytes(limits.frame_line),
            frame: bytes(limits.frame),
        };
        Self {
            format,
            mark: match format {
                // A length may look like one.
                Format::Aws => Mark::Past,
                _ => Mark::Possible,
            },
            limits,
            kind: Kind::new(format, limits),
        }
    }

    /// Goes on where another framer of the format stood between two records.
    pub(crate) fn resumed(mut self, resumed: Resumed) -> Self {
        if resumed == Resumed::Within {
            self.mark = Mark::Past;
        }
        self
    }

    /// The format; what `auto` has found once it has.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// What the current frame says it is, where framing says that.
    pub(crate) fn event(&self) -> Option<(EventHeader, &[u8])> {
        match &self.kind {
            Kind::Aws(frames) => frames.event(),
            _ => None,
        }
    }

    /// The next part of `rest`, the known bytes no part has covered yet. Each call offers what the last one left:
    /// a part with a count takes its bytes off the front, except [`Part::Undecided`], which ends the round.
    /// `None`: `rest` is used up; a part without a count may come before that even if `rest` is empty.
    ///
    /// # Errors
    /// The stream cannot be accepted from the first byte of `rest` on. The framer is of no use after that.
    #[inline]
    pub(crate) fn next(&mut self, rest: &[u8]) -> Result<Option<Part>, ErrorKind> {
        self.part(rest, Supply::More)
    }

    /// As [`Self::next`] where no bytes come after `rest`: everything is decided as if complete. To be called
    /// until `None`; never answers [`Part::Undecided`].
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(crate) fn finish(&mut self, rest: &[u8]) -> Result<Option<Part>, ErrorKind> {
        self.part(rest, Supply::Last)
    }

    /// The one way through: the end of a stream differs only in what an undecided rest becomes.
    fn part(&mut self, rest: &[u8], supply: Supply) -> Result<Option<Part>, ErrorKind> {
        if self.mark == Mark::Possible && !rest.is_empty() {
            let equal = common(rest, &MARK);
            if equal == MARK.len() {
                self.mark = Mark::Past;
                return Ok(Some(Part::Framing(equal)));
            }
            if equal == rest.len() && supply == Supply::More {
                return Ok(Some(Part::Undecided(equal)));
            }
            self.mark = Mark::Past;
        }
        match &mut self.kind {
            Kind::Document(document) => Ok(document.part(rest, supply)),
            Kind::Text(text) => Ok(text.part(rest, supply)),
            Kind::Ndjson(lines) => Ok(lines.part(rest, supply)),
            Kind::Sse(events) => events.part(rest, supply),
            Kind::Array(array) => array.part(rest, supply),
            Kind::Aws(frames) => frames.part(rest, supply),
            Kind::Auto(auto) => {
                let part = auto.part(rest, supply)?;
                if let Some(Part::Found(format)) = part {
                    self.format = format;
                    self.kind = Kind::new(format, self.limits);
                }
                Ok(part)
            }
        }
    }
}

/// How many bytes `rest` has in common with the front of `word`.
fn common(rest: &[u8], word: &[u8]) -> usize {
    rest.iter().zip(word).take_while(|(a, b)| a == b).count()
}
