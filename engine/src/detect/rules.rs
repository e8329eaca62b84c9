//! All detectors of a rule set, and tables that lead from a byte to those it concerns.

use super::anchor::{self, SHORT, Trigger};
use super::detector::Detector;
use crate::simd::{Anchors, ByteSet, Shape, Shapes};

/// All detectors of a rule set.
#[derive(Debug)]
pub(crate) struct Detectors {
    /// In rule order.
    pub all: Vec<Detector>,
    /// What the kernel looks for.
    pub anchors: Anchors,
    /// For each byte, the detectors whose trigger may end with it.
    triggers: Vec<Vec<u16>>,
    /// Tables for the ends of pieces, for up to 64 detectors each.
    tails: Vec<Tail>,
    /// Whether a trigger may hold a character that a short escape stands for: a slash, a quote, a line end.
    slash_triggers: bool,
    short_triggers: bool,
    /// Detectors with a leading class run.
    pub runs_before: Vec<u16>,
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
    /// By byte: those a match of which may begin with it.
    first: Box<[u64; 256]>,
    /// By distance from the end: those whose first trigger may still be incomplete.
    reach: Vec<u64>,
}

impl Detectors {
    /// Builds the tables.
    pub(crate) fn new(all: Vec<Detector>) -> Self {
        let mut shapes = Shapes::NONE;
        let mut literals = Vec::new();
        let mut bytes_set = ByteSet::EMPTY;
        let mut triggers = vec![Vec::new(); 256];
        for (index, detector) in (0u16..).zip(&all) {
            let mut last = ByteSet::EMPTY;
            match &detector.trigger {
                Trigger::Heads(heads) => {
                    for head in heads {
                        let four = head.fingerprint();
                        last = last.union(four[3]);
                        literals.push(four);
                    }
                }
                Trigger::Shapes(of, _) => {
                    for shape in Shape::ALL {
                        if of.has(shape) {
                            shapes = shapes.with(shape);
                            last = last.union(last_bytes(shape));
                        }
                    }
                }
                Trigger::First(first) => {
                    bytes_set = bytes_set.union(*first);
                    last = *first;
                }
            }
            for byte in 0..=u8::MAX {
                if last.contains(byte)
                    && let Some(list) = triggers.get_mut(usize::from(byte))
                {
                    list.push(index);
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
            triggers,
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
        let mut any = false;
        self.triggered(text, at, |_, _| any = true);
        any
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

    /// Calls back with each detector whose trigger ends at `text[at]`, and the first and last start it allows.
    #[inline]
    pub(crate) fn triggered(&self, text: &[u8], at: usize, mut then: impl FnMut(u16, Starts)) {
        let Some(byte) = text.get(at) else { return };
        let Some(list) = self.triggers.get(usize::from(*byte)) else {
            return;
        };
        for index in list {
            let Some(detector) = self.get(*index) else {
                continue;
            };
            match &detector.trigger {
                Trigger::Heads(heads) => {
                    for head in heads {
                        let Some(start) = (at + 1).checked_sub(head.end) else {
                            continue;
                        };
                        // As much of the row as there is.
                        let text = text.get(start..).unwrap_or_default();
                        if text.iter().zip(&head.row).all(|(byte, set)| set.contains(*byte)) {
                            then(*index, Starts::One(start));
                        }
                    }
                }
                Trigger::Shapes(shapes, reach) => {
                    if anchor::ends_shape(*shapes, text, at) {
                        then(*index, Starts::Upto((at + 1).saturating_sub(*reach), at));
                    }
                }
                Trigger::First(_) => then(*index, Starts::Upto(at, at)),
            }
        }
    }

    /// Calls back with each start in `text[from..]` whose first trigger may still be incomplete, in order.
    #[inline]
    pub(crate) fn unfinished(&self, text: &[u8], from: usize, mut then: impl FnMut(u16, Starts)) {
        for tail in &self.tails {
            for (back, reach) in tail.reach.iter().enumerate().rev() {
                let Some(at) = text.len().checked_sub(back + 1).filter(|at| *at >= from) else {
                    continue;
                };
                let byte = text.get(at).copied().unwrap_or_default();
                let mut some = reach & tail.first.get(usize::from(byte)).copied().unwrap_or_default();
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
        let mut first = Box::new([0u64; 256]);
        let mut reach = Vec::new();
        for (bit, detector) in some.iter().enumerate() {
            for (byte, slot) in (0..=u8::MAX).zip(first.iter_mut()) {
                *slot |= u64::from(detector.first.contains(byte)) << bit;
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

/// The bytes a shape can end with.
fn last_bytes(shape: Shape) -> ByteSet {
    match shape {
        Shape::At => ByteSet::of(b"@"),
        Shape::Colons => ByteSet::of(b":"),
        Shape::Hex32 | Shape::Alnum20 => ByteSet::FULL,
        _ => ByteSet::of(b"0123456789"),
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
