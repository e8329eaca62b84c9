//! A pattern as one anchored automaton.

use regex_automata::{
    Anchored,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start, syntax},
};

/// The most memory one automaton may have: 2 MiB.
const SIZE: usize = 2 << 20;

/// A pattern, fully determinised. It reports every end of a match that starts where it was started.
#[derive(Clone, Debug)]
pub(crate) struct Automaton {
    dfa: dense::DFA<Vec<u32>>,
}

/// Where an automaton stands. Eight bytes: this is all of a candidate's progress that outlives a push.
pub(crate) type State = StateID;

/// What a byte did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Some match may still end later.
    Alive,
    /// A match ended before this byte; more may end later.
    Matched,
    /// No match ends later.
    Dead,
}

impl Automaton {
    /// Compiles a byte pattern with ASCII classes and boundaries; `None` if it is wrong or needs too much memory.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let dfa = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    .match_kind(regex_automata::MatchKind::All)
                    .accelerate(false)
                    .minimize(false)
                    .dfa_size_limit(Some(SIZE))
                    .determinize_size_limit(Some(8 * SIZE)),
            )
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(SIZE)))
            .syntax(syntax::Config::new().utf8(false).unicode(false))
            .build(pattern)
            .ok()?;
        Some(Self { dfa })
    }

    /// The state before a match, given the byte before it; `None` if there is none.
    pub(crate) fn start(&self, before: Option<u8>) -> Option<State> {
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        self.dfa.start_state(&config).ok()
    }

    /// Reads one byte.
    #[inline]
    pub(crate) fn step(&self, state: &mut State, byte: u8) -> Progress {
        *state = self.dfa.next_state(*state, byte);
        if !self.dfa.is_special_state(*state) {
            return Progress::Alive;
        }
        if self.dfa.is_match_state(*state) {
            Progress::Matched
        } else if self.dfa.is_dead_state(*state) || self.dfa.is_quit_state(*state) {
            Progress::Dead
        } else {
            Progress::Alive
        }
    }

    /// Whether a match ends at the end of the text.
    pub(crate) fn ends(&self, state: State) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }

    /// Every end of a match of `text[from..]`, at most at the end of `text`, shortest first.
    pub(crate) fn ends_from(&self, text: &[u8], from: usize, ends: &mut Vec<usize>) {
        ends.clear();
        let before = from.checked_sub(1).and_then(|at| text.get(at)).copied();
        let Some(mut state) = self.start(before) else {
            return;
        };
        for (at, byte) in text.iter().enumerate().skip(from) {
            match self.step(&mut state, *byte) {
                Progress::Alive => {}
                Progress::Matched => ends.push(at),
                Progress::Dead => return,
            }
        }
        if self.ends(state) {
            ends.push(text.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_found_and_boundaries_look_behind() {
        let word = Automaton::new(r"\b[a-z]+\.[a-z]{2,3}").unwrap();
        let mut ends = Vec::new();
        word.ends_from(b"(ab.comx", 1, &mut ends);
        assert_eq!(ends, [6, 7]);
        word.ends_from(b"(ab.comx", 2, &mut ends);
        assert!(ends.is_empty());
        word.ends_from(b"ab.co", 0, &mut ends);
        assert_eq!(ends, [5]);
        assert!(Automaton::new(r"\w(").is_none());
    }
}
