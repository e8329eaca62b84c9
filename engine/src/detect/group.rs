//! Detectors that differ only in what they make of a match: one automaton runs for all of them.

use super::context::Lexicon;
use super::detector::Detector;

/// Some detectors with the same pattern, of which the first stands for all where candidates are looked for.
#[derive(Debug)]
pub(crate) struct Group {
    /// Those that may count without a word near: each is asked by itself.
    pub free: Vec<u16>,
    /// Those that count only near one of their words, which are looked for all at once.
    pub bound: Lexicon,
    /// How many bytes after a match may hold a word of some member.
    pub context_after: usize,
    /// All of them.
    pub members: Vec<u16>,
    /// Whether one can count without a word near, as far as that is known where a match begins.
    pub wants: Wants,
    /// Whether some member is surer of a match that is all there is.
    pub asks_alone: bool,
}

/// How far behind where a match begins words are looked for, to know whether it is worth a look.
pub(crate) const AHEAD: usize = 96;

/// What a match needs near, for someone to count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wants {
    /// Nothing that is known where it begins.
    Nothing,
    /// A word, unless it begins the text: it may be all there is.
    WordOrAlone,
    /// A word.
    Word,
}

impl Wants {
    /// What one detector wants. What stands before a match behind a lead is not known where that begins.
    fn of(one: &Detector) -> Self {
        let later = one.proves || one.context_after > 0 && one.longest + one.context_after > AHEAD;
        let moved = one.lead.is_some() || one.run_before.is_some() || one.run.is_some();
        if later || moved || one.confidence.0 >= one.threshold {
            Self::Nothing
        } else if one.alone >= one.threshold {
            Self::WordOrAlone
        } else {
            Self::Word
        }
    }
}

impl Group {
    /// The members' numbers and what they are; none if no member can ever count, so that nobody looks for it.
    pub(super) fn new(members: &[(u16, &Detector)]) -> Option<Self> {
        let counts = |one: &Detector| {
            let raised = one.proves || !one.context.is_empty();
            one.confidence.0.max(one.alone) >= one.threshold || raised && one.confidence.1 >= one.threshold
        };
        members
            .iter()
            .any(|(_, one)| counts(one))
            .then(|| Self::of(members))
    }

    fn of(members: &[(u16, &Detector)]) -> Self {
        let is_free = |one: &Detector| {
            one.confidence.0.max(one.alone) >= one.threshold || one.proves || one.context_after > 0
        };
        let (free, bound): (Vec<_>, Vec<_>) = members.iter().partition(|(_, one)| is_free(one));
        // What can never count is not asked at all.
        let bound = bound
            .into_iter()
            .filter(|(_, one)| one.confidence.1 >= one.threshold);
        Self {
            free: free.iter().map(|(index, _)| *index).collect(),
            bound: Lexicon::new(bound.map(|(index, one)| (index, &one.context))),
            wants: members
                .iter()
                .map(|(_, one)| Wants::of(one))
                .min()
                .unwrap_or(Wants::Nothing),
            members: members.iter().map(|(index, _)| *index).collect(),
            context_after: members
                .iter()
                .map(|(_, one)| one.context_after)
                .max()
                .unwrap_or(0),
            asks_alone: members.iter().any(|(_, one)| one.alone > one.confidence.0),
        }
    }
}
