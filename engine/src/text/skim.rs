//! Where in the document a search is, worked out when somebody asks.
//!
//! Under the structural grammar, between the brackets of a document, a path needs the brackets, the commas and the
//! keys, and nothing else refuses. So the tracker is brought up to a place by their planes alone. What the tokenizer
//! would say there follows from the byte before; tests hold the two against one another.

use super::map::{Map, Place};
use super::unescape::{Decoded, Escapes, Outer, Unescape};
use crate::Slot;
use crate::path::{Paths, Tracker};
use crate::token::{Bracket, Expect, Opens, Role, Stack, Tokenizer, Window, skip_blanks};

/// How far the tracker has come in a window. Nothing is open there.
#[derive(Debug)]
pub(super) struct Skim {
    /// Everything before this position is in the tracker.
    pub at: usize,
    /// What a string that begins at `at` is.
    due: Role,
    /// What may come at `at`, as far as only bytes of earlier windows say.
    first: Expect,
    /// Where the last key's closing quote lies.
    key_end: usize,
    /// Where brackets opened, kept by the search.
    pub opens: Opens,
    /// Whether somebody wants to know the indices of elements.
    counts: bool,
    /// Scratch: see [`Member`].
    members: Vec<Member>,
    /// Scratch: see [`Step`].
    steps: Vec<Step>,
}

/// What a skim leaves to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    opens: Opens,
    members: Vec<Member>,
    steps: Vec<Step>,
}

/// What a bracket on the way to a token has to say of it.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// An array: nothing that counts.
    Element,
    /// An object, in which a key is due.
    Due,
    /// An object whose key the tracker has.
    Known,
    /// An object, with the key between these quotes.
    Key(usize, usize),
}

/// A bracket that opened on the way and is open still.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    kind: Bracket,
    /// Where its current member or element begins: behind the bracket or its last comma.
    begin: usize,
    /// Its commas.
    commas: u64,
}

/// A token in a window: where a skim goes.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub window: &'a Window<'a>,
    /// Where it begins: at its quote, if it has one.
    pub at: usize,
    /// What is open there.
    pub stack: &'a Stack,
}

/// A skim that somebody may ask to go on, up to the text whose findings ask.
pub(crate) struct Lag<'a> {
    pub(super) skim: &'a mut Skim,
    pub(super) to: Spot<'a>,
    /// Whether that text is a string.
    pub(super) string: bool,
}

impl Lag<'_> {
    /// Whether the text is surely no key: something else is, where less than a colon stands before it in an object.
    pub(crate) fn is_no_key(&self) -> bool {
        let Spot { window, at, stack } = self.to;
        match stack.outward(0) {
            Some(Bracket::Array) => true,
            Some(Bracket::Object) => window
                .solid_before(at)
                .is_some_and(|before| window.byte(before) == b':'),
            None => false,
        }
    }

    /// Goes on. The kind of the text it has come to, if that is a string.
    pub(crate) fn catch_up(self, paths: &Paths, tracker: &mut Tracker) -> Option<Slot> {
        let role = self.skim.go(self.to, paths, tracker);
        self.string.then_some(match role {
            Role::Key => Slot::Key,
            Role::Value => Slot::Value,
        })
    }
}

impl Skim {
    /// Where a tokenizer stands, between two tokens.
    pub(super) fn new(at: usize, tokenizer: &Tokenizer, scratch: Scratch, wants_details: bool) -> Self {
        let first = tokenizer.expect();
        let key = matches!(first, Expect::Key | Expect::KeyOrClose);
        let Scratch {
            mut opens,
            members,
            steps,
        } = scratch;
        opens.begin(tokenizer.stack().len());
        Self {
            at,
            due: if key { Role::Key } else { Role::Value },
            first,
            key_end: usize::MAX,
            opens,
            counts: wants_details,
            members,
            steps,
        }
    }

    /// The scratch.
    pub(super) fn into_scratch(self) -> Scratch {
        Scratch {
            opens: self.opens,
            members: self.members,
            steps: self.steps,
        }
    }

    /// Brings the tracker to a token: what it is if it is a string.
    ///
    /// Goes backwards, so that what has closed again on the way costs only its brackets, what stands before in an object
    /// likewise, and only the keys on the path are read.
    pub(super) fn go(&mut self, spot: Spot<'_>, paths: &Paths, tracker: &mut Tracker) -> Role {
        let Spot {
            window,
            at: to,
            stack,
        } = spot;
        let from = self.at;
        if to <= from {
            return self.due;
        }
        if !self.counts && self.leap(spot, paths, tracker).is_some() {
            return self.due;
        }
        self.members.clear();
        // Brackets that close on the way to `to` and opened on it, and those that had opened before.
        let mut closed = 0u32;
        // Where the last comma of the bracket that is being left ends, and how many it has.
        let mut begin = None;
        let mut commas = 0;
        // What may be left out in the bracket that is being left: in an object, all before the last comma.
        let mut levels = 0;
        let mut in_object = stack.outward(0) == Some(Bracket::Object);
        let mut end = to;
        while end > from {
            let index = (end - 1) / 64;
            let base = index * 64;
            let Some(block) = window.blocks.get(index) else {
                break;
            };
            let mut live = u64::MAX >> (63 - (end - 1) % 64);
            if base < from {
                live &= u64::MAX << (from - base);
            }
            end = base.max(from);
            let operators = block.operator & !window.inside(block);
            loop {
                let only_brackets = closed > 0 || in_object && begin.is_some();
                let bits = operators & live & if only_brackets { block.bracket } else { u64::MAX };
                if bits == 0 {
                    break;
                }
                let bit = 63 - bits.leading_zeros();
                live &= (1 << bit) - 1;
                let at = base + bit as usize;
                let byte = window.byte(at);
                match byte {
                    b'}' | b']' => closed += 1,
                    b'{' | b'[' if closed > 0 => closed -= 1,
                    b'{' | b'[' => {
                        self.members.push(Member {
                            kind: Bracket::of(byte),
                            begin: begin.take().unwrap_or(at + 1),
                            commas: core::mem::take(&mut commas),
                        });
                        levels += 1;
                        in_object = stack.outward(levels) == Some(Bracket::Object);
                    }
                    b',' => {
                        begin = begin.or(Some(at + 1));
                        commas += 1;
                    }
                    _ => {}
                }
            }
        }
        for _ in 0..closed {
            tracker.close();
        }
        tracker.commas(paths, commas);
        match begin {
            Some(begin) => self.member(window, begin, to, paths, tracker),
            // A key that is due in a bracket that has closed never comes.
            None if closed > 0 => self.due = Role::Value,
            None => self.key(window, from, to, paths, tracker),
        }
        while let Some(member) = self.members.pop() {
            tracker.open(paths, member.kind);
            tracker.commas(paths, member.commas);
            self.member(window, member.begin, to, paths, tracker);
        }
        self.at = to;
        self.due
    }

    /// The same over the open brackets alone, where no indices count: which have opened since, and the key before each.
    /// `None`, and nothing has changed, if something else than a key and a colon stands before one.
    fn leap(&mut self, spot: Spot<'_>, paths: &Paths, tracker: &mut Tracker) -> Option<()> {
        let Spot {
            window,
            at: to,
            stack,
        } = spot;
        let open = stack.len() as usize;
        let kept = self.opens.before(self.at, open);
        let first = kept.saturating_sub(1);
        if tracker.open_brackets() < kept {
            return None;
        }
        self.steps.clear();
        for level in first..open {
            let next = if level + 1 < open {
                self.opens.at(level + 1)?
            } else {
                to
            };
            let kind = stack.outward((open - level - 1) as u32)?;
            let step = self.step(window, kind, next, level + 1 == open)?;
            self.steps.push(step);
        }
        while tracker.open_brackets() > kept {
            tracker.close();
        }
        self.due = Role::Value;
        for (level, step) in (first..).zip(&self.steps) {
            if level >= kept {
                let kind = match step {
                    Step::Element => Bracket::Array,
                    _ => Bracket::Object,
                };
                tracker.open(paths, kind);
            }
            match *step {
                Step::Element | Step::Known => {}
                Step::Due => {
                    tracker.comma(paths);
                    self.due = Role::Key;
                }
                Step::Key(quote, end) => {
                    let name = window.bytes.get(quote + 1..end).unwrap_or_default();
                    name_member(tracker, paths, name);
                    self.key_end = end;
                }
            }
        }
        self.at = to;
        Some(())
    }

    /// What stands before a token, the last one on the way or a bracket.
    fn step(&self, window: &Window<'_>, kind: Bracket, token: usize, is_last: bool) -> Option<Step> {
        let before = window.solid_before(token)?;
        if kind == Bracket::Array {
            return matches!(window.byte(before), b'[' | b',').then_some(Step::Element);
        }
        match window.byte(before) {
            b'{' | b',' if is_last => Some(Step::Due),
            b':' if before < self.at => Some(Step::Known),
            b':' => {
                let end = window.solid_before(before)?;
                let quote = window.opening(end.checked_sub(1)?)?;
                let begin = window.solid_before(quote)?;
                let is_key = window.byte(end) == b'"' && matches!(window.byte(begin), b'{' | b',');
                match (is_key, quote >= self.at) {
                    (true, true) => Some(Step::Key(quote, end)),
                    (true, false) if end < self.at => Some(Step::Known),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A member or an element of the innermost bracket begins.
    fn member(&mut self, window: &Window<'_>, begin: usize, to: usize, paths: &Paths, tracker: &mut Tracker) {
        self.due = if tracker.in_object() {
            Role::Key
        } else {
            Role::Value
        };
        self.key(window, begin, to, paths, tracker);
    }

    /// Reads the key that is due from `begin` on, if one is there before `to`.
    fn key(&mut self, window: &Window<'_>, begin: usize, to: usize, paths: &Paths, tracker: &mut Tracker) {
        if self.due == Role::Value {
            return;
        }
        let Some(quote) = skip_blanks(window, begin).filter(|at| *at < to) else {
            return;
        };
        self.due = Role::Value;
        if window.byte(quote) != b'"' {
            return;
        }
        let end = window
            .next(quote + 1, |block| block.quote)
            .unwrap_or(window.bytes.len());
        let name = window.bytes.get(quote + 1..end).unwrap_or_default();
        name_member(tracker, paths, name);
        self.key_end = end;
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
