//! Which functions a record calls, and what they are given there.
//!
//! A function's name and its arguments come in any order. What is whole is read once its function is known: that is where
//! both have ended, or where the innermost value ends that both lie in. A name counts for what comes with it in that
//! value; for arguments in other events [`super::Seen::named`] remembers it.

use super::program::Program;
use super::walk::Elements;
use crate::path::PathState;
use std::collections::VecDeque;

/// The most bytes of a name that are kept: no protocol allows as many.
const NAME: usize = 256;

/// How much may wait for its function at a time.
const WAITING: usize = 64;

/// Whether a record is an event of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Records {
    /// It is: it has fragments, and its functions may have been named before.
    Events,
    /// The same, but nobody asks which functions it calls: a line of which a part may be destroyed.
    Lines,
    /// It stands for itself: all of it is whole.
    Alone,
}

/// Something that is due once everything before it has been told.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// A function is called.
    Call {
        /// The number of the call in its stream.
        id: u32,
        /// The function.
        name: String,
        /// The first byte after the name.
        at: u64,
    },
    /// What a function is given can be read.
    Given(Given),
}

/// What a function is given, in one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// The number of its rule among the lanes.
    pub lane: u16,
    /// In which elements.
    pub elements: Elements,
    /// What it is.
    pub shape: Shape,
    /// Where in the input it lies: an object with its brackets, a string without its quotes. Invariant: `from <= to`.
    pub from: u64,
    /// One past its last byte.
    pub to: u64,
    /// What field rules say of the place.
    pub state: PathState,
    /// Which call it is part of, if that is known.
    pub call: Option<u32>,
}

/// What a value is that a function is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The content of a string.
    String,
    /// An object.
    Object,
}

/// A function that was named, for arguments in other events.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The number of the call's rule.
    pub rule: u16,
    /// The number of the call in its stream.
    pub id: u32,
    /// In which elements.
    pub elements: Elements,
}

/// What is known of the calls of the open record.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    pub records: Records,
    /// The call whose name is read, in which elements, and its name so far.
    name: Option<(u16, Elements)>,
    text: Vec<u8>,
    /// Names of which somebody may still ask: the call's rule, its number, and how deep the value lies that they are of.
    names: Vec<(u16, u32, u8)>,
    /// What is being read.
    open: Option<Given>,
    /// What has no function yet.
    waiting: Vec<Given>,
    due: VecDeque<Due>,
    /// How many of the last of them nobody has been told of.
    untold: usize,
    /// The number of the next call.
    next: u32,
}

impl Calls {
    pub(super) fn new(records: Records) -> Self {
        Self {
            records,
            name: None,
            text: Vec::new(),
            names: Vec::new(),
            open: None,
            waiting: Vec::new(),
            due: VecDeque::new(),
            untold: 0,
            next: 0,
        }
    }

    /// A value begins: a function's name, or another.
    pub(super) fn begins(&mut self, name: Option<(u16, Elements)>) {
        self.name = name.filter(|_| self.records != Records::Lines);
        self.text.clear();
    }

    /// A piece of the open value.
    pub(super) fn text(&mut self, bytes: &[u8]) {
        if self.name.is_some() {
            let room = NAME.saturating_sub(self.text.len());
            self.text.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
    }

    /// A string has ended before `at`: the function, if it was a name.
    pub(super) fn name_ends(&mut self, program: &Program, at: u64) -> Option<Named> {
        let (rule, elements) = self.name.take()?;
        let scope = program.call(rule)?.scope;
        if self.text.is_empty() {
            return None;
        }
        let name = String::from_utf8_lossy(&self.text).into_owned();
        let id = self.next;
        self.next = self.next.wrapping_add(1);
        self.due.push_back(Due::Call { id, name, at });
        self.untold += 1;
        // The last one counts.
        self.names.retain(|(known, ..)| *known != rule);
        self.names.push((rule, id, scope));
        // What waited for it.
        let of_rule = |given: &mut Given| call_of(program, given).is_some_and(|(call, _)| call == rule);
        let waited: Vec<Given> = self.waiting.extract_if(.., of_rule).collect();
        for given in waited {
            self.push(Given {
                call: Some(id),
                ..given
            });
        }
        Some(Named { rule, id, elements })
    }

    /// What a function is given begins.
    pub(super) fn given_begins(&mut self, given: Given) {
        self.open = Some(given);
    }

    /// It ends in the input.
    pub(super) fn given_ends(&mut self, program: &Program, to: u64) {
        let Some(mut given) = self.open.take() else {
            return;
        };
        given.to = to.max(given.from);
        let call = call_of(program, &given);
        let known = call.and_then(|(call, _)| self.names.iter().rfind(|(rule, ..)| *rule == call));
        given.call = known.map(|(_, id, _)| *id);
        match given.call {
            Some(_) => self.push(given),
            None => {
                // There is one for a name, but for members that come twice.
                if self.waiting.len() == WAITING {
                    let first = self.waiting.remove(0);
                    self.push(first);
                }
                self.waiting.push(given);
            }
        }
    }

    /// A bracket closes, to which so many steps lead. What still waits at the end of an event is given back.
    pub(super) fn close(&mut self, program: &Program, depth: usize) -> Vec<Given> {
        self.names.retain(|(_, _, scope)| usize::from(*scope) < depth);
        let is_over =
            |given: &mut Given| call_of(program, given).is_none_or(|(_, scope)| usize::from(scope) >= depth);
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let over: Vec<Given> = self.waiting.extract_if(.., is_over).collect();
        if depth == 0 && self.records != Records::Alone {
            return over;
        }
        over.into_iter().for_each(|given| self.push(given));
        Vec::new()
    }

    /// The record is over, complete or not: what waits.
    pub(super) fn reset(&mut self) -> Vec<Given> {
        self.name = None;
        self.names.clear();
        self.open = None;
        core::mem::take(&mut self.waiting)
    }

    fn push(&mut self, given: Given) {
        self.due.push_back(Due::Given(given));
        self.untold += 1;
    }

    /// How many things have become due since the last time this was asked.
    pub(super) fn told(&mut self) -> usize {
        core::mem::take(&mut self.untold)
    }

    /// What is due next.
    pub(super) fn due(&mut self) -> Option<Due> {
        self.due.pop_front()
    }

    /// Whether something is due.
    pub(super) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Where in the input the first lies of what nobody has read yet.
    pub(super) fn hold(&self) -> Option<u64> {
        let due = self.due.iter().filter_map(|due| match due {
            Due::Given(given) => Some(given.from),
            Due::Call { .. } => None,
        });
        let waiting = self.waiting.iter().chain(&self.open).map(|given| given.from);
        due.chain(waiting).min()
    }
}

/// The call that a value is part of: its rule, and how deep the value lies that its name must lie in too.
fn call_of(program: &Program, given: &Given) -> Option<(u16, u8)> {
    let rule = program.lanes.get(usize::from(given.lane))?;
    rule.calls.first().map(|of| (of.call, of.scope))
}
