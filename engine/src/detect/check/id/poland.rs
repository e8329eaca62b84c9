//! Poland.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, is_day, missing, numbers, sum, two, value, verdict};

/// PESEL: rozporządzenie of 2011 on numbers: day of birth with 20, 40, 60 or 80 added to the month for other centuries,
/// serial, check digit.
pub(super) fn pl_pesel(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [y1, y2, m1, m2, d1, d2, .., check] = *of;
        let right = missing(sum(of, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]), 10);
        is_day(two(y1, y2), two(m1, m2) % 20, two(d1, d2)) && right == check
    })
}

/// Tax number (NIP): ustawa of 13 October 1995; a remainder of 10 is never issued.
pub(super) fn pl_nip(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [.., check] = *of;
        sum(of, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == check
    })
}

/// Company number (REGON) of nine or fourteen digits: rozporządzenie of 1999.
pub(super) fn pl_regon(candidate: &Candidate<'_>) -> Verdict {
    let is_short = |of: &[u32]| {
        let check = of.get(8).copied();
        check == Some(sum(of, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10)
    };
    match digits::<9>(candidate, |of| is_short(of)) {
        Verdict::Fails => digits::<14>(candidate, |of| {
            let [.., check] = *of;
            is_short(of) && sum(of, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11 % 10 == check
        }),
        short => short,
    }
}

/// Identity card: ICAO 9303 weights; the check digit is the first after three letters.
pub(super) fn pl_id_card(candidate: &Candidate<'_>) -> Verdict {
    document::<6>(candidate, 3, &[7, 3, 1], &[0, 7, 3, 1, 7, 3])
}

/// Passport: the check digit is the first after two letters.
pub(super) fn pl_passport(candidate: &Candidate<'_>) -> Verdict {
    document::<7>(candidate, 2, &[7, 3], &[0, 1, 7, 3, 1, 7, 3])
}

/// Letters and `N` digits, the first of which is what both sums come to.
fn document<const N: usize>(
    candidate: &Candidate<'_>,
    letters: usize,
    of_letters: &[u32],
    of_digits: &[u32],
) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (head, rest) = plain.text().split_at_checked(letters)?;
        let of = numbers::<N>(rest)?;
        let weighted = head.iter().zip(of_letters);
        let head: u32 = weighted.map(|(byte, weight)| value(*byte) * weight).sum();
        Some((head + sum(&of, of_digits)) % 10 == *of.first()?)
    });
    verdict(right == Some(true))
}
