//! All detectors of a rule set, and tables that lead from a byte to those it concerns.

use super::anchor::{self, Trigger};
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
    /// The bytes that some trigger may hold, but for those it holds anything in place of, in front. 0x80 stands for
    /// all from there on.
    held: ByteSet,
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
        let mut held = bytes_set;
        for four in &literals {
            let known = four.iter().skip_while(|set| **set == ByteSet::FULL);
            held = known.fold(held, |held, set| held.union(*set));
        }
        if !shapes.is_empty() {
            held = held.union(in_shapes());
        }
        if (0x80..=u8::MAX).any(|byte| held.contains(byte)) {
            held = held.with(0x80);
        }
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
            held,
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
    /// An escape that stands for a character that is in no trigger parts the text as it parts what is written, so
    /// that a trigger in the text is one as it is written too; all that may differ is what stands before it. A run
    /// is then only longer, and hot as well; [`Shape::Iban`] alone asks for what is no letter and no digit.
    pub(crate) fn escapes_are_plain(&self, bytes: &[u8], from: usize, to: usize) -> bool {
        let text = bytes.get(from..to).unwrap_or_default();
        memchr::memchr_iter(b'\\', text).all(|at| {
            let Some(escape) = text.get(at + 1) else {
                return false;
            };
            let (stands_for, len) = match escape {
                b'b' => (8, 2),
                b'f' => (12, 2),
                b'n' => (b'\n', 2),
                b'r' => (b'\r', 2),
                b't' => (b'\t', 2),
                b'u' => match text.get(at + 2..at + 6).and_then(hex) {
                    Some(unit @ 0..0x80) => (unit as u8, 6),
                    // Every byte of what is not ASCII is one of these.
                    Some(_) => (0x80, 6),
                    None => return false,
                },
                b'"' | b'\\' | b'/' => (*escape, 2),
                // What is none stays as it is written.
                _ => return true,
            };
            // A backslash may be half of an escape once more; as it is written both halves are looked at.
            let again = stands_for == b'\\' && *escape != b'\\';
            let next = text.get(at + len..at + len + 4).unwrap_or_default();
            let iban = len == 6 || matches!(escape, b'b' | b'f' | b'n' | b'r' | b't');
            let iban = iban
                && matches!(next, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase()
                    && c.is_ascii_digit() && d.is_ascii_digit());
            !(again || self.held.contains(stands_for) || iban)
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

/// The bytes that shapes are made of.
fn in_shapes() -> ByteSet {
    (0..=u8::MAX)
        .filter(|byte| byte.is_ascii_alphanumeric() || b"-_. :+(@".contains(byte))
        .fold(ByteSet::EMPTY, ByteSet::with)
}

/// The value of hex digits.
fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)?)
    })
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
