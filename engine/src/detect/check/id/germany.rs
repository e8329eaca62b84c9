//! Germany.

use super::super::{Candidate, Verdict};
use super::shared::{
    Plain, cross_sum, digits, is, is_day, iso_11_10, missing, number, numbers, signs, sum, two, unless,
    value, verdict,
};

/// Serial number of an identity card or passport with its check digit, the ninth or tenth sign, and perhaps `D`: ICAO
/// 9303 part 3, weights 7, 3, 1.
pub(super) fn de_document(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let text = plain.text();
        let (text, is_german) = match text.strip_suffix(b"D") {
            Some(rest) if rest.len() > 9 => (rest, true),
            _ => (text, false),
        };
        let (check, body) = text.split_last()?;
        let mut of = [0; 9];
        for (slot, byte) in of.iter_mut().zip(body) {
            *slot = value(*byte);
        }
        let right = is(*check, sum(&of, &[7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10);
        Some(right && (body.len() == 9 || body.len() == 8 && !is_german))
    });
    verdict(right == Some(true))
}

/// The same where the check digit is none, as on the front of a card.
pub(super) fn de_document_front(candidate: &Candidate<'_>) -> Verdict {
    let digits = candidate.value.iter().filter(|byte| byte.is_ascii_digit());
    // Words of letters are none.
    match digits.count() {
        0 | 1 => Verdict::Fails,
        _ => unless(de_document, candidate),
    }
}

/// The letters with which the numbers of passport offices begin.
const PASSPORTS: &[u8] = b"CFGHJK";

/// A passport's serial number with its check digit.
pub(super) fn de_passport(candidate: &Candidate<'_>) -> Verdict {
    if is_passport(candidate) {
        de_document(candidate)
    } else {
        Verdict::Fails
    }
}

/// The same where the check digit is none.
pub(super) fn de_passport_front(candidate: &Candidate<'_>) -> Verdict {
    if is_passport(candidate) {
        de_document_front(candidate)
    } else {
        Verdict::Fails
    }
}

fn is_passport(candidate: &Candidate<'_>) -> bool {
    let first = candidate.value.first().map(u8::to_ascii_uppercase);
    first.is_some_and(|first| PASSPORTS.contains(&first))
}

/// Pension insurance number: Verordnung über die Versicherungsnummer, §§ 2 to 4: area, day of birth, letter, serial,
/// check digit.
pub(super) fn de_social_security(candidate: &Candidate<'_>) -> Verdict {
    signs::<12>(candidate, |text| {
        let (Some(born), Some(last)) = (
            text.get(..8).and_then(numbers::<8>),
            text.get(9..).and_then(numbers::<3>),
        ) else {
            return false;
        };
        let [a1, a2, d1, d2, m1, m2, y1, y2] = born;
        let [s1, s2, check] = last;
        let letter = text.get(8).filter(|byte| byte.is_ascii_uppercase());
        let Some(letter) = letter.map(|byte| value(*byte) - 9) else {
            return false;
        };
        let of = [a1, a2, d1, d2, m1, m2, y1, y2, letter / 10, letter % 10, s1, s2];
        // A second number of the same day has 50 added to the day.
        let day = two(d1, d2) % 50;
        is_day(two(y1, y2), two(m1, m2), day)
            && two(a1, a2) > 1
            && cross_sum(&of, &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == check
    })
}

/// Tax identification number of a person: § 139b Abgabenordnung; Bundeszentralamt für Steuern: ISO/IEC 7064.
pub(super) fn de_tax_id(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| !matches!(of, [0, ..]) && iso_11_10(of))
}

/// VAT identification number without `DE`: Bundeszentralamt für Steuern: ISO/IEC 7064.
pub(super) fn de_vat(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| !matches!(of, [0, ..]) && iso_11_10(of))
}

/// Health insurance number, the part that never changes: § 290 SGB V; GKV-Spitzenverband: a letter, eight digits, a
/// check digit.
pub(super) fn de_health(candidate: &Candidate<'_>) -> Verdict {
    let plain = Plain::of(candidate.value);
    let right = plain.as_ref().and_then(|plain| {
        let (letter, rest) = plain.text().split_first()?;
        let [a, b, c, d, e, f, g, h, check] = numbers::<9>(rest)?;
        let letter = letter.is_ascii_uppercase().then(|| value(*letter) - 9)?;
        let of = [letter / 10, letter % 10, a, b, c, d, e, f, g, h];
        Some(cross_sum(&of, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == check)
    });
    verdict(right == Some(true))
}

/// Physician number (LANR): § 75 Absatz 7 SGB V; Kassenärztliche Bundesvereinigung: six digits, a check digit, two for
/// the speciality.
pub(super) fn de_lanr(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let [.., check, s1, s2] = *of;
        missing(sum(of, &[4, 9, 4, 9, 4, 9]), 10) == check && (1..=99).contains(&two(s1, s2))
    })
}

/// Practice number (BSNR): Kassenärztliche Bundesvereinigung: the first two digits are an association's.
pub(super) fn de_bsnr(candidate: &Candidate<'_>) -> Verdict {
    digits::<9>(candidate, |of| {
        let area = of.get(..2).map(number).unwrap_or_default();
        matches!(area, 1..=3 | 6 | 17 | 20 | 31 | 35 | 38 | 46 | 51 | 52 | 55 | 61 | 62 | 71..=75 | 78 | 79 | 83 | 85 | 88 | 91 | 93 | 94 | 96 | 98 | 99)
    })
}
