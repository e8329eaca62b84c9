//! What the matches of a pattern begin with.

use crate::simd::ByteSet;
use regex_syntax::hir::{Class, Hir, HirKind};

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
