//! Bulgaria, the Czech Republic, Slovakia and the states of former Yugoslavia.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, digits, is_day, is_part, iso_11_10, missing, number, numbers, remainder, sum, two, unless, verdict,
};

/// Bulgarian uniform civil number: ГРАО: day of birth with 20 or 40 added to the month for other centuries, serial,
/// check digit.
pub(super) fn bg_egn(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, is_egn)
}

fn is_egn(of: &[u32; 10]) -> bool {
    let [y1, y2, m1, m2, d1, d2, .., check] = *of;
    let month = two(m1, m2);
    let is_born = month < 53 && is_day(two(y1, y2), month % 20, two(d1, d2));
    is_born && sum(of, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == check
}

/// Bulgarian personal number of a foreigner.
pub(super) fn bg_pnf(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, is_pnf)
}

fn is_pnf(of: &[u32; 10]) -> bool {
    let [.., check] = *of;
    sum(of, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == check
}

/// Bulgarian VAT number without `BG`: a company's nine digits, or ten of a person, a foreigner or another.
pub(super) fn bg_vat(candidate: &Candidate<'_>) -> Verdict {
    let company = digits::<9>(candidate, |of| {
        let [.., check] = *of;
        let right = match sum(of, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
            10 => sum(of, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
            digit => digit,
        };
        right == check
    });
    let other = |of: &[u32; 10]| {
        let [.., check] = *of;
        missing(sum(of, &[4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) == check
    };
    match company {
        Verdict::Fails => digits::<10>(candidate, |of| is_egn(of) || is_pnf(of) || other(of)),
        company => company,
    }
}

/// Czech and Slovak birth number: zákon č. 133/2000 Sb., § 13: day of birth with 50 added to the month of women and 20
/// where numbers ran out, serial; since 1954 divisible by 11.
pub(super) fn cz_birth(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.inner();
        if is_part(candidate) {
            return None;
        }
        let [y1, y2, m1, m2, d1, d2] = numbers::<6>(text.get(..6)?)?;
        let month = two(m1, m2) % 50;
        let month = if month > 20 { month - 20 } else { month };
        if !is_day(two(y1, y2), month, two(d1, d2)) {
            return None;
        }
        if let Some(of) = numbers::<9>(text) {
            let (_, serial) = of.split_at(6);
            return Some(two(y1, y2) < 54 && number(serial) > 0);
        }
        let [body @ .., check] = numbers::<10>(text)?;
        // Until 1985 a rest of 10 was written as 0.
        Some(remainder(&body, 11) % 10 == u64::from(check))
    });
    verdict(right == Some(true))
}

/// Czech tax number without `CZ`: a company's eight digits, a person's nine that begin with 6, or a birth number.
pub(super) fn cz_tin(candidate: &Candidate<'_>) -> Verdict {
    const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];
    let company = digits::<8>(candidate, |of| {
        let [first, .., check] = *of;
        first != 9 && (11 - sum(of, &WEIGHTS) % 11) % 10 == check
    });
    let special = |of: &[u32; 9]| {
        let [first, rest @ .., check] = of;
        let less = 11 - sum(rest, &WEIGHTS) % 11;
        *first == 6 && (19 - less) % 10 == *check
    };
    match company {
        Verdict::Fails => match digits::<9>(candidate, special) {
            Verdict::Fails => cz_birth(candidate),
            special => special,
        },
        company => company,
    }
}

/// Slovak VAT number without `SK`: divisible by 11; or a birth number.
pub(super) fn sk_vat(candidate: &Candidate<'_>) -> Verdict {
    let company = digits::<10>(candidate, |of| {
        matches!(of, [1..=9, _, 2 | 3 | 4 | 7 | 8 | 9, ..]) && remainder(of, 11) == 0
    });
    match company {
        Verdict::Fails => cz_birth(candidate),
        company => company,
    }
}

/// Personal number of Yugoslavia (EMŠO, JMBG, MBR), still that of its successors: day of birth, year without its
/// thousands, region, serial, check digit.
pub(super) fn yu_emso(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [d1, d2, m1, m2, y1, y2, y3, .., check] = *of;
        let year = y1 * 100 + two(y2, y3);
        let year = if y1 > 7 { 1000 + year } else { 2000 + year };
        let right = missing(sum(of, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) % 10;
        is_day(year, two(m1, m2), two(d1, d2)) && !(2..=7).contains(&y1) && right == check
    })
}

/// Croatian personal identification number (OIB): Porezna uprava: ISO/IEC 7064.
pub(super) fn hr_oib(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| iso_11_10(of))
}

/// Serbian tax number (PIB): Poreska uprava: ISO/IEC 7064.
pub(super) fn rs_pib(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| iso_11_10(of))
}

/// Slovenian tax number: Finančna uprava.
pub(super) fn si_tin(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [first, .., check] = *of;
        let less = 11 - sum(of, &[8, 7, 6, 5, 4, 3, 2]) % 11;
        first != 0 && less != 11 && less % 10 == check
    })
}

/// The same where the check digit is none.
pub(super) fn si_tin_other(candidate: &Candidate<'_>) -> Verdict {
    unless(si_tin, candidate)
}

/// Montenegrin tax number: Poreska uprava.
pub(super) fn me_pib(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let [.., check] = *of;
        missing(sum(of, &[8, 7, 6, 5, 4, 3, 2]), 11) % 10 == check
    })
}

/// Macedonian tax number: Управа за јавни приходи.
pub(super) fn mk_edb(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [.., check] = *of;
        missing(sum(of, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) % 10 == check
    })
}
