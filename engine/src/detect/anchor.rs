//! From a pattern to what the scan looks for.
//!
//! Every match of a pattern must contain one of its triggers, whole; where none fires, the pattern is not run. The
//! triggers are derived, and that they are enough is proven, not assumed: the pattern's automaton and that of the
//! shapes run side by side until every path has met a shape ([`covers`]).

use super::automaton::{Automaton, Progress, State};
use crate::simd::{ByteSet, Shape, Shapes};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::HashSet;

/// What makes a pattern worth running, and how far before it a match may begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// Every match begins with one of these rows of sets; the trigger is on the last of four of them.
    Heads(Vec<Head>),
    /// Every match contains one of these shapes, complete within its first `reach` bytes.
    Shapes(Shapes, usize),
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
    fn new(row: Vec<ByteSet>) -> Self {
        let short = ByteSet::of(SHORT);
        let cost = |end: &usize| -> f64 {
            let four = row.get(end.saturating_sub(4)..*end).unwrap_or_default();
            let share: f64 = four.iter().map(|set| frequency(*set)).product();
            let escaped = four.iter().any(|set| !set.intersection(short).is_empty());
            if escaped { 1.0 + share } else { share }
        };
        let ends = row.len().min(3)..=row.len();
        let end = ends
            .min_by(|one, other| cost(one).total_cmp(&cost(other)))
            .unwrap_or(row.len());
        Self { row, end }
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
    (0..=u8::MAX)
        .filter(|byte| set.contains(*byte))
        .map(share)
        .sum::<f64>()
        .min(1.0)
}

impl Trigger {
    /// A bound on how many bytes of a match pass before its first trigger is complete.
    pub(crate) fn reach(&self) -> usize {
        match self {
            Self::Heads(heads) => heads.iter().map(|head| head.end).max().unwrap_or(1),
            Self::Shapes(_, reach) => *reach,
            Self::First(_) => 1,
        }
    }
}

/// The triggers of a pattern: the rarest that are enough.
pub(crate) fn derive(
    hir: &Hir,
    automaton: &Automaton,
    boundary: bool,
    first: ByteSet,
    longest: usize,
) -> Trigger {
    let heads = heads(hir);
    if heads.iter().all(|head| is_rare(head)) && !heads.is_empty() {
        return Trigger::Heads(heads.into_iter().map(Head::new).collect());
    }
    if let Some(mut reach) = covers(automaton, &LIKELY.map(|(shape, _)| shape), boundary, longest) {
        let mut kept: Vec<Shape> = LIKELY.map(|(shape, _)| shape).to_vec();
        // Most frequent first: what can be done without is.
        for (shape, _) in LIKELY {
            let fewer: Vec<Shape> = kept.iter().copied().filter(|other| *other != shape).collect();
            if let Some(shorter) = covers(automaton, &fewer, boundary, longest) {
                kept = fewer;
                reach = shorter;
            }
        }
        let shapes = kept
            .iter()
            .fold(Shapes::NONE, |shapes, shape| shapes.with(*shape));
        return Trigger::Shapes(shapes, reach);
    }
    if !heads.is_empty() && heads.iter().all(|head| head.len() >= 3) {
        return Trigger::Heads(heads.into_iter().map(Head::new).collect());
    }
    Trigger::First(first)
}

/// Shapes in the order in which they are dropped, with the pattern of each. Those that count in a maximal run begin
/// with `^`: see [`covers`].
pub(super) const LIKELY: [(Shape, &str); 9] = [
    (Shape::PlusDigit, r"\+\(?[0-9]"),
    (
        Shape::Colons,
        r"::|[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
    ),
    (Shape::Phone34, r"[0-9]{3}[-. ][0-9]{4}"),
    (Shape::Iban, r"^[A-Z]{2}[0-9]{2}"),
    (Shape::Digits9, r"^[0-9]{9}"),
    (Shape::Group44, r"[0-9]{4}[ -][0-9]{4}"),
    (Shape::Digits13, r"^[0-9]{13}"),
    (Shape::Quad, r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"),
    (Shape::Ssn324, r"[0-9]{3}[-. ][0-9]{2}[-. ][0-9]{4}"),
];

/// Whether every match contains one of the shapes, and within how many bytes.
fn covers(pattern: &Automaton, shapes: &[Shape], boundary: bool, longest: usize) -> Option<usize> {
    let shapes = LIKELY
        .iter()
        .filter(|(shape, _)| shapes.contains(shape))
        .map(|(shape, text)| {
            let Some(run) = text.strip_prefix('^') else {
                return format!("(?s-u:.)*(?:{text})");
            };
            // The run must begin in the match, or with it where a boundary stands there.
            let before = if *shape == Shape::Iban {
                "[^0-9A-Za-z]"
            } else {
                "[^0-9]"
            };
            format!("(?:(?s-u:.)*{before}){}{run}", if boundary { "?" } else { "" })
        });
    let seen = Automaton::new(&shapes.collect::<Vec<_>>().join("|"))?;
    let mut layer: HashSet<(State, State)> = HashSet::new();
    for before in [None, Some(b' '), Some(b'a'), Some(b'0')] {
        layer.insert((pattern.start(before)?, seen.start(None)?));
    }
    let mut work = 0usize;
    for reach in 0..=longest {
        if layer.is_empty() {
            return Some(reach);
        }
        let mut next = HashSet::new();
        for (at, met) in layer {
            if pattern.ends(at) {
                return None;
            }
            for byte in 0..=u8::MAX {
                let (mut at, mut met) = (at, met);
                if pattern.step(&mut at, byte) == Progress::Dead {
                    continue;
                }
                // A shape is met as soon as it could end here.
                let _ = seen.step(&mut met, byte);
                if !seen.ends(met) {
                    next.insert((at, met));
                }
            }
            work += 1;
            if work > 20_000 {
                return None;
            }
        }
        layer = next;
    }
    None
}

/// Whether a head says enough: of the four bytes that are looked for, three are one letter, digit or sign each.
fn is_rare(row: &[ByteSet]) -> bool {
    let four = Head::new(row.to_vec()).fingerprint();
    four.iter().filter(|set| set.len() <= 3).count() >= 3
}

/// The first bytes of every match: rows of at most [`HEAD`] sets. Empty if there are too many or some match is empty.
pub(crate) fn heads(hir: &Hir) -> Vec<Vec<ByteSet>> {
    // A pattern that forks often has too many long rows, but perhaps not too many short ones.
    [HEAD, 8, 4]
        .into_iter()
        .map(|longest| rows_of(hir, longest))
        .find(|rows| !rows.is_empty())
        .unwrap_or_default()
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

fn rows_of(hir: &Hir, longest: usize) -> Vec<Vec<ByteSet>> {
    let mut rows: Vec<Vec<ByteSet>> = rows(hir, longest).into_iter().map(|row| row.sets).collect();
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

fn rows(hir: &Hir, room: usize) -> Vec<Row> {
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
        HirKind::Capture(capture) => rows(&capture.sub, room),
        HirKind::Concat(parts) => concat(parts.iter(), room),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(rows(part, room));
                if all.len() > MOST {
                    break;
                }
            }
            all
        }
        HirKind::Repetition(repetition) => {
            let least = (repetition.min as usize).min(room);
            let mut all = concat(core::iter::repeat_n(&*repetition.sub, least), room);
            if repetition.max != Some(repetition.min) {
                if repetition.min == 0 {
                    // Once or more, or not at all.
                    all.extend(
                        rows(&repetition.sub, room)
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

fn concat<'a>(parts: impl Iterator<Item = &'a Hir>, room: usize) -> Vec<Row> {
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
            for more in rows(part, room - row.sets.len()) {
                let sets = row.sets.iter().chain(&more.sets).copied().collect();
                next.push(Row {
                    sets,
                    open: more.open,
                });
            }
        }
        all = next;
    }
    all
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
    use super::*;

    fn trigger(pattern: &str) -> Trigger {
        let hir = regex_syntax::ParserBuilder::new()
            .utf8(false)
            .unicode(false)
            .build()
            .parse(pattern)
            .unwrap();
        let automaton = Automaton::new(pattern).unwrap();
        derive(
            &hir,
            &automaton,
            pattern.starts_with(r"\b"),
            ByteSet::of(b"0"),
            64,
        )
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
        // In a longer run the ninth digit is not the match's ninth.
        assert!(matches!(
            trigger(r"[0-9]{9}"),
            Trigger::First(_) | Trigger::Heads(_)
        ));
    }
}
