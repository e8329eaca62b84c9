//! All detectors of a rule set, and tables that lead from a byte to those it concerns.

use super::Lexicon;
use super::anchor::{Head, LIKELY, Trigger};
use super::automaton::{Automaton, Progress};
use super::detector::{Detector, MIXED_WITHIN};
use super::ended::ended;
use super::escapes::Escapes;
use super::group::{Group, Wants};
use super::scanner::{LABEL_END, More, ends_name};
use super::sieve::{ROOM, Seen, Sieve, Tries};
use crate::Case;
use crate::simd::{Anchors, ByteSet, Shape, Shapes};

/// All detectors of a rule set.
#[derive(Debug)]
pub(crate) struct Detectors {
    /// In rule order.
    pub all: Vec<Detector>,
    /// By the number of the first of each group of detectors with the same pattern.
    groups: Vec<Option<Group>>,
    /// What the kernel looks for.
    pub anchors: Anchors,
    /// The shapes that some detector is triggered by.
    shapes: Shapes,
    /// The detectors that shapes trigger.
    sieves: Vec<Sieve>,
    /// The words of those that run only for detectors that count near one of their words, each by who runs.
    pub wanted: Lexicon,
    /// What matches begin with, and by the last two bytes of it, those whose trigger may end so: see [`slot`].
    heads: Vec<(u16, Head)>,
    heads_by_two: Vec<Heads>,
    /// For each byte, the detectors that begin wherever it stands.
    by_first: Vec<Vec<u16>>,
    /// Tables for the ends of pieces, for up to 64 detectors each.
    tails: Vec<Tail>,
    /// Which escapes hide no trigger.
    pub escapes: Escapes,
    /// Detectors with a leading class run.
    pub runs_before: Vec<u16>,
}

/// How many lists of heads there are.
const SLOTS: usize = 1024;

/// The list of the heads whose trigger may end with two bytes.
#[inline]
fn slot(before: u8, byte: u8) -> usize {
    let mixed = u32::from(u16::from_le_bytes([before, byte])).wrapping_mul(0x9E37_79B1);
    (mixed >> 22) as usize
}

/// The heads whose trigger ends with one of some pairs of bytes.
#[derive(Clone, Debug, Default)]
struct Heads {
    /// Their numbers.
    numbers: Vec<u32>,
    /// What may stand directly before that byte, and before that.
    before: [ByteSet; 2],
}

impl Heads {
    /// Adds a head, by its number and what may stand before.
    fn add(&mut self, number: u32, before: [ByteSet; 2]) {
        self.numbers.push(number);
        for (set, more) in self.before.iter_mut().zip(before) {
            *set = set.union(more);
        }
    }

    /// Whether there are some that fit what stands before.
    #[inline]
    fn may_fit(&self, before: &[u8]) -> bool {
        let mut before = before.iter().rev().zip(&self.before);
        !self.numbers.is_empty() && before.all(|(byte, set)| set.contains(*byte))
    }
}

/// Which of 64 detectors may begin at a byte near the end of a piece.
#[derive(Debug)]
struct Tail {
    /// Which.
    detectors: Vec<u16>,
    /// By byte: those a match of which may begin with it, after a byte that is none of a word and after one that is.
    first: Box<[[u64; 256]; 2]>,
    /// By distance from the end: those whose first trigger may still be incomplete.
    reach: Vec<u64>,
}

impl Detectors {
    /// Builds the tables; the kernel looks for some names of members too.
    pub(crate) fn new<'a>(all: Vec<Detector>, names: impl Iterator<Item = (&'a [u8], Case)>) -> Self {
        let mut shapes = Shapes::NONE;
        let mut literals = Vec::new();
        let mut bytes_set = ByteSet::EMPTY;
        // What is looked for where others are not is not looked at there.
        let (mut by_shape, mut mixed) = (Vec::new(), Vec::new());
        let mut heads = Vec::new();
        let mut heads_by_two = vec![Heads::default(); SLOTS];
        let mut by_first = vec![Vec::new(); 256];
        let groups = groups(&all);
        let bound = (0u16..)
            .zip(&groups)
            .filter_map(|(index, group)| Some((index, group.as_ref()?)));
        let bound = bound.filter(|(_, group)| group.wants != Wants::Nothing);
        let wanted = bound.flat_map(|(index, group)| {
            let members = group
                .members
                .iter()
                .filter_map(|member| all.get(usize::from(*member)));
            members.map(move |member| (index, &member.context))
        });
        let wanted = Lexicon::new(wanted);
        for (index, detector) in leaders(&all, &groups) {
            match &detector.trigger {
                Trigger::Mixed => {
                    shapes = TOKENS.iter().fold(shapes, Shapes::with);
                    mixed.push((index, detector, TOKENS, MIXED_WITHIN));
                }
                Trigger::Heads(rows) => {
                    for head in rows {
                        let four = head.fingerprint();
                        let [_, third, second, last] = four;
                        let mut slots: Vec<usize> = second
                            .iter()
                            .flat_map(|second| last.iter().map(move |last| slot(second, last)))
                            .collect();
                        slots.sort_unstable();
                        slots.dedup();
                        for slot in slots {
                            if let Some(by_two) = heads_by_two.get_mut(slot) {
                                by_two.add(heads.len() as u32, [second, third]);
                            }
                        }
                        literals.push(four);
                        heads.push((index, head.clone()));
                    }
                }
                Trigger::Shapes(of, reach) => {
                    shapes = of.iter().fold(shapes, Shapes::with);
                    by_shape.push((index, detector, *of, *reach));
                }
                Trigger::First(first) => {
                    bytes_set = bytes_set.union(*first);
                    add(&mut by_first, *first, index);
                }
            }
        }
        let plain: Vec<(u16, &Detector)> = leaders(&all, &groups)
            .filter(|(_, detector)| matches!(detector.trigger, Trigger::Heads(_) | Trigger::First(_)))
            .collect();
        let wants = |index: u16| {
            let group = groups.get(usize::from(index)).and_then(Option::as_ref);
            group.map_or(Wants::Nothing, |group| group.wants)
        };
        // Those that the same shapes trigger are asked together, so that few sieves are.
        let likeliest = |shapes: Shapes| LIKELY.iter().position(|(shape, _)| shapes.has(*shape));
        by_shape.sort_by_key(|(_, _, shapes, _)| likeliest(*shapes));
        let alike = by_shape.chunk_by(|one, other| likeliest(one.2) == likeliest(other.2));
        let mut parts: Vec<Vec<_>> = Vec::new();
        for some in alike.flat_map(|alike| alike.chunks(ROOM)) {
            match parts.last_mut().filter(|part| part.len() + some.len() <= ROOM) {
                Some(part) => part.extend_from_slice(some),
                None => parts.push(some.to_vec()),
            }
        }
        let some = parts.iter().map(Vec::as_slice).chain(mixed.chunks(ROOM));
        let sieves = some.map(|some| Sieve::new(some, wants)).collect();
        let tails = plain.chunks(64).map(Tail::new).collect();
        let mut held = bytes_set;
        for four in &literals {
            let known = four.iter().skip_while(|set| **set == ByteSet::FULL);
            held = known.fold(held, |held, set| held.union(*set));
        }
        for (name, case) in names {
            literals.push(closing(name, case));
            // What stands for a part of it hides it.
            held = name
                .iter()
                .fold(held, |held, byte| held.union(either(*byte, case)));
        }
        let runs_before = leaders(&all, &groups)
            .filter(|(_, one)| one.run_before.is_some())
            .map(|(index, _)| index)
            .collect();
        Self {
            all,
            groups,
            wanted,
            anchors: Anchors::new(shapes, &literals, bytes_set),
            shapes,
            sieves,
            heads,
            heads_by_two,
            by_first,
            tails,
            runs_before,
            escapes: Escapes::new(held, shapes),
        }
    }

    /// The detector of an index.
    #[inline]
    pub(crate) fn get(&self, index: u16) -> Option<&Detector> {
        self.all.get(usize::from(index))
    }

    /// Whether something is true of all detectors that have a pattern, by the first of them.
    pub(crate) fn all_of(&self, leader: u16, is: impl Fn(&Detector) -> bool) -> bool {
        let members = self.group(leader).map(|group| group.members.as_slice());
        let members = members.unwrap_or(core::slice::from_ref(&leader));
        members.iter().all(|index| self.get(*index).is_some_and(&is))
    }

    /// The detectors for which one of them runs.
    #[inline]
    pub(super) fn group(&self, leader: u16) -> Option<&Group> {
        self.groups.get(usize::from(leader))?.as_ref()
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether some detector's trigger ends at `text[at]`.
    #[inline]
    pub(crate) fn is_triggered(&self, text: &[u8], at: usize) -> bool {
        let mut any = Any(false);
        self.triggered(Seen(text, More::Comes), at, &mut any);
        any.0
    }

    /// Whether a match may hold the trigger that ends at `bytes[at]`, in a text without escapes as it is written, with what
    /// stands around it: a match is looked for, as far as it takes to know. `near` tells whether words may be near one that
    /// begins at an index.
    #[inline]
    pub(crate) fn may_match(
        &self,
        bytes: &[u8],
        at: usize,
        written: Written,
        near: impl FnMut(usize) -> bool,
    ) -> bool {
        let mut found = Found {
            detectors: self,
            bytes,
            written,
            near,
            is: false,
        };
        self.triggered(Seen(bytes, More::Comes), at, &mut found);
        found.is
    }

    /// Whether a match of a detector, or its lead, may begin at an index of a text as it is written.
    fn may_begin(&self, index: u16, bytes: &[u8], start: usize) -> bool {
        let Some(detector) = self.get(index) else {
            return false;
        };
        let (before, rest) = bytes.split_at_checked(start).unwrap_or((bytes, &[]));
        let before = before.last().copied();
        if let Some(run) = &detector.run_before
            && !before.is_some_and(|byte| run.set.contains(byte))
        {
            return false;
        }
        let automaton = detector.lead.as_ref().unwrap_or(&detector.automaton);
        let Some(mut state) = automaton.start(before) else {
            return false;
        };
        for (at, byte) in rest.iter().enumerate() {
            // The text may end here, and what a name leads to begins elsewhere.
            let ends = match byte {
                b'"' => {
                    let behind = || rest.get(at + 1..).unwrap_or_default();
                    automaton.ends(state)
                        || detector.takes_labels
                            && ends_name(automaton, state)
                            && may_be_named(&detector.automaton, behind())
                }
                b',' | b':' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' => automaton.ends(state),
                _ => false,
            };
            if ends {
                return true;
            }
            match automaton.step(&mut state, *byte) {
                Progress::Alive => {}
                Progress::Matched => return true,
                Progress::Dead => return false,
            }
        }
        true
    }

    /// Tries the detectors that shapes trigger that end at `text[at]`, where a match of each may begin.
    #[inline]
    fn shaped_at(&self, text: Seen<'_>, at: usize, tries: &mut impl Tries) {
        let shapes = ended(self.shapes, text.0, at);
        if !shapes.is_empty() {
            for sieve in &self.sieves {
                sieve.triggered(text, at, shapes, tries);
            }
        }
    }

    /// Whether some detector's trigger may end at `text[at]`, in a text whose escapes are undone only later: where the
    /// kernel promises nothing, nothing is asked of the bytes around.
    pub(crate) fn may_be_triggered(&self, text: &[u8], at: usize) -> bool {
        let fits = |number: &u32| {
            let known = self
                .heads
                .get(*number as usize)
                .and_then(|(_, head)| head.row.get(head.end.saturating_sub(4)..head.end))
                .unwrap_or_default();
            let upto = text.get(..=at).unwrap_or_default();
            upto.len() >= known.len()
                && upto
                    .iter()
                    .rev()
                    .zip(known.iter().rev())
                    .all(|(byte, set)| set.contains(*byte))
        };
        !ended(self.shapes, text, at).is_empty()
            || self
                .heads_ending(text, at)
                .is_some_and(|heads| heads.numbers.iter().any(fits))
            || !self.begun_by(text, at).is_empty()
    }

    /// Tries each detector whose trigger ends at `text[at]`, where a match of it may begin.
    #[inline]
    pub(super) fn triggered(&self, text: Seen<'_>, at: usize, tries: &mut impl Tries) {
        self.shaped_at(text, at, tries);
        self.heads_at(text.0, at, |index, start| tries.tries(index, start));
        for index in self.begun_by(text.0, at) {
            tries.tries_once(*index, at);
        }
    }

    /// Whether the trigger of a lead that may lie in a member's name ends at `text[at]`.
    pub(crate) fn may_label(&self, text: &[u8], at: usize) -> bool {
        let mut may = false;
        self.heads_at(text, at, |index, _| {
            may |= self.get(index).is_some_and(|detector| detector.takes_labels);
        });
        may
    }

    /// The heads whose trigger may end with `text[at]`.
    #[inline]
    fn heads_ending(&self, text: &[u8], at: usize) -> Option<&Heads> {
        // No trigger is a single byte.
        let [before, byte] = text.get(at.checked_sub(1)?..=at)? else {
            return None;
        };
        self.heads_by_two.get(slot(*before, *byte))
    }

    /// Calls back with the detectors whose matches may begin with the head whose trigger ends at `text[at]`, and where.
    #[inline]
    fn heads_at(&self, text: &[u8], at: usize, mut then: impl FnMut(u16, usize)) {
        let heads = self.heads_ending(text, at);
        let Some(heads) = heads.filter(|heads| heads.may_fit(text.get(..at).unwrap_or_default())) else {
            return;
        };
        for number in &heads.numbers {
            let Some((index, head)) = self.heads.get(*number as usize) else {
                continue;
            };
            if let Some(start) = head.begins(text, at) {
                then(*index, start);
            }
        }
    }

    /// The detectors that begin at `text[at]`, whatever follows.
    #[inline]
    fn begun_by(&self, text: &[u8], at: usize) -> &[u16] {
        let list = text
            .get(at)
            .and_then(|byte| self.by_first.get(usize::from(*byte)));
        list.map_or(&[], Vec::as_slice)
    }

    /// Tries each start in `text[from..]` whose first trigger may still be incomplete.
    #[inline]
    pub(super) fn unfinished(&self, text: &[u8], from: usize, tries: &mut impl Tries) {
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
                    let bit = some.trailing_zeros() as usize;
                    some &= some - 1;
                    if let Some(index) = tail.detectors.get(bit) {
                        tries.tries(*index, at);
                    }
                }
            }
        }
        for sieve in &self.sieves {
            sieve.unfinished(text, from, tries);
        }
    }
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Between quotes.
    String,
    /// Between structure.
    Bare,
}

/// Whether a match may begin with the value that a name leads to, of what follows the name's closing quote as it is
/// written.
fn may_be_named(automaton: &Automaton, behind: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let Some(colon) = behind.iter().position(|byte| !is_blank(byte)) else {
        return true;
    };
    let Some([b':', value @ ..]) = behind.get(colon..) else {
        // It is no name.
        return false;
    };
    let quote = value.iter().position(|byte| !is_blank(byte));
    let Some([b'"', text @ ..]) = quote.and_then(|at| value.get(at..)) else {
        return true;
    };
    let Some(mut state) = automaton.start(LABEL_END) else {
        return false;
    };
    if text.first().is_none_or(|byte| matches!(byte, b'{' | b'[')) {
        return true;
    }
    for byte in text {
        match byte {
            // What an escape stands for is not looked at here.
            b'\\' => return true,
            b'"' => return automaton.ends(state),
            _ => {}
        }
        match automaton.step(&mut state, *byte) {
            Progress::Alive => {}
            Progress::Matched => return true,
            Progress::Dead => return false,
        }
    }
    true
}

/// Whether anything that is tried may match.
struct Found<'a, N> {
    detectors: &'a Detectors,
    bytes: &'a [u8],
    written: Written,
    near: N,
    is: bool,
}

impl<N: FnMut(usize) -> bool> Tries for Found<'_, N> {
    fn has_words(&mut self, start: usize) -> bool {
        // What is found already is enough.
        self.is || (self.near)(start)
    }

    fn begins_text(&self, start: usize) -> bool {
        let before = start.checked_sub(1).and_then(|before| self.bytes.get(before));
        self.written == Written::Bare || before.is_none_or(|byte| *byte == b'"')
    }

    fn tries(&mut self, index: u16, start: usize) {
        // What begins with a head wants words no less.
        let wants = self
            .detectors
            .group(index)
            .map_or(Wants::Nothing, |group| group.wants);
        let wanted = match wants {
            Wants::Nothing => false,
            Wants::WordOrAlone => !self.begins_text(start),
            Wants::Word => true,
        };
        self.is = self.is
            || self.detectors.may_begin(index, self.bytes, start) && (!wanted || self.has_words(start));
    }

    fn tries_once(&mut self, index: u16, start: usize) {
        self.tries(index, start);
    }
}

/// Whether anything is tried.
struct Any(bool);

impl Tries for Any {
    fn has_words(&mut self, _: usize) -> bool {
        true
    }

    fn begins_text(&self, _: usize) -> bool {
        true
    }

    fn tries(&mut self, _: u16, _: usize) {
        self.0 = true;
    }

    fn tries_once(&mut self, _: u16, _: usize) {
        self.0 = true;
    }
}

/// What those hold whose trigger is [`Trigger::Mixed`]: one of these.
const TOKENS: Shapes = Shapes::NONE.with(Shape::Mixed12).with(Shape::Uuid);

/// The detectors that are run.
fn leaders<'a>(
    all: &'a [Detector],
    groups: &'a [Option<Group>],
) -> impl Iterator<Item = (u16, &'a Detector)> {
    let all = (0u16..).zip(all).zip(groups);
    all.filter_map(|(one, group)| group.is_some().then_some(one))
}

/// The detectors by those that run for them.
fn groups(all: &[Detector]) -> Vec<Option<Group>> {
    let mut members: Vec<Vec<(u16, &Detector)>> = vec![Vec::new(); all.len()];
    for (index, detector) in (0u16..).zip(all) {
        let leader = detector.leader.unwrap_or(index);
        if let Some(members) = members.get_mut(usize::from(leader)) {
            members.push((index, detector));
        }
    }
    members.into_iter().map(|members| Group::new(&members)).collect()
}

/// A byte of a name, in both cases if they are one.
fn either(byte: u8, case: Case) -> ByteSet {
    match case {
        Case::Exact => ByteSet::of(&[byte]),
        Case::Ignore => ByteSet::of(&[byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]),
    }
}

/// How a key ends that has a name: its last bytes and its quote.
fn closing(name: &[u8], case: Case) -> [ByteSet; 4] {
    let quote = [ByteSet::of(b"\"")];
    let name = name.iter().map(|byte| either(*byte, case));
    let mut four = [ByteSet::FULL; 4];
    let key = quote.into_iter().chain(name).chain(quote);
    let key: Vec<ByteSet> = key.collect();
    for (slot, set) in four.iter_mut().rev().zip(key.iter().rev()) {
        *slot = *set;
    }
    four
}

impl Tail {
    fn new(some: &[(u16, &Detector)]) -> Self {
        let mut first = Box::new([[0u64; 256]; 2]);
        let mut reach = Vec::new();
        for (bit, (_, detector)) in some.iter().enumerate() {
            for (before, first) in [None, Some(b'a')].into_iter().zip(first.iter_mut()) {
                for (byte, slot) in (0..=u8::MAX).zip(first) {
                    *slot |= u64::from(detector.places.begin_with(before, byte)) << bit;
                }
            }
            // The trigger of a start `back` bytes before the end is complete once `reach` bytes are there.
            let open = detector.trigger.reach().saturating_sub(1);
            if reach.len() < open {
                reach.resize(open, 0);
            }
            reach.iter_mut().take(open).for_each(|slot| *slot |= 1 << bit);
        }
        Self {
            detectors: some.iter().map(|(index, _)| *index).collect(),
            first,
            reach,
        }
    }
}

/// Adds a number to the lists of the bytes of a set.
fn add(lists: &mut [Vec<u16>], set: ByteSet, number: u16) {
    for byte in set.iter() {
        if let Some(list) = lists.get_mut(usize::from(byte)) {
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
            assert!(
                detector.trigger.reach() <= 24 || detector.mixed,
                "{} has a late trigger",
                rule.id
            );
        }
    }

    /// The most steps that all automata of the default rules may take, if all of them are run: some 100 ms.
    const STEPS: u64 = 2_500_000;

    /// Steps and bytes are the same on every machine: they hold the line where a clock could not.
    #[test]
    fn the_default_rules_are_cheap() {
        let rules = crate::Ruleset::builtin("default").unwrap();
        let costs: Vec<_> = rules.costs().collect();
        let detectors = &rules.source().detectors;
        assert_eq!(costs.len(), detectors.len());
        for (rule, cost) in detectors.iter().zip(&costs) {
            assert!(cost.steps <= 80_000, "{}: {cost:?}", rule.id);
            assert!(cost.bytes <= 128 << 10, "{}: {cost:?}", rule.id);
        }
        let steps: u64 = costs.iter().map(|cost| cost.steps).sum();
        let bytes: usize = costs.iter().map(|cost| cost.bytes).sum();
        assert!(steps <= STEPS, "{steps} steps");
        assert!(bytes <= 4 << 20, "{bytes} bytes");
        let again = crate::Ruleset::builtin("default").unwrap();
        assert_eq!(again.costs().collect::<Vec<_>>(), costs);
    }
}
