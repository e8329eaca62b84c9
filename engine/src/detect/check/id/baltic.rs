//! Estonia, Latvia and Lithuania.

use super::super::{Candidate, Verdict};
use super::shared::{digits, is_day, is_dmy, sum, two};

/// Estonian personal code and Lithuanian personal number: sex and century, day of birth, serial, check digit in two
/// tries: Eesti standard EVS 585; Lithuanian Registrų centras. A Lithuanian without a known day has zeros.
pub(super) fn baltic(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [century, y1, y2, m1, m2, d1, d2, .., check] = *of;
        let (month, day) = (two(m1, m2), two(d1, d2));
        let unknown = month == 0 || day == 0;
        let is_born = century == 9
            || (1..=8).contains(&century)
                && (unknown && month < 13 && day < 32 || is_day(two(y1, y2), month, day));
        is_born && twice(of) == check
    })
}

/// The check digit of Estonian and Lithuanian numbers: weights 1 to 9, and once more from 3 where the rest is 10.
fn twice(of: &[u32]) -> u32 {
    const WEIGHTS: [u32; 13] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4];
    let body = of.split_last().map_or(of, |(_, body)| body);
    match sum(body, &WEIGHTS) % 11 {
        10 => sum(body, WEIGHTS.get(2..).unwrap_or_default()) % 11 % 10,
        digit => digit,
    }
}

/// Estonian company number: Registrite ja Infosüsteemide Keskus.
pub(super) fn ee_company(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [first, .., check] = *of;
        matches!(first, 1 | 7 | 8 | 9) && twice(of) == check
    })
}

/// Estonian VAT number without `EE`: Maksu- ja Tolliamet.
pub(super) fn ee_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        sum(of, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
    })
}

/// Lithuanian VAT number without `LT`: nine digits, of which the eighth is 1, or twelve, of which the eleventh is.
pub(super) fn lt_vat(candidate: &Candidate<'_>) -> Verdict {
    let right = |of: &[u32]| matches!(of, [.., 1, check] if twice(of) == *check);
    let short = digits::<9>(candidate, |of| right(of));
    match short {
        Verdict::Fails => digits::<12>(candidate, |of| right(of)),
        short => short,
    }
}

/// Latvian personal code: Pilsonības un migrācijas lietu pārvalde: day of birth, century, serial, check digit; those
/// since 2017 begin with 32 and have no day.
pub(super) fn lv_personal(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [.., check] = *of;
        let day = is_dmy(of) && matches!(of, [_, _, _, _, _, _, 0..=2, ..]);
        let total = 1 + sum(of, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        matches!(of, [3, 2, ..]) || day && total % 11 % 10 == check
    })
}

/// Latvian company and VAT number: Valsts ieņēmumu dienests.
pub(super) fn lv_company(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        matches!(of, [4..=9, ..]) && sum(of, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
    })
}
