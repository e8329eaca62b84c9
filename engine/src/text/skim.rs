//! Where in the document a search is, worked out when somebody asks.
//!
//! Under the structural grammar, between the brackets of a document, a path needs the brackets, the commas and the
//! keys, and nothing else refuses. So the tracker is brought up to a place by their planes alone. What the tokenizer
//! would say there follows from the byte before; tests hold the two against one another.

use super::map::{Map, Place};
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::Slot;
use crate::path::{Paths, Tracker};
use crate::token::{Bracket, Expect, Role, Stack, Tokenizer, Window, skip_blanks};

/// How far the tracker has come in a window. Nothing is open there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Skim {
    /// Everything before this position is in the tracker.
    pub at: usize,
    /// What a string that begins at `at` is.
    due: Role,
    /// What may come at `at`, as far as only bytes of earlier windows say.
    first: Expect,
    /// Where the last key's closing quote lies.
    key_end: usize,
}

/// A skim that somebody may ask to go on, up to a text.
pub(crate) struct Lag<'a> {
    pub(super) skim: &'a mut Skim,
    pub(super) window: Window<'a>,
    /// Where the text begins whose findings ask: at its quote, if it has one.
    pub(super) to: usize,
    /// Whether that text is a string.
    pub(super) string: bool,
}

impl Lag<'_> {
    /// Goes on. The kind of the text it has come to, if that is a string.
    pub(crate) fn catch_up(self, paths: &Paths, tracker: &mut Tracker) -> Option<Slot> {
        let role = self.skim.go(&self.window, self.to, paths, tracker);
        self.string.then_some(match role {
            Role::Key => Slot::Key,
            Role::Value => Slot::Value,
        })
    }
}

impl Skim {
    /// Where a tokenizer stands, between two tokens.
    pub(super) fn new(at: usize, tokenizer: &Tokenizer) -> Self {
        let first = tokenizer.expect();
        let key = matches!(first, Expect::Key | Expect::KeyOrClose);
        Self {
            at,
            due: if key { Role::Key } else { Role::Value },
            first,
            key_end: usize::MAX,
        }
    }

    /// Brings the tracker to a token that begins at `to`: what it is if it is a string.
    pub(super) fn go(
        &mut self,
        window: &Window<'_>,
        to: usize,
        paths: &Paths,
        tracker: &mut Tracker,
    ) -> Role {
        let from = self.at;
        if to < from {
            return self.due;
        }
        self.key(window, from, to, paths, tracker);
        let mut at = self.at;
        let mut index = at / 64;
        let mut mask = u64::MAX << (at % 64);
        while index * 64 < to {
            let Some(block) = window.blocks.get(index) else {
                break;
            };
            let mut bits = block.operator & !window.inside(block) & mask;
            mask = u64::MAX;
            while bits != 0 {
                at = index * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if at >= to {
                    break;
                }
                // What stands between this one and the next is a value, but for a key.
                self.due = Role::Value;
                match window.byte(at) {
                    b'{' => {
                        tracker.open(paths, Bracket::Object);
                        self.due = Role::Key;
                    }
                    b'[' => tracker.open(paths, Bracket::Array),
                    b',' => {
                        tracker.comma(paths);
                        if tracker.in_object() {
                            self.due = Role::Key;
                        }
                    }
                    b':' => {}
                    _ => tracker.close(),
                }
                self.key(window, at + 1, to, paths, tracker);
            }
            index += 1;
        }
        if to > from && self.due == Role::Key && skip_blanks(window, self.at) != Some(to) {
            self.due = Role::Value;
        }
        self.at = to;
        self.due
    }

    /// Reads the key that is due from `from` on, if one is there before `to`.
    #[inline]
    fn key(&mut self, window: &Window<'_>, from: usize, to: usize, paths: &Paths, tracker: &mut Tracker) {
        self.at = from;
        if self.due == Role::Value {
            return;
        }
        let Some(quote) = skip_blanks(window, from).filter(|at| *at < to) else {
            return;
        };
        self.due = Role::Value;
        if window.byte(quote) != b'"' {
            return;
        }
        let end = window
            .next(quote + 1, |block| block.quote)
            .unwrap_or(window.bytes.len());
        name_member(
            tracker,
            paths,
            window.bytes.get(quote + 1..end).unwrap_or_default(),
        );
        self.key_end = end;
        self.at = end + 1;
    }

    /// The key that is due was read by others, up to its closing quote.
    pub(super) fn passed_key(&mut self, end: usize) {
        self.at = end + 1;
        self.due = Role::Value;
        self.key_end = end;
    }

    /// A value was read by others, up to this position.
    pub(super) fn passed(&mut self, at: usize) {
        self.at = at;
        self.due = Role::Value;
    }

    /// What may come at [`Self::at`], in a window whose first token follows `from`.
    pub(super) fn expect(&self, window: &Window<'_>, from: usize, stack: &Stack) -> Expect {
        let before = window.bytes.get(from..self.at).unwrap_or_default();
        let last = before
            .iter()
            .rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let Some(last) = last else { return self.first };
        match before.get(last) {
            Some(b'{') => Expect::KeyOrClose,
            Some(b'[') => Expect::ValueOrClose,
            Some(b',') if stack.top() == Some(Bracket::Object) => Expect::Key,
            Some(b',' | b':') => Expect::Value,
            Some(b'"') if from + last == self.key_end => Expect::Colon,
            _ => Expect::CommaOrClose,
        }
    }
}

/// A key was read that nothing in was masked.
fn name_member(tracker: &mut Tracker, paths: &Paths, name: &[u8]) {
    if memchr::memchr(b'\\', name).is_none() {
        return tracker.key(paths, name, name);
    }
    let mut decoded = Decoded::default();
    let mut unescape = Unescape::new(Escapes::Lenient, Outer::Makes(0));
    let map = Map::same(Place::default(), name.len());
    // What is lenient refuses nothing.
    let _ = unescape.feed(name, &map, &mut decoded);
    let _ = unescape.finish(map.end(), &mut decoded);
    tracker.key(paths, &decoded.bytes, &decoded.bytes);
}
