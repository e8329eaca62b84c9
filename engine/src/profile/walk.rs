//! Walks a program beside the tokenizer, and notes what an event says of lanes.

use super::call::{Calls, Due, Given, Named, Records, Shape};
use super::program::{ARRAYS, DEAD, ROOT, Sort};
use super::{Program, Value};
use crate::frame::aws::EventHeader;
use crate::path::PathState;
use crate::token::Bracket;
use core::ops::Range;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The most bytes of a value that are kept: of what is longer, a hash tells the rest.
const VALUE: usize = 256;

/// The most bytes of values that an event with fragments may have, and the most values.
const VALUES: usize = 16 * 1024;

/// The most functions that an event may name for others.
const NAMED: usize = 1024;

/// The most bytes of a payload that are kept: one more than any payload has that a profile asks for.
pub(super) const PAYLOAD: usize = 33;

/// The elements that a place lies in, outermost first.
pub(crate) type Elements = [u32; ARRAYS];

/// Where in a record a stream is, as far as a profile asks.
#[derive(Clone, Debug)]
pub(crate) struct Walker {
    program: Arc<Program>,
    frames: Vec<Frame>,
    seen: Seen,
    /// Where the open value is noted, if it is asked for.
    value: Option<usize>,
    /// Where the open fragment begins in the input, and what it is part of.
    open: Option<Fragment>,
    calls: Calls,
    /// The open mirror, and how many brackets are open around it.
    mirror: Option<(Mirror, usize)>,
}

/// One open bracket.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Where its own value is.
    node: u16,
    /// Where the next or open value in it is.
    child: u16,
    kind: Bracket,
    /// Which element is next or open, in an array.
    index: u32,
}

/// What an event has said so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Its fragments, in order.
    pub fragments: Vec<Fragment>,
    /// The functions it names.
    pub named: Vec<Named>,
    /// What functions are given that it does not name.
    pub given: Vec<Given>,
    /// What says the same as fragments, in order.
    pub mirrors: Vec<Mirror>,
    values: Vec<Noted>,
    /// What the values say, one after the other.
    text: Vec<u8>,
    /// Whether there were more than are noted.
    pub too_many: bool,
    /// What framing says that the event is, where it says so.
    pub event: Option<(EventHeader, Box<[u8]>)>,
    /// The payload's first bytes, as many as tell a payload that is no JSON from another.
    pub payload: Vec<u8>,
}

/// A string of an event that is part of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// Of which rule.
    pub lane: u16,
    /// In which elements.
    pub elements: Elements,
    /// Where in the input it lies, without its quotes. Invariant: `from <= to`.
    pub from: u64,
    /// One past its last byte.
    pub to: u64,
    /// What field rules say of the place.
    pub state: PathState,
}

/// An array that says again what fragments of a lane say: those that lie in the elements it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mirror {
    /// Of which rule.
    pub lane: u16,
    /// In how many arrays it lies.
    pub arrays: usize,
    /// In which elements of these.
    pub elements: Elements,
    /// Where its bracket opens in the input.
    pub from: u64,
    /// One past the bracket that closes it.
    pub to: u64,
}

/// A value that is asked for.
#[derive(Clone, Debug)]
struct Noted {
    number: u16,
    elements: Elements,
    text: Range<usize>,
    /// What is behind the bytes that are kept, if there is something.
    rest: Option<Sha256>,
}

impl Walker {
    /// At the start of a record.
    pub(crate) fn new(program: &Arc<Program>, records: Records) -> Self {
        Self {
            calls: Calls::new(records),
            program: Arc::clone(program),
            frames: Vec::new(),
            seen: Seen::default(),
            value: None,
            open: None,
            mirror: None,
        }
    }

    /// Back to the start of a record. What was seen is not forgotten.
    pub(crate) fn reset(&mut self) {
        self.frames.clear();
        self.value = None;
        // What did not come to its end goes with the record.
        self.open = None;
        self.seen.given.extend(self.calls.reset());
        self.mirror = None;
    }

    /// What was seen, and is now forgotten.
    pub(crate) fn take(&mut self) -> Seen {
        core::mem::take(&mut self.seen)
    }

    /// Gives back what was taken, to be filled again.
    pub(crate) fn give_back(&mut self, mut seen: Seen) {
        seen.fragments.clear();
        seen.named.clear();
        seen.given.clear();
        seen.mirrors.clear();
        seen.values.clear();
        seen.text.clear();
        seen.payload.clear();
        seen.too_many = false;
        seen.event = None;
        self.seen = seen;
    }

    /// Where in the input the event's first fragment begins, or what mirrors one: nothing from there on may leave.
    pub(crate) fn hold(&self) -> Option<u64> {
        let fragment = self.seen.fragments.first().or(self.open.as_ref());
        let open = self.mirror.as_ref().map(|(mirror, _)| mirror);
        let mirror = self.seen.mirrors.first().or(open);
        let (fragment, mirror) = (fragment.map(|one| one.from), mirror.map(|one| one.from));
        let given = self.seen.given.iter().map(|given| given.from);
        let given = given.chain(self.calls.hold());
        given.chain(fragment).chain(mirror).min()
    }

    /// What is known of the protocol.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// Whether the rest of a record goes if it is bad.
    #[cfg(feature = "oracle")]
    pub(crate) fn loses_lines(&self) -> bool {
        self.calls.records == Records::Lines
    }

    /// Bytes of the payload, whatever they are.
    pub(crate) fn payload(&mut self, bytes: &[u8]) {
        let room = PAYLOAD.saturating_sub(self.seen.payload.len());
        if room > 0 {
            let bytes = bytes.get(..room).unwrap_or(bytes);
            self.seen.payload.extend_from_slice(bytes);
        }
    }

    /// A bracket opens at a place of the input: what its value is.
    pub(crate) fn open(&mut self, kind: Bracket, at: u64) -> Sort {
        let node = self.child();
        self.calls.begins(None);
        let has_lanes = self.calls.records != Records::Alone;
        if let (Sort::Mirror(lane), Bracket::Array, true, None) =
            (self.program.at(node).0, kind, has_lanes, &self.mirror)
        {
            let arrays = self.frames.iter().filter(|frame| frame.kind == Bracket::Array);
            let mirror = Mirror {
                lane,
                arrays: arrays.count(),
                elements: self.elements(),
                from: at,
                to: at,
            };
            self.mirror = Some((mirror, self.frames.len()));
        }
        let child = match kind {
            Bracket::Object => DEAD,
            Bracket::Array => self.program.element(node),
        };
        self.frames.push(Frame {
            node,
            child,
            kind,
            index: 0,
        });
        match self.program.at(node).0 {
            Sort::Arguments(lane) if kind == Bracket::Object && self.calls.records != Records::Lines => {
                Sort::Arguments(lane)
            }
            _ => Sort::Value,
        }
    }

    /// The innermost bracket closes before a place of the input.
    pub(crate) fn close(&mut self, to: u64) {
        self.frames.pop();
        let waiting = self.calls.close(&self.program, self.frames.len());
        self.seen.given.extend(waiting);
        if let Some((mirror, depth)) = self.mirror
            && depth == self.frames.len()
        {
            self.seen.mirrors.push(Mirror { to, ..mirror });
            self.mirror = None;
        }
    }

    /// A member's name was read.
    pub(crate) fn key(&mut self, name: &[u8]) {
        if let Some(frame) = self.frames.last_mut() {
            frame.child = match frame.node {
                DEAD => DEAD,
                node => self.program.member(node, name),
            };
        }
    }

    /// A comma was read.
    pub(crate) fn comma(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            match frame.kind {
                Bracket::Object => frame.child = DEAD,
                Bracket::Array => frame.index = frame.index.saturating_add(1),
            }
        }
    }

    /// A string or bare value begins: what it is.
    pub(crate) fn begins(&mut self) -> Sort {
        let (sort, value, call) = self.program.at(self.child());
        self.calls.begins(call.map(|call| (call, self.elements())));
        let sort = match sort {
            // What stands for itself has no fragments.
            Sort::Lane(_) | Sort::Repeat if self.calls.records == Records::Alone => Sort::Value,
            Sort::Arguments(_) if self.calls.records == Records::Lines => Sort::Repeat,
            sort => sort,
        };
        self.value = None;
        if matches!(sort, Sort::Mirror(_)) {
            return Sort::Value;
        }
        if self.calls.records == Records::Alone {
            return sort;
        }
        if let Some(number) = value {
            if self.seen.text.len() >= VALUES || self.seen.values.len() >= VALUES {
                self.seen.too_many = true;
                return sort;
            }
            let at = self.seen.text.len();
            self.value = Some(self.seen.values.len());
            self.seen.values.push(Noted {
                number,
                elements: self.elements(),
                text: at..at,
                rest: None,
            });
        }
        sort
    }

    /// A piece of the open value, decoded.
    pub(crate) fn value(&mut self, bytes: &[u8]) {
        self.calls.text(bytes);
        if let Some(noted) = self.value.and_then(|at| self.seen.values.get_mut(at)) {
            let room = VALUE.saturating_sub(noted.text.len());
            let (kept, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.seen.text.extend_from_slice(kept);
            noted.text.end = self.seen.text.len();
            if !rest.is_empty() {
                noted.rest.get_or_insert_default().update(rest);
            }
        }
    }

    /// A fragment of a lane begins in the input.
    pub(crate) fn fragment_begins(&mut self, lane: u16, from: u64, state: PathState) {
        self.open = Some(Fragment {
            lane,
            elements: self.elements(),
            from,
            to: from,
            state,
        });
    }

    /// The open fragment ends in the input, if one is open.
    pub(crate) fn fragment_ends(&mut self, to: u64) {
        if let Some(open) = self.open.take() {
            let to = to.max(open.from);
            self.seen.fragments.push(Fragment { to, ..open });
        }
    }

    /// A string has ended before a place of the input: a function is called, if it was a name.
    pub(crate) fn string_ends(&mut self, at: u64) {
        let Some(named) = self.calls.name_ends(&self.program, at) else {
            return;
        };
        let asks = self
            .program
            .call(named.rule)
            .is_some_and(|call| !call.same.is_empty());
        if asks && self.calls.records == Records::Events && self.seen.named.len() < NAMED {
            self.seen.named.push(named);
        }
    }

    /// What a function is given begins in the input.
    pub(crate) fn given_begins(&mut self, lane: u16, shape: Shape, from: u64, state: PathState) {
        let mut elements = self.elements();
        // Its own bracket is open already; an object is no element.
        if shape == Shape::Object {
            elements = self.elements_of(self.frames.len().saturating_sub(1));
        }
        self.calls.given_begins(Given {
            lane,
            elements,
            shape,
            from,
            to: from,
            state,
            call: None,
        });
    }

    /// It ends in the input.
    pub(crate) fn given_ends(&mut self, to: u64) {
        self.calls.given_ends(&self.program, to);
    }

    /// How many things have become due since the last time this was asked.
    pub(crate) fn told(&mut self) -> usize {
        self.calls.told()
    }

    /// What is due next.
    pub(crate) fn due(&mut self) -> Option<Due> {
        self.calls.due()
    }

    /// Whether something is due.
    pub(crate) fn has_due(&self) -> bool {
        self.calls.has_due()
    }

    /// Where the next or open value is.
    fn child(&self) -> u16 {
        self.frames.last().map_or(ROOT, |frame| frame.child)
    }

    /// The elements it lies in.
    fn elements(&self) -> Elements {
        self.elements_of(self.frames.len())
    }

    /// The elements that so many brackets are open in.
    fn elements_of(&self, depth: usize) -> Elements {
        let mut elements = Elements::default();
        let open = self.frames.iter().take(depth);
        let arrays = open.filter(|frame| frame.kind == Bracket::Array);
        for (slot, frame) in elements.iter_mut().zip(arrays) {
            *slot = frame.index;
        }
        elements
    }
}

impl Seen {
    /// Where in the input what is held of an event with fragments begins.
    pub(crate) fn first(&self) -> Option<u64> {
        let first = self.fragments.first()?.from;
        let mirror = self.mirrors.first().map_or(first, |mirror| mirror.from);
        Some(first.min(mirror))
    }

    /// The values of a number, each with the elements it lies in. A null is none.
    pub(crate) fn values(&self, number: u16) -> impl Iterator<Item = (&[u8], Elements)> {
        self.noted(number)
            .map(|noted| (self.text_of(noted), noted.elements))
    }

    /// The notes of a number.
    fn noted(&self, number: u16) -> impl Iterator<Item = &Noted> {
        let of_number = self.values.iter().filter(move |noted| noted.number == number);
        of_number.filter(|noted| self.text_of(noted) != b"null")
    }

    /// What a value says, as far as it is kept.
    fn text_of(&self, noted: &Noted) -> &[u8] {
        let text = self.text.get(noted.text.clone()).unwrap_or_default();
        // Blanks may stand behind a bare value.
        text.trim_ascii_end()
    }

    /// The value that lies in the same elements as a place, written behind `key`: the last one, if there are several.
    /// Where there is none, the number of the innermost element that both lie in.
    pub(crate) fn write(&self, value: Value, elements: &Elements, key: &mut Vec<u8>) {
        let shared = usize::from(value.shared);
        let place = elements.get(..shared).unwrap_or_default();
        let same = |noted: &&Noted| noted.elements.get(..shared) == Some(place);
        match (self.noted(value.number).filter(same).last(), place.last()) {
            (Some(noted), _) => {
                key.extend_from_slice(self.text_of(noted));
                if let Some(rest) = &noted.rest {
                    // In halves of bytes: none of them is what parts a key's parts.
                    let digest = rest.clone().finalize();
                    key.extend(digest.iter().flat_map(|byte| [byte >> 4, byte & 0xF]));
                }
            }
            (None, Some(element)) => key.extend_from_slice(element.to_string().as_bytes()),
            (None, None) => {}
        }
    }
}
