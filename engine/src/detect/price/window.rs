//! Where a lead may end, by the last few bytes alone.

use super::super::automaton::{Automaton, Progress, State};
use super::BEFORE;
use std::collections::{HashMap, HashSet};

/// What is known of a lead's starts: `sets[i]` is where those may stand of which the last `i` bytes are known, as far
/// as they can end before they fall out of the window.
type Known = Vec<Vec<State>>;

/// Looks for the ends of a lead by the last few bytes: where it says no, none ends, whatever stood before.
///
/// An automaton that finds the ends of a lead anywhere may be far larger than the lead's own.
pub(super) struct Window<'a> {
    lead: &'a Automaton,
    all: Vec<Known>,
    numbers: HashMap<Known, u32>,
    /// By the number of what is known, and a byte: what is known then, and whether a lead may have ended before it.
    steps: HashMap<(u32, u8), (u32, bool)>,
    /// How many bytes a state is from an end at least, and the one that says so.
    far: HashMap<State, usize>,
}

impl<'a> Window<'a> {
    /// Nothing is known.
    pub(super) const UNKNOWN: u32 = 0;

    /// Looks at so many bytes; `sorts` has one of each sort that the lead tells apart.
    pub(super) fn new(lead: &'a Automaton, sorts: &[u8], bytes: usize) -> Self {
        let far = far(lead, sorts);
        let near = |most: usize| {
            let near = far.iter().filter(|(_, far)| **far <= most);
            let mut near: Vec<State> = near.map(|(state, _)| *state).collect();
            near.sort_unstable();
            near
        };
        let unknown: Known = (1..=bytes + 1).rev().map(near).collect();
        Self {
            lead,
            numbers: HashMap::from([(unknown.clone(), Self::UNKNOWN)]),
            all: vec![unknown],
            steps: HashMap::new(),
            far,
        }
    }

    /// Reads a byte: what is known then, and whether a lead may have ended before it.
    pub(super) fn step(&mut self, known: u32, byte: u8) -> (u32, bool) {
        if let Some(step) = self.steps.get(&(known, byte)) {
            return *step;
        }
        let sets = self.all.get(known as usize).cloned().unwrap_or_default();
        let first = self.all.first().and_then(|sets| sets.first());
        let mut next: Known = first.cloned().into_iter().collect();
        let mut ended = false;
        for (left, set) in (0..sets.len()).rev().zip(&sets) {
            let mut to = Vec::new();
            for state in set {
                let mut state = *state;
                let progress = self.lead.step(&mut state, byte);
                ended |= left == 0 && progress == Progress::Matched;
                to.push(state);
            }
            if left == 0 {
                break;
            }
            // One may begin behind it.
            to.extend(self.lead.start(Some(byte)));
            to.retain(|state| self.far.get(state).is_some_and(|far| *far <= left));
            to.sort_unstable();
            to.dedup();
            next.push(to);
        }
        let count = self.all.len() as u32;
        let number = *self.numbers.entry(next.clone()).or_insert_with(|| {
            self.all.push(next);
            count
        });
        self.steps.insert((known, byte), (number, ended));
        (number, ended)
    }
}

/// From every state of an automaton that may come to an end, how many bytes it is from one, and the one that says so.
fn far(automaton: &Automaton, sorts: &[u8]) -> HashMap<State, usize> {
    let mut far = HashMap::new();
    let mut from: HashMap<State, Vec<State>> = HashMap::new();
    let mut seen = HashSet::new();
    let mut open: Vec<State> = BEFORE
        .into_iter()
        .filter_map(|before| automaton.start(before))
        .collect();
    while let Some(state) = open.pop() {
        if !seen.insert(state) {
            continue;
        }
        for byte in sorts {
            let mut next = state;
            if automaton.step(&mut next, *byte) == Progress::Matched {
                far.insert(state, 1);
            }
            if next != State::DEAD {
                from.entry(next).or_default().push(state);
                open.push(next);
            }
        }
    }
    let mut level: Vec<State> = far.keys().copied().collect();
    let mut distance = 1;
    while !level.is_empty() {
        distance += 1;
        let before = level.iter().filter_map(|state| from.get(state)).flatten();
        let mut more = Vec::new();
        for state in before {
            far.entry(*state).or_insert_with(|| {
                more.push(*state);
                distance
            });
        }
        level = more;
    }
    far
}

#[cfg(test)]
mod tests {
    use super::super::sorts;
    use super::*;
    use crate::detect::automaton;
    use crate::detect::determinise::Work;

    /// Whether a window of so many bytes says that a lead may have ended before the last byte of a text.
    fn ends(lead: &str, bytes: usize, text: &str) -> bool {
        let lead = Automaton::new(&automaton::parse(lead).unwrap(), &mut Work::new()).unwrap();
        let mut window = Window::new(&lead, &sorts(&[&lead]), bytes);
        let of_sort = |byte: u8| {
            let same = |other: &u8| lead.column(*other) == lead.column(byte);
            sorts(&[&lead]).into_iter().find(same).unwrap()
        };
        let read = text.bytes().fold((Window::UNKNOWN, false), |(known, _), byte| {
            window.step(known, of_sort(byte))
        });
        read.1
    }

    #[test]
    fn the_longer_the_window_the_more_it_knows() {
        assert!(ends("key=", 4, "a key=x"));
        assert!(!ends("key=", 1, "a key-x"));
        // It sees `y=`, and that may be one; with four bytes it sees that it is none.
        assert!(ends("key=", 2, "a kay=x") && !ends("key=", 3, "a kay=x"));
        // What is before the text is not known.
        assert!(ends("key=", 4, "y=x") && !ends("key=", 4, "ay=x"));
        // One that begins within the window is seen.
        assert!(ends("=", 3, "abc=x") && ends("y?=", 6, "abc=x"));
    }
}
