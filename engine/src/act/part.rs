//! `mask`, `keep_first` and `keep_last`: a `*` for each character that does not stay.

use super::Replacement;
use crate::hold::Text;

/// One for each character.
pub(super) fn stars(value: &[u8]) -> Text {
    Text::Stars(chars(value))
}

/// The first characters stay, if they are at most a third.
pub(super) fn keep_first(value: &[u8], count: u8) -> Replacement {
    if u64::from(count) * 3 > chars(value) {
        return Replacement::whole(stars(value));
    }
    let at = nth(value, u64::from(count));
    Replacement {
        keep_start: at,
        keep_end: 0,
        text: stars(value.get(at..).unwrap_or_default()),
    }
}

/// The last characters stay, if they are at most a third.
pub(super) fn keep_last(value: &[u8], count: u8) -> Replacement {
    let total = chars(value);
    if u64::from(count) * 3 > total {
        return Replacement::whole(stars(value));
    }
    let at = nth(value, total - u64::from(count));
    let (gone, kept) = value.split_at_checked(at).unwrap_or((value, &[]));
    Replacement {
        keep_start: 0,
        keep_end: kept.len(),
        text: stars(gone),
    }
}

/// How many characters UTF-8 text has.
pub(crate) fn chars(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}

/// Where character `count` begins.
fn nth(value: &[u8], count: u64) -> usize {
    let starts = value
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte & 0xC0 != 0x80)
        .map(|(at, _)| at);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    starts.chain([value.len()]).nth(count).unwrap_or(value.len())
}
