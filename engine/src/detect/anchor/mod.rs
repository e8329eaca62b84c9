//! From a pattern to what the scan looks for.
//!
//! Every match of a pattern must contain one of its triggers, whole; where none fires, the pattern is not run. The
//! triggers are derived, and that they are enough is proven, not assumed: the pattern's automaton and that of the
//! shapes run side by side (`prove`).

mod prove;
mod rows;
#[cfg(test)]
mod tests;

pub(in crate::detect) use prove::LIKELY;
pub(crate) use prove::shapes;
pub(crate) use rows::{class_set, first, heads, prefixes};

use super::detector::MIXED_WITHIN;
use super::determinise::Oversize;
use crate::simd::{ByteSet, Shapes};
use regex_syntax::hir::Hir;

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

/// Whether a head says enough: of the four bytes that are looked for, three are one letter, digit or sign each.
fn is_rare(head: &Head) -> bool {
    head.fingerprint().iter().filter(|set| set.len() <= 3).count() >= 3
}

/// Whether it says something: there are three, two of them one letter, digit or sign each.
fn is_rather_rare(head: &Head) -> bool {
    head.fingerprint().iter().filter(|set| set.len() <= 3).count() >= 2 && head.row.len() >= 3
}
