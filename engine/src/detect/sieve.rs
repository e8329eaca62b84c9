//! Which of many detectors may match from a start on: a few words of bits and a lookup a byte say it of all of them.
//!
//! Where a shape ends hundreds of detectors may have to be tried; nearly all of them die within a few bytes. What each of
//! them may have at its first places ([`Places`]) is kept as a table: by place and byte, the bits of those that may have
//! it there. Bit by bit and, with the bytes there are; who is left is tried.

use super::detector::Detector;
use super::ended::shortest;
use super::group::Wants;
use super::places::{PLACES, WORD};
use super::scanner::More;
use crate::simd::{ByteSet, Shape, Shapes};

/// How many detectors one of them has room for.
pub(super) const ROOM: usize = 64;

/// Which of those detectors, a bit each.
type Mask = u64;

/// A byte is part of a word.
const PART: u8 = 1;

/// A byte may be in a match: one that holds a place begins behind any other byte before it.
const HELD: u8 = 2;

/// Some detectors that are looked for where shapes end.
#[derive(Debug)]
pub(super) struct Sieve {
    /// Their numbers, and how many bytes up to the end of their first shape a match may begin in.
    members: Vec<(u16, usize)>,
    /// The shapes that trigger some of them.
    shapes: Shapes,
    /// By shape: those it triggers, and the furthest that a match of one of them may begin before its end.
    by_shape: [(Mask, usize); Shape::ALL.len()],
    /// By byte: those a match of which may begin with it, after a byte that is none of a word and after one that is.
    begins: Box<[[Mask; 256]; 2]>,
    /// By byte: [`HELD`] and [`PART`].
    sorts: Box<[u8; 256]>,
    /// Those a match of which may begin inside a word.
    inside: Mask,
    /// By place from the second on, and byte: those that may have it there.
    places: Box<[[Mask; 256]; PLACES - 1]>,
    /// By the number of bytes from the start to the end of the text: those that may match no more than these.
    whole: Box<[Mask; PLACES]>,
    /// Those that count only near a word where the text begins, and elsewhere.
    bound: [Mask; 2],
    /// The furthest of all.
    reach: usize,
}

/// Who is told what may match.
pub(super) trait Tries {
    /// Whether there are words near a match that begins at an index, of those that count only near one.
    fn has_words(&mut self, start: usize) -> bool;
    /// Whether the text begins at an index.
    fn begins_text(&self, start: usize) -> bool;
    /// A match of a detector may begin at an index; it may be said again.
    fn tries(&mut self, index: u16, start: usize);
    /// The same, and it is said once.
    fn tries_once(&mut self, index: u16, start: usize);
}

/// A text, as far as it is known, and whether more of it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'t>(pub &'t [u8], pub More);

impl Sieve {
    /// Of at most [`ROOM`] detectors, each with its shapes and its reach; and what each wants near.
    pub(super) fn new(some: &[(u16, &Detector, Shapes, usize)], wants: impl Fn(u16) -> Wants) -> Self {
        let mut one = Self {
            members: some.iter().map(|(index, _, _, reach)| (*index, *reach)).collect(),
            shapes: some
                .iter()
                .flat_map(|(_, _, shapes, _)| shapes.iter())
                .fold(Shapes::NONE, Shapes::with),
            by_shape: [(0, 0); Shape::ALL.len()],
            begins: boxed(),
            sorts: Box::new([0; 256]),
            inside: 0,
            places: boxed(),
            whole: Box::new([0; PLACES]),
            bound: [0; 2],
            reach: some.iter().map(|(_, _, _, reach)| *reach).max().unwrap_or(0),
        };
        let mut alphabet = ByteSet::EMPTY;
        for (number, (index, detector, shapes, reach)) in some.iter().enumerate() {
            let add = |mask: &mut Mask| *mask |= 1 << (number % ROOM);
            for (shape, (mask, furthest)) in Shape::ALL.into_iter().zip(&mut one.by_shape) {
                if shapes.has(shape) {
                    add(mask);
                    *furthest = (*furthest).max(*reach);
                }
            }
            let [first, later] = &mut one.bound;
            match wants(*index) {
                Wants::Nothing => {}
                Wants::WordOrAlone => add(later),
                Wants::Word => [first, later].into_iter().for_each(add),
            }
            let known = &detector.places;
            alphabet = alphabet.union(known.alphabet);
            for (len, mask) in one.whole.iter_mut().enumerate() {
                if known.lengths & ((2 << len) - 1) != 0 {
                    add(mask);
                }
            }
            let begins = one.begins.iter_mut().zip(&known.begins);
            let places = one.places.iter_mut().zip(known.sets.iter().skip(1));
            if known
                .begins
                .iter()
                .skip(1)
                .any(|after_word| !after_word.intersection(WORD).is_empty())
            {
                add(&mut one.inside);
            }
            for (masks, set) in begins.chain(places) {
                for byte in set.iter() {
                    if let Some(mask) = masks.get_mut(usize::from(byte)) {
                        add(mask);
                    }
                }
            }
        }
        for (byte, sort) in (0..=u8::MAX).zip(one.sorts.iter_mut()) {
            *sort = (u8::from(WORD.contains(byte)) * PART) | (u8::from(alphabet.contains(byte)) * HELD);
        }
        one
    }

    /// Tries each detector that some shapes trigger that end at `text[at]`, where a match of it may begin.
    #[inline]
    pub(super) fn triggered(&self, text: Seen<'_>, at: usize, shapes: Shapes, tries: &mut impl Tries) {
        let shapes = self.shapes.and(shapes);
        if shapes.is_empty() {
            return;
        }
        let (mut wanted, mut reach, mut least) = (0, 0, usize::MAX);
        for shape in shapes.iter() {
            if let Some((mask, furthest)) = self.by_shape.get(shape as usize) {
                wanted |= mask;
                reach = reach.max(*furthest);
                // A match has all of the shape in it.
                least = least.min(shortest(shape));
            }
        }
        let Some(last) = (at + 1).checked_sub(least) else {
            return;
        };
        self.each(
            text,
            (at + 1).saturating_sub(reach)..last + 1,
            wanted,
            at + 1,
            tries,
        );
    }

    /// Tries each start in `text[from..]` whose first shape may still be incomplete.
    pub(super) fn unfinished(&self, text: &[u8], from: usize, tries: &mut impl Tries) {
        let first = from.max((text.len() + 1).saturating_sub(self.reach));
        let known = Seen(text, More::Comes);
        // A shape may end with the next byte at best.
        self.each(known, first..text.len(), u64::MAX, text.len() + 1, tries);
    }

    /// Tries those of some detectors that may match from a start on, and whose shapes end within reach before `end`.
    #[inline]
    fn each(
        &self,
        text: Seen<'_>,
        starts: core::ops::Range<usize>,
        wanted: Mask,
        end: usize,
        tries: &mut impl Tries,
    ) {
        let Seen(text, more) = text;
        let inside = wanted & self.inside != 0;
        // What is behind the last start, up to the end, is in each match too.
        let rest = text.get(starts.end..end.min(text.len())).unwrap_or_default();
        if !rest.iter().all(|byte| self.sorts[usize::from(*byte)] & HELD != 0) {
            return;
        }
        let sort = |at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at)).copied();
            byte.map_or((0, 0), |byte| (byte, self.sorts[usize::from(byte)]))
        };
        let mut here = sort(starts.end.checked_sub(1));
        for start in starts.rev() {
            let (first, kind) = here;
            if kind & HELD == 0 {
                return;
            }
            here = sort(start.checked_sub(1));
            let behind = here.1 & PART;
            if behind & kind != 0 && !inside {
                continue;
            }
            let mut left = wanted & self.begins[usize::from(behind)][usize::from(first)];
            if left == 0 {
                continue;
            }
            let rest = text.get(start + 1..).unwrap_or_default();
            if more == More::Ends
                && let Some(whole) = self.whole.get(1 + rest.len())
            {
                left &= whole;
            }
            let mut places = self.places.iter().zip(rest);
            while left != 0
                && let Some((place, byte)) = places.next()
            {
                left &= place[usize::from(*byte)];
            }
            if left == 0 {
                continue;
            }
            let [first, later] = &self.bound;
            let bound = if tries.begins_text(start) { first } else { later };
            if left & bound != 0 && !tries.has_words(start) {
                left &= !bound;
            }
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                if let Some((index, reach)) = self.members.get(bit)
                    && end - start <= *reach
                {
                    tries.tries(*index, start);
                }
            }
        }
    }
}

/// No bits, on the heap from the start.
fn boxed<const COUNT: usize>() -> Box<[[Mask; 256]; COUNT]> {
    let rows: Box<[[Mask; 256]]> = vec![[0; 256]; COUNT].into_boxed_slice();
    match rows.try_into() {
        Ok(rows) => rows,
        // There are so many.
        Err(_) => Box::new([[0; 256]; COUNT]),
    }
}
