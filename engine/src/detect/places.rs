//! What may stand at each of the first places of a match: cheaply known of a pattern, without its automaton.

use super::anchor::{class_set, first};
use crate::simd::ByteSet;
use regex_syntax::hir::{Hir, HirKind, Look};

/// How many places are looked at.
pub(crate) const PLACES: usize = 16;

/// What may stand at the first places of a match, and behind it where it is shorter. It may say too much, never too
/// little.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// By place.
    pub sets: [ByteSet; PLACES],
    /// How long a match may be: bit `i` says that some has `i` bytes. Longer ones are not told.
    pub lengths: u32,
    /// What may be anywhere in a match.
    pub alphabet: ByteSet,
    /// Where a match may begin: with these bytes after a byte that is none of a word or nothing, and with these after one
    /// that is.
    pub begins: [ByteSet; 2],
}

/// Ranks of places: bit `i` is place `i`. Those past the one behind the last are lost.
type Ranks = u32;

/// Letters, digits and `_`.
pub(crate) const WORD: ByteSet =
    ByteSet::of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

/// Whether anything may follow a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// It may.
    Anything,
    /// What the pattern says.
    Pattern,
}

impl Places {
    /// Those of a pattern.
    pub(crate) fn new(hir: &Hir, behind: Behind) -> Self {
        let mut sets = [ByteSet::EMPTY; PLACES];
        let ends = walk(hir, 1, &mut sets);
        let lengths = match behind {
            Behind::Pattern => ends,
            // A lead may end in what is only thought behind the text.
            Behind::Anything => 1,
        };
        let follows = match behind {
            Behind::Pattern if ends_at_boundary(hir) => ByteSet::FULL.minus(WORD),
            _ => ByteSet::FULL,
        };
        for (place, set) in sets.iter_mut().enumerate() {
            if ends >> place & 1 != 0 {
                *set = set.union(follows);
            }
            // The match ended before.
            if ends & ((1 << place) - 1) != 0 {
                *set = ByteSet::FULL;
            }
        }
        let first = first(hir);
        let begins = match begins_at_boundary(hir) {
            true => [first.intersection(WORD), first.minus(WORD)],
            false => [first, first],
        };
        Self {
            sets,
            lengths,
            alphabet: alphabet(hir),
            begins,
        }
    }
}

impl Places {
    /// Whether a match may begin with a byte, after another or after nothing.
    #[inline]
    pub(crate) fn begin_with(&self, before: Option<u8>, byte: u8) -> bool {
        let [other, word] = &self.begins;
        let after_word = before.is_some_and(|before| WORD.contains(before));
        if after_word { word } else { other }.contains(byte)
    }
}

/// Adds what a pattern has at some places where it may begin; where it may end.
fn walk(hir: &Hir, at: Ranks, sets: &mut [ByteSet; PLACES]) -> Ranks {
    if at == 0 {
        return 0;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => at,
        HirKind::Literal(literal) => literal
            .0
            .iter()
            .fold(at, |at, byte| step(ByteSet::of(&[*byte]), at, sets)),
        HirKind::Class(class) => step(class_set(class), at, sets),
        HirKind::Capture(capture) => walk(&capture.sub, at, sets),
        HirKind::Concat(parts) => parts.iter().fold(at, |at, part| walk(part, at, sets)),
        HirKind::Alternation(parts) => parts.iter().fold(0, |ends, part| ends | walk(part, at, sets)),
        HirKind::Repetition(repetition) => {
            let (mut at, mut ends, mut times) = (at, 0, 0);
            loop {
                if times >= repetition.min {
                    // What goes round without a new place has been.
                    if ends | at == ends {
                        return ends;
                    }
                    ends |= at;
                }
                if at == 0 || repetition.max.is_some_and(|most| times >= most) {
                    return ends;
                }
                at = walk(&repetition.sub, at, sets);
                times += 1;
            }
        }
    }
}

/// What may be anywhere in a match.
fn alphabet(hir: &Hir) -> ByteSet {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ByteSet::EMPTY,
        HirKind::Literal(literal) => ByteSet::of(&literal.0),
        HirKind::Class(class) => class_set(class),
        HirKind::Capture(capture) => alphabet(&capture.sub),
        HirKind::Repetition(repetition) => alphabet(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .fold(ByteSet::EMPTY, |all, part| all.union(alphabet(part))),
    }
}

/// Adds a set at some places; those behind.
fn step(set: ByteSet, at: Ranks, sets: &mut [ByteSet; PLACES]) -> Ranks {
    for (place, here) in sets.iter_mut().enumerate() {
        if at >> place & 1 != 0 {
            *here = here.union(set);
        }
    }
    (at << 1) & ((2 << PLACES) - 1)
}

/// Whether every match begins at a boundary of a word.
pub(crate) fn begins_at_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordStartAscii),
        HirKind::Capture(capture) => begins_at_boundary(&capture.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_at_boundary),
        HirKind::Alternation(parts) => parts.iter().all(begins_at_boundary),
        _ => false,
    }
}

/// Whether every match ends with a byte of a word, and none may follow.
fn ends_at_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => ends_at_boundary(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().all(ends_at_boundary),
        HirKind::Concat(parts) => match parts.split_last() {
            Some((last, rest)) if is_boundary(last) => ends_with_word(rest.iter()),
            Some((last, _)) => ends_at_boundary(last),
            None => false,
        },
        _ => false,
    }
}

fn is_boundary(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Look(Look::WordAscii | Look::WordEndAscii))
}

/// Whether the last byte of some parts in a row is always one of a word.
fn ends_with_word<'h>(parts: impl DoubleEndedIterator<Item = &'h Hir>) -> bool {
    for part in parts.rev() {
        let is = match part.kind() {
            HirKind::Empty | HirKind::Look(_) => continue,
            HirKind::Literal(literal) => literal.0.last().is_some_and(|byte| WORD.contains(*byte)),
            HirKind::Class(class) => class_set(class).minus(WORD).is_empty(),
            HirKind::Capture(capture) => ends_with_word([&*capture.sub].into_iter()),
            HirKind::Concat(parts) => ends_with_word(parts.iter()),
            HirKind::Alternation(parts) => parts.iter().all(|part| ends_with_word([part].into_iter())),
            HirKind::Repetition(repetition) => ends_with_word([&*repetition.sub].into_iter()),
        };
        // One that may be left out lets what is before it be last.
        let may_be_empty = part.properties().minimum_len() == Some(0);
        if !is || !may_be_empty {
            return is;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::automaton;
    use super::*;

    fn places(pattern: &str) -> Places {
        Places::new(&automaton::parse(pattern).unwrap(), Behind::Pattern)
    }

    /// Which of the first bytes of a text may stand where they do.
    fn fits(places: &Places, text: &str) -> bool {
        places
            .sets
            .iter()
            .zip(text.bytes())
            .all(|(set, byte)| set.contains(byte))
    }

    #[test]
    fn what_cannot_match_does_not_fit() {
        let nine = places(r"\b[0-9]{9}\b");
        for (text, is) in [
            ("123456789", true),
            ("123456789.", true),
            ("1234567890", false),
            ("12345678", true),
        ] {
            assert_eq!(fits(&nine, text), is, "{text}");
        }
        let groups = places(r"\b(?:[0-9]{2}-?){2}[0-9](?:x|yz)?\b");
        for (text, is) in [
            ("12-345", true),
            ("12345x", true),
            ("1234-5", true),
            ("x", false),
            ("12-34-5yz-", true),
            ("12345xyz", true),
        ] {
            assert_eq!(fits(&groups, text), is, "{text}");
        }
        // What ends with a sign may be followed by a letter at a boundary.
        assert!(fits(&places(r"\ba[-]?\b"), "a-b"));
        assert!(!fits(&places(r"\ba\b"), "ab"));
        assert!(fits(&places(r"\ba"), "ab"));
        assert!(fits(&places(r"\b(?:ab?)+\b"), "aabab."));
    }

    #[test]
    fn long_repetitions_end() {
        let any = places(r"\b[a-z]{20,2000}");
        assert!(
            any.sets
                .iter()
                .all(|set| set.contains(b'q') && !set.contains(b'1'))
        );
        assert!(fits(&places("(?:a?){1,50}b"), "aaaaab"));
    }
}
