//! Africa.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, digits, is_at, is_day, is_ymd, luhn, missing, number, numbers, place, remainder, signs, sum, two,
    value, verdict, verhoeff,
};

/// South African identity number: Department of Home Affairs: day of birth, sex, citizenship, Luhn's digit.
pub(super) fn za_id(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [.., status, _, _] = *of;
        is_ymd(of) && status < 3 && luhn(of)
    })
}

/// South African tax number: SARS: begins with 0, 1, 2, 3 or 9.
pub(super) fn za_tin(candidate: &Candidate<'_>) -> Verdict {
    digits::<10>(candidate, |of| matches!(of, [0..=3 | 9, ..]) && luhn(of))
}

/// Nigerian identity number: NIMC: Verhoeff's digit.
pub(super) fn ng_nin(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| verhoeff(of))
}

/// Egyptian identity number: Civil Status Authority: century, day of birth, governorate, serial; the check digit's rule
/// is not public.
pub(super) fn eg_id(candidate: &Candidate<'_>) -> Verdict {
    digits::<14>(candidate, |of| {
        let [century, y1, y2, m1, m2, d1, d2, g1, g2, ..] = *of;
        let year = 1300 + century * 100 + two(y1, y2) + 400;
        matches!(century, 2 | 3)
            && is_day(year, two(m1, m2), two(d1, d2))
            && matches!(two(g1, g2), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
    })
}

/// Ghanaian tax number: Ghana Revenue Authority: a letter for the kind, two zeros, seven digits, a check sign.
pub(super) fn gh_tin(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let [b'P' | b'C' | b'G' | b'Q' | b'V', rest @ .., check] = plain.text() else {
            return None;
        };
        let of = numbers::<9>(rest)?;
        let total = sum(&of, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let kind = matches!(of, [0, 0, ..]);
        Some(kind && number(&of) > 0 && is_at(b"0123456789X", total % 11, *check))
    });
    verdict(right == Some(true))
}

/// Moroccan company number (ICE): ISO/IEC 7064 mod 97-10: company, establishment, two check digits.
pub(super) fn ma_ice(candidate: &Candidate<'_>) -> Verdict {
    digits::<15>(candidate, |of| remainder(of, 97) == 0)
}

/// Mauritian identity number: a letter, day of birth, serial, check sign.
pub(super) fn mu_nid(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    signs::<14>(candidate, |text| {
        let [body @ .., check] = text;
        let Some([d1, d2, m1, m2, y1, y2]) = text.get(1..7).and_then(numbers::<6>) else {
            return false;
        };
        let total: u32 = (2..15)
            .rev()
            .zip(body)
            .map(|(weight, byte)| value(*byte) * weight)
            .sum();
        let born = is_day(two(y1, y2), two(m1, m2), two(d1, d2));
        born && is_at(SIGNS, missing(total, 17), *check)
    })
}

/// Tunisian tax number: seven digits, a check letter, letters and digits for activity, kind and branch.
pub(super) fn tn_mf(candidate: &Candidate<'_>) -> Verdict {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTVWXYZ";
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (body, letters) = plain.text().split_at_checked(7)?;
        numbers::<7>(body)?;
        place(SIGNS, *letters.first()?)?;
        Some(true)
    });
    verdict(right == Some(true))
}

/// Mozambican tax number (NUIT).
pub(super) fn mz_nuit(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check] = *of;
        let right = match sum(of, &[8, 9, 4, 5, 6, 7, 8, 9]) % 11 {
            10 => 1,
            digit => digit,
        };
        right == check
    })
}

/// Guinean tax number (NIFp): begins with 2 to 9, Luhn's digit.
pub(super) fn gn_nifp(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| matches!(of, [2..=9, ..]) && luhn(of))
}
