//! South Korea.

use super::super::{Candidate, Verdict};
use super::shared::{digits, is_ymd, missing, sum, two, unless};

/// What registration numbers of residents and foreigners weigh.
const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/// Resident registration number: 주민등록법 시행규칙: day of birth, sex and century, serial, check digit.
pub(super) fn kr_rrn(candidate: &Candidate<'_>) -> Verdict {
    registration(candidate, 1..=4, Some(0))
}

/// The same whatever the check digit, which numbers given out since October 2020 have not.
pub(super) fn kr_rrn_any(candidate: &Candidate<'_>) -> Verdict {
    registration(candidate, 1..=4, None)
}

/// Only those without.
pub(super) fn kr_rrn_new(candidate: &Candidate<'_>) -> Verdict {
    match kr_rrn_any(candidate) {
        Verdict::Fails => Verdict::Fails,
        _ => unless(kr_rrn, candidate),
    }
}

/// Foreigner registration number: other digits for the sex, and 2 added to the check digit.
pub(super) fn kr_frn(candidate: &Candidate<'_>) -> Verdict {
    registration(candidate, 5..=8, Some(2))
}

/// The same whatever the check digit.
pub(super) fn kr_frn_any(candidate: &Candidate<'_>) -> Verdict {
    registration(candidate, 5..=8, None)
}

/// Only those without one.
pub(super) fn kr_frn_new(candidate: &Candidate<'_>) -> Verdict {
    match kr_frn_any(candidate) {
        Verdict::Fails => Verdict::Fails,
        _ => unless(kr_frn, candidate),
    }
}

fn registration(
    candidate: &Candidate<'_>,
    sexes: core::ops::RangeInclusive<u32>,
    add: Option<u32>,
) -> Verdict {
    digits::<13>(candidate, |of| {
        let [_, _, _, _, _, _, sex, .., check] = *of;
        let right = |add: u32| (11 - sum(of, &WEIGHTS) % 11 + add) % 10 == check;
        sexes.contains(&sex) && is_ymd(of) && add.is_none_or(right)
    })
}

/// Business registration number: 국세청.
pub(super) fn kr_brn(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [a, b, c, .., ninth, check] = *of;
        let total = sum(of, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + ninth * 5 / 10;
        a * 100 + two(b, c) > 100 && missing(total, 10) == check
    })
}

/// Driver's licence: 경찰청: region, year, number, check: the region is from 11 to 28.
pub(super) fn kr_driver(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let [r1, r2, ..] = *of;
        matches!(two(r1, r2), 11..=26 | 28)
    })
}
