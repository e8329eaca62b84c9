//! What functions are called, and what they are given, with all of the record at hand.

use super::lanes::Lanes;
use super::{Char, Work};
use crate::path::{PathState, Tracker};
use crate::profile::{At, CallOf, Due, Elements, EndRule, Given, Program, Seen, Shape, shown};
use crate::rules::Grammar;
use crate::{Format, Function, Pos};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The calls of a stream.
#[derive(Default)]
pub(super) struct Calls {
    /// In the order in which they are told.
    pub told: Vec<Function>,
    /// Their names, by number.
    names: BTreeMap<u32, String>,
    /// Whether what a function is given is read.
    pub is_reading: bool,
    /// What can be read at the end of the record, each with the number of its record.
    given: Vec<(u64, Given)>,
    /// Functions that were named for arguments in other events: the call's rule, what their arguments have too, the name.
    open: Vec<(u16, Vec<Vec<u8>>, String)>,
}

impl Work<'_> {
    /// Notes what has become due.
    pub(super) fn tell_due(&mut self) {
        let Some(lanes) = &mut self.lanes else { return };
        let _ = lanes.walker.told();
        while let Some(due) = lanes.walker.due() {
            match due {
                Due::Call { id, name, at } => {
                    self.calls.names.insert(id, name.clone());
                    self.calls.told.push(Function {
                        name,
                        record: self.record,
                        at: Pos(at),
                    });
                }
                Due::Given(given) => self.calls.given.push((self.record, given)),
            }
        }
    }

    /// A record ends, of which these are the characters: what functions are given in it is read.
    pub(super) fn read_given(&mut self, lanes: &mut Lanes, seen: &Seen, chars: &[Char]) {
        for (record, given) in core::mem::take(&mut self.calls.given) {
            let name = given.call.and_then(|id| self.calls.names.get(&id).cloned());
            self.read_one(lanes, &given, name.as_deref(), record, chars);
        }
        for named in &seen.named {
            let Some(call) = lanes.program().call(named.rule) else {
                continue;
            };
            let key = lanes.key(seen, &call.same, &named.elements);
            let Some(name) = self.calls.names.get(&named.id).cloned() else {
                continue;
            };
            let known = self.calls.open.iter();
            let known = known
                .enumerate()
                .find(|(_, (rule, one, _))| *rule == named.rule && *one == key);
            if let Some((at, (_, _, before))) = known {
                if *before == name {
                    continue;
                }
                let before = before.clone();
                self.calls.open.remove(at);
                self.end_lanes_of(lanes, &before);
            }
            self.calls.open.push((named.rule, key, name));
        }
        for given in &seen.given {
            let calls = &lanes.program().lanes[usize::from(given.lane)].calls.clone();
            let name = self.function_at(lanes, seen, calls, &given.elements);
            let record = self.record;
            self.read_one(lanes, given, name.as_deref(), record, chars);
        }
    }

    /// The function whose arguments lie at a place, if it was named elsewhere.
    pub(super) fn function_at(
        &self,
        lanes: &Lanes,
        seen: &Seen,
        calls: &[CallOf],
        elements: &Elements,
    ) -> Option<String> {
        calls.iter().filter(|of| !of.same.is_empty()).find_map(|of| {
            let key = lanes.key(seen, &of.same, elements);
            let mut open = self.calls.open.iter();
            let found = open.find(|(rule, one, _)| *rule == of.call && *one == key);
            found.map(|(_, _, name)| name.clone())
        })
    }

    /// Forgets the functions that an event ends.
    pub(super) fn end_functions(&mut self, lanes: &Lanes, program: &Program, seen: &Seen) {
        self.calls.open.retain(|(rule, key, _)| {
            let Some(call) = program.call(*rule) else {
                return true;
            };
            let ends = program.ends.iter().filter(|end| end.profile == call.profile);
            let same = |end: &EndRule, elements: &Elements| {
                let said = lanes.key(seen, &end.same, elements);
                end.same.iter().zip(said).all(|(value, said)| {
                    let at = call.same.iter().position(|same| same.number == value.number);
                    at.is_none_or(|at| key[at] == said)
                })
            };
            !ends.into_iter().any(|end| match &end.at {
                At::Event(header, test) => {
                    let is = |(known, says): &(_, Box<[u8]>)| known == header && test.holds(says);
                    seen.event.as_ref().is_some_and(is) && same(end, &Elements::default())
                }
                At::Payload(payload) => **payload == *seen.payload.trim_ascii(),
                At::Value(number, test) => {
                    seen.values(*number).any(|(text, elements)| {
                        test.holds(text)
                            && end.same.iter().zip(lanes.key(seen, &end.same, &elements)).all(
                                |(value, said)| {
                                    let at = call.same.iter().position(|same| same.number == value.number);
                                    at.is_none_or(|at| key[at] == said)
                                },
                            )
                    })
                }
            })
        });
    }

    /// The plan for a function, and what field rules say where it is given something.
    pub(super) fn plan_for(&self, state: PathState, name: Option<&str>) -> (Arc<crate::Plan>, PathState) {
        match name {
            Some(name) => (
                Arc::new(self.plan.for_function(name)),
                self.rules.paths.in_function(state, name),
            ),
            None => (Arc::clone(&self.plan), state),
        }
    }

    /// Reads what one function is given, as a text of its own.
    fn read_one(&mut self, lanes: &Lanes, given: &Given, name: Option<&str>, record: u64, chars: &[Char]) {
        let (from, to) = (given.from as usize, given.to as usize);
        let own = chars
            .iter()
            .filter(|char| from <= char.raw.0 && char.raw.1 <= to)
            .copied();
        let mut source: Vec<Char> = own.collect();
        let (plan, state) = self.plan_for(given.state, name);
        let tracker = match given.shape {
            Shape::String => Tracker::of_lane(state),
            Shape::Object => Tracker::at(state),
        };
        let plan = core::mem::replace(&mut self.plan, plan);
        let tracker = core::mem::replace(&mut self.tracker, tracker);
        let ordinals = core::mem::take(&mut self.ordinals);
        let findings = core::mem::take(&mut self.findings);
        let known = (self.documents, self.payload_end, self.is_cut, self.record);
        self.record = record;
        let counts = core::mem::replace(&mut self.counts_documents, false);
        self.calls.is_reading = true;
        match given.shape {
            Shape::String => {
                let edge = |at: usize| Char {
                    byte: b'"',
                    raw: (at, at),
                    outer: (0, 0),
                    is_join: false,
                    is_undone: false,
                };
                source.insert(0, edge(from));
                source.push(edge(to));
                self.may_be_cut = true;
                let _ = self.json(&source, lanes.grammar(), 0, false);
                self.may_be_cut = false;
            }
            Shape::Object => {
                self.payload_end = to;
                let _ = self.payload(Format::Sse, lanes.grammar(), &source);
            }
        }
        self.calls.is_reading = false;
        self.counts_documents = counts;
        (self.documents, self.payload_end, self.is_cut, self.record) = known;
        self.ordinals = ordinals;
        self.tracker = tracker;
        self.plan = plan;
        let found = core::mem::replace(&mut self.findings, findings);
        let rule = &lanes.program().lanes[usize::from(given.lane)];
        for (text, mut finding) in found {
            let mut path = shown(&rule.path, &given.elements);
            if given.shape == Shape::Object {
                path.push_str(finding.path.strip_prefix('$').unwrap_or_default());
            }
            finding.path = path;
            self.findings.push((text, finding));
        }
    }
}

/// The grammar that a stream's own values are read with.
impl Lanes {
    pub(super) fn grammar(&self) -> Grammar {
        self.grammar
    }

    pub(super) fn program(&self) -> &Program {
        &self.program
    }
}
