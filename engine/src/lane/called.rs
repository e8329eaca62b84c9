//! Functions that were called, and the plans that what they are given is read with.

use super::single::Single;
use super::{Around, Lanes, Piece, Refused, write_values};
use crate::path::PathState;
use crate::profile::{At, CallOf, Elements, EndRule, Given, Named, Seen, Shape};
use crate::rules::Plan;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many functions are remembered that somebody may still ask for: in a record, or in a stream.
const CALLED: usize = 64;

/// A function that was called, and the plan that was the answer.
#[derive(Debug)]
pub(crate) struct Called {
    /// The number of the call in its stream.
    pub id: u32,
    /// The function.
    pub name: String,
    /// The plan that what it is given is read with.
    pub plan: Plan,
}

/// A call whose arguments may come in other events.
#[derive(Debug)]
struct Open {
    /// The call's rule.
    rule: u16,
    /// The values that its arguments have too.
    key: Vec<u8>,
    called: Arc<Called>,
}

/// The calls of a stream.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// The last ones.
    called: VecDeque<Arc<Called>>,
    /// Those whose arguments may come in other events, in the order in which they were named.
    open: VecDeque<Open>,
}

impl Functions {
    /// Whether no event says anything of them.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// A call by its number.
    fn by_id(&self, id: u32) -> Option<Arc<Called>> {
        self.called.iter().rfind(|called| called.id == id).cloned()
    }
}

impl Lanes {
    /// A call was answered.
    pub(crate) fn called(&mut self, called: Called) {
        let known = &mut self.functions.called;
        if known.len() == CALLED {
            known.pop_front();
        }
        known.push_back(Arc::new(called));
    }

    /// Remembers the functions that an event names. Where another is named than before, what that one was given is over.
    pub(super) fn name_functions(&mut self, seen: &Seen, around: &mut Around<'_>) {
        for Named {
            rule, id, elements, ..
        } in &seen.named
        {
            let Some(called) = self.functions.by_id(*id) else {
                continue;
            };
            let Some(call) = self.program.call(*rule) else {
                continue;
            };
            let mut key = Vec::new();
            write_values(seen, &call.same, elements, &mut key);
            let known = self.functions.open.iter();
            let known = known
                .enumerate()
                .find(|(_, open)| open.rule == *rule && open.key == key);
            if let Some((at, open)) = known {
                if open.called.name == called.name {
                    continue;
                }
                let before = open.called.id;
                let is_of = |lane: &&mut Single| lane.call() == Some(before);
                for lane in self.lanes.iter_mut().filter(is_of) {
                    lane.finish(&self.program, around);
                }
                self.functions.open.remove(at);
            }
            if self.functions.open.len() == CALLED {
                self.functions.open.pop_front();
            }
            let rule = *rule;
            self.functions.open.push_back(Open { rule, key, called });
        }
    }

    /// The function whose arguments lie at a place, if it was named elsewhere.
    pub(super) fn function_at(
        &mut self,
        seen: &Seen,
        calls: &[CallOf],
        elements: &Elements,
    ) -> Option<Arc<Called>> {
        let mut key = core::mem::take(&mut self.scratch);
        let found = calls.iter().filter(|of| !of.same.is_empty()).find_map(|of| {
            write_values(seen, &of.same, elements, &mut key);
            let mut open = self.functions.open.iter();
            let open = open.find(|open| open.rule == of.call && open.key == key)?;
            Some(Arc::clone(&open.called))
        });
        self.scratch = key;
        found
    }

    /// Forgets the functions that an event ends, whose value lies in some elements.
    pub(super) fn end_functions(&mut self, rule: &EndRule, seen: &Seen, elements: &Elements) {
        let (program, key) = (&self.program, &mut self.scratch);
        self.functions.open.retain(|open| {
            let Some(call) = program
                .call(open.rule)
                .filter(|call| call.profile == rule.profile)
            else {
                return true;
            };
            let ends = match rule.at {
                At::Payload(_) => true,
                At::Value(..) | At::Event(..) => rule.same.iter().all(|value| {
                    let at = call.same.iter().position(|same| same.number == value.number);
                    at.is_none_or(|at| {
                        write_values(seen, &[*value], elements, key);
                        let said = key.get(..key.len().saturating_sub(1));
                        open.key.split(|byte| *byte == super::PART).nth(at) == said
                    })
                }),
            };
            !ends
        });
    }

    /// What functions are given that were named in other events, or not at all.
    ///
    /// # Errors
    /// What is in it cannot be accepted.
    pub(super) fn read_unnamed(&mut self, seen: &Seen, around: &mut Around<'_>) -> Result<(), Refused> {
        for given in &seen.given {
            let rule = self.program.lanes.get(usize::from(given.lane));
            let calls = rule.map(|rule| rule.calls.clone()).unwrap_or_default();
            let called = self.function_at(seen, &calls, &given.elements);
            self.read_given(given, called, around)?;
        }
        Ok(())
    }

    /// Reads what a function is given, which is whole, once the function is known.
    ///
    /// # Errors
    /// What is in it cannot be accepted.
    pub(crate) fn read_known(&mut self, given: &Given, around: &mut Around<'_>) -> Result<(), Refused> {
        let called = given.call.and_then(|id| self.functions.by_id(id));
        let done = self.read_given(given, called, around);
        if done.is_ok() {
            self.settle(around);
        }
        done
    }

    fn read_given(
        &mut self,
        given: &Given,
        called: Option<Arc<Called>>,
        around: &mut Around<'_>,
    ) -> Result<(), Refused> {
        // What is refused holds what it held.
        self.hold = Some(self.hold.map_or(given.from, |hold| hold.min(given.from)));
        let mut lane = Single::of_given(given, self.grammar, called, around);
        for (from, to, kind) in around.out.stretches(given.from, given.to) {
            let bytes = match kind {
                crate::hold::Stretch::Payload => around.out.bytes(from, to, around.fresh),
                crate::hold::Stretch::LineEnd => b"\n".to_vec(),
            };
            let piece = Piece {
                from: 0,
                to: 0,
                raw: from,
                event: given.from,
                record: around.record,
                elements: given.elements,
            };
            lane.read(&bytes, piece, &self.program, around)?;
        }
        lane.finish(&self.program, around);
        self.lanes.push(lane);
        Ok(())
    }
}

/// What field rules say of what a function is given, where they say something else of its place.
pub(super) fn state_in(state: PathState, called: Option<&Arc<Called>>, around: &Around<'_>) -> PathState {
    called.map_or(state, |called| {
        around.rules.paths.in_function(state, &called.name)
    })
}

/// Whether a value is a string.
pub(super) fn is_string(given: &Given) -> bool {
    given.shape == Shape::String
}
