//! Belgium, the Netherlands and Luxembourg.

use super::super::{Candidate, Verdict};
use super::shared::{Plain, digits, is_full_ymd, luhn, number, numbers, sum, two, value, verdict, verhoeff};

/// Belgian national register number: Rijksregister: day of birth, serial, 97 less the remainder; with a 2 before for
/// those born since 2000. Foreigners' have 20 or 40 added to the month, and days that are not known are zeros.
pub(super) fn be_nrn(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let (body, check) = of.split_at(9);
        let [_, _, m1, m2, d1, d2, ..] = *of;
        let is_born = two(m1, m2) < 53 && two(m1, m2) % 20 < 13 && two(d1, d2) < 32;
        let body = number(body);
        let right = |body: u64| 97 - body % 97 == number(check);
        is_born && (right(body) || right(2_000_000_000 + body))
    })
}

/// Belgian company and VAT number: Kruispuntbank van Ondernemingen; older ones are written without their leading zero.
pub(super) fn be_vat(candidate: &Candidate<'_>) -> Verdict {
    let right = |of: &[u32]| {
        let Some((body, check)) = of.split_last_chunk::<2>() else {
            return false;
        };
        97 - number(body) % 97 == number(check)
    };
    match digits::<10>(candidate, |of| matches!(of, [0 | 1, ..]) && right(of)) {
        Verdict::Fails => digits::<9>(candidate, |of| right(of)),
        right => right,
    }
}

/// Belgian identity card: FOD Binnenlandse Zaken: twelve digits, the last two the remainder of the others.
pub(super) fn be_id_card(candidate: &Candidate<'_>) -> Verdict {
    digits::<12>(candidate, |of| {
        let (body, check) = of.split_at(10);
        let rest = match number(body) % 97 {
            0 => 97,
            rest => rest,
        };
        rest == number(check)
    })
}

/// Dutch citizen service number: Rijksdienst voor Identiteitsgegevens, "elfproef"; leading zeros may be left out.
pub(super) fn nl_bsn(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let mut padded = [b'0'; 9];
        let missing = padded
            .len()
            .checked_sub(text.len())
            .filter(|missing| *missing < 3)?;
        for (slot, byte) in padded.iter_mut().skip(missing).zip(text) {
            *slot = *byte;
        }
        let [body @ .., check] = numbers::<9>(&padded)?;
        let total = sum(&body, &[9, 8, 7, 6, 5, 4, 3, 2]);
        let varied = text.iter().any(|byte| Some(byte) != text.first());
        Some(varied && total % 11 == check)
    });
    verdict(right == Some(true))
}

/// Dutch VAT number without `NL`: a person's or company's number, `B`, two digits: Belastingdienst: the number's own
/// check, or since 2020 ISO/IEC 7064 mod 97-10 over all of it.
pub(super) fn nl_vat(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text().strip_prefix(b"NL").unwrap_or(plain.text());
        let (body, suffix) = text.split_at_checked(9)?;
        let [b'B', suffix @ ..] = suffix else { return None };
        numbers::<2>(suffix)?;
        let body = numbers::<9>(body)?;
        let [rest @ .., check] = body;
        let old = sum(&rest, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == check;
        let step = |rest: u32, byte: &u8| match value(*byte) {
            digit @ 0..=9 => (rest * 10 + digit) % 97,
            letter => (rest * 100 + letter) % 97,
        };
        let new = b"NL".iter().chain(text).fold(0, step) == 1;
        Some(number(&body) > 0 && (old || new))
    });
    verdict(right == Some(true))
}

/// Dutch passports and identity cards: Rijksdienst voor Identiteitsgegevens: two letters, six signs, a digit; no `O`.
pub(super) fn nl_document(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.is_some_and(|plain| {
        let digits = plain.text().iter().filter(|byte| byte.is_ascii_digit()).count();
        !plain.text().contains(&b'O') && digits > 1
    });
    verdict(right)
}

/// Luxembourgish identification number: loi du 19 juin 2013: day of birth, serial, a digit by Luhn, one by Verhoeff.
pub(super) fn lu_nin(candidate: &Candidate<'_>) -> Verdict {
    digits::<13>(candidate, |of| {
        let [body @ .., first, second] = *of;
        let with = |check: u32| {
            let mut of = [0; 12];
            for (slot, digit) in of.iter_mut().zip(body.iter().chain([&check])) {
                *slot = *digit;
            }
            of
        };
        is_full_ymd(of) && luhn(&with(first)) && verhoeff(&with(second))
    })
}

/// Luxembourgish VAT number without `LU`: Administration de l'enregistrement.
pub(super) fn lu_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<8>(candidate, |of| {
        let (body, check) = of.split_at(6);
        number(body) % 89 == number(check)
    })
}
