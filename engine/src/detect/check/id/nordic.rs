//! The Nordic countries.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, digits, is_at, is_day, is_dmy, is_full_ymd, luhn, number, numbers, sum, two, verdict,
};

/// Danish person number: CPR-kontoret: day of birth and serial; new numbers have no check digit any more.
pub(super) fn dk_cpr(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| is_dmy(of))
}

/// Danish company number: Erhvervsstyrelsen.
pub(super) fn dk_cvr(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        !matches!(of, [0, ..]) && sum(of, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Finnish personal identity code: Digital and Population Data Services Agency: day of birth, a sign for the century,
/// a number, a check sign.
pub(super) fn fi_hetu(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [born @ .., _, n1, n2, n3, check] = candidate.value else {
        return Verdict::Fails;
    };
    let (Some(born), Some(serial)) = (numbers::<6>(born), numbers::<3>(&[*n1, *n2, *n3])) else {
        return Verdict::Fails;
    };
    let total = number(&born) * 1000 + number(&serial);
    let right = is_at(SIGNS, (total % 31) as u32, check.to_ascii_uppercase());
    verdict(is_dmy(&born) && number(&serial) > 1 && right)
}

/// Finnish company number, also in VAT numbers: Verohallinto.
pub(super) fn fi_business(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        sum(of, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)
    })
}

/// Finnish tax number: Verohallinto: Luhn's digit.
pub(super) fn fi_veronumero(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| luhn(of))
}

/// Icelandic number of people and companies: Þjóðskrá: day with 40 added for companies, serial, check digit, century.
pub(super) fn is_kennitala(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| {
        let [d1, d2, m1, m2, y1, y2, .., century] = *of;
        let is_born = is_day(two(y1, y2), two(m1, m2), two(d1, d2) % 40);
        let right = sum(of, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
        is_born && two(d1, d2) < 72 && matches!(century, 0 | 8 | 9) && right
    })
}

/// Norwegian birth number: Skatteetaten: day of birth, number, two check digits; 40 added to the day or month in other
/// kinds, 80 to the month of synthetic ones.
pub(super) fn no_fodselsnummer(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [d1, d2, m1, m2, y1, y2, ..] = *of;
        let is_born = is_day(two(y1, y2), two(m1, m2) % 40, two(d1, d2) % 40);
        is_born
            && sum(of, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
            && sum(of, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Norwegian organisation number: Brønnøysundregistrene.
pub(super) fn no_orgnr(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        matches!(of, [8 | 9, ..]) && sum(of, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Norwegian bank account: Bits: bank, kind, number, check digit.
pub(super) fn no_account(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        sum(of, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Swedish personal number: Skatteverket: day of birth with 60 added for coordination numbers, number, check digit.
pub(super) fn se_personnummer(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let (century, rest) = text.split_at(text.len().checked_sub(10)?);
        let of = numbers::<10>(rest)?;
        let [y1, y2, m1, m2, d1, d2, ..] = of;
        let day = two(d1, d2);
        let day = if day > 60 { day - 60 } else { day };
        let is_born = match century {
            [] => is_day(two(y1, y2), two(m1, m2), day),
            [_, _] => {
                let [c1, c2] = numbers::<2>(century)?;
                is_full_ymd(&[c1, c2, y1, y2, m1, m2, day / 10, day % 10])
            }
            _ => false,
        };
        Some(is_born && luhn(&of))
    });
    verdict(right == Some(true))
}

/// Swedish organisation number: Bolagsverket: the third digit is at least 2, so that it is no day.
pub(super) fn se_orgnr(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| matches!(of, [1..=9, _, 2..=9, ..]) && luhn(of))
}

/// Swedish VAT number without `SE`: the number of a company or a person, and two digits.
pub(super) fn se_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        of.get(..10).is_some_and(luhn) && of.get(10..).map(number).is_some_and(|last| last > 0)
    })
}
