//! Why a stream was refused: closed lists by blame, a position, never a payload.

use crate::Pos;
use core::fmt;

/// A stream was refused. Everything still held is destroyed; what had left stays.
///
/// It says where, and never what the bytes say:
///
/// ```
/// let rules = lacuna::Ruleset::builtin("default")?;
/// let error = rules.redact(br#"{"a":1} {"mail":"bob@example.com",}"#).unwrap_err();
/// assert_eq!((error.at.0, error.record), (34, 1));
/// assert_eq!(error.to_string(), "unexpected byte at byte 34, record 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// What happened, and whose fault it is.
    pub kind: ErrorKind,
    /// The first byte that could not be accepted.
    pub at: Pos,
    /// The document, line or event it is in, from 0.
    pub record: u64,
}

/// Whose fault it is.
///
/// ```
/// use lacuna::{ErrorKind, Ruleset, SenderError};
///
/// let file = "extends = ['builtin:default']\n[[pause]]\nfindings = 0\n";
/// let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let kind = |bytes: &[u8]| rules.redact(bytes).map_err(|error| error.kind);
/// assert_eq!(kind(b"[1"), Err(ErrorKind::Sender(SenderError::Truncated)));
/// assert_eq!(kind(br#"["bob@example.com"]"#), Err(ErrorKind::Refused), "here is nobody to ask");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are wrong.
    Sender(SenderError),
    /// The calls are wrong.
    Caller(CallerError),
    /// The bytes may be right, but exceed what this stream allows.
    Limit(Limit),
    /// A person or a policy said no.
    Refused,
    /// A fault of this library; please report it.
    Internal,
}

/// What is wrong with the bytes.
///
/// ```
/// use lacuna::{ErrorKind, Format, Plan, Redactor, Ruleset, SenderError as Wrong};
///
/// let rules = Ruleset::builtin("empty")?;
/// let wrong: [(&[u8], Wrong, u64); 9] = [
///     (b"[\"\xFF\"]", Wrong::InvalidUtf8, 2),
///     (b"[\"\n\"]", Wrong::ControlInString, 2),
///     (b"[\"a\\x\"]", Wrong::InvalidEscape, 4),
///     (b"[1}", Wrong::MismatchedBracket, 2),
///     (b"[1,]", Wrong::UnexpectedByte, 3),
///     (b"[tru]", Wrong::InvalidLiteral, 4),
///     (b"[1] [2]", Wrong::TrailingBytes, 4),
///     (b"[1", Wrong::Truncated, 2),
///     (b" ", Wrong::Empty, 1),
/// ];
/// for (bytes, kind, at) in wrong {
///     let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
///     let error = stream.redact(bytes).unwrap_err();
///     assert_eq!((error.kind, error.at.0), (ErrorKind::Sender(kind), at));
/// }
/// let error = rules.redact(b"\x1F\x8B\x08").unwrap_err();
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Sender(Wrong::NotText), 0));
/// // The structural grammar tells less apart, and this one is its own.
/// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Ndjson);
/// let error = stream.redact(b"[\\]").unwrap_err();
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Sender(Wrong::StrayBackslash), 1));
/// // So are those of binary frames: 17 bytes of which 2 are headers, and the same with another checksum.
/// let frames = |bytes: &[u8]| Redactor::new(&rules, &Plan::new(&rules), Format::Aws).redact(bytes).unwrap_err();
/// let error = frames(b"\0\0\0\x11\0\0\0\x02\xD6\xAC\0\x77 ");
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Sender(Wrong::BrokenFrame), 12));
/// let error = frames(b"\0\0\0\x11\0\0\0\x02\xD6\xAC\0\x78 ");
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Sender(Wrong::WrongChecksum), 12));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SenderError {
    /// Not UTF-8.
    InvalidUtf8,
    /// A control character (U+0000 to U+001F) in a JSON string.
    ControlInString,
    /// An escape JSON does not have.
    InvalidEscape,
    /// A bracket closes what is not open, or of the other kind.
    MismatchedBracket,
    /// A backslash outside a string.
    StrayBackslash,
    /// The full grammar: a value, a key, a comma or a colon is missing or one too many.
    UnexpectedByte,
    /// A malformed number or word.
    InvalidLiteral,
    /// Bytes after the one document.
    TrailingBytes,
    /// The stream ended inside a string, a bracket, a number or a word.
    Truncated,
    /// A document was required, and there was none.
    Empty,
    /// A gzip, UTF-16 or binary stream, which must be decoded first; a binary frame whose payload is no text.
    NotText,
    /// A frame's lengths do not fit, or its headers are none.
    BrokenFrame,
    /// A frame's checksum is another.
    WrongChecksum,
}

/// What is wrong with the calls.
///
/// ```
/// use lacuna::{CallerError, Collect, ErrorKind, Format, Plan, Redactor, Ruleset, Ruling};
///
/// let rules = Ruleset::builtin("default")?;
/// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
/// let mut out = Collect::default();
/// stream.push(b"Hello", &mut out)?;
/// stream.finish(&mut out)?;
/// let error = stream.push(b"!", &mut out).unwrap_err();
/// assert_eq!((error.kind, error.at.0), (ErrorKind::Caller(CallerError::Finished), 5));
/// let error = stream.rule(Ruling::Mask).unwrap_err();
/// assert_eq!(error.kind, ErrorKind::Caller(CallerError::NothingToAnswer));
/// let error = stream.finish(&mut out).unwrap_err();
/// assert_eq!(error.kind, ErrorKind::Caller(CallerError::Poisoned));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallerError {
    /// `push` or `finish` while a pause or a call waits for its answer.
    AnswerDue,
    /// An answer where none is due.
    NothingToAnswer,
    /// `push` after `finish`.
    Finished,
    /// Any call after an error.
    Poisoned,
}

/// Which limit was met.
///
/// ```
/// use lacuna::{ErrorKind, Format, Limit, Limits, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("empty")?;
/// let small = Limits { depth: 2, nesting: 0, key: 4, number: 4, frame_line: 4, ..Limits::default() };
/// let plan = Plan::new(&rules).with_limits(small);
/// for (bytes, format, limit, at) in [
///     ("[[[]]]", Format::Json, Limit::Depth, 2),
///     (r#"["[1]"]"#, Format::Json, Limit::Nesting, 2),
///     (r#"{"abcde":1}"#, Format::Json, Limit::Key, 6),
///     ("[12345]", Format::Json, Limit::Number, 5),
///     ("abcdef: 1\n", Format::Sse, Limit::Frame, 4),
/// ] {
///     let error = Redactor::new(&rules, &plan, format).redact(bytes.as_bytes()).unwrap_err();
///     assert_eq!((error.kind, error.at.0), (ErrorKind::Limit(limit), at));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Brackets in brackets.
    Depth,
    /// JSON in strings in JSON.
    Nesting,
    /// A key's bytes.
    Key,
    /// A number's bytes.
    Number,
    /// An SSE field name or other framing, or a frame that declares its length.
    Frame,
    /// Bytes held back.
    Held,
    /// Lanes open at once, or values of one event that tell lanes apart.
    Lanes,
}

impl Error {
    /// Whether the bytes were wrong.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// let error = rules.redact(b"[1").unwrap_err();
    /// assert!(error.is_sender() && !error.is_limit() && !error.is_caller());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_sender(&self) -> bool {
        matches!(self.kind, ErrorKind::Sender(_))
    }

    /// Whether a limit was met.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// let error = rules.redact(&[b'['; 129]).unwrap_err();
    /// assert!(error.is_limit() && !error.is_sender());
    /// assert_eq!(error.at.0, 128);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_limit(&self) -> bool {
        matches!(self.kind, ErrorKind::Limit(_))
    }

    /// Whether the calls were wrong.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset, Ruling};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Auto);
    /// let error = stream.rule(Ruling::Mask).unwrap_err();
    /// assert!(error.is_caller() && !error.is_sender());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_caller(&self) -> bool {
        matches!(self.kind, ErrorKind::Caller(_))
    }

    /// What a person can do about it.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// let error = rules.redact(&[b'['; 129]).unwrap_err();
    /// assert_eq!(error.hint(), "raise [limits] depth in the rules file");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hint(&self) -> &'static str {
        use {CallerError as C, Limit as L, SenderError as S};
        match self.kind {
            ErrorKind::Sender(kind) => match kind {
                S::InvalidUtf8 => "send UTF-8, or use --format text, which reads other bytes as U+FFFD",
                S::ControlInString => "escape it as \\n, \\t or \\u00XX",
                S::InvalidEscape => "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX",
                S::MismatchedBracket | S::UnexpectedByte | S::InvalidLiteral | S::StrayBackslash => {
                    "this is no JSON here; use --format text if it is not meant to be"
                }
                S::TrailingBytes => "--format json is exactly one document; use seq or ndjson for several",
                S::Truncated => "the input ends too early; what had left stays, the rest was destroyed",
                S::Empty => "send a document, or use --format auto, which takes an empty input",
                S::NotText => "decompress or convert it to UTF-8 first, or name a --format or the --profile",
                S::BrokenFrame | S::WrongChecksum => {
                    "this is no AWS event stream, or it was damaged on its way"
                }
            },
            ErrorKind::Caller(kind) => match kind {
                C::AnswerDue => "answer the pause or the call first",
                C::NothingToAnswer => "answer only after Paused or Call",
                C::Finished | C::Poisoned => "start a new stream",
            },
            ErrorKind::Limit(kind) => match kind {
                L::Depth => "raise [limits] depth in the rules file",
                L::Nesting => "JSON inside strings inside JSON goes too deep",
                L::Key => "raise [limits] key in the rules file",
                L::Number => "raise [limits] number in the rules file",
                L::Frame => "a framing line or a frame is too long",
                L::Held => "the value is too long to be held back",
                L::Lanes => "more texts come in fragments at once than a stream may have",
            },
            ErrorKind::Refused => "a person or the policy refused it",
            ErrorKind::Internal => "this is a fault of Lacuna; please report it",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, record {}", self.kind, self.at, self.record)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use {CallerError as C, Limit as L, SenderError as S};
        f.write_str(match self {
            Self::Sender(kind) => match kind {
                S::InvalidUtf8 => "invalid UTF-8",
                S::ControlInString => "raw control character in a string",
                S::InvalidEscape => "invalid escape in a string",
                S::MismatchedBracket => "bracket that closes nothing open",
                S::StrayBackslash => "backslash outside a string",
                S::UnexpectedByte => "unexpected byte",
                S::InvalidLiteral => "malformed number or word",
                S::TrailingBytes => "bytes after the end of the document",
                S::Truncated => "unexpected end of input",
                S::Empty => "no document",
                S::NotText => "compressed, UTF-16 or binary input",
                S::BrokenFrame => "broken frame",
                S::WrongChecksum => "wrong checksum",
            },
            Self::Caller(kind) => match kind {
                C::AnswerDue => "call while an answer is due",
                C::NothingToAnswer => "answer where none is due",
                C::Finished => "call after the end of the stream",
                C::Poisoned => "call after an error",
            },
            Self::Limit(kind) => match kind {
                L::Depth => "nesting too deep",
                L::Nesting => "too many levels of JSON in strings",
                L::Key => "key too long",
                L::Number => "number too long",
                L::Frame => "framing line or frame too long",
                L::Held => "too many bytes to hold back",
                L::Lanes => "too many lanes",
            },
            Self::Refused => "refused",
            Self::Internal => "internal fault",
        })
    }
}

impl core::error::Error for Error {}
