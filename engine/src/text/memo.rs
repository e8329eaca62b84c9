//! Texts that come again and again: where one had nothing in it, the same one has nothing again.
//!
//! What is found in a text depends on the text, on its member's name, on the names around, and on nothing else. Streams
//! repeat themselves: each event of a completion says its id and its model once more.

use super::body::{Body, Cx};
use super::fast::{Search, structure};
use crate::detect::Written;
use crate::token::{Bracket, Window, skip_blanks};

/// How many bytes a name and a text may have together, with what parts them.
const ROOM: usize = 80;

/// A text of a window that may be kept: a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    /// Where it begins: at its quote, if it has one.
    pub token: usize,
    /// Its closing quote, or the structure behind it.
    pub end: usize,
    written: Written,
    container: Bracket,
    /// The number of the names around.
    chain: u8,
    /// Its place in a [`Memo`].
    place: usize,
}

impl Text {
    /// How far a search is that has read it.
    pub(super) fn done(&self) -> usize {
        match self.written {
            Written::String => self.end + 1,
            Written::Bare => self.end,
        }
    }

    /// Where what it is kept with begins: an element by itself, a member with its name and what stands before that.
    fn begin(&self, window: &Window<'_>) -> Option<usize> {
        if self.container == Bracket::Array {
            return Some(self.token);
        }
        let colon = match self.written {
            Written::String => window.solid_before(self.token)?,
            Written::Bare => self.token.checked_sub(1)?,
        };
        let end = window.solid_before(colon)?;
        let is_name = window.byte(colon) == b':' && window.byte(end) == b'"';
        let quote = window.opening(end.checked_sub(1)?)?;
        quote.checked_sub(1).filter(|before| {
            is_name && *before >= window.from() && matches!(window.byte(*before), b'{' | b',' | b' ' | b'\n')
        })
    }
}

impl Body {
    /// The text at a place, if it is one that may be kept: short, and all there.
    pub(super) fn kept(
        &mut self,
        at: usize,
        written: Written,
        search: &mut Search<'_, '_>,
        cx: &Cx<'_>,
    ) -> Option<Text> {
        let window = search.window;
        let container = search.stack.outward(0)?;
        let (token, end) = match written {
            Written::String => (window.opening(at)?, window.next(at, |block| block.quote)?),
            Written::Bare => (window.last(at, structure)? + 1, window.next(at, structure)?),
        };
        let text = window.bytes.get(token..end)?;
        if text.len() > ROOM / 2 || token < search.done || token < search.skim.at {
            return None;
        }
        if written == Written::String {
            let behind = skip_blanks(window, end + 1)?;
            matches!(window.byte(behind), b',' | b'}' | b']').then_some(())?;
        }
        let chain = self.names_around(token, search, cx).number?;
        Some(Text {
            token,
            end,
            written,
            container,
            chain,
            place: place(text),
        })
    }
}

/// A place in a [`Memo`] for a text: by its length, its first bytes and its last.
fn place(text: &[u8]) -> usize {
    let word = |bytes: &[u8]| match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let last = text.get(text.len().saturating_sub(8)..).unwrap_or_default();
    let both = word(text).rotate_left(7) ^ word(last) ^ text.len() as u64;
    (both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize & (Memo::PLACES - 1)
}

/// Texts that have nothing in them; some of the last ones.
#[derive(Clone, Default)]
pub(super) struct Memo {
    entries: Vec<Entry>,
}

impl core::fmt::Debug for Memo {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        to.write_str("Memo(..)")
    }
}

#[derive(Clone, Copy)]
struct Entry {
    /// How many of the bytes are; 0 where there is no text.
    len: u8,
    /// How many of those lie before the text.
    before: u8,
    written: Written,
    chain: u8,
    container: Bracket,
    /// The name with what stands before it and behind it, the text, and what follows.
    bytes: [u8; ROOM],
}

impl Memo {
    /// How many there are.
    const PLACES: usize = 32;

    /// Whether a text is known to have nothing in it.
    pub(super) fn has(&self, window: &Window<'_>, text: &Text) -> bool {
        let Some(entry) = self.entries.get(text.place) else {
            return false;
        };
        let from = text.token.checked_sub(usize::from(entry.before));
        let here = from.and_then(|from| window.bytes.get(from..=text.end));
        let known = entry.bytes.get(..usize::from(entry.len));
        entry.len > 0
            && (entry.written, entry.chain) == (text.written, text.chain)
            && entry.container == text.container
            && here == known
    }

    /// A text has nothing in it.
    pub(super) fn learn(&mut self, window: &Window<'_>, text: &Text) {
        let Some(from) = text.begin(window) else {
            return;
        };
        let known = window.bytes.get(from..=text.end).unwrap_or_default();
        let mut bytes = [0; ROOM];
        let Some(to) = bytes.get_mut(..known.len()) else {
            return;
        };
        to.copy_from_slice(known);
        if self.entries.is_empty() {
            let none = Entry {
                len: 0,
                before: 0,
                written: text.written,
                chain: 0,
                container: text.container,
                bytes: [0; ROOM],
            };
            self.entries.resize(Self::PLACES, none);
        }
        if let Some(entry) = self.entries.get_mut(text.place) {
            *entry = Entry {
                len: known.len() as u8,
                before: (text.token - from) as u8,
                written: text.written,
                chain: text.chain,
                container: text.container,
                bytes,
            };
        }
    }
}
