//! One lane.

use super::called::{Called, is_string, state_in};
use super::piece::{Piece, Pieces};
use super::tail::{SILENT, Tail};
use super::{Around, Refused, write_values};
use crate::act::LineEnds;
use crate::detect::{Origin, TextEnd};
use crate::error::{ErrorKind, Limit};
use crate::hold::{Edit, Outlet, Text};
use crate::path::PathState;
use crate::profile::{Elements, Given, LaneRule, Program, Says, Seen, Signed, Value, shown};
use crate::simd::Planes;
use crate::text::{Body, Cx, Map, Note, Place, Purpose};
use crate::{Grammar, Slot};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many findings whose end is not known may be remembered: what is beyond that is told where its lane is known
/// from.
const BEGUN: usize = 256;

/// The most edits that are kept for fragments that say all of a text once more.
const DONE: usize = 4096;

/// One lane: its text so far, and what was found in it.
#[derive(Debug)]
pub(super) struct Single {
    /// The number of its rule.
    pub rule: u16,
    /// The values that tell it from others of its rule, each with a mark behind it.
    pub key: Vec<u8>,
    /// The last event that had a fragment of it.
    pub touched: u64,
    /// What its fragments say.
    says: Says,
    /// How many bytes the last fragment had that was all of the text, and what they hash to.
    said: (usize, [u8; 32]),
    /// The edits of such a text so far: each of its fragments has them.
    done: Vec<(usize, Edit)>,
    /// How many of the last of these fragments are to have them yet.
    waiting: usize,
    phase: Phase,
    sort: Sort,
    /// The function it is given to, if it is given to one.
    called: Option<Arc<Called>>,
    body: Body,
    /// Its edits, in the lane.
    edits: Outlet,
    notes: VecDeque<Note>,
    pieces: Pieces,
    /// The last fragment that was forgotten: what goes on behind it may have ended with it.
    gone: Option<Piece>,
    /// How many bytes it has, with the quote it begins with.
    len: u64,
    /// Everything before this is decided, and the input's.
    settled: u64,
    /// Everything before this was decided as if the text ended there, while it went on: what is found later that begins
    /// before it, is only removed behind it.
    parted: u64,
    /// Everything before this is decided, and was where the text was not parted: of what follows something may be told.
    known: u64,
    /// Findings that have begun and whose end is not known.
    begun: VecDeque<Begun>,
    /// What its text ends with.
    tail: Tail,
}

/// Whether a lane goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Over,
}

/// What a lane is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// A string in fragments.
    Lane,
    /// A string that is given to a function.
    String,
    /// An object that is.
    Object,
}

/// A finding that has begun, or its cluster.
#[derive(Clone, Copy, Debug)]
struct Begun {
    /// Where in the lane.
    at: u64,
    /// Where in the input.
    raw: u64,
    record: u64,
    elements: Elements,
}

impl Single {
    /// A lane with no fragments yet.
    pub(super) fn new(
        (rule, says, signed): (u16, Says, Signed),
        key: &[u8],
        grammar: Grammar,
        (state, called): (PathState, Option<Arc<Called>>),
        around: &Around<'_>,
    ) -> Self {
        let state = state_in(state, called.as_ref(), around);
        let mut body = Body::of_lane(grammar, state, around.rules, around.plan);
        if signed == Signed::Yes {
            body.sign();
        }
        Self {
            sort: Sort::Lane,
            called,
            rule,
            says,
            said: (0, [0; 32]),
            done: Vec::new(),
            waiting: 0,
            key: key.to_vec(),
            touched: 0,
            phase: Phase::Open,
            body,
            edits: Outlet::new(around.plan.views()),
            notes: VecDeque::new(),
            pieces: Pieces::default(),
            gone: None,
            len: 0,
            settled: 0,
            parted: 0,
            known: 0,
            begun: VecDeque::new(),
            tail: Tail::default(),
        }
    }

    /// What a function is given, in one value.
    pub(super) fn of_given(
        given: &Given,
        grammar: Grammar,
        called: Option<Arc<Called>>,
        around: &Around<'_>,
    ) -> Self {
        let place = (given.state, called);
        let lane = Self::new((given.lane, Says::Part, Signed::No), &[], grammar, place, around);
        if is_string(given) {
            return Self {
                sort: Sort::String,
                ..lane
            };
        }
        let state = state_in(given.state, lane.called.as_ref(), around);
        Self {
            sort: Sort::Object,
            body: Body::of_object(grammar, state, around.rules, around.plan),
            ..lane
        }
    }

    /// The number of the call it is given to, if it is.
    pub(super) fn call(&self) -> Option<u32> {
        self.called.as_ref().map(|called| called.id)
    }

    /// Whether more may come.
    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether it went silent before an event, and its text may end as it does.
    pub(super) fn may_be_over(&self, event: u64) -> bool {
        let silent = event.saturating_sub(self.touched);
        silent > 0 && (silent >= SILENT || !self.tail.may_be_a_value())
    }

    /// Whether nothing in it is undecided.
    pub(super) fn is_idle(&self) -> bool {
        self.settled == self.len
    }

    /// Whether nobody may ask for it any more.
    pub(super) fn is_over(&self) -> bool {
        self.phase == Phase::Over && self.pieces.0.is_empty()
    }

    /// The first byte of the input that may not leave: the first fragment of the first event that is undecided.
    pub(super) fn hold(&self) -> Option<u64> {
        let index = self.pieces.0.partition_point(|piece| piece.to <= self.settled);
        self.pieces.0.get(index).map(|piece| piece.event)
    }

    /// Forgets fragments that are decided and have left.
    pub(super) fn forget(&mut self, left: u64) {
        let known = self.known.min(self.settled);
        let gone = |piece: &Piece| piece.to <= known && piece.raw_end() <= left;
        while self.pieces.0.front().is_some_and(gone) {
            self.gone = self.pieces.0.pop_front();
        }
    }

    /// Which profile it is of.
    pub(super) fn profile(&self, program: &Program) -> Option<u8> {
        program.lanes.get(usize::from(self.rule)).map(|rule| rule.profile)
    }

    /// Whether another lane is of the same group.
    pub(super) fn is_of_group(&self, other: &Self, program: &Program) -> bool {
        let rules = |lane: &Self| program.lanes.get(usize::from(lane.rule));
        let (Some(one), Some(two)) = (rules(self), rules(other)) else {
            return false;
        };
        // The same values, however far from them the two lanes' fragments are.
        let numbers = |rule: &LaneRule| {
            let group = rule.keys.get(..rule.group).unwrap_or_default();
            group.iter().map(|value| value.number).collect::<Vec<_>>()
        };
        one.profile == two.profile
            && numbers(one) == numbers(two)
            && self.values().take(one.group).eq(other.values().take(two.group))
    }

    /// Whether it has the values that lie in the elements of a place; a value that it has no key for tells nothing.
    pub(super) fn has(
        &self,
        program: &Program,
        seen: &Seen,
        same: &[Value],
        elements: &Elements,
        scratch: &mut Vec<u8>,
    ) -> bool {
        let Some(rule) = program.lanes.get(usize::from(self.rule)) else {
            return false;
        };
        same.iter().all(|value| {
            let key = rule.keys.iter().position(|key| key.number == value.number);
            key.is_none_or(|key| {
                write_values(seen, &[*value], elements, scratch);
                self.values().nth(key) == scratch.get(..scratch.len().saturating_sub(1))
            })
        })
    }

    /// The values of its key.
    fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.key.split(|byte| *byte == super::PART)
    }

    /// Whether a fragment may be the next: what is all of the text must begin with what the last one said.
    pub(super) fn goes_on(&self, bytes: &[u8]) -> bool {
        let (len, hashed) = self.said;
        self.says == Says::Part
            || bytes
                .get(..len)
                .is_some_and(|known| len == 0 || hash(known) == hashed)
    }

    /// Reads a fragment, of which `piece` says where it lies in the input.
    ///
    /// # Errors
    /// What is in it cannot be accepted.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        piece: Piece,
        program: &Program,
        around: &mut Around<'_>,
    ) -> Result<(), Refused> {
        if self.len == 0 && self.sort != Sort::Object {
            self.feed(b"\"", around)
                .map_err(|(_, kind)| Refused { at: piece.raw, kind })?;
        }
        let (from, to, bytes) = match self.says {
            Says::Part => (self.len, self.len + bytes.len() as u64, bytes),
            Says::All => {
                let new = bytes.get(self.said.0..).unwrap_or_default();
                self.said = (bytes.len(), hash(bytes));
                // Behind the quote.
                (1, 1 + bytes.len() as u64, new)
            }
        };
        self.tail.read(bytes);
        self.pieces.0.push_back(Piece { from, to, ..piece });
        self.waiting += 1;
        if self.done.len() > DONE {
            let kind = ErrorKind::Limit(Limit::Held);
            return Err(Refused { at: piece.raw, kind });
        }
        let fed = self.feed(bytes, around);
        self.tell(program, around);
        fed.map_err(|(at, kind)| Refused {
            at: self.raw_at(at),
            kind,
        })?;
        let decided = self.body.hold().map_or(self.len, |(hold, _)| hold);
        self.known = self.body.needed().unwrap_or(self.len).min(decided);
        self.settle(decided, around);
        Ok(())
    }

    /// The text is complete.
    pub(super) fn finish(&mut self, program: &Program, around: &mut Around<'_>) {
        if self.phase == Phase::Over {
            return;
        }
        self.phase = Phase::Over;
        self.close(around);
        self.tell(program, around);
        self.settle(u64::MAX, around);
        self.known = u64::MAX;
    }

    /// What is undecided is decided as if the text ended here. It may go on all the same: then what is found says what is
    /// done to the rest. It is told when it is known.
    pub(super) fn part(&mut self, around: &mut Around<'_>) {
        let (body, edits, len) = (self.body.clone(), self.edits.clone(), self.len);
        let (notes, unscanned) = (core::mem::take(&mut self.notes), around.unscanned.clone());
        self.close(around);
        self.settle(u64::MAX, around);
        (self.body, self.edits, self.len) = (body, edits, len);
        (self.notes, *around.unscanned) = (notes, unscanned);
        (self.settled, self.parted) = (len, len);
    }

    /// Ends the string.
    fn close(&mut self, around: &mut Around<'_>) {
        if self.sort != Sort::Object {
            // What is open at the end of the lane may have been cut short.
            self.body.ends_as(TextEnd::Cut);
            // What was read is a string that its quote ends.
            let _ = self.feed(b"\"", around);
        }
        let end = Place {
            raw: self.len,
            outer: self.body.len(),
        };
        let _ = self.body_with(around, |body, cx| body.finish(end, cx));
    }

    /// Reads bytes of the string.
    ///
    /// # Errors
    /// Where in the lane it cannot be accepted, and why.
    fn feed(&mut self, bytes: &[u8], around: &mut Around<'_>) -> Result<(), (u64, ErrorKind)> {
        let mut from = 0;
        while let Some(rest) = bytes.get(from..).filter(|rest| !rest.is_empty()) {
            let mut planes = Planes::new();
            let scan = around.rules.scan(&mut planes, rest, self.body.before());
            let count = scan.bytes.len();
            let at = Place {
                raw: self.len,
                outer: self.body.len(),
            };
            let read = self.body_with(around, |body, cx| {
                body.read(&scan, (0, count), Map::same(at, count), cx)
            });
            if let Err(stop) = read {
                let stopped = self.body.take_stopped();
                return Err((stopped.unwrap_or(at.raw + stop.at as u64), stop.kind));
            }
            self.len += count as u64;
            from += count;
        }
        Ok(())
    }

    /// Has the body do something.
    fn body_with<T>(&mut self, around: &mut Around<'_>, then: impl FnOnce(&mut Body, &mut Cx<'_>) -> T) -> T {
        let mut record = around.record;
        let mut cx = Cx {
            rules: around.rules,
            plan: self.called.as_ref().map_or(around.plan, |called| &called.plan),
            spared: around.spared,
            out: &mut self.edits,
            notes: &mut self.notes,
            record: &mut record,
            unscanned: around.unscanned,
            wants_details: around.wants_details,
            // A lane is a string: line ends in it are escaped.
            line_ends: LineEnds::Framing,
        };
        then(&mut self.body, &mut cx)
    }

    /// Everything before an offset of the lane is decided: its edits are the input's.
    fn settle(&mut self, decided: u64, around: &mut Around<'_>) {
        if self.says == Says::All {
            return self.settle_all(decided, around);
        }
        let (pieces, begun, parted) = (&self.pieces, &self.begun, self.parted);
        self.edits.take_before(decided, |view, mut edit| {
            let cluster = raw_at(pieces, begun, edit.cluster);
            if edit.from < parted {
                if edit.to <= parted {
                    return;
                }
                (edit.from, edit.text) = (parted, Text::Nothing);
            }
            let mut text = edit.text;
            for (from, to) in pieces.stretches(edit.from, edit.to) {
                around.out.edit(
                    view,
                    Edit {
                        from,
                        to,
                        text: core::mem::replace(&mut text, Text::Nothing),
                        cluster,
                    },
                );
            }
        });
        self.settled = decided.min(self.len).max(self.settled);
    }

    /// The same where each fragment is all of the text so far.
    fn settle_all(&mut self, decided: u64, around: &mut Around<'_>) {
        let done = &mut self.done;
        self.edits
            .take_before(decided, |view, edit| done.push((view, edit)));
        self.settled = decided.min(self.len).max(self.settled);
        let first = self.pieces.0.len().saturating_sub(self.waiting);
        for piece in self.pieces.0.iter().skip(first) {
            if piece.to > self.settled {
                break;
            }
            self.waiting -= 1;
            for (view, edit) in self.done.iter().filter(|(_, edit)| edit.from < piece.to) {
                let edit = Edit {
                    from: piece.raw_at(edit.from),
                    to: piece.raw_at(edit.to),
                    text: edit.text.clone(),
                    cluster: piece.raw_at(edit.cluster),
                };
                around.out.edit(*view, edit);
            }
        }
    }

    /// Gives what was found a place in the input.
    fn tell(&mut self, program: &Program, around: &mut Around<'_>) {
        for mut note in core::mem::take(&mut self.notes) {
            let begin = self.begun_at(note.raw.0);
            if note.purpose == Purpose::Count {
                self.remember(begin);
                self.remember(self.begun_at(note.cluster));
            }
            let at = note.raw.0;
            note.record = begin.record;
            note.cluster = self.raw_at(note.cluster);
            let end = self.end_at(note.raw.1);
            note.raw = (begin.raw, end.max(begin.raw));
            if matches!(note.purpose, Purpose::Tell) {
                self.begun.retain(|begun| begun.at != at);
            }
            if self.sort == Sort::Lane && matches!(note.slot, Slot::Value | Slot::Text) {
                note.slot = Slot::Lane;
            }
            if around.wants_details
                && let Some(rule) = program.lanes.get(usize::from(self.rule))
            {
                let mut path = shown(&rule.path, &begin.elements);
                if self.sort == Sort::Object {
                    path.push_str(note.paths.0.strip_prefix('$').unwrap_or_default());
                }
                note.paths.0 = path;
            }
            around.notes.push_back(note);
        }
    }

    /// Remembers where something has begun whose end is not known.
    fn remember(&mut self, begun: Begun) {
        if self.begun.iter().any(|known| known.at == begun.at) {
            return;
        }
        if self.begun.len() == BEGUN {
            self.begun.pop_front();
        }
        self.begun.push_back(begun);
    }

    /// What lies at a byte of the lane.
    fn begun_at(&self, at: u64) -> Begun {
        if let Some(begun) = self.begun.iter().find(|begun| begun.at == at) {
            return *begun;
        }
        let piece = self.pieces.of(at).or(self.gone.as_ref());
        piece.or(self.pieces.0.front()).map_or(
            Begun {
                at,
                raw: 0,
                record: 0,
                elements: Elements::default(),
            },
            |piece| Begun {
                at,
                raw: piece.raw_at(at),
                record: piece.record,
                elements: piece.elements,
            },
        )
    }

    /// Where a byte of the lane lies in the input.
    fn raw_at(&self, at: u64) -> u64 {
        raw_at(&self.pieces, &self.begun, at)
    }

    /// Where something ends in the input that ends before a byte of the lane.
    fn end_at(&self, end: u64) -> u64 {
        let last = end.saturating_sub(1);
        let piece = self.pieces.of(last).or(self.gone.as_ref());
        piece
            .or(self.pieces.0.front())
            .map_or(0, |piece| piece.raw_at(end))
    }

    /// A person released a cluster, by its place in the input.
    pub(super) fn release_cluster(&mut self, cluster: u64) {
        if let Some(at) = self.at_raw(cluster) {
            self.edits.release_cluster(at);
            self.body.release_cluster(at);
        }
    }

    /// A person ruled that a kept run is masked after all: up to where in the input others see to that.
    pub(super) fn mask_run(&mut self, name: u64, origin: Origin) -> Option<u64> {
        let at = self.at_raw(name)?;
        let passed = self.body.mask_run(at, origin)?;
        Some(self.end_at(passed.raw))
    }

    /// The stretches of the input that lie in `from..to` and are its own, if the first byte is.
    pub(super) fn stretches(&self, from: u64, to: u64) -> Option<Vec<(u64, u64)>> {
        let at = self.pieces.at_raw(from)?;
        let within = self.pieces.0.iter().rfind(|piece| piece.raw < to)?;
        let end = within.from + (to.min(within.raw_end()) - within.raw);
        Some(self.pieces.stretches(at, end).collect())
    }

    /// The byte of the lane at a place of the input, as far as it is known.
    fn at_raw(&self, raw: u64) -> Option<u64> {
        let begun = self.begun.iter().find(|begun| begun.raw == raw);
        begun.map(|begun| begun.at).or_else(|| self.pieces.at_raw(raw))
    }
}

/// What some bytes hash to, and no others that anybody can find: a sender must not pass one text off as another.
fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Where a byte of a lane lies in the input.
fn raw_at(pieces: &Pieces, begun: &VecDeque<Begun>, at: u64) -> u64 {
    let known = begun.iter().find(|begun| begun.at == at);
    known.map_or_else(
        || {
            pieces
                .of(at)
                .or(pieces.0.front())
                .map_or(0, |piece| piece.raw_at(at))
        },
        |begun| begun.raw,
    )
}
