//! One text over many events: the fragments of a lane are read as the one string that they are.
//!
//! # One string
//! A lane's fragments are the contents of JSON strings, as they are written. One behind the other, between two quotes,
//! they are one JSON string, and a [`Body`] reads it as the document that it is: decoded, as nested JSON while it is a
//! prefix of JSON, with every level's escapes. So what is found, and what stands there instead, is what it would be if the
//! text had come whole; and an escape or a pair of surrogates that two fragments part is one.
//!
//! # Two counts of bytes
//! What the body says counts in the lane: byte 0 is the quote, byte 1 the first of the first fragment. A [`Piece`] says
//! where a fragment lies in the input, and there an edit is taken apart: a replacement stands in the fragment in which what
//! it replaces begins; later fragments lose their bytes. No event comes, goes or changes its place.
//!
//! # All of it in every event
//! Where each fragment is all of the text so far, only what is new is read, and what is done is done in each of them: a
//! replacement stands in all that have the first byte of what it replaces.
//!
//! # What functions are given
//! Arguments are read with the plan that was the answer to their call. What comes whole is a lane of one fragment.
//!
//! # What says it again
//! Where a fragment is masked, arrays that say the same in another way (its bytes, what else could have stood there) are
//! emptied. That is known before its event leaves.
//!
//! # What waits
//! An event is held from its first fragment on until all its fragments are decided. All of it is looked at when an event
//! ends, so what has left is a function of the events that have ended, and of the input behind them.

mod called;
mod mirror;
mod piece;
mod single;
mod tail;

pub(crate) use called::Called;

use crate::detect::Origin;
use crate::error::{ErrorKind, Limit};
use crate::hold::{Fresh, Outlet};
use crate::profile::{At, Elements, EndRule, Program, Says, Seen, Signed, Switch, Value};
use crate::rules::{Plan, Rules};
use crate::text::Note;
use crate::{Grammar, Unscanned};
use called::Functions;
use mirror::Mirrors;
use piece::Piece;
use single::Single;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Bytes of input that a stream may hold for each lane it may have, beside what any stream may hold.
pub(crate) const HELD: u64 = 4096;

/// What parts the values of a key: no UTF-8 has it.
const PART: u8 = 0xFF;

/// What lanes are read with.
pub(crate) struct Around<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// What happens to findings.
    pub plan: &'a Plan,
    /// What happens to findings in what is never altered.
    pub spared: &'a Plan,
    /// Takes edits of the input.
    pub out: &'a mut Outlet,
    /// The input at hand beside what `out` holds.
    pub fresh: Fresh<'a>,
    /// Takes notes.
    pub notes: &'a mut VecDeque<Note>,
    /// The event.
    pub record: u64,
    /// Bytes that are not searched as they should be, by reason.
    pub unscanned: &'a mut BTreeMap<Unscanned, u64>,
    /// Whether somebody wants paths.
    pub wants_details: bool,
}

/// What could not be accepted in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Where in the input.
    pub at: u64,
    /// Why.
    pub kind: ErrorKind,
}

/// The lanes of a stream.
#[derive(Debug)]
pub(crate) struct Lanes {
    program: Arc<Program>,
    grammar: Grammar,
    /// In the order in which they were opened. Those that have ended stay while somebody may ask for their places.
    lanes: Vec<Single>,
    mirrors: Mirrors,
    /// Events so far that had fragments.
    events: u64,
    /// The first byte of the input that may not leave.
    hold: Option<u64>,
    /// The functions that are called.
    functions: Functions,
    /// Scratch: a key.
    key: Vec<u8>,
    /// Scratch: another.
    scratch: Vec<u8>,
}

impl Lanes {
    /// None yet. Strings are read with a stream's grammar.
    pub(crate) fn new(program: &Arc<Program>, grammar: Grammar) -> Self {
        Self {
            program: Arc::clone(program),
            grammar,
            lanes: Vec::new(),
            mirrors: Mirrors::default(),
            events: 0,
            hold: None,
            functions: Functions::default(),
            key: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The first byte of the input that may not leave, if one may not.
    pub(crate) fn hold(&self) -> Option<u64> {
        self.hold
    }

    /// An event has ended: what it said goes to its lanes, and what is decided becomes edits and notes.
    ///
    /// # Errors
    /// What is in a lane cannot be accepted.
    pub(crate) fn end_event(&mut self, seen: &Seen, around: &mut Around<'_>) -> Result<(), Refused> {
        // Most events that have no fragments end nothing either.
        let says_nothing = seen.fragments.is_empty() && seen.named.is_empty() && seen.given.is_empty();
        if says_nothing && self.lanes.is_empty() && self.functions.is_idle() {
            return Ok(());
        }
        self.events += 1;
        let given = seen.given.iter().map(|given| given.from);
        let first = given.chain(seen.first()).min().unwrap_or(u64::MAX);
        // Until all of it is decided: what is refused holds what it held.
        self.hold = Some(self.hold.map_or(first, |hold| hold.min(first)));
        if seen.too_many && !seen.fragments.is_empty() {
            // Which lanes these are of is not known.
            let kind = ErrorKind::Limit(Limit::Lanes);
            return Err(Refused { at: first, kind });
        }
        self.name_functions(seen, around);
        self.read_unnamed(seen, around)?;
        for fragment in &seen.fragments {
            if fragment.from == fragment.to {
                continue;
            }
            let bytes = around.out.bytes(fragment.from, fragment.to, around.fresh);
            let piece = Piece {
                from: 0,
                to: 0,
                raw: fragment.from,
                event: first,
                record: around.record,
                elements: fragment.elements,
            };
            let mut at = self.lane_of(seen, fragment.lane, &fragment.elements);
            if let Some(lane) = at.and_then(|at| self.lanes.get_mut(at))
                && !lane.goes_on(&bytes)
            {
                lane.finish(&self.program, around);
                at = None;
            }
            let at = match at {
                Some(at) => at,
                None => {
                    self.make_room(fragment.from, around)?;
                    let program = Arc::clone(&self.program);
                    let rule = program.lanes.get(usize::from(fragment.lane));
                    let says = rule.map_or(Says::Part, |rule| rule.says);
                    let calls = rule.map_or(&[][..], |rule| &rule.calls);
                    let called = self.function_at(seen, calls, &fragment.elements);
                    let signed = rule.map_or(Signed::No, |rule| rule.signed);
                    self.lanes.push(Single::new(
                        (fragment.lane, says, signed),
                        &self.key,
                        self.grammar,
                        (fragment.state, called),
                        around,
                    ));
                    self.lanes.len() - 1
                }
            };
            if let Some(lane) = self.lanes.get_mut(at) {
                lane.touched = self.events;
                lane.read(&bytes, piece, &self.program, around)?;
            }
        }
        self.end_lanes(seen, around);
        self.switch(around);
        self.mirrors.note(seen);
        self.mirrors.empty(around);
        self.settle(around);
        Ok(())
    }

    /// The stream ends: so do all lanes.
    pub(crate) fn finish(&mut self, around: &mut Around<'_>) {
        for lane in &mut self.lanes {
            lane.finish(&self.program, around);
        }
        self.mirrors.empty(around);
        self.settle(around);
    }

    /// The open lane that a fragment at a place is part of. Its key is then in `self.key`.
    fn lane_of(&mut self, seen: &Seen, rule: u16, elements: &Elements) -> Option<usize> {
        self.key.clear();
        let keys = self
            .program
            .lanes
            .get(usize::from(rule))
            .map_or(&[][..], |rule| &rule.keys);
        for value in keys {
            seen.write(*value, elements, &mut self.key);
            self.key.push(PART);
        }
        let is = |lane: &Single| lane.is_open() && lane.rule == rule && lane.key == self.key;
        self.lanes.iter().position(is)
    }

    /// Makes room for one more lane: one in which nothing is undecided ends, the one that was longest silent.
    fn make_room(&mut self, at: u64, around: &mut Around<'_>) -> Result<(), Refused> {
        let open = self.lanes.iter().filter(|lane| lane.is_open()).count();
        if (open as u64) < u64::from(around.plan.limits.lanes) {
            return Ok(());
        }
        let idle = self
            .lanes
            .iter_mut()
            .filter(|lane| lane.is_open() && lane.is_idle());
        match idle.min_by_key(|lane| lane.touched) {
            Some(lane) => {
                lane.finish(&self.program, around);
                Ok(())
            }
            None => Err(Refused {
                at,
                kind: ErrorKind::Limit(Limit::Lanes),
            }),
        }
    }

    /// Ends what an event says has ended.
    fn end_lanes(&mut self, seen: &Seen, around: &mut Around<'_>) {
        if !self.lanes.iter().any(Single::is_open) && self.functions.is_idle() {
            return;
        }
        let program = Arc::clone(&self.program);
        for rule in &program.ends {
            match &rule.at {
                At::Payload(payload) if **payload == *seen.payload.trim_ascii() => {
                    let of_profile = |lane: &&mut Single| lane.profile(&self.program) == Some(rule.profile);
                    for lane in self.lanes.iter_mut().filter(of_profile) {
                        lane.finish(&self.program, around);
                    }
                    self.end_functions(rule, seen, &Elements::default());
                }
                At::Payload(_) => {}
                At::Event(header, test) => {
                    let is = |(known, says): &(_, Box<[u8]>)| known == header && test.holds(says);
                    if seen.event.as_ref().is_some_and(is) {
                        self.end_same(rule, seen, &Elements::default(), around);
                        self.end_functions(rule, seen, &Elements::default());
                    }
                }
                At::Value(number, test) => {
                    for (text, elements) in seen.values(*number) {
                        if !test.holds(text) {
                            continue;
                        }
                        self.end_same(rule, seen, &elements, around);
                        self.end_functions(rule, seen, &elements);
                    }
                }
            }
        }
    }

    /// Ends the lanes that have the values that a rule asks for, as they are at a place of an event.
    fn end_same(&mut self, rule: &EndRule, seen: &Seen, elements: &Elements, around: &mut Around<'_>) {
        let ends = |lane: &&mut Single| {
            lane.profile(&self.program) == Some(rule.profile)
                && lane.has(&self.program, seen, &rule.same, elements, &mut self.key)
        };
        for lane in self.lanes.iter_mut().filter(ends) {
            lane.finish(&self.program, around);
        }
    }

    /// Where lanes of a group went on, what is undecided in the others of it is decided, unless it looks like the beginning
    /// of a value. Where a finding may ask for a ruling, they wait: it must be known before it leaves.
    fn switch(&mut self, around: &mut Around<'_>) {
        if !around.rules.source.pauses.is_empty() {
            return;
        }
        for at in 0..self.lanes.len() {
            let waits = self.lanes.get(at).is_some_and(|lane| {
                lane.is_open() && !lane.is_idle() && lane.may_be_over(self.events) && {
                    let rule = self.program.lanes.get(usize::from(lane.rule));
                    rule.is_some_and(|rule| rule.switch == Switch::Ends)
                        && self.lanes.iter().any(|other| {
                            other.touched == self.events && lane.is_of_group(other, &self.program)
                        })
                }
            });
            if waits && let Some(lane) = self.lanes.get_mut(at) {
                lane.part(around);
            }
        }
    }

    /// Forgets what nobody asks for any more, and works out what is held.
    fn settle(&mut self, around: &Around<'_>) {
        let left = around.out.left();
        self.hold = None;
        self.lanes.retain_mut(|lane| {
            lane.forget(left);
            if let Some(hold) = lane.hold() {
                self.hold = Some(self.hold.map_or(hold, |known| known.min(hold)));
            }
            !lane.is_over()
        });
    }

    /// A person released a cluster, by its place in the input.
    pub(crate) fn release_cluster(&mut self, cluster: u64) {
        for lane in &mut self.lanes {
            lane.release_cluster(cluster);
        }
    }

    /// A person ruled that a kept run is masked after all, by its place in the input: up to where others see to that.
    pub(crate) fn mask_run(&mut self, name: u64, origin: Origin) -> Option<u64> {
        self.lanes.iter_mut().find_map(|lane| lane.mask_run(name, origin))
    }

    /// The stretches of the input that a finding in a lane has, if it lies in one: all that of `from..to` is the lane's.
    pub(crate) fn stretches(&self, from: u64, to: u64) -> Option<Vec<(u64, u64)>> {
        self.lanes.iter().find_map(|lane| lane.stretches(from, to))
    }

    /// Destroys what is held.
    pub(crate) fn destroy(&mut self) {
        self.lanes.clear();
        self.functions = Functions::default();
        self.mirrors.clear();
        self.hold = None;
    }
}

/// Writes the values of a place behind each other, as keys have them.
fn write_values(seen: &Seen, values: &[Value], elements: &Elements, key: &mut Vec<u8>) {
    key.clear();
    for value in values {
        seen.write(*value, elements, key);
        key.push(PART);
    }
}
