//! Which shapes every match of a pattern holds: its automaton and that of the shapes run side by side.

use super::Held;
use crate::detect::automaton::{self, Automaton, Progress, State};
use crate::detect::determinise::{Oversize, Work};
use crate::simd::{Shape, Shapes};
use regex_syntax::hir::Hir;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Shapes in the order in which they are dropped, with the pattern of each. `^` stands where a run of digits, or a word,
/// has to begin: see [`SEEN`].
pub(in crate::detect) const LIKELY: [(Shape, &str); 15] = [
    (Shape::Dated, r"[0-9][-/.][0-9][-/.0-9]|[0-9][- ][A-Z][a-z]"),
    (
        Shape::Coded,
        r"^(?:[A-Z][0-9]|[0-9][A-Z])|[-. A-Z][A-Z][-./ ][0-9]|[0-9][-./ ][A-Z][-. A-Z]",
    ),
    (Shape::Digits6, r"^[0-9]{6}"),
    (Shape::Group33, r"[0-9]{3}[-/ ][0-9]{3}|\.[0-9]{3}\.[0-9]{3}"),
    (
        Shape::Pairs,
        r"[0-9]{2} [0-9]{2} [0-9]{2}|^[0-9]{2,3}-[0-9]{2}-[0-9]{2}",
    ),
    (Shape::PlusDigit, r"\+\(?[0-9]"),
    (
        Shape::Colons,
        r"::|[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
    ),
    (Shape::Phone34, r"[0-9]{3}[-. ][0-9]{4}"),
    (Shape::Iban, r"^[A-Z]{2}[0-9]{2}"),
    (Shape::Digits9, r"^[0-9]{9}"),
    (Shape::Group44, r"[0-9]{4}[ :-][0-9]{4}"),
    (Shape::Digits13, r"^[0-9]{13}"),
    (Shape::Quad, r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"),
    (Shape::Ssn324, r"[0-9]{3}[-. ][0-9]{2}[-. ][0-9]{4}"),
    (Shape::Uuid, r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-"),
];

/// The automaton of all shapes; built once. Pattern `i` ends where shape `i` of [`LIKELY`] does, and pattern
/// `LIKELY.len() + i` where it does if a boundary stands before the text. `None`: it is too large, which it is not.
static SEEN: LazyLock<Option<Automaton>> = LazyLock::new(|| {
    let anywhere = |(shape, text): (Shape, &str)| {
        // The run must begin in the match, or with it where a boundary stands there.
        let before = match shape {
            Shape::Iban => "[^0-9A-Za-z]",
            Shape::Coded => "[^0-9A-Za-z][0-9A-Za-z]*",
            _ => "[^0-9]",
        };
        format!("(?s-u:.)*(?:{})", text.replace('^', before))
    };
    let at_start = |(shape, text): (Shape, &str)| match shape {
        Shape::Coded => text.replace('^', "[0-9A-Za-z]*"),
        _ => text.replace('^', ""),
    };
    let all = LIKELY.map(anywhere).into_iter().chain(LIKELY.map(at_start));
    let all = all
        .map(|pattern| automaton::parse(&pattern))
        .collect::<Option<Vec<Hir>>>()?;
    Automaton::of_all(&all.iter().collect::<Vec<_>>(), &mut Work::new()).ok()
});

/// Which shapes of [`LIKELY`] were met: bit `i` is shape `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Met(u32);

impl Met {
    const NONE: Self = Self(0);
    const ALL: Self = Self((1 << LIKELY.len()) - 1);

    /// Both.
    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All but one.
    fn without(self, one: usize) -> Self {
        Self(self.0 & !(1 << one))
    }

    /// Whether some shape is in both.
    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// As the kernel names them.
    fn shapes(self) -> Shapes {
        (0..)
            .zip(LIKELY)
            .filter(|(bit, _)| self.0 >> bit & 1 != 0)
            .fold(Shapes::NONE, |shapes, (_, (shape, _))| shapes.with(shape))
    }
}

/// Shapes of which every match contains one, none of which can be left out, and within how many bytes; `None` if some
/// match contains no shape.
///
/// # Errors
/// To prove them is more work than there may be.
pub(crate) fn shapes(
    pattern: &Automaton,
    boundary: bool,
    longest: usize,
    work: &mut Work,
) -> Result<Held, Oversize> {
    let Some(seen) = &*SEEN else {
        return Err(Oversize);
    };
    let ways = Ways::new(pattern, seen, boundary, longest);
    let mut kept = Met::ALL;
    let Ok(mut proof) = ways.prove(kept, work)? else {
        return Ok(None);
    };
    let mut gaps: Vec<Met> = Vec::new();
    // Most frequent first: what can be done without is.
    for one in 0..LIKELY.len() {
        let fewer = kept.without(one);
        if proof.firsts.iter().all(|met| met.meets(fewer)) {
            // The same ways meet one of the fewer at the same places.
            kept = fewer;
        } else if gaps.iter().all(|met| met.meets(fewer)) {
            match ways.prove(fewer, work)? {
                Ok(other) => (kept, proof) = (fewer, other),
                Err(gap) => gaps.push(gap),
            }
        }
    }
    Ok(Some((kept.shapes(), proof.reach)))
}

/// The ways through a pattern, and which shapes they meet.
struct Ways<'a> {
    pattern: &'a Automaton,
    seen: &'a Automaton,
    boundary: bool,
    longest: usize,
    /// One byte for all that neither automaton tells apart.
    bytes: Vec<u8>,
}

/// Every match contains one of some shapes.
struct Proof {
    /// What some way has met when it meets the first of them.
    firsts: Vec<Met>,
    /// The most bytes until then.
    reach: usize,
}

/// A place on a way: where pattern and shapes stand, and what was met until there.
type Stand = (State, State, Met);

impl<'a> Ways<'a> {
    /// More places are not visited for one proof.
    const PLACES: usize = 40_000;

    fn new(pattern: &'a Automaton, seen: &'a Automaton, boundary: bool, longest: usize) -> Self {
        let columns = |byte: &u8| (pattern.column(*byte), seen.column(*byte));
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(columns);
        bytes.dedup_by_key(|byte| columns(byte));
        Self {
            pattern,
            seen,
            boundary,
            longest,
            bytes,
        }
    }

    /// Proves that every match contains one of the shapes; otherwise, what a match contains that contains none, or
    /// [`Met::NONE`] if there are too many ways.
    fn prove(&self, shapes: Met, work: &mut Work) -> Result<Result<Proof, Met>, Oversize> {
        if let Some(gap) = self.gap(shapes, work)? {
            return Ok(Err(gap));
        }
        let mut firsts = Vec::new();
        let mut layer: Vec<Stand> = self.starts().collect();
        let mut places = 0;
        for reach in 0..=self.longest {
            layer.sort_unstable();
            layer.dedup_by_key(|(at, seen, _)| (*at, *seen));
            if layer.is_empty() {
                return Ok(Ok(Proof { firsts, reach }));
            }
            places += layer.len();
            if places > Self::PLACES {
                return Ok(Err(Met::NONE));
            }
            let mut next = Vec::new();
            for stand in layer {
                self.follow(stand, work, |stand| {
                    if !stand.2.meets(shapes) {
                        next.push(stand);
                    } else if !firsts.contains(&stand.2) {
                        firsts.push(stand.2);
                    }
                })?;
            }
            layer = next;
        }
        Ok(Err(Met::NONE))
    }

    /// What some match contains that contains none of the shapes. Depth first: where there is one there are many.
    fn gap(&self, shapes: Met, work: &mut Work) -> Result<Option<Met>, Oversize> {
        let mut open: Vec<Stand> = self.starts().collect();
        let mut visited = HashSet::new();
        while let Some(stand) = open.pop() {
            if !visited.insert((stand.0, stand.1)) {
                continue;
            }
            let ends = self.follow(stand, work, |stand| {
                if !stand.2.meets(shapes) {
                    open.push(stand);
                }
            })?;
            if ends {
                return Ok(Some(stand.2));
            }
            if visited.len() > Self::PLACES {
                return Ok(Some(Met::NONE));
            }
        }
        Ok(None)
    }

    /// Where ways begin.
    fn starts(&self) -> impl Iterator<Item = Stand> {
        let befores = [None, Some(b' '), Some(b'a'), Some(b'0')];
        befores
            .into_iter()
            .filter_map(|before| Some((self.pattern.start(before)?, self.seen.start(None)?, Met::NONE)))
    }

    /// Calls back with each place one byte further. Whether a match may end here.
    fn follow(&self, from: Stand, work: &mut Work, mut then: impl FnMut(Stand)) -> Result<bool, Oversize> {
        work.add(self.bytes.len())?;
        let mut ends = self.pattern.ends(from.0);
        for byte in &self.bytes {
            let (mut at, mut seen, before) = from;
            let progress = self.pattern.step(&mut at, *byte);
            ends |= progress == Progress::Matched;
            if at != State::DEAD {
                // A shape is met as soon as it could end here.
                let _ = self.seen.step(&mut seen, *byte);
                then((at, seen, before.and(self.met(seen))));
            }
        }
        Ok(ends)
    }

    /// The shapes that end here.
    fn met(&self, seen: State) -> Met {
        let ending = self.seen.ending(seen);
        let at_start = if self.boundary { ending >> LIKELY.len() } else { 0 };
        Met((ending | at_start) & Met::ALL.0)
    }
}
