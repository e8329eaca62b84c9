//! From a pattern to what the scan looks for.
//!
//! Every match of a pattern must contain one of its triggers, whole; where none fires, the pattern is not run. The
//! triggers are derived, and that they are enough is proven, not assumed: the pattern's automaton and that of the
//! shapes run side by side ([`Ways`]).

use super::automaton::{self, Automaton, Progress, State};
use super::detector::MIXED_WITHIN;
use super::determinise::{Oversize, Work};
use crate::simd::{ByteSet, Shape, Shapes};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What makes a pattern worth running, and how far before it a match may begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// Every match begins with one of these rows of sets; the trigger is on the last of four of them.
    Heads(Vec<Head>),
    /// Every match contains one of these shapes, complete within its first `reach` bytes.
    Shapes(Shapes, usize),
    /// Every match that counts holds [`Shape::Mixed12`] or [`Shape::Uuid`], complete within its first [`MIXED_WITHIN`]
    /// bytes.
    Mixed,
    /// Every match begins with one of these bytes.
    First(ByteSet),
}

/// What a match begins with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// The first bytes, each by what it may be.
    pub row: Vec<ByteSet>,
    /// The index after the four that are rarest: the trigger is on the byte before. Invariant: in `1..=row.len()`.
    pub end: usize,
}

impl Head {
    /// Chooses the rarest four, if possible without characters that short escapes stand for: a string is then
    /// cold as it is written where its text is.
    fn new(row: Vec<ByteSet>, role: Role) -> Self {
        let short = ByteSet::of(SHORT);
        let shares: Vec<f64> = row.iter().map(|set| frequency(*set)).collect();
        let cost = |end: usize| -> f64 {
            let four = end.saturating_sub(4)..end;
            let share: f64 = shares.get(four.clone()).unwrap_or_default().iter().product();
            let sets = row.get(four).unwrap_or_default();
            let escaped = sets.iter().any(|set| !set.intersection(short).is_empty());
            let share = if is_common(sets) { 50.0 * share } else { share };
            if escaped { 1.0 + share } else { share }
        };
        // A lead's is best a part of a word: that may be the name of a member.
        let word = row
            .iter()
            .take_while(|set| set.intersection(WORD) == **set)
            .count();
        let most = if role == Role::Lead && word >= 3 {
            word
        } else {
            row.len()
        };
        let ends = most.min(3)..=most;
        let end = ends
            .map(|end| (end, cost(end)))
            .min_by(|one, other| one.1.total_cmp(&other.1))
            .map_or(row.len(), |(end, _)| end);
        Self { row, end }
    }

    /// Where a match with this head begins, if its trigger ends at `text[at]`.
    #[inline]
    pub(crate) fn begins(&self, text: &[u8], at: usize) -> Option<usize> {
        let start = (at + 1).checked_sub(self.end)?;
        let fits = |(byte, set): (&u8, &ByteSet)| set.contains(*byte);
        // The rare bytes first, then as much of the row as there is.
        let (known, rest) = self.row.split_at_checked(self.end)?;
        let found = text.get(start..=at)?.iter().zip(known).rev().all(fits)
            && text.get(at + 1..)?.iter().zip(rest).all(fits);
        found.then_some(start)
    }

    /// The four, with sets of all bytes in front where there are fewer.
    pub(crate) fn fingerprint(&self) -> [ByteSet; 4] {
        let mut padded = [ByteSet::FULL; 4];
        let known = self.row.get(..self.end).unwrap_or_default();
        for (slot, set) in padded.iter_mut().rev().zip(known.iter().rev()) {
            *slot = *set;
        }
        padded
    }
}

/// Names and words that documents are full of: a trigger that lies in one fires all the time.
const COMMON: [&[u8]; 20] = [
    b"accept",
    b"account",
    b"address",
    b"arguments",
    b"complete",
    b"contact",
    b"content",
    b"continue",
    b"control",
    b"create",
    b"delta",
    b"finish",
    b"index",
    b"message",
    b"model",
    b"number",
    b"object",
    b"reason",
    b"status",
    b"usage",
];

/// Whether what some sets say is part of a common word, and more than two letters.
fn is_common(sets: &[ByteSet]) -> bool {
    let within = |word: &&[u8]| {
        let fits = |part: &[u8]| part.iter().zip(sets).all(|(byte, set)| set.contains(*byte));
        word.windows(sets.len()).any(fits)
    };
    sets.len() > 2 && COMMON.iter().any(within)
}

/// What `\b \t \n \f \r \" \\` stand for.
pub(crate) const SHORT: &[u8] = b"\x08\t\n\x0c\r\"\\";

/// How often a byte of a set comes in text, roughly: letters as in English, everything else as one in a hundred.
/// Only the choice between windows rests on it. Source: the usual letter counts of English prose.
fn frequency(set: ByteSet) -> f64 {
    const LETTERS: [u16; 26] = [
        82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1,
    ];
    let share = |byte: u8| match byte {
        b'a'..=b'z' => f64::from(LETTERS.get(usize::from(byte - b'a')).copied().unwrap_or(10)) / 1000.0,
        b'A'..=b'Z' => f64::from(LETTERS.get(usize::from(byte - b'A')).copied().unwrap_or(10)) / 10_000.0,
        _ => 0.01,
    };
    set.iter().map(share).sum::<f64>().min(1.0)
}

/// What names of members are mostly made of.
const WORD: ByteSet = ByteSet::of(b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

impl Trigger {
    /// Whether it is a part of a word, whatever the match.
    pub(crate) fn is_word(&self) -> bool {
        let part = |head: &Head| {
            head.row
                .iter()
                .take(head.end)
                .all(|set| set.intersection(WORD) == *set)
        };
        matches!(self, Self::Heads(heads) if heads.iter().all(part))
    }

    /// A bound on how many bytes of a match pass before its first trigger is complete.
    pub(crate) fn reach(&self) -> usize {
        match self {
            Self::Heads(heads) => heads.iter().map(|head| head.end).max().unwrap_or(1),
            Self::Shapes(_, reach) => *reach,
            Self::Mixed => MIXED_WITHIN,
            Self::First(_) => 1,
        }
    }
}

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Values.
    Value,
    /// What stands before them: words, most of them.
    Lead,
}

/// Shapes of which every match holds one, and within how many bytes.
pub(crate) type Held = Option<(Shapes, usize)>;

/// The triggers of a pattern: the rarest that are enough. `held` proves which shapes every match holds, where it is asked.
///
/// # Errors
/// To prove them is more work than there may be.
pub(crate) fn derive(
    hir: &Hir,
    first: ByteSet,
    role: Role,
    held: impl FnOnce() -> Result<Held, Oversize>,
) -> Result<Trigger, Oversize> {
    let rows = heads(hir);
    let heads: Vec<Head> = rows.into_iter().map(|row| Head::new(row, role)).collect();
    // A lead is words, and what begins with a literal is as good as one.
    let literal = |head: &Head| role == Role::Lead || head.fingerprint().iter().all(|set| set.len() <= 2);
    if heads.iter().all(|head| is_rare(head) && literal(head)) && !heads.is_empty() {
        return Ok(Trigger::Heads(heads));
    }
    if let Some((shapes, reach)) = held()? {
        return Ok(Trigger::Shapes(shapes, reach));
    }
    if !heads.is_empty() && heads.iter().all(|head| is_rare(head) || is_rather_rare(head)) {
        return Ok(Trigger::Heads(heads));
    }
    Ok(Trigger::First(first))
}

/// Shapes in the order in which they are dropped, with the pattern of each. `^` stands where a run of digits, or a word,
/// has to begin: see [`SEEN`].
pub(super) const LIKELY: [(Shape, &str); 15] = [
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

/// Whether a head says enough: of the four bytes that are looked for, three are one letter, digit or sign each.
fn is_rare(head: &Head) -> bool {
    head.fingerprint().iter().filter(|set| set.len() <= 3).count() >= 3
}

/// Whether it says something: there are three, two of them one letter, digit or sign each.
fn is_rather_rare(head: &Head) -> bool {
    head.fingerprint().iter().filter(|set| set.len() <= 3).count() >= 2 && head.row.len() >= 3
}

/// The first bytes of every match: rows of at most [`HEAD`] sets. Empty if there are too many or some match is empty.
pub(crate) fn heads(hir: &Hir) -> Vec<Vec<ByteSet>> {
    // A pattern that forks often has too many long rows, but perhaps not too many short ones.
    [HEAD, 8, 4]
        .into_iter()
        .map(|longest| rows_of(hir, longest))
        .find(|rows| !rows.is_empty())
        .unwrap_or_else(|| joined(hir))
}

/// What every match begins with, if that is said by few enough pairs of bytes; else nothing.
pub(crate) fn prefixes(hir: &Hir) -> Vec<Vec<ByteSet>> {
    let rows = heads(hir);
    let pairs = |row: &Vec<ByteSet>| match row.as_slice() {
        [first, second, ..] => first.len() * second.len(),
        _ => usize::MAX,
    };
    match rows.iter().all(|row| pairs(row) <= 16) {
        true => rows,
        false => Vec::new(),
    }
}

/// The first bytes of every match; every byte, if that cannot be told.
pub(crate) fn first(hir: &Hir) -> ByteSet {
    let rows = rows_of(hir, 1);
    let first = rows
        .iter()
        .filter_map(|row| row.first())
        .fold(ByteSet::EMPTY, |set, first| set.union(*first));
    if first.is_empty() { ByteSet::FULL } else { first }
}

/// Rows of at most four sets, those that differ in the last alone as one.
fn joined(hir: &Hir) -> Vec<Vec<ByteSet>> {
    let all: Vec<Vec<ByteSet>> = rows(hir, 4, Join::Yes).into_iter().map(|row| row.sets).collect();
    let few = all.len() <= MOST && all.iter().all(|row| row.len() == 4);
    if few { all } else { Vec::new() }
}

fn rows_of(hir: &Hir, longest: usize) -> Vec<Vec<ByteSet>> {
    let mut rows: Vec<Vec<ByteSet>> = rows(hir, longest, Join::No)
        .into_iter()
        .map(|row| row.sets)
        .collect();
    if rows.len() > MOST || rows.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    rows.sort();
    rows.dedup();
    rows
}

/// The longest head: more bytes would rarely say more.
const HEAD: usize = 12;

/// More rows than this are no trigger any more.
const MOST: usize = 64;

struct Row {
    sets: Vec<ByteSet>,
    /// Whether what follows in the pattern follows directly.
    open: bool,
}

fn rows(hir: &Hir, room: usize, join: Join) -> Vec<Row> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![Row {
            sets: Vec::new(),
            open: true,
        }],
        HirKind::Literal(literal) => {
            let sets: Vec<ByteSet> = literal
                .0
                .iter()
                .take(room)
                .map(|byte| ByteSet::of(&[*byte]))
                .collect();
            vec![Row {
                open: sets.len() == literal.0.len(),
                sets,
            }]
        }
        HirKind::Class(class) => vec![Row {
            sets: vec![class_set(class)],
            open: true,
        }],
        HirKind::Capture(capture) => rows(&capture.sub, room, join),
        HirKind::Concat(parts) => concat(parts.iter(), room, join),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(rows(part, room, join));
                all = join.rows(all, room);
                if all.len() > MOST {
                    break;
                }
            }
            all
        }
        HirKind::Repetition(repetition) => {
            let least = (repetition.min as usize).min(room);
            let mut all = concat(core::iter::repeat_n(&*repetition.sub, least), room, join);
            if repetition.max != Some(repetition.min) {
                if repetition.min == 0 {
                    // Once or more, or not at all.
                    all.extend(
                        rows(&repetition.sub, room, join)
                            .into_iter()
                            .map(|row| Row { open: false, ..row }),
                    );
                } else {
                    all.iter_mut().for_each(|row| row.open = false);
                }
            }
            all
        }
    }
}

fn concat<'a>(parts: impl Iterator<Item = &'a Hir>, room: usize, join: Join) -> Vec<Row> {
    let mut all = vec![Row {
        sets: Vec::new(),
        open: true,
    }];
    for part in parts {
        if all.iter().all(|row| !row.open) || all.len() > MOST {
            break;
        }
        let mut next = Vec::new();
        for row in all {
            if !row.open || row.sets.len() >= room {
                next.push(Row { open: false, ..row });
                continue;
            }
            let more = rows(part, room - row.sets.len(), join);
            // What is known says enough: to go on in many ways would say little more.
            let enough = match row.sets.len() {
                0..=2 => false,
                3 => more.len() > 4,
                _ => more.len() > 1,
            };
            if enough {
                next.push(Row { open: false, ..row });
                continue;
            }
            for more in more {
                let sets = row.sets.iter().chain(&more.sets).copied().collect();
                next.push(Row {
                    sets,
                    open: more.open,
                });
            }
        }
        all = join.rows(next, room);
    }
    all
}

/// Whether rows that differ in their last set alone become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    Yes,
    No,
}

impl Join {
    /// Joins those of some rows that are as long as they may be.
    fn rows(self, rows: Vec<Row>, room: usize) -> Vec<Row> {
        if self == Self::No {
            return rows;
        }
        let (mut full, mut all): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.sets.len() >= room);
        full.sort_by(|one, other| one.sets.cmp(&other.sets));
        full.dedup_by(|next, row| {
            let front = |row: &Row| row.sets.split_last().map(|(_, front)| front.to_vec());
            let same = front(next) == front(row);
            if same && let (Some(next), Some(last)) = (next.sets.last(), row.sets.last_mut()) {
                *last = last.union(*next);
            }
            same
        });
        all.append(&mut full);
        all
    }
}

/// The bytes of a class.
pub(crate) fn class_set(class: &Class) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    match class {
        Class::Bytes(class) => {
            for range in class.ranges() {
                set = (range.start()..=range.end()).fold(set, ByteSet::with);
            }
        }
        Class::Unicode(class) => {
            for range in class.ranges() {
                let (start, end) = (u32::from(range.start()), u32::from(range.end()));
                set = (start..=end.min(0x7F)).fold(set, |set, byte| set.with(byte as u8));
                if end > 0x7F {
                    set = (0x80..=0xFF).fold(set, ByteSet::with);
                }
            }
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::super::ended::ended;
    use super::*;
    use proptest::prelude::*;

    fn trigger(pattern: &str) -> Trigger {
        let hir = automaton::parse(pattern).unwrap();
        let mut work = Work::new();
        let automaton = Automaton::new(&hir, &mut work).unwrap();
        let held = || shapes(&automaton, pattern.starts_with(r"\b"), 64, &mut work);
        derive(&hir, ByteSet::of(b"0"), Role::Value, held).unwrap()
    }

    #[test]
    fn literals_are_heads() {
        let Trigger::Heads(heads) = trigger(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}") else {
            panic!("no heads")
        };
        assert_eq!(heads.len(), 2);
        assert_eq!(heads[0].row[..4], b"AKIA".map(|byte| ByteSet::of(&[byte])));
        let Trigger::Heads(heads) = trigger(r"(?i)pwd[=:]\S{1,9}") else {
            panic!("no heads")
        };
        assert!(heads.iter().all(|head| head.row[0] == ByteSet::of(b"pP")));
    }

    #[test]
    fn shapes_are_proven() {
        let only = |shape| Shapes::NONE.with(shape);
        assert_eq!(
            trigger(r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
            Trigger::Shapes(only(Shape::Ssn324), 11)
        );
        assert_eq!(
            trigger(r"\b(?:[0-9]{4}[ -]?){3}[0-9]{4}\b"),
            Trigger::Shapes(only(Shape::Group44).with(Shape::Digits13), 17)
        );
        assert!(
            matches!(trigger(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"), Trigger::Shapes(shapes, 13) if shapes == only(Shape::Quad))
        );
        // Some match has no shape: the first bytes must do.
        assert!(matches!(
            trigger(r"\b[0-9]{3}x?[0-9]{4}\b"),
            Trigger::Heads(_) | Trigger::First(_)
        ));
        // What may be left out counts in neither way.
        assert_eq!(
            trigger(r"\b[0-9]{9}(?:[0-9]{4})?\b"),
            Trigger::Shapes(only(Shape::Digits9), 9)
        );
        // A match may end where the text does not.
        assert!(matches!(
            trigger(r"\b[0-9]{4}(?:-[0-9]{4})?\B"),
            Trigger::Heads(_) | Trigger::First(_)
        ));
        // In a longer run the ninth digit is not the match's ninth.
        assert!(matches!(
            trigger(r"[0-9]{9}"),
            Trigger::First(_) | Trigger::Heads(_)
        ));
    }

    /// Patterns that are often proven, each part with texts that it matches.
    const PARTS: [(&str, &[&str]); 18] = [
        ("[0-9]{2}", &["12"]),
        ("[0-9]{3}", &["123"]),
        ("[0-9]{4}", &["1234"]),
        ("[0-9]{9}", &["123456789"]),
        ("[0-9]{1,3}", &["1", "12", "123"]),
        ("(?:[0-9]{4})?", &["", "1234"]),
        ("(?:[ -]?[0-9]{4}){2}", &["12341234", " 1234-1234", "-1234 1234"]),
        ("[-. ]", &["-", ".", " "]),
        ("[ -]?", &["", " ", "-"]),
        (r"\.", &["."]),
        (r"\+", &["+"]),
        (r"\(?", &["", "("]),
        ("[A-Z]{2}", &["AB"]),
        ("[A-Z0-9]{2,5}", &["AB", "A1B2", "1AB12", "12345"]),
        ("[0-9A-F]{1,4}", &["A", "12", "AB12"]),
        ("::?", &[":", "::"]),
        (r"\b", &[""]),
        (r"\B", &[""]),
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn every_match_has_its_trigger(
            boundary in proptest::sample::select(&["", r"\b"][..]),
            parts in proptest::collection::vec((0..PARTS.len(), 0..6usize), 1..7),
            around in proptest::collection::vec(proptest::sample::select(&b" a1-+:A("[..]), 0..4),
            at in 0..4usize,
        ) {
            let mut pattern = boundary.to_owned();
            let (before, after) = around.split_at(at.min(around.len()));
            let mut text = before.to_vec();
            for (part, sample) in parts {
                let (part, samples) = PARTS[part];
                pattern.push_str(part);
                text.extend_from_slice(samples[sample % samples.len()].as_bytes());
            }
            text.extend_from_slice(after);
            let hir = automaton::parse(&pattern).unwrap();
            let mut work = Work::new();
            let automaton = Automaton::new(&hir, &mut work).unwrap();
            let bytes = first(&hir);
            let held = || shapes(&automaton, !boundary.is_empty(), 200, &mut work);
            let trigger = derive(&hir, bytes, Role::Value, held).unwrap();
            let mut ends = Vec::new();
            for start in 0..text.len() {
                automaton.ends_from(&text, start, &mut ends);
                let Some(end) = ends.iter().copied().find(|end| *end > start) else {
                    continue;
                };
                let is_triggered = match &trigger {
                    Trigger::Heads(heads) => heads.iter().any(|head| {
                        let row = text[start..end].iter().zip(&head.row);
                        end - start >= head.end && row.clone().all(|(byte, set)| set.contains(*byte))
                    }),
                    Trigger::Shapes(shapes, reach) => {
                        (start..end.min(start + reach)).any(|at| !ended(*shapes, &text, at).is_empty())
                    }
                    Trigger::First(bytes) => bytes.contains(text[start]),
                    Trigger::Mixed => unreachable!("nothing asked for it"),
                };
                prop_assert!(is_triggered, "{pattern} on {:?} from {start}: {trigger:?}", String::from_utf8_lossy(&text));
            }
        }
    }
}
