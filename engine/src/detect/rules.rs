//! All detectors of a rule set, and tables that lead from a byte to those it concerns.

use super::anchor::{Head, SHORT, Trigger};
use super::detector::Detector;
use super::ended::{ended, shortest};
use crate::simd::{Anchors, ByteSet, Shape, Shapes};

/// All detectors of a rule set.
#[derive(Debug)]
pub(crate) struct Detectors {
    /// In rule order.
    pub all: Vec<Detector>,
    /// What the kernel looks for.
    pub anchors: Anchors,
    /// The shapes that some detector is triggered by.
    shapes: Shapes,
    /// For each shape, the detectors it triggers, and how many bytes up to its end a match may begin in.
    by_shape: [Vec<(u16, usize)>; Shape::ALL.len()],
    /// What matches begin with, and for each byte, those whose trigger ends with it.
    heads: Vec<(u16, Head)>,
    heads_by_last: Vec<Heads>,
    /// For each byte, the detectors that begin wherever it stands.
    by_first: Vec<Vec<u16>>,
    /// Tables for the ends of pieces, for up to 64 detectors each.
    tails: Vec<Tail>,
    /// Whether a trigger may hold a character that a short escape stands for: a slash, a quote, a line end.
    slash_triggers: bool,
    short_triggers: bool,
    /// Detectors with a leading class run.
    pub runs_before: Vec<u16>,
}

/// The heads whose trigger ends with one byte.
#[derive(Clone, Debug, Default)]
struct Heads {
    /// Their numbers.
    numbers: Vec<u32>,
    /// What may stand directly before that byte, and before that: bit `b % 64` of word `b / 64` for byte `b`.
    before: [[u64; 4]; 2],
}

impl Heads {
    /// Adds a head, by its number and what may stand before.
    fn add(&mut self, number: u32, before: &[[u64; 4]; 2]) {
        self.numbers.push(number);
        let words = self.before.as_flattened_mut().iter_mut();
        for (word, more) in words.zip(before.as_flattened()) {
            *word |= more;
        }
    }

    /// Whether there are some that fit what stands before.
    #[inline]
    fn may_fit(&self, before: &[u8]) -> bool {
        let mut before = before.iter().rev();
        let mut fits = |words: &[u64; 4]| {
            before.next().is_none_or(|byte| {
                let word = words.get(usize::from(byte >> 6)).copied();
                word.unwrap_or_default() >> (byte & 63) & 1 == 1
            })
        };
        let [one, two] = &self.before;
        !self.numbers.is_empty() && fits(one) && fits(two)
    }
}

/// The bytes of a set, as bits.
fn words(set: ByteSet) -> [u64; 4] {
    let mut words = [0; 4];
    for byte in (0..=u8::MAX).filter(|byte| set.contains(*byte)) {
        if let Some(word) = words.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }
    words
}

/// Where a detector may begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Starts {
    /// Here; it may be named again.
    One(usize),
    /// From the first to the last of these; what is before the last is not named again.
    Upto(usize, usize),
}

/// Which of 64 detectors may begin at a byte near the end of a piece.
#[derive(Debug)]
struct Tail {
    /// Index of the first detector.
    base: u16,
    /// By byte: those a match of which may begin with it, after a byte that is none of a word and after one that is.
    first: Box<[[u64; 256]; 2]>,
    /// By distance from the end: those whose first trigger may still be incomplete.
    reach: Vec<u64>,
}

impl Detectors {
    /// Builds the tables.
    pub(crate) fn new(all: Vec<Detector>) -> Self {
        let mut shapes = Shapes::NONE;
        let mut literals = Vec::new();
        let mut bytes_set = ByteSet::EMPTY;
        let mut by_shape: [Vec<(u16, usize)>; Shape::ALL.len()] = Default::default();
        let mut heads = Vec::new();
        let mut heads_by_last = vec![Heads::default(); 256];
        let mut by_first = vec![Vec::new(); 256];
        for (index, detector) in (0u16..).zip(&all) {
            match &detector.trigger {
                Trigger::Heads(rows) => {
                    for head in rows {
                        let four = head.fingerprint();
                        let [_, third, second, last] = four;
                        let before = [words(second), words(third)];
                        for (byte, by_last) in (0..=u8::MAX).zip(&mut heads_by_last) {
                            if last.contains(byte) {
                                by_last.add(heads.len() as u32, &before);
                            }
                        }
                        literals.push(four);
                        heads.push((index, head.clone()));
                    }
                }
                Trigger::Shapes(of, reach) => {
                    for (shape, triggered) in Shape::ALL.into_iter().zip(&mut by_shape) {
                        if of.has(shape) {
                            shapes = shapes.with(shape);
                            triggered.push((index, *reach));
                        }
                    }
                }
                Trigger::First(first) => {
                    bytes_set = bytes_set.union(*first);
                    add(&mut by_first, *first, index);
                }
            }
        }
        let tails = all
            .chunks(64)
            .zip((0u16..).step_by(64))
            .map(|(some, base)| Tail::new(some, base))
            .collect();
        let holds = |bytes: &[u8]| {
            let any = |set: &ByteSet| *set != ByteSet::FULL && bytes.iter().any(|byte| set.contains(*byte));
            literals.iter().flatten().any(any) || any(&bytes_set)
        };
        let slash_triggers = holds(b"/");
        let short_triggers = holds(SHORT);
        let runs_before = (0u16..)
            .zip(&all)
            .filter(|(_, one)| one.run_before.is_some())
            .map(|(index, _)| index)
            .collect();
        Self {
            all,
            anchors: Anchors::new(shapes, &literals, bytes_set),
            shapes,
            by_shape,
            heads,
            heads_by_last,
            by_first,
            tails,
            runs_before,
            slash_triggers,
            short_triggers,
        }
    }

    /// The detector of an index.
    #[inline]
    pub(crate) fn get(&self, index: u16) -> Option<&Detector> {
        self.all.get(usize::from(index))
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether some detector's trigger ends at `text[at]`.
    #[inline]
    pub(crate) fn is_triggered(&self, text: &[u8], at: usize) -> bool {
        !ended(self.shapes, text, at).is_empty()
            || self.heads_at(text, at).next().is_some()
            || !self.begun_by(text, at).is_empty()
    }

    /// Whether the escapes in a string that is cold as it is written cannot make it hot.
    ///
    /// A short escape stands for a character that is in no trigger, so that a trigger in the text is one as it is
    /// written too; all that may differ is what stands before it, which only [`Shape::Iban`] asks for.
    pub(crate) fn escapes_are_plain(&self, bytes: &[u8], from: usize, to: usize) -> bool {
        if self.short_triggers {
            return false;
        }
        let text = bytes.get(from..to).unwrap_or_default();
        memchr::memchr_iter(b'\\', text).all(|at| match text.get(at + 1) {
            Some(b'u') | None => false,
            Some(b'/') => !self.slash_triggers,
            Some(b'b' | b'f' | b'n' | b'r' | b't') => {
                let next = text.get(at + 2..at + 6).unwrap_or_default();
                !matches!(next, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase()
                    && c.is_ascii_digit() && d.is_ascii_digit())
            }
            Some(_) => true,
        })
    }

    /// Calls back with each detector whose trigger ends at `text[at]`, and the first and last start it allows; with
    /// one that several shapes trigger, for each of them.
    #[inline]
    pub(crate) fn triggered(&self, text: &[u8], at: usize, mut then: impl FnMut(u16, Starts)) {
        for shape in ended(self.shapes, text, at).iter() {
            // A match has all of the shape in it.
            let Some(last) = (at + 1).checked_sub(shortest(shape)) else {
                continue;
            };
            for (index, reach) in self.by_shape.get(shape as usize).into_iter().flatten() {
                then(*index, Starts::Upto((at + 1).saturating_sub(*reach), last));
            }
        }
        for (index, start) in self.heads_at(text, at) {
            then(index, Starts::One(start));
        }
        for index in self.begun_by(text, at) {
            then(*index, Starts::Upto(at, at));
        }
    }

    /// The detectors whose matches may begin with the head whose trigger ends at `text[at]`, and where.
    #[inline]
    fn heads_at<'a>(&'a self, text: &'a [u8], at: usize) -> impl Iterator<Item = (u16, usize)> + 'a {
        let by_last = text
            .get(at)
            .and_then(|byte| self.heads_by_last.get(usize::from(*byte)));
        by_last
            .filter(|by_last| by_last.may_fit(text.get(..at).unwrap_or_default()))
            .into_iter()
            .flat_map(|by_last| &by_last.numbers)
            .filter_map(move |number| {
                let (index, head) = self.heads.get(*number as usize)?;
                let start = (at + 1).checked_sub(head.end)?;
                let fits = |(byte, set): (&u8, &ByteSet)| set.contains(*byte);
                // The rare bytes first, then as much of the row as there is.
                let (known, rest) = head.row.split_at_checked(head.end)?;
                let found = text.get(start..=at)?.iter().zip(known).rev().all(fits)
                    && text.get(at + 1..)?.iter().zip(rest).all(fits);
                found.then_some((*index, start))
            })
    }

    /// The detectors that begin at `text[at]`, whatever follows.
    #[inline]
    fn begun_by(&self, text: &[u8], at: usize) -> &[u16] {
        let list = text
            .get(at)
            .and_then(|byte| self.by_first.get(usize::from(*byte)));
        list.map_or(&[], Vec::as_slice)
    }

    /// Calls back with each start in `text[from..]` whose first trigger may still be incomplete, in order.
    #[inline]
    pub(crate) fn unfinished(&self, text: &[u8], from: usize, mut then: impl FnMut(u16, Starts)) {
        let is_word = |byte: u8| usize::from(byte.is_ascii_alphanumeric() || byte == b'_');
        for tail in &self.tails {
            let open = tail.reach.len().min(text.len().saturating_sub(from));
            let reach = tail.reach.get(..open).unwrap_or_default();
            let first = text.len() - open;
            let before = first.checked_sub(1).and_then(|at| text.get(at));
            let mut after = before.map_or(0, |byte| is_word(*byte));
            for ((at, byte), reach) in (first..)
                .zip(text.get(first..).unwrap_or_default())
                .zip(reach.iter().rev())
            {
                let begun = tail
                    .first
                    .get(after)
                    .and_then(|first| first.get(usize::from(*byte)));
                let mut some = reach & begun.copied().unwrap_or_default();
                after = is_word(*byte);
                while some != 0 {
                    then(tail.base + some.trailing_zeros() as u16, Starts::One(at));
                    some &= some - 1;
                }
            }
        }
    }
}

impl Tail {
    fn new(some: &[Detector], base: u16) -> Self {
        let mut first = Box::new([[0u64; 256]; 2]);
        let mut reach = Vec::new();
        for (bit, detector) in some.iter().enumerate() {
            for (before, first) in [None, Some(b'a')].into_iter().zip(first.iter_mut()) {
                for (byte, slot) in (0..=u8::MAX).zip(first) {
                    *slot |= u64::from(detector.begins.with(before, byte)) << bit;
                }
            }
            // The trigger of a start `back` bytes before the end is complete once `reach` bytes are there.
            let open = detector.trigger.reach().saturating_sub(1);
            if reach.len() < open {
                reach.resize(open, 0);
            }
            reach.iter_mut().take(open).for_each(|slot| *slot |= 1 << bit);
        }
        Self { base, first, reach }
    }
}

/// Adds a number to the lists of the bytes of a set.
fn add(lists: &mut [Vec<u16>], set: ByteSet, number: u16) {
    for (byte, list) in (0..=u8::MAX).zip(lists) {
        if set.contains(byte) {
            list.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trigger;

    #[test]
    fn the_default_rules_have_rare_triggers() {
        let rules = crate::Ruleset::builtin("default").unwrap();
        let rules = rules.rules();
        for (rule, detector) in rules.source.detectors.iter().zip(&rules.detectors.all) {
            assert!(
                !matches!(detector.trigger, Trigger::First(_)),
                "{} runs at every byte",
                rule.id
            );
            assert!(detector.trigger.reach() <= 24, "{} has a late trigger", rule.id);
        }
    }
}
