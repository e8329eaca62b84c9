//! The United States.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, luhn, numbers, sum, two, verdict};

/// Bank routing number: ABA Routing Number Policy: a Federal Reserve district first, weights 3, 7, 1.
pub(super) fn us_aba(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [d1, d2, ..] = *of;
        let district = matches!(two(d1, d2), 0..=12 | 21..=32 | 61..=72 | 80);
        district && sum(of, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
    })
}

/// Individual taxpayer number: IRS, "Validating an ITIN": begins with 9, groups that are issued.
pub(super) fn us_itin(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [first, _, _, g1, g2, ..] = *of;
        first == 9 && matches!(two(g1, g2), 50..=65 | 70..=88 | 90..=92 | 94..=99)
    })
}

/// Adoption taxpayer number: IRS: begins with 9, group 93.
pub(super) fn us_atin(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| matches!(of, [9, _, _, 9, 3, ..]))
}

/// Employer number: IRS, "How EINs are assigned": prefixes that are.
pub(super) fn us_ein(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [d1, d2, ..] = *of;
        matches!(two(d1, d2), 1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99)
    })
}

/// Provider number: CMS, "NPI check digit": Luhn with 80840 before it.
pub(super) fn us_npi(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| matches!(of, [1 | 2, ..]) && is_provider(of))
}

/// The same beyond the first digits that are given out so far.
pub(super) fn us_npi_other(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| !matches!(of, [1 | 2, ..]) && is_provider(of))
}

fn is_provider(of: &[u32; 10]) -> bool {
    let mut full = [8, 0, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (slot, digit) in full.iter_mut().skip(5).zip(of) {
        *slot = *digit;
    }
    luhn(&full)
}

/// Registration of a prescriber: DEA Diversion Control Division: a letter for the kind, one of the name, six digits, a
/// check digit.
pub(super) fn us_dea(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (head, rest) = plain.text().split_at_checked(2)?;
        let of = numbers::<7>(rest)?;
        let [.., check] = of;
        let kind = head
            .first()
            .is_some_and(|byte| b"ABCDEFGHJKLMPRSTUX".contains(byte));
        Some(kind && of != [0; 7] && sum(&of, &[1, 2, 1, 2, 1, 2]) % 10 == check)
    });
    verdict(right == Some(true))
}
