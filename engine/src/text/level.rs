//! One level of JSON: the document, or a string read as JSON.

use super::map::{Map, Place};
use super::spared::Looks;
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::rules::Grammar;
use crate::simd::{Before, Start};
use crate::token::{Role, Tokenizer, Utf8};

/// One level of JSON.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub tokenizer: Tokenizer,
    /// What stands before its next byte.
    pub before: Before,
    /// Only the document's bytes are checked: what is decoded from them is right.
    pub utf8: Utf8,
    /// The open string, where it is read piece by piece.
    pub string: Option<OpenString>,
    /// The open bare value, where it is searched.
    pub bare: Bare,
    /// The open bare value, while it may be a number.
    pub number: Option<NumberSoFar>,
    /// The open key, decoded.
    pub key: Vec<u8>,
    /// Scratch: what a piece of a string decodes to.
    pub decoded: Decoded,
}

/// An open string.
#[derive(Clone, Debug)]
pub(super) struct OpenString {
    pub role: Role,
    /// Where its first character lies.
    pub begin: Place,
    pub unescape: Unescape,
    /// How many bytes of the outermost text came before this level's unescaper was needed.
    pub text: OpenText,
}

/// How an open text is read.
#[derive(Clone, Debug)]
pub(super) struct OpenText {
    pub reads: Reads,
    /// What is not known to be JSON yet: a bracket, and letters behind it. Empty unless undecided.
    pub front: Decoded,
    /// Undoes the escapes that text and code contain.
    pub lenient: Unescape,
    /// What it may be that is never altered, while that is not known to be wrong.
    pub looks: Option<Looks>,
    /// How many bytes were read.
    pub len: u64,
    /// Raw bytes that were too deep to be read as JSON begin here, and how many were to be removed before them.
    pub too_deep: Option<(u64, u64)>,
}

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// Only blanks so far.
    Undecided,
    /// JSON, one level down.
    Json,
    /// Text.
    Text,
    /// Nothing: it is replaced whole.
    Nothing,
}

/// A bare value that may be a number: its signs, then blanks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NumberSoFar {
    /// Bytes, blanks included.
    len: u64,
    /// How many of them are blanks.
    blanks: u64,
}

/// Whether the open bare value is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bare {
    /// None is open, or nothing in it matters.
    #[default]
    No,
    /// It is the open text.
    Searched,
}

impl Level {
    pub(super) fn new(grammar: Grammar, depth: u32) -> Self {
        Self {
            tokenizer: Tokenizer::new(grammar, depth),
            before: Before::Nothing,
            utf8: Utf8::default(),
            string: None,
            bare: Bare::No,
            number: None,
            key: Vec::new(),
            decoded: Decoded::default(),
        }
    }

    /// Where its next byte is.
    pub(super) fn start(&self) -> Start {
        if self.tokenizer.in_string() {
            Start::InString
        } else {
            Start::Outside
        }
    }

    /// Reads the next bytes of the open bare value: the first with which a number would be longer than `most`.
    pub(super) fn over_number(&mut self, bytes: &[u8], most: u32) -> Option<usize> {
        let mut number = self.number?;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E' if number.blanks == 0 => {}
                b' ' | b'\t' | b'\n' | b'\r' => number.blanks += 1,
                _ => {
                    self.number = None;
                    return None;
                }
            }
            number.len += 1;
            if number.len > u64::from(most) {
                return Some(at);
            }
        }
        self.number = Some(number);
        None
    }

    /// Back to the start of a document.
    pub(super) fn reset(&mut self) {
        self.tokenizer.reset();
        self.before = Before::Nothing;
        self.utf8 = Utf8::default();
        self.string = None;
        self.bare = Bare::No;
        self.key.clear();
    }
}

impl OpenString {
    /// A string whose first character lies at `begin`, at a level of JSON.
    pub(super) fn new(role: Role, begin: Place, level: usize, grammar: Grammar, reads: Reads) -> Self {
        let escapes = match grammar {
            Grammar::Full => Escapes::Strict,
            Grammar::Structural => Escapes::Lenient,
        };
        let outer = if level == 0 {
            Outer::Makes(0)
        } else {
            Outer::Inherits
        };
        Self {
            role,
            begin,
            unescape: Unescape::new(escapes, outer),
            text: OpenText::new(reads),
        }
    }
}

/// What a text is that begins with a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// JSON.
    Json,
    /// Text: an envelope, or something like it.
    Text,
    /// Either: no more than this is there.
    Perhaps,
}

impl Begins {
    /// What a text is of which these are the first bytes: `[` and a word that JSON does not have is none.
    pub(super) fn of<'t>(text: impl IntoIterator<Item = &'t u8>) -> Self {
        let mut text = text.into_iter();
        if text.next() != Some(&b'[') {
            return Self::Json;
        }
        let (mut words, mut len) = ([&b"true"[..], b"false", b"null"].to_vec(), 0);
        for byte in text {
            match byte {
                b'0'..=b'9' | b'_' | b':' if len == 0 => return Self::Json,
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b':' => {}
                _ if len == 0 || words.iter().any(|word| word.len() == len) => return Self::Json,
                _ => return Self::Text,
            }
            words.retain(|word| word.get(len) == Some(byte));
            if words.is_empty() {
                return Self::Text;
            }
            len += 1;
        }
        Self::Perhaps
    }
}

impl OpenText {
    /// Where what is not known to be JSON begins: from there on nothing may leave.
    pub(super) fn hold(&self) -> Option<Place> {
        let front = (!self.front.bytes.is_empty()).then(|| self.front.map().at(0));
        front.or_else(|| self.lenient.hold())
    }

    pub(super) fn new(reads: Reads) -> Self {
        Self {
            reads,
            front: Decoded::default(),
            lenient: Unescape::new(Escapes::Lenient, Outer::Inherits),
            looks: None,
            len: 0,
            too_deep: None,
        }
    }
}

/// The map of a bare value or whole string `from..to` of a level, which begins a text at that offset.
pub(super) fn own<'a>(level: usize, map: &Map<'a>, from: usize, to: usize, offset: u64) -> Map<'a> {
    if level > 0 {
        return map.slice(from, to);
    }
    let at = Place {
        raw: map.at(from).raw,
        outer: offset,
    };
    if map.as_same().is_none() && from < to {
        // The line end between two data lines is a single byte.
        let end = Place {
            raw: map.at(to).raw,
            outer: offset + 1,
        };
        return Map::one(at, end);
    }
    // The rest of the document's text is the input.
    Map::same(at, to - from)
}
